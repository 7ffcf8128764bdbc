"""Comparing learning rate schedules: the same training under each of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from numbers import Real
from typing import Unpack

import keras

from dlcourse.checks import expect, expect_labeled
from dlcourse.compare.runner import comparison
from dlcourse.diagnosis.idle_schedules import warn_of_idle_schedules
from dlcourse.diagnosis.planned_rates import LearningRateSchedule, expect_schedule
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.keras_internals.cloning import (
    expect_clonable,
    hyperparameters,
    with_learning_rate,
)
from dlcourse.training.settings import Settings

# A schedule of the step, a constant rate, or a callback that sets the rate between epochs.
Schedule = LearningRateSchedule | float | keras.callbacks.Callback


# Four frames up: the line that called the lesson function.
@partial(comparison, report=partial(warn_of_idle_schedules, stacklevel=4))
def compare_schedules(
    schedules: Mapping[str, Schedule],
    task: Task,
    *,
    optimizer: keras.optimizers.Optimizer,
    **settings: Unpack[Settings],
) -> dict[str, Method]:
    """Train the same model with the same optimizer under each schedule, over several seeds.

    It shows what the schedule alone changes. The rate of each step is recorded as the optimizer
    used it. Schedules count steps: an epoch has rows / batch_size of them. A schedule that never
    changed the rate, or by less than 1 %, or that was over within the first epoch, is no schedule:
    a warning says which one it was and, where known, why.

    Args:
        schedules: label → Keras schedule (a function of the step), a constant rate, or a callback
            that sets the rate between epochs, such as `ReduceLROnPlateau` or
            `LearningRateScheduler`; a callback starts from the optimizer's own rate.
        task: data, model and loss.
        optimizer: a Keras optimizer; cloned for each run, with the schedule as its rate.

    Example:
        >>> import keras, dlcourse as dl
        >>> def line():
        ...     return keras.Sequential([keras.Input((10,)), keras.layers.Dense(1)])
        >>> task = dl.Task(dl.diabetes(), line, keras.losses.MeanSquaredError())
        >>> halves = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.5 * rate)
        >>> schedules, sgd = {"constant": 0.01, "halves": halves}, keras.optimizers.SGD(0.1)
        >>> runs = dl.compare_schedules(schedules, task, optimizer=sgd, epochs=3)
        >>> runs["halves"].steps["learning_rate"][0, 0, [0, -1]].round(4)
        array([0.05  , 0.0125], dtype=float32)

    See also: `trace_schedule`, to look at a schedule before a training is spent on it.

    Reference: Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017),
    https://arxiv.org/abs/1608.03983
    """
    expect_labeled("schedules", schedules, "schedules")
    expect_clonable("optimizer", optimizer)
    kinds = LearningRateSchedule, keras.callbacks.Callback
    for label, schedule in schedules.items():
        expect_schedule(label, schedule, kinds, "a Keras schedule, a number or a Keras callback")
    return {label: _as_method(each, optimizer) for label, each in schedules.items()}


def _as_method(schedule: Schedule, optimizer: keras.optimizers.Optimizer) -> Method:
    if isinstance(schedule, Real):
        return Method(with_learning_rate(optimizer, float(schedule)))
    if isinstance(schedule, LearningRateSchedule):
        return Method(with_learning_rate(optimizer, schedule))
    own = hyperparameters(optimizer)["learning_rate"]
    constant = isinstance(own, float)
    expect(constant, "optimizer.learning_rate", "a number where a callback is to change it", own)
    return Method(optimizer, callbacks=[schedule])
