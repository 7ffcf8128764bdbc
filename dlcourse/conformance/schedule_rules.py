"""Keras's learning rate schedules in NumPy: what the catalogue of mistakes varies.

A rule here is a function of `(step, h)`: the step, counted from 0, and a namespace of the
schedule's hyperparameters by Keras's names. The numbers in `WAVE` are no hyperparameters, but what
mistakes are made in.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

WAVE = {"half": 0.5, "half_turn": np.pi, "end": 1.0}

ScheduleRule = Callable[[int, SimpleNamespace], float]


def piecewise_constant(step: int, h: SimpleNamespace) -> float:
    """Keep each value up to and including its boundary."""
    return h.values[sum(step > boundary for boundary in h.boundaries)]


def stairs(progress: float, h: SimpleNamespace) -> float:
    """Round progress down if the schedule is a staircase."""
    return np.floor(progress) if h.staircase else progress


def exponential(step: int, h: SimpleNamespace) -> float:
    """Multiply by decay_rate once every decay_steps."""
    return h.initial_learning_rate * h.decay_rate ** stairs(step / h.decay_steps, h)


def inverse_time(step: int, h: SimpleNamespace) -> float:
    """Fall as 1 / t."""
    return h.initial_learning_rate / (1 + h.decay_rate * stairs(step / h.decay_steps, h))


def polynomial(step: int, h: SimpleNamespace) -> float:
    """Fall to end_learning_rate along a power of what is left of decay_steps."""
    period = h.decay_steps * (max(1, np.ceil(step / h.decay_steps)) if h.cycle else 1)
    return toward_end(1 - min(step, period) / period, h)


def toward_end(left: float, h: SimpleNamespace) -> float:
    """Mix the two rates of a polynomial decay."""
    span = h.initial_learning_rate - h.end_learning_rate
    return span * np.float64(left) ** h.power + h.end_learning_rate


def cosine(step: int, h: SimpleNamespace) -> float:
    """Rise in a line to warmup_target, if there is one, then fall along half a cosine."""
    if h.warmup_target is None:
        return half_cosine(step / h.decay_steps, h.initial_learning_rate, h)
    if step < h.warmup_steps:
        rise = h.warmup_target - h.initial_learning_rate
        return h.initial_learning_rate + rise * step / h.warmup_steps
    return half_cosine((step - h.warmup_steps) / h.decay_steps, h.warmup_target, h)


def half_cosine(progress: float, top: float, h: SimpleNamespace) -> float:
    """Fall from `top` to `alpha * top`, and stay there."""
    return top * ((1 - h.alpha) * wave(min(progress, h.end), h) + h.alpha)


def wave(progress: float, h: SimpleNamespace) -> float:
    """Fall from 1 to 0 while progress goes from 0 to 1."""
    return h.half * (1 + np.cos(h.half_turn * progress))


def highest_rate(h: SimpleNamespace) -> float:
    """Return the rate that a cosine falls from."""
    target = vars(h).get("warmup_target")
    return h.initial_learning_rate if target is None else target


def cosine_restarts(step: int, h: SimpleNamespace) -> float:
    """Fall along half a cosine, again and again."""
    restarts, progress = period(step, h)
    height = h.m_mul**restarts * wave(progress, h)
    return h.initial_learning_rate * ((1 - h.alpha) * height + h.alpha)


def period(step: int, h: SimpleNamespace) -> tuple[int, float]:
    """Return the number of restarts so far, and how far the current period has come, 0 to 1."""
    restarts, length = 0, h.first_decay_steps
    while step >= length:
        step, length, restarts = step - length, length * h.t_mul, restarts + 1
    return restarts, step / length


SCHEDULE_RULES: dict[str, ScheduleRule] = {
    "PiecewiseConstantDecay": piecewise_constant,
    "ExponentialDecay": exponential,
    "InverseTimeDecay": inverse_time,
    "PolynomialDecay": polynomial,
    "CosineDecay": cosine,
    "CosineDecayRestarts": cosine_restarts,
}
