from __future__ import annotations

import numpy as np
import pytest
from keras.optimizers import Adamax, Lion, Nadam
from wrong_rules import WrongRules, assert_recognized, names

from dlcourse.conformance.mistakes.adam_family import ADAM_FAMILY

wrong = WrongRules()


def step_and_average(g, state, beta_1):
    state["t"] = state.get("t", 0) + 1
    state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    return state["t"], state["m"]


@wrong(Adamax(0.01), "missing absolute value", "|g|")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m = step_and_average(g, state, beta_1)
    state["u"] = np.maximum(beta_2 * state.get("u", 0), g)
    return w - learning_rate / (1 - beta_1**t) * m / (state["u"] + epsilon)


@wrong(Adamax(0.01), "average for maximum", "take the maximum")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m = step_and_average(g, state, beta_1)
    state["u"] = beta_2 * state.get("u", 0) + (1 - beta_2) * np.abs(g)
    return w - learning_rate / (1 - beta_1**t) * m / (state["u"] + epsilon)


@wrong(Adamax(0.01), "maximum never fades", "multiply it by beta_2")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m = step_and_average(g, state, beta_1)
    state["u"] = np.maximum(state.get("u", 0), np.abs(g))
    return w - learning_rate / (1 - beta_1**t) * m / (state["u"] + epsilon)


@wrong(Adamax(0.01), "adamax without correction", "bias correction of m")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    _, m = step_and_average(g, state, beta_1)
    state["u"] = np.maximum(beta_2 * state.get("u", 0), np.abs(g))
    return w - learning_rate * m / (state["u"] + epsilon)


@wrong(Adamax(0.01), "u corrected", "take u as it is")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m = step_and_average(g, state, beta_1)
    state["u"] = np.maximum(beta_2 * state.get("u", 0), np.abs(g))
    return w - learning_rate / (1 - beta_1**t) * m / (state["u"] / (1 - beta_2**t) + epsilon)


@wrong(Adamax(0.01), "root of u", "not by its root")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m = step_and_average(g, state, beta_1)
    state["u"] = np.maximum(beta_2 * state.get("u", 0), np.abs(g))
    return w - learning_rate / (1 - beta_1**t) * m / (np.sqrt(state["u"]) + epsilon)


@wrong(Nadam(0.01), "no look ahead", "This is Adam")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m = step_and_average(g, state, beta_1)
    v = state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    return w - learning_rate * m / (1 - beta_1**t) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)


@wrong(Nadam(0.01), "momentum for its product", "product of all momenta")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t, m = step_and_average(g, state, beta_1)
    v = state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    now = beta_1 * (1 - 0.5 * 0.96**t)
    later = beta_1 * (1 - 0.5 * 0.96 ** (t + 1))
    m = later * m / (1 - now * later) + (1 - now) * g / (1 - now)
    return w - learning_rate * m / (np.sqrt(v / (1 - beta_2**t)) + epsilon)


@wrong(Lion(0.01), "sign missing", "sign is missing")
def _(w, g, state, learning_rate, beta_1, beta_2):
    m = state.get("m", 0)
    state["m"] = beta_2 * m + (1 - beta_2) * g
    return w - learning_rate * (beta_1 * m + (1 - beta_1) * g)


@wrong(Lion(0.01), "sign of gradient", "gradient alone")
def _(w, g, state, learning_rate):
    return w - learning_rate * np.sign(g)


@wrong(Lion(0.01), "sign of new average", "old average")
def _(w, g, state, learning_rate, beta_1, beta_2):
    m = state["m"] = beta_2 * state.get("m", 0) + (1 - beta_2) * g
    return w - learning_rate * np.sign(beta_1 * m + (1 - beta_1) * g)


@wrong(Lion(0.01), "one average", "updated with beta_2")
def _(w, g, state, learning_rate, beta_1):
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    return w - learning_rate * np.sign(m)


@pytest.mark.parametrize(("rule", "keras_object", "mistake", "says"), wrong)
def test_recognizes(rule, keras_object, mistake, says):
    assert_recognized(rule, keras_object, mistake, says)


def test_every_mistake_is_tested():
    assert wrong.names() == names(ADAM_FAMILY)
