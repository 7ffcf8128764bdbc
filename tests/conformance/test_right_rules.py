"""Right rules are accepted, however they are written."""

from __future__ import annotations

import math

import keras
import numpy as np
import pytest
from keras.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, Nadam, RMSprop
from keras.optimizers.schedules import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)

from dlcourse.conformance import conform

RIGHT = []


def right(*keras_objects):
    def record(rule):
        RIGHT.extend(
            pytest.param(rule, keras_object, id=f"{type(keras_object).__name__}-{rule.__name__}")
            for keras_object in keras_objects
        )
        return rule

    return record


FALLING = ExponentialDecay(0.1, decay_steps=3, decay_rate=0.5)


@right(SGD(), SGD(0.1), SGD(FALLING), SGD(100.0))
def plain(w, g, state, learning_rate):
    return w - learning_rate * g


@right(SGD(0.1))
def in_place(w, g, state, learning_rate):
    g *= learning_rate
    w -= g
    return w


@right(SGD(0.1))
def with_another_name_and_an_own_default(weights, gradient, memory, learning_rate, scale=1.0):
    return weights - scale * learning_rate * gradient


@right(SGD(0.1, momentum=0.9), SGD(FALLING, momentum=0.9), SGD(0.1))
def momentum(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) - learning_rate * g
    return w + state["v"]


@right(SGD(0.1, momentum=0.9), SGD(FALLING, momentum=0.9))
def momentum_the_other_sign(w, g, state, **hyperparameters):
    if not state:
        state["velocity"] = np.zeros_like(w)
    state["velocity"] *= hyperparameters["momentum"]
    state["velocity"] += hyperparameters["learning_rate"] * g
    w -= state["velocity"]
    return w


@right(SGD(0.1, momentum=0.9, nesterov=True), SGD(FALLING, momentum=0.9, nesterov=True))
def nesterov(w, g, state, learning_rate, momentum):
    old = state.get("v", 0)
    state["v"] = momentum * old - learning_rate * g
    return w - momentum * old + (1 + momentum) * state["v"]


@right(SGD(0.1, weight_decay=0.1))
def decay_in_plain_descent_is_a_penalty(w, g, state, learning_rate, weight_decay):
    return w - learning_rate * (g + weight_decay * w)


@right(SGD(0.1, momentum=0.9, weight_decay=0.1))
def decoupled_decay(w, g, state, learning_rate, momentum, weight_decay):
    state["v"] = momentum * state.get("v", 0) - learning_rate * g
    return w + state["v"] - learning_rate * weight_decay * w


@right(SGD(0.1, clipnorm=1.0))
def clipped(w, g, state, learning_rate, clipnorm):
    return w - learning_rate * g / max(1, np.linalg.norm(g) / clipnorm)


@right(Adagrad(0.1), Adagrad(0.1, initial_accumulator_value=0.0, epsilon=1e-4))
def adagrad(w, g, state, learning_rate, initial_accumulator_value, epsilon):
    state["s"] = state.get("s", initial_accumulator_value) + g * g
    return w - learning_rate * g / (state["s"] + epsilon) ** 0.5


@right(RMSprop(), RMSprop(0.01, momentum=0.9), RMSprop(0.01, momentum=0.9, centered=True))
def rmsprop(w, g, state, learning_rate, rho, momentum, epsilon, centered):
    s = state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    if centered:
        m = state["m"] = rho * state.get("m", 0) + (1 - rho) * g
        s = s - m**2
    state["v"] = momentum * state.get("v", 0) + learning_rate * g / np.sqrt(s + epsilon)
    return w - state["v"]


@right(RMSprop(0.01))
def rmsprop_by_lerp(w, g, state, learning_rate, rho, epsilon):
    s = state.setdefault("s", np.zeros_like(w))
    s += (g**2 - s) * (1 - rho)
    return w - learning_rate * g * (s + epsilon) ** -0.5


@right(Adadelta(), Adadelta(1.0, rho=0.9, epsilon=1e-6))
def adadelta(w, g, state, learning_rate, rho, epsilon):
    s, d = state.get("s", 0), state.get("d", 0)
    state["s"] = s = rho * s + (1 - rho) * g**2
    step = np.sqrt(d + epsilon) / np.sqrt(s + epsilon) * g
    state["d"] = rho * d + (1 - rho) * step**2
    return w - learning_rate * step


@right(Adam(), Adam(0.1), Adam(FALLING), Adam(0.1, epsilon=1e-3))
def adam_with_the_corrections_in_the_rate(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    v = state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return w - rate * m / (np.sqrt(v) + epsilon)


@right(Adam(0.1))
def adam_with_the_correction_on_epsilon(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    state.setdefault("t", 0)
    state["t"] += 1
    m = state.get("m", np.zeros(w.shape))
    v = state.get("v", np.zeros(w.shape))
    state["m"] = m = m + (g - m) * (1 - beta_1)
    state["v"] = v = v + (g * g - v) * (1 - beta_2)
    m_hat, v_hat = m / (1 - beta_1 ** state["t"]), v / (1 - beta_2 ** state["t"])
    return w - learning_rate * m_hat / (v_hat**0.5 + epsilon / (1 - beta_2 ** state["t"]) ** 0.5)


@right(Adam(0.1, amsgrad=True))
def amsgrad(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    v = state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    top = state["top"] = np.maximum(state.get("top", 0), v)
    rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return w - rate * m / (np.sqrt(top) + epsilon)


@right(AdamW(), AdamW(0.1, weight_decay=0.1), Adam(0.1, weight_decay=0.1))
def adamw(w, g, state, learning_rate, weight_decay, beta_1, beta_2, epsilon):
    return adam_with_the_corrections_in_the_rate(
        w * (1 - learning_rate * weight_decay), g, state, learning_rate, beta_1, beta_2, epsilon
    )


@right(Adamax(), Adamax(0.1))
def adamax(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    u = state["u"] = np.fmax(beta_2 * state.get("u", 0), abs(g))
    return w - learning_rate / (1 - beta_1**t) * m / (u + epsilon)


@right(Nadam(), Nadam(0.1))
def nadam(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    now, later = (beta_1 * (1 - 0.5 * 0.96**k) for k in (t, t + 1))
    product = state["product"] = state.get("product", 1) * now
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    v = state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    m_hat = later * m / (1 - product * later) + (1 - now) * g / (1 - product)
    return w - learning_rate * m_hat / (np.sqrt(v / (1 - beta_2**t)) + epsilon)


@right(Lion(), Lion(0.1, weight_decay=0.1))
def lion(w, g, state, learning_rate, beta_1, beta_2, weight_decay=None):
    m = state.get("m", np.zeros_like(g))
    state["m"] = beta_2 * m + (1 - beta_2) * g
    direction = np.sign(beta_1 * m + (1 - beta_1) * g)
    return w - learning_rate * (direction + (weight_decay or 0) * w)


@right(Adam(0.1))
def adam_in_keras_operations(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    return adam_with_the_corrections_in_the_rate(
        keras.ops.convert_to_tensor(w), g, state, learning_rate, beta_1, beta_2, epsilon
    )


@right(PiecewiseConstantDecay([100_000, 110_000], [1.0, 0.5, 0.1]))
def piecewise(step, boundaries, values):
    return values[np.searchsorted(boundaries, step, side="left")]


@right(ExponentialDecay(0.1, 100, 0.96), ExponentialDecay(0.1, 100, 0.96, staircase=True))
def exponential(step, initial_learning_rate, decay_steps, decay_rate, staircase):
    power = step // decay_steps if staircase else step / decay_steps
    return initial_learning_rate * math.exp(power * math.log(decay_rate))


@right(InverseTimeDecay(1.0, 1, 0.1), InverseTimeDecay(1.0, 10, 0.1, staircase=True))
def inverse_time(step, initial_learning_rate, decay_steps, decay_rate, staircase):
    power = step // decay_steps if staircase else step / decay_steps
    return initial_learning_rate / (1 + decay_rate * power)


@right(
    PolynomialDecay(0.1, 100),
    PolynomialDecay(0.1, 100, end_learning_rate=0.0, power=0.5),
    PolynomialDecay(0.1, 100, end_learning_rate=0.01, power=2.0, cycle=True),
)
def polynomial(step, initial_learning_rate, decay_steps, end_learning_rate, power, cycle):
    if cycle:
        decay_steps *= max(1, math.ceil(step / decay_steps))
    left = 1 - min(step, decay_steps) / decay_steps
    return (initial_learning_rate - end_learning_rate) * left**power + end_learning_rate


@right(
    CosineDecay(0.1, 100),
    CosineDecay(0.1, 100, alpha=0.1),
    CosineDecay(0.0, 100, warmup_target=0.1, warmup_steps=10),
    CosineDecay(0.01, 100_000, alpha=0.1, warmup_target=0.1, warmup_steps=1_000),
)
def cosine(step, initial_learning_rate, decay_steps, alpha, warmup_target, warmup_steps):
    top = initial_learning_rate
    if warmup_target is not None:
        if step < warmup_steps:
            done = step / warmup_steps
            return (1 - done) * initial_learning_rate + done * warmup_target
        step, top = step - warmup_steps, warmup_target
    angle = np.pi * np.clip(step / decay_steps, 0, 1)
    return top * (alpha + (1 - alpha) * np.cos(angle / 2) ** 2)


@right(
    CosineDecayRestarts(0.1, 10),
    CosineDecayRestarts(0.1, 10, t_mul=1.0, m_mul=0.5),
    CosineDecayRestarts(0.1, 1000, t_mul=1.5, m_mul=0.9, alpha=0.1),
    CosineDecayRestarts(0.1, 100, t_mul=1.2),
)
def restarts(step, initial_learning_rate, first_decay_steps, t_mul, m_mul, alpha):
    period, height = first_decay_steps, 1
    while step >= period:
        step, period, height = step - period, period * t_mul, height * m_mul
    wave = height * 0.5 * (1 + math.cos(math.pi * step / period))
    return initial_learning_rate * ((1 - alpha) * wave + alpha)


@pytest.mark.parametrize(("rule", "keras_object"), RIGHT)
def test_accepts(rule, keras_object):
    report = conform(rule, keras_object)
    assert report, report


def test_accepts_rules_for_a_learners_own_optimizer_and_schedule():
    class Halving(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.1 * 0.5 ** keras.ops.cast(step, "float32")

        def get_config(self):
            return {}

    class SignDescent(keras.optimizers.Optimizer):
        def update_step(self, gradient, variable, learning_rate):
            rate = keras.ops.cast(learning_rate, variable.dtype)
            self.assign_sub(variable, rate * keras.ops.sign(gradient))

    def halving(step):
        return 0.1 * 0.5**step

    def sign_descent(w, g, state, learning_rate):
        return w - learning_rate * np.sign(g)

    assert conform(halving, Halving())
    assert conform(sign_descent, SignDescent(learning_rate=Halving()))
    assert not conform(plain, SignDescent(learning_rate=0.1))


def test_knows_no_mistakes_of_a_learners_own_class_with_a_known_name():
    class CosineDecay(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return 0.1 / (1 + keras.ops.cast(step, "float64"))

        def get_config(self):
            return {}

    class Adam(keras.optimizers.Optimizer):
        def update_step(self, gradient, variable, learning_rate):
            self.assign_sub(variable, keras.ops.cast(learning_rate, variable.dtype) * gradient)

    assert not conform(lambda step: 0.2, CosineDecay())
    assert conform(plain, Adam(learning_rate=0.1))
    assert conform(lambda w, g, state: w - g, Adam(learning_rate=0.1)).mistake == ""


def test_accepts_a_learning_rate_that_is_a_function():
    def constant():
        return 0.1

    assert conform(plain, SGD(constant))
