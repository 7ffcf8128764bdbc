from __future__ import annotations

import numpy as np
import pytest
from keras.optimizers import Adadelta, Adagrad, RMSprop
from wrong_rules import WrongRules, assert_recognized, names

from dlcourse.conformance.mistakes.adaptive import ADAPTIVE

wrong = WrongRules()


@wrong(Adagrad(0.1), "accumulator without root", "root is missing")
def _(w, g, state, learning_rate, initial_accumulator_value, epsilon):
    state["s"] = state.get("s", initial_accumulator_value) + g**2
    return w - learning_rate * g / (state["s"] + epsilon)


@wrong(Adagrad(0.1), "accumulated without square", "their squares")
def _(w, g, state, learning_rate, initial_accumulator_value, epsilon):
    state["s"] = state.get("s", initial_accumulator_value) + g
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


@wrong(Adagrad(0.1), "old accumulator used", "add g**2 first")
def _(w, g, state, learning_rate, initial_accumulator_value, epsilon):
    s = state.get("s", initial_accumulator_value)
    w = w - learning_rate * g / np.sqrt(s + epsilon)
    state["s"] = s + g**2
    return w


@wrong(Adagrad(0.1), "initial value added each step", "only starts from it")
def _(w, g, state, learning_rate, initial_accumulator_value, epsilon):
    state["s"] = state.get("s", 0) + g**2 + initial_accumulator_value
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


@wrong(Adagrad(0.1), "accumulator replaced", "add each square")
def _(w, g, state, learning_rate, initial_accumulator_value, epsilon):
    state["s"] = initial_accumulator_value + g**2
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


@wrong(RMSprop(0.01), "squares added up", "Adagrad")
def _(w, g, state, learning_rate, epsilon):
    state["s"] = state.get("s", 0) + g * g
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


@wrong(RMSprop(0.01), "new square at full weight", "1 - rho")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + g**2
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


@wrong(RMSprop(0.01), "rho for its complement", "weight of the old average")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = (1 - rho) * state.get("s", 0) + rho * g**2
    return w - learning_rate * g / (np.sqrt(state["s"]) + epsilon)  # and epsilon as in PyTorch


@wrong(RMSprop(0.01), "average without root", "root is missing")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    return w - learning_rate * g / (state["s"] + epsilon)


@wrong(RMSprop(0.01), "averaged without square", "average their squares")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


@wrong(RMSprop(0.01), "old average used", "update the average first")
def _(w, g, state, learning_rate, rho, epsilon):
    s = state.get("s", np.zeros_like(w))
    state["s"] = rho * s + (1 - rho) * g**2
    return w - learning_rate * g / np.sqrt(s + epsilon)


@wrong(RMSprop(0.01), "bias corrected average", "takes it as it is")
def _(w, g, state, learning_rate, rho, epsilon):
    state["t"] = state.get("t", 0) + 1
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    return w - learning_rate * g / np.sqrt(state["s"] / (1 - rho ** state["t"]) + epsilon)


@wrong(RMSprop(0.01, centered=True), "centered unused", "centered=True")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


@wrong(RMSprop(0.01, centered=True), "centered without square", "subtract its square")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    state["m"] = rho * state.get("m", 0) + (1 - rho) * g
    return w - learning_rate * g / np.sqrt(state["s"] - state["m"] + epsilon)


@wrong(RMSprop(0.01, momentum=0.9), "momentum unused in rmsprop", "keep a velocity")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


@wrong(RMSprop(0.01, momentum=0.9), "momentum before scaling", "collect the scaled ones")
def _(w, g, state, learning_rate, rho, momentum, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    state["v"] = momentum * state.get("v", 0) + g
    return w - learning_rate * state["v"] / np.sqrt(state["s"] + epsilon)


@wrong(Adadelta(1.0), "rho for its complement", "weight of the old average")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = (1 - rho) * state.get("s", 0) + rho * g**2
    step = np.sqrt(state.get("d", 0) + epsilon) / np.sqrt(state["s"] + epsilon) * g
    state["d"] = (1 - rho) * state.get("d", 0) + rho * step**2
    return w - learning_rate * step


@wrong(Adadelta(1.0), "epsilon outside both roots", "belongs inside")
@wrong(Adadelta(), "epsilon outside both roots", "belongs inside")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    step = (np.sqrt(state.get("d", 0)) + epsilon) / (np.sqrt(state["s"]) + epsilon) * g
    state["d"] = rho * state.get("d", 0) + (1 - rho) * step**2
    return w - learning_rate * step


@wrong(Adadelta(1.0), "step average unused", "RMSprop's step")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


@wrong(Adadelta(1.0), "step average never updated", "update it at the end")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    delta = 0
    step = np.sqrt(delta + epsilon) / np.sqrt(state["s"] + epsilon) * g
    delta = rho * delta + (1 - rho) * step**2
    return w - learning_rate * step


@wrong(Adadelta(1.0), "gradients for steps", "collect squared steps")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    step = np.sqrt(state.get("d", 0) + epsilon) / np.sqrt(state["s"] + epsilon) * g
    state["d"] = rho * state.get("d", 0) + (1 - rho) * g**2
    return w - learning_rate * step


@wrong(Adadelta(0.5), "learning rate in step average", "already multiplied")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    step = np.sqrt(state.get("d", 0) + epsilon) / np.sqrt(state["s"] + epsilon) * g
    step = learning_rate * step
    state["d"] = rho * state.get("d", 0) + (1 - rho) * step**2
    return w - step


@wrong(Adadelta(1.0), "adadelta without roots", "roots are missing")
def _(w, g, state, learning_rate, rho, epsilon):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    step = (state.get("d", 0) + epsilon) / (state["s"] + epsilon) * g
    state["d"] = rho * state.get("d", 0) + (1 - rho) * step**2
    return w - learning_rate * step


@pytest.mark.parametrize(("rule", "keras_object", "mistake", "says"), wrong)
def test_recognizes(rule, keras_object, mistake, says):
    assert_recognized(rule, keras_object, mistake, says)


def test_every_mistake_is_tested():
    assert wrong.names() == names(ADAPTIVE)
