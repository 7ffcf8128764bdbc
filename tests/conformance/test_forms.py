"""Rules that are right in a paper or another library: not Keras's, and no mistake."""

from __future__ import annotations

import numpy as np
import pytest
from keras.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Nadam, RMSprop
from keras.optimizers.schedules import ExponentialDecay
from wrong_rules import WrongRules, assert_recognized, names

from dlcourse.conformance import conform
from dlcourse.conformance.mistakes.forms import FORMS

other = WrongRules()


@other(RMSprop(0.01), "epsilon outside root", "as in PyTorch")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    return w - learning_rate * g / (np.sqrt(state["s"]) + epsilon)


@other(Adagrad(0.01, epsilon=1e-3), "epsilon outside root", "as in PyTorch")
def _(w, g, state, learning_rate, initial_accumulator_value, epsilon):
    state["s"] = state.get("s", initial_accumulator_value) + g**2
    return w - learning_rate * g / (np.sqrt(state["s"]) + epsilon)


@other(Adam(0.01), "epsilon as in the paper", "Algorithm 1")
def paper_adam(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    v = state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    return w - learning_rate * (m / (1 - beta_1**t)) / (np.sqrt(v / (1 - beta_2**t)) + epsilon)


@other(AdamW(0.01), "epsilon as in the paper", "Algorithm 1")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon, weight_decay):
    w = w - learning_rate * weight_decay * w
    return paper_adam(w, g, state, learning_rate, beta_1, beta_2, epsilon)


@other(Adamax(0.01), "adamax without epsilon", "no epsilon")
def _(w, g, state, learning_rate, beta_1, beta_2):
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    u = state["u"] = np.maximum(beta_2 * state.get("u", 0), np.abs(g))
    return w - learning_rate / (1 - beta_1**t) * m / u


@other(Adamax(0.01), "epsilon inside maximum", "PyTorch's form")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    u = state["u"] = np.maximum(beta_2 * state.get("u", 0), np.abs(g) + epsilon)
    return w - learning_rate / (1 - beta_1**t) * m / u


@other(Nadam(0.01), "constant momentum", "momentum schedule")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    v = state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    m = beta_1 * m / (1 - beta_1 ** (t + 1)) + (1 - beta_1) * g / (1 - beta_1**t)
    return w - learning_rate * m / (np.sqrt(v / (1 - beta_2**t)) + epsilon)


@other(Nadam(0.01), "slow momentum schedule", "250 times")
def _(w, g, state, learning_rate, beta_1, beta_2, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    m = state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    v = state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    now = beta_1 * (1 - 0.5 * 0.96 ** (0.004 * t))
    later = beta_1 * (1 - 0.5 * 0.96 ** (0.004 * (t + 1)))
    p = state["p"] = state.get("p", 1) * now
    m = later * m / (1 - p * later) + (1 - now) * g / (1 - p)
    return w - learning_rate * m / (np.sqrt(v / (1 - beta_2**t)) + epsilon)


FALLING = ExponentialDecay(0.1, 1, 0.9)


@other(SGD(FALLING, momentum=0.9), "learning rate outside velocity", "PyTorch's form")
def outside(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) + g
    return w - learning_rate * state["v"]


@other(RMSprop(FALLING, momentum=0.9), "learning rate outside rmsprop velocity", "PyTorch's form")
def _(w, g, state, learning_rate, rho, momentum, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    state["v"] = momentum * state.get("v", 0) + g / np.sqrt(state["s"] + epsilon)
    return w - learning_rate * state["v"]


@other(Adagrad(0.01), "accumulator from zero", "0.1")
def _(w, g, state, learning_rate, epsilon):
    state["s"] = state.get("s", 0) + g**2
    return w - learning_rate * g / (np.sqrt(state["s"]) + epsilon)


@other(Adadelta(), "adadelta without learning rate", "crawl")
def _(w, g, state, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    step = np.sqrt(state.get("d", 0) + epsilon) / np.sqrt(state["s"] + epsilon) * g
    state["d"] = rho * state.get("d", 0) + (1 - rho) * step**2
    return w - step


@pytest.mark.parametrize(("rule", "keras_object", "form", "says"), other)
def test_recognizes(rule, keras_object, form, says):
    assert_recognized(rule, keras_object, form, says)
    report = conform(rule, keras_object)
    assert report.also_right
    assert "but right in another form" in repr(report)


def test_every_form_is_tested():
    assert other.names() == names(FORMS)


def test_adams_two_epsilons_are_one_when_converted():
    """Kingma and Ba, section 2: epsilon of the other form is epsilon * sqrt(1 - beta_2**t)."""

    def converted(w, g, state, learning_rate, beta_1, beta_2, epsilon):
        epsilon = epsilon / np.sqrt(1 - beta_2 ** (state.get("t", 0) + 1))
        return paper_adam(w, g, state, learning_rate, beta_1, beta_2, epsilon)

    assert conform(converted, Adam(0.01))


def test_learning_rate_outside_the_velocity_is_keras_rule_while_the_rate_is_constant():
    assert conform(outside, SGD(0.1, momentum=0.9))
