"""Mistakes in learning rate schedules, but for those particular to cosines."""

from __future__ import annotations

import math

import numpy as np

from dlcourse.conformance.mistakes.mistake import Mistakes
from dlcourse.conformance.rules import changed
from dlcourse.conformance.schedule_rules import SCHEDULE_RULES, toward_end

SCHEDULES = Mistakes()

INITIAL = tuple(name for name in SCHEDULE_RULES if name != "PiecewiseConstantDecay")

pieces = SCHEDULES.of("PiecewiseConstantDecay")
exponential, inverse_time = map(SCHEDULES.of, ("ExponentialDecay", "InverseTimeDecay"))
stairs = SCHEDULES.of("ExponentialDecay", "InverseTimeDecay")
polynomial = SCHEDULES.of("PolynomialDecay")
every = SCHEDULES.of(*SCHEDULE_RULES)


@SCHEDULES.of(*INITIAL)("The rate never changes: the decayed rate must be what is returned.")
def decay_never_runs(right, step, h):
    return h.initial_learning_rate


@pieces("The rate never changes: return the value of the piece that the step is in.")
def first_value_for_ever(right, step, h):
    return h.values[0]


@pieces(
    "A boundary belongs to the piece before it: the first value holds while step <= boundary, not"
    " step < boundary."
)
def boundary_excluded(right, step, h):
    return right(step + 1, h)


@pieces("The pieces are one ahead: values[0] holds before the first boundary.")
def one_piece_ahead(right, step, h):
    return h.values[min(len(h.values) - 1, 1 + sum(step > edge for edge in h.boundaries))]


@pieces("Boundaries are taken as lengths of the pieces: they are steps, counted from 0.")
def boundaries_as_lengths(right, step, h):
    return right(step, changed(h, boundaries=np.cumsum(h.boundaries)))


stairs.change(
    "staircase missing",
    "This schedule has staircase=True: round step / decay_steps down.",
    staircase=False,
)

stairs.change(
    "staircase unasked",
    "This schedule has staircase=False: do not round step / decay_steps.",
    staircase=True,
)


@stairs("A staircase rounds step / decay_steps down, not to the nearest integer.")
def staircase_rounded(right, step, h):
    return right(round(step / h.decay_steps) * h.decay_steps, h)


@stairs("A staircase rounds step / decay_steps down, not up.")
def staircase_rounded_up(right, step, h):
    return right(math.ceil(step / h.decay_steps) * h.decay_steps, h)


stairs.change(
    "decay steps unused",
    "decay_steps is not used: the rate falls by decay_rate once every decay_steps, not at every"
    " step.",
    decay_steps=1,
)


@exponential(
    "The rate is multiplied by decay_rate * step / decay_steps: take the power, decay_rate **"
    " (step / decay_steps)."
)
def product_for_power_of_rate(right, step, h):
    return h.initial_learning_rate * h.decay_rate * step / h.decay_steps


@exponential(
    "This is exp(-decay_rate * step / decay_steps): Keras's base is decay_rate itself, not e."
)
def power_of_e(right, step, h):
    return h.initial_learning_rate * np.exp(-h.decay_rate * step / h.decay_steps)


@exponential(
    "This is the rule of InverseTimeDecay: take the power, decay_rate ** (step / decay_steps)."
)
def inverse_time_for_exponential(right, step, h):
    return h.initial_learning_rate / (1 + h.decay_rate * step / h.decay_steps)


@inverse_time(
    "This is the rule of ExponentialDecay: divide by 1 + decay_rate * step / decay_steps."
)
def exponential_for_inverse_time(right, step, h):
    return h.initial_learning_rate * h.decay_rate ** (step / h.decay_steps)


@inverse_time("The 1 + is missing in the denominator, so the first rate is not the initial one.")
def inverse_time_without_one(right, step, h):
    return h.initial_learning_rate / (h.decay_rate * np.float64(step / h.decay_steps))


@inverse_time(
    "The rate falls in a line: divide by 1 + decay_rate * step / decay_steps, do not multiply by 1"
    " minus it."
)
def straight_line(right, step, h):
    return h.initial_learning_rate * (1 - h.decay_rate * step / h.decay_steps)


@polynomial("The decay goes on after decay_steps: use min(step, decay_steps).")
def past_the_end(right, step, h):
    return toward_end(1 - step / h.decay_steps, h)


polynomial.change("power unused", "power is not used: the rate falls in a line.", power=1.0)


@polynomial(
    "The power is taken of step / decay_steps: take it of what is left, 1 - step / decay_steps."
)
def power_of_progress(right, step, h):
    left = right(step, changed(h, power=1.0, initial_learning_rate=1.0, end_learning_rate=0.0))
    return toward_end(1, h) - (toward_end(1, h) - h.end_learning_rate) * (1 - left) ** h.power


polynomial.change(
    "end rate unused",
    "end_learning_rate is not used: the rate falls to it, not to zero.",
    end_learning_rate=0.0,
)


@polynomial(
    "end_learning_rate is added to the whole rate: only the difference of the two rates decays,"
    " (initial_learning_rate - end_learning_rate) * left**power + end_learning_rate."
)
def end_rate_added(right, step, h):
    return right(step, changed(h, end_learning_rate=0.0)) + h.end_learning_rate


polynomial.change(
    "cycle unused",
    "This schedule has cycle=True: after decay_steps, start again with decay_steps twice as long,"
    " then three times, and so on.",
    cycle=False,
)


@polynomial(
    "The cycle starts again at decay_steps itself; Keras's starts one step later: the multiple is"
    " ceil(step / decay_steps), and at least 1."
)
def cycle_too_early(right, step, h):
    period = h.decay_steps * (step // h.decay_steps + 1)
    return toward_end(1 - step / period, h)


@polynomial(
    "Every cycle is the same: Keras stretches decay_steps to the next multiple of itself, so that"
    " later cycles start lower."
)
def same_cycle_again(right, step, h):
    return toward_end(1 - (step % h.decay_steps) / h.decay_steps, h)


@every("The rate is that of the next step: steps are counted from 0.")
def one_step_ahead(right, step, h):
    return right(step + 1, h)


@every("The rate is that of the step before: steps are counted from 0, not from 1.")
def one_step_behind(right, step, h):
    return right(step - 1, h)
