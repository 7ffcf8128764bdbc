from __future__ import annotations

import numpy as np
import pytest
from keras.optimizers import SGD
from wrong_rules import WrongRules, assert_recognized, names

from dlcourse.conformance import conform
from dlcourse.conformance.mistakes.sgd import SGD as MISTAKES

MOMENTUM = SGD(0.1, momentum=0.9)
NESTEROV = SGD(0.1, momentum=0.9, nesterov=True)

wrong = WrongRules()


@wrong(MOMENTUM, "velocity forgotten", "keep it in `state`")
def _(w, g, state, learning_rate, momentum):
    v = 0
    v = momentum * v - learning_rate * g
    return w + v


@wrong(NESTEROV, "velocity forgotten", "keep it in `state`")
def _(w, g, state, learning_rate, momentum):
    v = np.zeros_like(w)
    v = momentum * v - learning_rate * g
    return w + momentum * v - learning_rate * g


@wrong(NESTEROV, "momentum unused", "`momentum` is not used")
def _(w, g, state, learning_rate):
    return w - learning_rate * g


@wrong(NESTEROV, "nesterov is plain momentum", "nesterov=True")
def _(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) - learning_rate * g
    return w + state["v"]


@wrong(MOMENTUM, "plain momentum is nesterov", "nesterov=False")
def _(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) + learning_rate * g
    return w - (momentum * state["v"] + learning_rate * g)


@wrong(NESTEROV, "nesterov without gradient", "two terms")
def _(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) - learning_rate * g
    return w + momentum * state["v"]


@wrong(MOMENTUM, "dampening", "1 - momentum")
def _(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) + (1 - momentum) * g
    return w - learning_rate * state["v"]


@wrong(MOMENTUM, "momentum for its complement", "multiply it by momentum")
def _(w, g, state, learning_rate, momentum):
    state["v"] = (1 - momentum) * state.get("v", 0) - learning_rate * g
    return w + state["v"]


@wrong(MOMENTUM, "old velocity used", "update the velocity first")
def _(w, g, state, learning_rate, momentum):
    w = w + state.get("v", 0)
    state["v"] = momentum * state.get("v", 0) - learning_rate * g
    return w


@wrong(MOMENTUM, "learning rate twice", "twice")
def _(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) - learning_rate * g
    return w + learning_rate * state["v"]


@wrong(MOMENTUM, "velocity turns around", "sign of the old velocity")
def _(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) - learning_rate * g
    w, state["v"] = w + state["v"], -state["v"]
    return w


@wrong(MOMENTUM, "velocity uphill", "uphill")
def _(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) - learning_rate * g
    return w - state["v"]


@wrong(NESTEROV, "velocity uphill", "uphill")
def _(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) + learning_rate * g
    return w + momentum * state["v"] + learning_rate * g


@pytest.mark.parametrize(("rule", "keras_object", "mistake", "says"), wrong)
def test_recognizes(rule, keras_object, mistake, says):
    assert_recognized(rule, keras_object, mistake, says)


def test_every_mistake_is_tested():
    assert wrong.names() == names(MISTAKES)


def test_tells_two_mistakes_apart_that_coincide_at_these_hyperparameters():
    """At momentum 0.9, dampening multiplies by 0.1, as does a second learning rate of 0.1."""

    def dampened(w, g, state, learning_rate, momentum):
        state["v"] = momentum * state.get("v", 0) - (1 - momentum) * learning_rate * g
        return w + state["v"]

    def twice(w, g, state, learning_rate, momentum):
        state["v"] = momentum * state.get("v", 0) - learning_rate * g
        return w + learning_rate * state["v"]

    assert conform(dampened, MOMENTUM).mistake == "dampening"
    assert conform(twice, MOMENTUM).mistake == "learning rate twice"
