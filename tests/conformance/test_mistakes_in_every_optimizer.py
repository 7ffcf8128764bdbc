from __future__ import annotations

import numpy as np
import pytest
from keras.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, Nadam, RMSprop
from keras.optimizers.schedules import ExponentialDecay
from wrong_rules import WrongRules, assert_recognized, names

from dlcourse.conformance.mistakes.shared import DECAY, SETTINGS, SHARED

wrong = WrongRules()


def adam_ratio(g, state, beta_1, beta_2, t):
    """The paper's m_hat and v_hat."""
    state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    return state["m"] / (1 - beta_1**t), state["v"] / (1 - beta_2**t)


@wrong(SGD(0.1, clipnorm=1.0), "setting unused", "clipnorm")
@wrong(SGD(0.1, use_ema=True, ema_overwrite_frequency=2), "setting unused", "use_ema")
@wrong(SGD(0.1, gradient_accumulation_steps=3), "setting unused", "gradient_accumulation_steps")
def _(w, g, state, learning_rate):
    return w - learning_rate * g


@wrong(SGD(0.1), "velocity uphill", "uphill")
def _(w, g, state, learning_rate):
    return w + learning_rate * g


@wrong(RMSprop(0.01), "uphill", "uphill")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    return w + learning_rate * g / np.sqrt(state["s"] + epsilon)


@wrong(Adam(0.01), "uphill", "uphill")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m, v = adam_ratio(g, state, beta_1, beta_2, t)
    return w + learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(Adam(0.01), "epsilon subtracted from weight", "parentheses")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m, v = adam_ratio(g, state, beta_1, beta_2, t)
    w -= learning_rate * m / np.sqrt(v) + epsilon
    return w


@wrong(Adam(0.01), "epsilon added to weight", "parentheses")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m, v = adam_ratio(g, state, beta_1, beta_2, t)
    return w - learning_rate * m / np.sqrt(v) + epsilon


@wrong(Adagrad(0.01), "epsilon added to weight", "parentheses")
def _(w, g, state, learning_rate, epsilon):
    state["s"] = state.get("s", 0.1) + g**2
    return w - learning_rate * g / np.sqrt(state["s"]) + epsilon


@wrong(RMSprop(0.01), "epsilon unused", "0 / 0")
def _(w, g, state, learning_rate, rho):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    return w - learning_rate * g / np.sqrt(state["s"])


@wrong(Adam(0.01), "epsilon unused", "0 / 0")
def _(w, g, state, learning_rate, beta_1, beta_2):
    t = state["t"] = state.get("t", 0) + 1
    m, v = adam_ratio(g, state, beta_1, beta_2, t)
    return w - learning_rate * m / np.sqrt(v)


@wrong(Adam(0.01), "betas swapped", "exchanged")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m, v = adam_ratio(g, state, beta_2, beta_1, t)
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(Lion(0.01), "betas swapped", "exchanged")
def _(w, g, state, learning_rate, beta_1, beta_2):
    m = state.get("m", 0)
    state["m"] = beta_1 * m + (1 - beta_1) * g
    return w - learning_rate * np.sign(beta_2 * m + (1 - beta_2) * g)


@wrong(Adam(0.01), "betas for their complements", "weight of the old average")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m, v = adam_ratio(g, state, 1 - beta_1, 1 - beta_2, t)
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(Adam(0.01), "frozen step", "always 1")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = 1
    m, v = adam_ratio(g, state, beta_1, beta_2, t)
    t += 1
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(Adamax(0.01), "frozen step", "always 1")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    u = state["u"] = np.maximum(beta_2 * state.get("u", 0), np.abs(g))
    return w - learning_rate / (1 - beta_1) * m / (u + epsilon)


@wrong(AdamW(0.01), "step from zero", "counted from 0")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon, weight_decay):
    t = state.get("t", 0)
    state["t"] = t + 1
    m, v = adam_ratio(g, state, beta_1, beta_2, t)
    return w - learning_rate * (m / (np.sqrt(v) + epsilon) + weight_decay * w)


@wrong(Nadam(0.01), "step from zero", "counted from 0")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state.get("t", 0)
    state["t"] = t + 1
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    v = state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    now, later = (beta_1 * (1 - 0.5 * 0.96**k) for k in (t, t + 1))
    p = state["p"] = state.get("p", 1) * now
    m = later * m / (1 - p * later) + (1 - now) * g / (1 - p)
    return w - learning_rate * m / (np.sqrt(v / (1 - beta_2**t)) + epsilon)


@wrong(Adam(0.01), "step from two", "one too high")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 1) + 1
    m, v = adam_ratio(g, state, beta_1, beta_2, t)
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(RMSprop(0.01), "state forgotten", "put back into `state`")
def _(w, g, state, learning_rate, rho, epsilon):
    s = state.get("s", 0)
    s = rho * s + (1 - rho) * g**2
    return w - learning_rate * g / np.sqrt(s + epsilon)


@wrong(RMSprop(0.01), "state forgotten", "put back into `state`")
def _(w, g, state, learning_rate, rho, epsilon):
    state = {"s": state.get("s", 0)}  # another dict, which is lost
    state["s"] = rho * state["s"] + (1 - rho) * g**2
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


@wrong(SGD(0.1, momentum=0.5), "learning rate unused", "learning_rate is not used")
def _(w, g, state, momentum):
    state["v"] = momentum * state.get("v", 0) - g
    return w + state["v"]


@wrong(SGD(ExponentialDecay(0.1, 1, 0.5)), "first learning rate kept", "never runs")
def _(w, g, state, learning_rate):
    rate = state.setdefault("learning_rate", learning_rate)
    return w - rate * g


@wrong(SGD(0.1, weight_decay=0.1), "decay unused", "weight_decay is not used")
def _(w, g, state, learning_rate, weight_decay):
    return w - learning_rate * g


@wrong(AdamW(0.1), "decay in the gradient", "decoupled")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon, weight_decay):
    t = state["t"] = state.get("t", 0) + 1
    g = g + weight_decay * w
    m, v = adam_ratio(g, state, beta_1, beta_2, t)
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(SGD(0.1, momentum=0.9, weight_decay=0.1), "decay in the gradient", "decoupled")
def _(w, g, state, learning_rate, momentum, weight_decay):
    state["v"] = momentum * state.get("v", 0) - learning_rate * (g + weight_decay * w)
    return w + state["v"]


@wrong(SGD(0.1, weight_decay=0.1), "double decay in the gradient", "keras.regularizers.L2")
def _(w, g, state, learning_rate, weight_decay):
    return w - learning_rate * (g + 2 * weight_decay * w)


@wrong(AdamW(0.1), "decay without learning rate", "not multiplied by the learning rate")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon, weight_decay):
    t = state["t"] = state.get("t", 0) + 1
    m, v = adam_ratio(g, state, beta_1, beta_2, t)
    return w - learning_rate * m / (np.sqrt(v) + epsilon) - weight_decay * w


@wrong(AdamW(0.1), "decay grows", "must shrink")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon, weight_decay):
    t = state["t"] = state.get("t", 0) + 1
    m, v = adam_ratio(g, state, beta_1, beta_2, t)
    return w - learning_rate * m / (np.sqrt(v) + epsilon) + learning_rate * weight_decay * w


@wrong(Lion(0.1, weight_decay=0.1), "decay after the step", "before the step")
def _(w, g, state, learning_rate, beta_1, beta_2, weight_decay):
    m = state.get("m", 0)
    w = w - learning_rate * np.sign(beta_1 * m + (1 - beta_1) * g)
    state["m"] = beta_2 * m + (1 - beta_2) * g
    return w - learning_rate * weight_decay * w


@wrong(Adadelta(0.5), "epsilon unused", "0 / 0")
def _(w, g, state, learning_rate, rho):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    step = np.sqrt(state.get("d", 0)) / np.sqrt(state["s"]) * g
    state["d"] = rho * state.get("d", 0) + (1 - rho) * step**2
    return w - learning_rate * step


@pytest.mark.parametrize(("rule", "keras_object", "mistake", "says"), wrong)
def test_recognizes(rule, keras_object, mistake, says):
    assert_recognized(rule, keras_object, mistake, says)


def test_every_mistake_is_tested():
    assert wrong.names() - {"velocity uphill"} == names(SETTINGS + SHARED + DECAY)
