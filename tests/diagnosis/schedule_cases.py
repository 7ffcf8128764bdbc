"""Schedules and their rates in closed form, for tests of plans and of trainings."""

from __future__ import annotations

import keras
import numpy as np
from keras.optimizers import schedules


class Sawtooth(schedules.LearningRateSchedule):
    """A learner's own schedule, which is not registered with Keras."""

    def __call__(self, step):
        return 0.1 + 0.1 * keras.ops.cast(step % 2, "float32")

    def get_config(self):
        return {}


CLOSED_FORMS = {
    "piecewise": (
        schedules.PiecewiseConstantDecay([2, 5], [0.5, 0.25, 0.125]),
        [0.5] * 3 + [0.25] * 3 + [0.125] * 6,
    ),
    "exponential": (schedules.ExponentialDecay(0.1, 3, 0.5), 0.1 * 0.5 ** (np.arange(12) / 3)),
    "cosine": (
        schedules.CosineDecay(0.0, 8, warmup_target=0.2, warmup_steps=4),
        [0, 0.05, 0.1, 0.15, *(0.1 * (1 + np.cos(np.pi * np.arange(8) / 8)))],
    ),
    "own": (Sawtooth(), [0.1, 0.2] * 6),
    "constant": (0.3, [0.3] * 12),
}
