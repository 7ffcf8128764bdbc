"""The learning rates that schedules plan, looked at before a training is spent on them."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real

import keras
import numpy as np
import tensorflow as tf

from dlcourse.checks import expect, expect_integer, expect_labeled, expect_number
from dlcourse.results.schedule_trace import ScheduleTrace

LearningRateSchedule = keras.optimizers.schedules.LearningRateSchedule


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
        >>> import keras, dlcourse as dl
        >>> stairs = keras.optimizers.schedules.PiecewiseConstantDecay([1], [0.5, 0.25])
        >>> dl.trace_schedule({"stairs": stairs}, steps=4).rates
        array([[0.5 , 0.5 , 0.25, 0.25]])

    See also: `compare_schedules`, which trains with them.
    """
    expect_labeled("schedules", schedules, "schedules")
    expect_integer("steps", steps, minimum=1)
    for label, schedule in schedules.items():
        expect_schedule(label, schedule, (LearningRateSchedule,), "a Keras schedule or a number")
    rates = [_planned_rates(schedule, steps) for schedule in schedules.values()]
    return ScheduleTrace(tuple(schedules), np.array(rates))


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


def expect_schedule(label: str, schedule: object, kinds: tuple[type, ...], expected: str) -> None:
    """Raise unless a schedule is a rate > 0, or an object of these kinds."""
    name = f"schedules[{label!r}]"
    if isinstance(schedule, Real):
        expect_number(name, schedule, above=0)
    else:
        expect(isinstance(schedule, kinds), name, expected, schedule)
