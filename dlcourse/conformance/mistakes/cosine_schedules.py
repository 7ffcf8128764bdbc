"""Mistakes in schedules that fall along a cosine."""

from __future__ import annotations

import numpy as np

from dlcourse.conformance.mistakes.mistake import Mistakes
from dlcourse.conformance.rules import changed
from dlcourse.conformance.schedule_rules import half_cosine, highest_rate, period

COSINE_SCHEDULES = Mistakes()
cosine, restarts = map(COSINE_SCHEDULES.of, ("CosineDecay", "CosineDecayRestarts"))
both = COSINE_SCHEDULES.of("CosineDecay", "CosineDecayRestarts")


both.change(
    "alpha unused",
    "alpha is not used: the rate falls to alpha times the highest rate, not to zero.",
    alpha=0.0,
)


@both("alpha is taken for the lowest rate: it is a fraction of the highest one.")
def alpha_as_a_rate(right, step, h):
    return right(step, changed(h, alpha=h.alpha / highest_rate(h)))


both.change("half missing", "The factor 0.5 is missing: 1 + cos runs from 2 to 0.", half=1.0)

cosine.change(
    "cosine past the end",
    "The cosine goes on after decay_steps and rises again: use min(step, decay_steps).",
    end=np.inf,
)

both.change(
    "cosine without pi",
    "pi is missing: the cosine comes to its lowest point at cos(pi).",
    half_turn=1.0,
)

both.change(
    "cosine of degrees",
    "The cosine takes radians, not degrees: half a turn is pi, not 180.",
    half_turn=180.0,
)

both.change(
    "full turn",
    "The cosine takes a full turn, 2 * pi, and is back at the top in the end: take half of one.",
    half_turn=2 * np.pi,
)

cosine.change(
    "warmup unused",
    "This schedule has a warm-up: for warmup_steps the rate rises in a line from"
    " initial_learning_rate to warmup_target, where the cosine starts.",
    warmup_target=None,
)


@cosine("The warm-up starts at initial_learning_rate, not at zero.")
def warmup_from_zero(right, step, h):
    if h.warmup_target is None:
        return right(step, h)
    return right(step, changed(h, initial_learning_rate=0.0))


@cosine("The cosine counts its steps from 0: it starts after the warm-up, at step - warmup_steps.")
def decay_runs_during_warmup(right, step, h):
    if h.warmup_target is None or step < h.warmup_steps:
        return right(step, h)
    return half_cosine(step / h.decay_steps, h.warmup_target, h)


@cosine("The warm-up is taken out of decay_steps: in Keras the cosine takes decay_steps after it.")
def warmup_inside_decay_steps(right, step, h):
    return right(step, changed(h, decay_steps=h.decay_steps - h.warmup_steps))


@cosine("After the warm-up the cosine starts at initial_learning_rate: it starts at warmup_target.")
def decay_from_initial_rate(right, step, h):
    if h.warmup_target is None or step < h.warmup_steps:
        return right(step, h)
    return half_cosine((step - h.warmup_steps) / h.decay_steps, h.initial_learning_rate, h)


@restarts("The rate never restarts: after first_decay_steps it jumps up and falls again.")
def no_restart(right, step, h):
    return half_cosine(step / h.first_decay_steps, h.initial_learning_rate, h)


restarts.change(
    "t mul unused",
    "t_mul is not used: each period is t_mul times longer than the one before.",
    t_mul=1.0,
)

restarts.change(
    "m mul unused",
    "m_mul is not used: each restart starts m_mul times as high as the one before.",
    m_mul=1.0,
)


@restarts("m_mul shrinks the whole rate: in Keras the floor, alpha * initial_learning_rate, stays.")
def m_mul_on_alpha(right, step, h):
    shrunk = np.float64(h.m_mul) ** period(step, h)[0]
    return shrunk * right(step, changed(h, m_mul=1.0))
