"""Comparing learning rate schedules: the rates they plan, and trainings that use them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import keras
import numpy as np
import tensorflow as tf

from dlcourse.checks import expect, expect_integer, expect_number
from dlcourse.diagnosis.idle_schedules import warn_of_idle_schedules
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.keras_internals.cloning import hyperparameters, with_learning_rate
from dlcourse.results.schedule_trace import ScheduleTrace
from dlcourse.results.training_runs import TrainingRuns
from dlcourse.training.train import train_runs

LearningRateSchedule = keras.optimizers.schedules.LearningRateSchedule
# A schedule of the step, a constant rate, or a callback that sets the rate between epochs.
Schedule = LearningRateSchedule | float | keras.callbacks.Callback


def trace_schedule(
    schedules: Mapping[str, LearningRateSchedule | float], *, steps: int
) -> ScheduleTrace:
    """Return the learning rates that schedules plan for the first steps, without training.

    It shows the shape of a schedule before a training is spent on it. A plan is not a record:
    what a training used is in `TrainingRuns.steps["learning_rate"]`, and only that proves that the
    schedule was in use.

    Args:
        schedules: label → Keras schedule, or a constant rate.
        steps: how many steps to evaluate, counted from 0 as Keras counts them.

    Returns:
        The planned rates, shape (schedules, steps).

    Raises:
        ValueError: an argument is wrong.

    Example:
        >>> stairs = keras.optimizers.schedules.PiecewiseConstantDecay([1], [0.5, 0.25])
        >>> trace_schedule({"stairs": stairs}, steps=4).rates
        array([[0.5 , 0.5 , 0.25, 0.25]])
    """
    _expect_mapping(schedules)
    expect_integer("steps", steps, minimum=1)
    for label, schedule in schedules.items():
        _expect_schedule(label, schedule, (LearningRateSchedule,), "a Keras schedule or a number")
    rates = [_planned_rates(schedule, steps) for schedule in schedules.values()]
    return ScheduleTrace(tuple(schedules), np.array(rates))


def compare_schedules(
    schedules: Mapping[str, Schedule],
    optimizer: keras.optimizers.Optimizer,
    task: Task,
    *,
    epochs: int,
    seeds: Iterable[int] = range(5),
    batch_size: int = 32,
    evaluate_every: int = 1,
    record: Collection[str] = (),
) -> TrainingRuns:
    """Train the same model with the same optimizer under each schedule, over several seeds.

    It shows what the schedule alone changes. The rate of each step is recorded as the optimizer
    used it. A schedule that never changed that rate, or by less than 1 %, is no schedule: a
    warning says which one it was and, where known, why.

    Args:
        schedules: label → Keras schedule (a function of the step), a constant rate, or a callback
            that sets the rate between epochs, such as `ReduceLROnPlateau` or
            `LearningRateScheduler`; a callback starts from the optimizer's own rate.
        optimizer: a Keras optimizer; cloned for each run, with the schedule as its rate.
        task: data, model and loss.
        epochs: passes over the training rows.
        seeds: one training per schedule and seed.
        batch_size: rows per step. Schedules count steps: an epoch has rows / batch_size of them.
        evaluate_every: epochs between two measurements; 1 where there are callbacks.
        record: what else to record, as in `train_runs`.

    Returns:
        What was recorded, arrays of shape (schedules, seeds, epochs or steps).

    Raises:
        ValueError: an argument is wrong; nothing was trained.

    Example:
        >>> task = getfixture("line_task")  # any Task
        >>> halves = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.5 * rate)
        >>> runs = compare_schedules(
        ...     {"constant": 0.1, "halves": halves}, keras.optimizers.SGD(0.1), task, epochs=3)
        >>> runs["halves"].steps["learning_rate"][0, 0, [0, -1]].round(4)
        array([0.05  , 0.0125], dtype=float32)
    """
    _expect_mapping(schedules)
    is_optimizer = isinstance(optimizer, keras.optimizers.Optimizer)
    expect(is_optimizer, "optimizer", "a Keras optimizer object", optimizer)
    kinds = LearningRateSchedule, keras.callbacks.Callback
    for label, schedule in schedules.items():
        _expect_schedule(label, schedule, kinds, "a Keras schedule, a number or a Keras callback")
    methods = {label: _as_method(each, optimizer) for label, each in schedules.items()}
    runs = train_runs(
        methods,
        task,
        epochs=epochs,
        seeds=seeds,
        batch_size=batch_size,
        evaluate_every=evaluate_every,
        record=record,
    )
    warn_of_idle_schedules(schedules, runs, stacklevel=3)
    return runs


def _planned_rates(schedule: LearningRateSchedule | float, steps: int) -> np.ndarray:
    """Evaluate a schedule at steps 0, 1, 2, ... as an optimizer would, compiled."""
    if not isinstance(schedule, LearningRateSchedule):
        return np.full(steps, schedule, dtype=float)

    def rates() -> tf.Tensor:
        return tf.map_fn(
            lambda step: tf.cast(schedule(step), tf.float32),
            tf.range(steps),
            fn_output_signature=tf.float32,
        )

    # Calling a new tf.function each time would warn of retracing; a concrete one is traced once.
    return tf.function(rates, autograph=False).get_concrete_function()().numpy().astype(float)


def _as_method(schedule: Schedule, optimizer: keras.optimizers.Optimizer) -> Method:
    if isinstance(schedule, (int, float)):
        return Method(with_learning_rate(optimizer, float(schedule)))
    if isinstance(schedule, LearningRateSchedule):
        return Method(with_learning_rate(optimizer, schedule))
    own = hyperparameters(optimizer)["learning_rate"]
    constant = isinstance(own, float)
    expect(constant, "optimizer.learning_rate", "a number where a callback is to change it", own)
    return Method(optimizer, callbacks=[schedule])


def _expect_mapping(schedules: Mapping[str, Schedule]) -> None:
    ok = isinstance(schedules, Mapping) and len(schedules) > 0
    expect(ok, "schedules", "a non-empty mapping of labels to schedules", schedules)


def _expect_schedule(
    label: str, schedule: Schedule, kinds: tuple[type, ...], expected: str
) -> None:
    name = f"schedules[{label!r}]"
    if isinstance(schedule, (int, float)):
        expect_number(name, schedule, above=0)
    else:
        expect(isinstance(schedule, kinds), name, expected, schedule)
