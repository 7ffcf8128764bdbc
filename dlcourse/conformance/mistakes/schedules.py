"""Mistakes in learning rate schedules, but for those particular to cosines."""

from __future__ import annotations

import math

import numpy as np

from dlcourse.conformance.mistakes.mistake import Mistakes
from dlcourse.conformance.rules import changed
from dlcourse.conformance.schedule_rules import SCHEDULE_RULES, toward_end

SCHEDULES = Mistakes()

INITIAL = tuple(name for name in SCHEDULE_RULES if name != "PiecewiseConstantDecay")
STAIRS = ("ExponentialDecay", "InverseTimeDecay")


@SCHEDULES.of(*INITIAL)
def decay_never_runs(right, step, h):
    """The rate never changes: the decayed rate must be what is returned."""
    return h.initial_learning_rate


@SCHEDULES.of("PiecewiseConstantDecay")
def first_value_for_ever(right, step, h):
    """The rate never changes: return the value of the piece that the step is in."""
    return h.values[0]


@SCHEDULES.of("PiecewiseConstantDecay")
def boundary_excluded(right, step, h):
    """A boundary belongs to the piece before it: the first value holds while step <= boundary,
    not step < boundary."""
    return right(step + 1, h)


@SCHEDULES.of("PiecewiseConstantDecay")
def one_piece_ahead(right, step, h):
    """The pieces are one ahead: values[0] holds before the first boundary."""
    return h.values[min(len(h.values) - 1, 1 + sum(step > edge for edge in h.boundaries))]


@SCHEDULES.of("PiecewiseConstantDecay")
def boundaries_as_lengths(right, step, h):
    """Boundaries are taken as lengths of the pieces: they are steps, counted from 0."""
    return right(step, changed(h, boundaries=np.cumsum(h.boundaries)))


@SCHEDULES.of(*STAIRS)
def staircase_missing(right, step, h):
    """This schedule has staircase=True: round step / decay_steps down."""
    return right(step, changed(h, staircase=False))


@SCHEDULES.of(*STAIRS)
def staircase_unasked(right, step, h):
    """This schedule has staircase=False: do not round step / decay_steps."""
    return right(step, changed(h, staircase=True))


@SCHEDULES.of(*STAIRS)
def staircase_rounded(right, step, h):
    """A staircase rounds step / decay_steps down, not to the nearest integer."""
    return right(round(step / h.decay_steps) * h.decay_steps, h)


@SCHEDULES.of(*STAIRS)
def staircase_rounded_up(right, step, h):
    """A staircase rounds step / decay_steps down, not up."""
    return right(math.ceil(step / h.decay_steps) * h.decay_steps, h)


@SCHEDULES.of(*STAIRS)
def decay_steps_unused(right, step, h):
    """decay_steps is not used: the rate falls by decay_rate once every decay_steps, not at every
    step."""
    return right(step, changed(h, decay_steps=1))


@SCHEDULES.of("ExponentialDecay")
def product_for_power_of_rate(right, step, h):
    """The rate is multiplied by decay_rate * step / decay_steps: take the power,
    decay_rate ** (step / decay_steps)."""
    return h.initial_learning_rate * h.decay_rate * step / h.decay_steps


@SCHEDULES.of("ExponentialDecay")
def power_of_e(right, step, h):
    """This is exp(-decay_rate * step / decay_steps): Keras's base is decay_rate itself, not e."""
    return h.initial_learning_rate * np.exp(-h.decay_rate * step / h.decay_steps)


@SCHEDULES.of("ExponentialDecay")
def inverse_time_for_exponential(right, step, h):
    """This is the rule of InverseTimeDecay: take the power, decay_rate ** (step / decay_steps)."""
    return h.initial_learning_rate / (1 + h.decay_rate * step / h.decay_steps)


@SCHEDULES.of("InverseTimeDecay")
def exponential_for_inverse_time(right, step, h):
    """This is the rule of ExponentialDecay: divide by 1 + decay_rate * step / decay_steps."""
    return h.initial_learning_rate * h.decay_rate ** (step / h.decay_steps)


@SCHEDULES.of("InverseTimeDecay")
def inverse_time_without_one(right, step, h):
    """The 1 + is missing in the denominator, so the first rate is not the initial one."""
    return h.initial_learning_rate / (h.decay_rate * np.float64(step / h.decay_steps))


@SCHEDULES.of("InverseTimeDecay")
def straight_line(right, step, h):
    """The rate falls in a line: divide by 1 + decay_rate * step / decay_steps, do not multiply by
    1 minus it."""
    return h.initial_learning_rate * (1 - h.decay_rate * step / h.decay_steps)


@SCHEDULES.of("PolynomialDecay")
def past_the_end(right, step, h):
    """The decay goes on after decay_steps: use min(step, decay_steps)."""
    return toward_end(1 - step / h.decay_steps, h)


@SCHEDULES.of("PolynomialDecay")
def power_unused(right, step, h):
    """power is not used: the rate falls in a line."""
    return right(step, changed(h, power=1.0))


@SCHEDULES.of("PolynomialDecay")
def power_of_progress(right, step, h):
    """The power is taken of step / decay_steps: take it of what is left, 1 - step / decay_steps."""
    left = right(step, changed(h, power=1.0, initial_learning_rate=1.0, end_learning_rate=0.0))
    return toward_end(1, h) - (toward_end(1, h) - h.end_learning_rate) * (1 - left) ** h.power


@SCHEDULES.of("PolynomialDecay")
def end_rate_unused(right, step, h):
    """end_learning_rate is not used: the rate falls to it, not to zero."""
    return right(step, changed(h, end_learning_rate=0.0))


@SCHEDULES.of("PolynomialDecay")
def end_rate_added(right, step, h):
    """end_learning_rate is added to the whole rate: only the difference of the two rates decays,
    (initial_learning_rate - end_learning_rate) * left**power + end_learning_rate."""
    return right(step, changed(h, end_learning_rate=0.0)) + h.end_learning_rate


@SCHEDULES.of("PolynomialDecay")
def cycle_unused(right, step, h):
    """This schedule has cycle=True: after decay_steps, start again with decay_steps twice as long,
    then three times, and so on."""
    return right(step, changed(h, cycle=False))


@SCHEDULES.of("PolynomialDecay")
def cycle_too_early(right, step, h):
    """The cycle starts again at decay_steps itself; Keras's starts one step later: the multiple is
    ceil(step / decay_steps), and at least 1."""
    period = h.decay_steps * (step // h.decay_steps + 1)
    return toward_end(1 - step / period, h)


@SCHEDULES.of("PolynomialDecay")
def same_cycle_again(right, step, h):
    """Every cycle is the same: Keras stretches decay_steps to the next multiple of itself, so that
    later cycles start lower."""
    return toward_end(1 - (step % h.decay_steps) / h.decay_steps, h)


@SCHEDULES.of(*SCHEDULE_RULES)
def one_step_ahead(right, step, h):
    """The rate is that of the next step: steps are counted from 0."""
    return right(step + 1, h)


@SCHEDULES.of(*SCHEDULE_RULES)
def one_step_behind(right, step, h):
    """The rate is that of the step before: steps are counted from 0, not from 1."""
    return right(step - 1, h)
