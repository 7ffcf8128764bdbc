from __future__ import annotations

import math

import numpy as np
import pytest
from keras.optimizers.schedules import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)
from wrong_rules import WrongRules, assert_recognized, names

from dlcourse.conformance.mistakes.cosine_schedules import COSINE_SCHEDULES
from dlcourse.conformance.mistakes.schedules import SCHEDULES

wrong = WrongRules()

PIECEWISE = PiecewiseConstantDecay([100_000, 110_000], [1.0, 0.5, 0.1])
EXPONENTIAL = ExponentialDecay(0.1, decay_steps=100, decay_rate=0.96)
STAIRCASE = ExponentialDecay(0.1, decay_steps=100, decay_rate=0.96, staircase=True)
INVERSE = InverseTimeDecay(1.0, decay_steps=10, decay_rate=0.1)
INVERSE_STAIRCASE = InverseTimeDecay(1.0, decay_steps=10, decay_rate=0.1, staircase=True)
POLYNOMIAL = PolynomialDecay(0.1, decay_steps=50, end_learning_rate=0.01, power=2.0)
CYCLE = PolynomialDecay(0.1, decay_steps=50, end_learning_rate=0.01, power=2.0, cycle=True)
COSINE = CosineDecay(0.1, decay_steps=100, alpha=0.05)
WARMUP = CosineDecay(0.02, decay_steps=100, alpha=0.05, warmup_target=0.1, warmup_steps=20)
RESTARTS = CosineDecayRestarts(0.1, first_decay_steps=10, t_mul=2.0, m_mul=0.8, alpha=0.05)


@wrong(INVERSE, "decay never runs", "what is returned")
def _(step, initial_learning_rate, decay_steps, decay_rate):
    learning_rate = initial_learning_rate
    current_learning_rate = learning_rate / (1 + decay_rate * step / decay_steps)  # noqa: F841
    return learning_rate


@wrong(PIECEWISE, "first value for ever", "piece that the step is in")
def _(step, boundaries, values):
    return values[0]


@wrong(PIECEWISE, "boundary excluded", "step <= boundary")
def _(step, boundaries, values):
    for boundary, value in zip(boundaries, values, strict=False):
        if step < boundary:
            return value
    return values[-1]


@wrong(PIECEWISE, "boundary excluded", "step <= boundary")
def _(step, boundaries, values):
    return values[np.searchsorted(boundaries, step, side="right")]


@wrong(PIECEWISE, "one piece ahead", "values[0] holds before")
def _(step, boundaries, values):
    for boundary, value in zip(boundaries, values[1:], strict=True):
        if step <= boundary:
            return value
    return values[-1]


@wrong(PIECEWISE, "boundaries as lengths", "counted from 0")
def _(step, boundaries, values):
    for boundary, value in zip(boundaries, values, strict=False):
        if step <= boundary:
            return value
        step -= boundary
    return values[-1]


@wrong(STAIRCASE, "staircase missing", "staircase=True")
def exponential(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate ** (step / decay_steps)


@wrong(EXPONENTIAL, "staircase unasked", "staircase=False")
def _(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate ** (step // decay_steps)


@wrong(INVERSE_STAIRCASE, "staircase rounded", "not to the nearest")
def _(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate / (1 + decay_rate * round(step / decay_steps))


@wrong(STAIRCASE, "staircase rounded up", "not up")
def _(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate ** math.ceil(step / decay_steps)


@wrong(EXPONENTIAL, "decay steps unused", "once every decay_steps")
def _(step, initial_learning_rate, decay_rate):
    return initial_learning_rate * decay_rate**step


@wrong(INVERSE, "decay steps unused", "once every decay_steps")
def _(step, initial_learning_rate, decay_rate):
    return initial_learning_rate / (1 + decay_rate * step)


@wrong(EXPONENTIAL, "product for power of rate", "take the power")
def _(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate * (step / decay_steps)


@wrong(EXPONENTIAL, "power of e", "not e")
def _(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * math.exp(-decay_rate * step / decay_steps)


@wrong(EXPONENTIAL, "inverse time for exponential", "InverseTimeDecay")
def _(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate / (1 + decay_rate * step / decay_steps)


@wrong(INVERSE, "exponential for inverse time", "ExponentialDecay")
def _(step, initial_learning_rate, decay_steps, decay_rate):
    return exponential(step, initial_learning_rate, decay_steps, decay_rate)


@wrong(INVERSE, "inverse time without one", "1 +")
def _(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate / np.multiply(decay_rate, step / decay_steps)


@wrong(INVERSE, "straight line", "in a line")
def _(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * (1 - decay_rate * step / decay_steps)


def polynomial(step, initial_learning_rate, decay_steps, end_learning_rate, power):
    left = (1 - step / decay_steps) ** power
    return end_learning_rate + (initial_learning_rate - end_learning_rate) * left


@wrong(POLYNOMIAL, "past the end", "min(step, decay_steps)")
def _(step, initial_learning_rate, decay_steps, end_learning_rate, power):
    return polynomial(step, initial_learning_rate, decay_steps, end_learning_rate, power)


@wrong(POLYNOMIAL, "power unused", "power is not used")
def _(step, initial_learning_rate, decay_steps, end_learning_rate):
    step = min(step, decay_steps)
    return polynomial(step, initial_learning_rate, decay_steps, end_learning_rate, 1)


@wrong(POLYNOMIAL, "power of progress", "what is left")
def _(step, initial_learning_rate, decay_steps, end_learning_rate, power):
    progress = min(step, decay_steps) / decay_steps
    span = initial_learning_rate - end_learning_rate
    return initial_learning_rate - span * progress**power


@wrong(POLYNOMIAL, "end rate unused", "not to zero")
def _(step, initial_learning_rate, decay_steps, power):
    return initial_learning_rate * (1 - min(step, decay_steps) / decay_steps) ** power


@wrong(POLYNOMIAL, "end rate added", "only the difference")
def _(step, initial_learning_rate, decay_steps, end_learning_rate, power):
    left = 1 - min(step, decay_steps) / decay_steps
    return initial_learning_rate * left**power + end_learning_rate


@wrong(CYCLE, "cycle unused", "cycle=True")
def _(step, initial_learning_rate, decay_steps, end_learning_rate, power):
    step = min(step, decay_steps)
    return polynomial(step, initial_learning_rate, decay_steps, end_learning_rate, power)


@wrong(CYCLE, "cycle too early", "one step later")
def _(step, initial_learning_rate, decay_steps, end_learning_rate, power):
    decay_steps = decay_steps * (step // decay_steps + 1)
    return polynomial(step, initial_learning_rate, decay_steps, end_learning_rate, power)


@wrong(CYCLE, "same cycle again", "stretches decay_steps")
def _(step, initial_learning_rate, decay_steps, end_learning_rate, power):
    step = step % decay_steps
    return polynomial(step, initial_learning_rate, decay_steps, end_learning_rate, power)


def cosine(step, top, decay_steps, alpha):
    wave = 0.5 * (1 + math.cos(math.pi * min(step, decay_steps) / decay_steps))
    return top * ((1 - alpha) * wave + alpha)


@wrong(COSINE, "alpha unused", "alpha is not used")
def _(step, initial_learning_rate, decay_steps):
    return cosine(step, initial_learning_rate, decay_steps, 0)


@wrong(COSINE, "alpha as a rate", "fraction")
def _(step, initial_learning_rate, decay_steps, alpha):
    wave = cosine(step, 1.0, decay_steps, 0)
    return alpha + (initial_learning_rate - alpha) * wave


@wrong(COSINE, "half missing", "0.5")
def _(step, initial_learning_rate, decay_steps, alpha):
    wave = 1 + math.cos(math.pi * min(step, decay_steps) / decay_steps)
    return initial_learning_rate * ((1 - alpha) * wave + alpha)


@wrong(COSINE, "cosine past the end", "min(step, decay_steps)")
def _(step, initial_learning_rate, decay_steps, alpha):
    wave = 0.5 * (1 + math.cos(math.pi * step / decay_steps))
    return initial_learning_rate * ((1 - alpha) * wave + alpha)


@wrong(COSINE, "cosine without pi", "pi is missing")
def _(step, initial_learning_rate, decay_steps, alpha):
    wave = 0.5 * (1 + math.cos(min(step, decay_steps) / decay_steps))
    return initial_learning_rate * ((1 - alpha) * wave + alpha)


@wrong(COSINE, "cosine of degrees", "radians")
def _(step, initial_learning_rate, decay_steps, alpha):
    wave = 0.5 * (1 + math.cos(180 * min(step, decay_steps) / decay_steps))
    return initial_learning_rate * ((1 - alpha) * wave + alpha)


@wrong(COSINE, "full turn", "half of one")
def _(step, initial_learning_rate, decay_steps, alpha):
    wave = 0.5 * (1 + math.cos(2 * math.pi * min(step, decay_steps) / decay_steps))
    return initial_learning_rate * ((1 - alpha) * wave + alpha)


@wrong(WARMUP, "warmup unused", "rises in a line")
def _(step, initial_learning_rate, decay_steps, alpha):
    return cosine(step, initial_learning_rate, decay_steps, alpha)


@wrong(WARMUP, "warmup from zero", "not at zero")
def _(step, initial_learning_rate, decay_steps, alpha, warmup_target, warmup_steps):
    if step < warmup_steps:
        return warmup_target * step / warmup_steps
    return cosine(step - warmup_steps, warmup_target, decay_steps, alpha)


def line(step, initial_learning_rate, warmup_target, warmup_steps):
    return initial_learning_rate + (warmup_target - initial_learning_rate) * step / warmup_steps


@wrong(WARMUP, "decay runs during warmup", "step - warmup_steps")
def _(step, initial_learning_rate, decay_steps, alpha, warmup_target, warmup_steps):
    if step < warmup_steps:
        return line(step, initial_learning_rate, warmup_target, warmup_steps)
    return cosine(step, warmup_target, decay_steps, alpha)


@wrong(WARMUP, "warmup inside decay steps", "after it")
def _(step, initial_learning_rate, decay_steps, alpha, warmup_target, warmup_steps):
    if step < warmup_steps:
        return line(step, initial_learning_rate, warmup_target, warmup_steps)
    return cosine(step - warmup_steps, warmup_target, decay_steps - warmup_steps, alpha)


@wrong(WARMUP, "decay from initial rate", "starts at warmup_target")
def _(step, initial_learning_rate, decay_steps, alpha, warmup_target, warmup_steps):
    if step < warmup_steps:
        return line(step, initial_learning_rate, warmup_target, warmup_steps)
    return cosine(step - warmup_steps, initial_learning_rate, decay_steps, alpha)


def restarts(step, initial_learning_rate, period, t_mul, m_mul, alpha):
    height = 1
    while step >= period:
        step, period, height = step - period, period * t_mul, height * m_mul
    wave = height * 0.5 * (1 + math.cos(math.pi * step / period))
    return initial_learning_rate * ((1 - alpha) * wave + alpha)


@wrong(RESTARTS, "no restart", "never restarts")
def _(step, initial_learning_rate, first_decay_steps, alpha):
    return cosine(step, initial_learning_rate, first_decay_steps, alpha)


@wrong(RESTARTS, "t mul unused", "t_mul times longer")
def _(step, initial_learning_rate, first_decay_steps, m_mul, alpha):
    return restarts(step, initial_learning_rate, first_decay_steps, 1, m_mul, alpha)


@wrong(RESTARTS, "m mul unused", "m_mul times as high")
def _(step, initial_learning_rate, first_decay_steps, t_mul, alpha):
    return restarts(step, initial_learning_rate, first_decay_steps, t_mul, 1, alpha)


@wrong(RESTARTS, "m mul on alpha", "the floor")
def _(step, initial_learning_rate, first_decay_steps, t_mul, m_mul, alpha):
    height, period, start = 1, first_decay_steps, 0
    while step - start >= period:
        start, period, height = start + period, period * t_mul, height * m_mul
    return height * restarts(step, initial_learning_rate, first_decay_steps, t_mul, 1, alpha)


@wrong(EXPONENTIAL, "one step ahead", "next step")
def _(step, initial_learning_rate, decay_steps, decay_rate):
    step = step + 1
    return exponential(step, initial_learning_rate, decay_steps, decay_rate)


@wrong(COSINE, "one step behind", "step before")
def _(step, initial_learning_rate, decay_steps, alpha):
    return cosine(step - 1, initial_learning_rate, decay_steps, alpha)


@pytest.mark.parametrize(("rule", "keras_object", "mistake", "says"), wrong)
def test_recognizes(rule, keras_object, mistake, says):
    assert_recognized(rule, keras_object, mistake, says)


def test_every_mistake_is_tested():
    assert wrong.names() == names(SCHEDULES) | names(COSINE_SCHEDULES)
