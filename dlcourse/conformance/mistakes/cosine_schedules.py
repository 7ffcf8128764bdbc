"""Mistakes in schedules that fall along a cosine."""

from __future__ import annotations

import numpy as np

from dlcourse.conformance.mistakes.mistake import Mistakes
from dlcourse.conformance.rules import changed
from dlcourse.conformance.schedule_rules import half_cosine, highest_rate, period

COSINE_SCHEDULES = Mistakes()

COSINES = ("CosineDecay", "CosineDecayRestarts")


@COSINE_SCHEDULES.of(*COSINES)
def alpha_unused(right, step, h):
    """alpha is not used: the rate falls to alpha times the highest rate, not to zero."""
    return right(step, changed(h, alpha=0.0))


@COSINE_SCHEDULES.of(*COSINES)
def alpha_as_a_rate(right, step, h):
    """alpha is taken for the lowest rate: it is a fraction of the highest one."""
    return right(step, changed(h, alpha=h.alpha / highest_rate(h)))


@COSINE_SCHEDULES.of(*COSINES)
def half_missing(right, step, h):
    """The factor 0.5 is missing: 1 + cos runs from 2 to 0."""
    return right(step, changed(h, half=1.0))


@COSINE_SCHEDULES.of("CosineDecay")
def cosine_past_the_end(right, step, h):
    """The cosine goes on after decay_steps and rises again: use min(step, decay_steps)."""
    return right(step, changed(h, end=np.inf))


@COSINE_SCHEDULES.of(*COSINES)
def cosine_without_pi(right, step, h):
    """pi is missing: the cosine comes to its lowest point at cos(pi)."""
    return right(step, changed(h, half_turn=1.0))


@COSINE_SCHEDULES.of(*COSINES)
def cosine_of_degrees(right, step, h):
    """The cosine takes radians, not degrees: half a turn is pi, not 180."""
    return right(step, changed(h, half_turn=180.0))


@COSINE_SCHEDULES.of(*COSINES)
def full_turn(right, step, h):
    """The cosine takes a full turn, 2 * pi, and is back at the top in the end: take half of one."""
    return right(step, changed(h, half_turn=2 * np.pi))


@COSINE_SCHEDULES.of("CosineDecay")
def warmup_unused(right, step, h):
    """This schedule has a warm-up: for warmup_steps the rate rises in a line from
    initial_learning_rate to warmup_target, where the cosine starts."""
    return right(step, changed(h, warmup_target=None))


@COSINE_SCHEDULES.of("CosineDecay")
def warmup_from_zero(right, step, h):
    """The warm-up starts at initial_learning_rate, not at zero."""
    if h.warmup_target is None:
        return right(step, h)
    return right(step, changed(h, initial_learning_rate=0.0))


@COSINE_SCHEDULES.of("CosineDecay")
def decay_runs_during_warmup(right, step, h):
    """The cosine counts its steps from 0: it starts after the warm-up, at step - warmup_steps."""
    if h.warmup_target is None or step < h.warmup_steps:
        return right(step, h)
    return half_cosine(step / h.decay_steps, h.warmup_target, h)


@COSINE_SCHEDULES.of("CosineDecay")
def warmup_inside_decay_steps(right, step, h):
    """The warm-up is taken out of decay_steps: in Keras the cosine takes decay_steps after it."""
    return right(step, changed(h, decay_steps=h.decay_steps - h.warmup_steps))


@COSINE_SCHEDULES.of("CosineDecay")
def decay_from_initial_rate(right, step, h):
    """After the warm-up the cosine starts at initial_learning_rate: it starts at warmup_target."""
    if h.warmup_target is None or step < h.warmup_steps:
        return right(step, h)
    return half_cosine((step - h.warmup_steps) / h.decay_steps, h.initial_learning_rate, h)


@COSINE_SCHEDULES.of("CosineDecayRestarts")
def no_restart(right, step, h):
    """The rate never restarts: after first_decay_steps it jumps up and falls again."""
    return half_cosine(step / h.first_decay_steps, h.initial_learning_rate, h)


@COSINE_SCHEDULES.of("CosineDecayRestarts")
def t_mul_unused(right, step, h):
    """t_mul is not used: each period is t_mul times longer than the one before."""
    return right(step, changed(h, t_mul=1.0))


@COSINE_SCHEDULES.of("CosineDecayRestarts")
def m_mul_unused(right, step, h):
    """m_mul is not used: each restart starts m_mul times as high as the one before."""
    return right(step, changed(h, m_mul=1.0))


@COSINE_SCHEDULES.of("CosineDecayRestarts")
def m_mul_on_alpha(right, step, h):
    """m_mul shrinks the whole rate: in Keras the floor, alpha * initial_learning_rate, stays."""
    shrunk = np.float64(h.m_mul) ** period(step, h)[0]
    return shrunk * right(step, changed(h, m_mul=1.0))
