"""Mistakes in gradient descent with momentum."""

from __future__ import annotations

import numpy as np

from dlcourse.conformance.mistakes.mistake import Mistakes
from dlcourse.conformance.rules import changed

SGD = Mistakes()
sgd = SGD.of("SGD")


@sgd("No velocity is carried from step to step: keep it in `state`, and use `momentum`.")
def velocity_forgotten(right, w, g, state, h):
    return right(w, g, {}, h)


sgd.change(
    "momentum unused", "`momentum` is not used: the old velocity is multiplied by it.", momentum=0.0
)

sgd.change(
    "nesterov is plain momentum",
    "This is plain momentum, and this optimizer has nesterov=True: after the velocity is updated,"
    " the step is momentum * velocity - learning_rate * g, not the velocity itself.",
    nesterov=False,
)

sgd.change(
    "plain momentum is nesterov",
    "This is Nesterov's momentum, and this optimizer has nesterov=False: the step is the velocity"
    " itself.",
    nesterov=True,
)


@sgd(
    "Nesterov's step has two terms: momentum * velocity, and - learning_rate * g, which is missing."
)
def nesterov_without_gradient(right, w, g, state, h):
    v = state["v"] = h.momentum * state.get("v", 0) - h.learning_rate * g
    return w + h.momentum * v


@sgd(
    "The gradient is multiplied by 1 - momentum (an average, or PyTorch's `dampening`). Keras's"
    " velocity is a sum: the gradient enters at the full learning_rate."
)
def dampening(right, w, g, state, h):
    damped = (1 - h.momentum) * h.learning_rate * g
    v = state["v"] = h.momentum * state.get("v", 0) - damped
    return w + (h.momentum * v - damped if h.nesterov else v)


@sgd("The old velocity is multiplied by 1 - momentum; multiply it by momentum.")
def momentum_for_its_complement(right, w, g, state, h):
    return right(w, g, state, changed(h, momentum=1 - h.momentum))


@sgd("The weights move by the velocity of the step before: update the velocity first.")
def old_velocity_used(right, w, g, state, h):
    old = state.get("v", np.zeros_like(g))
    right(w, g, state, h)
    return w + old


@sgd("The learning rate is applied twice, in the velocity and again in the step.")
def learning_rate_twice(right, w, g, state, h):
    return w + h.learning_rate * (right(w, g, state, h) - w)


@sgd(
    "The sign of the old velocity is wrong, so the velocity turns around at every step: with v ="
    " momentum * v - learning_rate * g the new weights are w + v; with v = momentum * v +"
    " learning_rate * g they are w - v."
)
def velocity_turns_around(right, w, g, state, h):
    return right(w, g, state, changed(h, momentum=-h.momentum))


@sgd(
    "The sign is wrong, so the weights go uphill: with v = momentum * v - learning_rate * g the"
    " new weights are w + v; with v = momentum * v + learning_rate * g they are w - v."
)
def velocity_uphill(right, w, g, state, h):
    return right(w, -g, state, h)
