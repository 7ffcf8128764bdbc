from __future__ import annotations

import numpy as np
import pytest
from keras.optimizers import Adam, AdamW
from wrong_rules import WrongRules, assert_recognized, names

from dlcourse.conformance.mistakes.adam import ADAM

wrong = WrongRules()


def averages(g, state, beta_1, beta_2):
    state["t"] = state.get("t", 0) + 1
    state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    return state["t"], state["m"], state["v"]


@wrong(Adam(0.01), "no bias correction", "bias correction is missing")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    _, m, v = averages(g, state, beta_1, beta_2)
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(AdamW(0.01), "no bias correction", "bias correction is missing")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon, weight_decay):
    _, m, v = averages(g, state, beta_1, beta_2)
    w *= 1 - learning_rate * weight_decay
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(Adam(0.01), "only m corrected", "divide v by")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, v = averages(g, state, beta_1, beta_2)
    return w - learning_rate * m / (1 - beta_1**t) / (np.sqrt(v) + epsilon)


@wrong(Adam(0.01), "only v corrected", "divide m by")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, v = averages(g, state, beta_1, beta_2)
    return w - learning_rate * m / (np.sqrt(v / (1 - beta_2**t)) + epsilon)


@wrong(Adam(0.01), "corrections swapped", "exchanged")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, v = averages(g, state, beta_1, beta_2)
    m, v = m / (1 - beta_2**t), v / (1 - beta_1**t)
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(Adam(0.01), "product for power", "takes a power")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, v = averages(g, state, beta_1, beta_2)
    m, v = m / (1 - beta_1 * t), v / (1 - beta_2 * t)
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(Adam(0.01), "corrected averages stored", "keep the uncorrected ones")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, v = averages(g, state, beta_1, beta_2)
    state["m"], state["v"] = m / (1 - beta_1**t), v / (1 - beta_2**t)
    return w - learning_rate * state["m"] / (np.sqrt(state["v"]) + epsilon)


@wrong(Adam(0.01), "v without root", "root is missing")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, v = averages(g, state, beta_1, beta_2)
    return w - learning_rate * (m / (1 - beta_1**t)) / (v / (1 - beta_2**t) + epsilon)


@wrong(Adam(0.01), "m and v swapped", "exchanged")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, v = averages(g, state, beta_1, beta_2)
    m, v = m / (1 - beta_1**t), v / (1 - beta_2**t)
    return w - learning_rate * v / (np.sqrt(m) + epsilon)


@wrong(Adam(0.01), "v without square", "average their squares")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, _ = averages(g, state, beta_1, beta_2)
    state["u"] = beta_2 * state.get("u", 0) + (1 - beta_2) * g
    m, v = m / (1 - beta_1**t), state["u"] / (1 - beta_2**t)
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(Adam(0.01), "v from m", "the square of the gradient")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, _ = averages(g, state, beta_1, beta_2)
    state["u"] = beta_2 * state.get("u", 0) + (1 - beta_2) * m**2
    m, v = m / (1 - beta_1**t), state["u"] / (1 - beta_2**t)
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


@wrong(Adam(0.01), "sums for averages", "1 - beta_1")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = beta_1 * state.get("m", 0) + g
    v = state["v"] = beta_2 * state.get("v", 0) + g**2
    return w - learning_rate * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)


@wrong(Adam(0.01), "m unused", "takes the gradient itself")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, _, v = averages(g, state, beta_1, beta_2)
    return w - learning_rate * g / (np.sqrt(v / (1 - beta_2**t)) + epsilon)


@wrong(Adam(0.01), "epsilon inside root", "after the root")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, v = averages(g, state, beta_1, beta_2)
    return w - learning_rate * (m / (1 - beta_1**t)) / np.sqrt(v / (1 - beta_2**t) + epsilon)


@wrong(Adam(0.01), "epsilon inside root", "after the root")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, v = averages(g, state, beta_1, beta_2)
    rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return w - rate * m / np.sqrt(v + epsilon)


@wrong(Adam(0.01, amsgrad=True), "amsgrad unused", "amsgrad=True")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, v = averages(g, state, beta_1, beta_2)
    rate = learning_rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    return w - rate * m / (np.sqrt(v) + epsilon)


@wrong(Adam(0.01, amsgrad=True), "amsgrad of corrected v", "bias-corrected v")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m, v = averages(g, state, beta_1, beta_2)
    state["max"] = np.maximum(state.get("max", 0), v / (1 - beta_2**t))
    return w - learning_rate * (m / (1 - beta_1**t)) / (np.sqrt(state["max"]) + epsilon)


@pytest.mark.parametrize(("rule", "keras_object", "mistake", "says"), wrong)
def test_recognizes(rule, keras_object, mistake, says):
    assert_recognized(rule, keras_object, mistake, says)


def test_every_mistake_is_tested():
    assert wrong.names() == names(ADAM)
