"""Mistakes in gradient descent with momentum."""

from __future__ import annotations

import numpy as np

from dlcourse.conformance.mistakes.mistake import Mistakes
from dlcourse.conformance.rules import changed

SGD = Mistakes()


@SGD.of("SGD")
def velocity_forgotten(right, w, g, state, h):
    """No velocity is carried from step to step: keep it in `state`, and use `momentum`."""
    return right(w, g, {}, h)


@SGD.of("SGD")
def momentum_unused(right, w, g, state, h):
    """`momentum` is not used: the old velocity is multiplied by it."""
    return right(w, g, state, changed(h, momentum=0.0))


@SGD.of("SGD")
def nesterov_is_plain_momentum(right, w, g, state, h):
    """This is plain momentum, and this optimizer has nesterov=True: after the velocity is updated,
    the step is momentum * velocity - learning_rate * g, not the velocity itself."""
    return right(w, g, state, changed(h, nesterov=False))


@SGD.of("SGD")
def plain_momentum_is_nesterov(right, w, g, state, h):
    """This is Nesterov's momentum, and this optimizer has nesterov=False: the step is the velocity
    itself."""
    return right(w, g, state, changed(h, nesterov=True))


@SGD.of("SGD")
def nesterov_without_gradient(right, w, g, state, h):
    """Nesterov's step has two terms: momentum * velocity, and - learning_rate * g, which is
    missing."""
    v = state["v"] = h.momentum * state.get("v", 0) - h.learning_rate * g
    return w + h.momentum * v


@SGD.of("SGD")
def dampening(right, w, g, state, h):
    """The gradient is multiplied by 1 - momentum (an average, or PyTorch's `dampening`). Keras's
    velocity is a sum: the gradient enters at the full learning_rate."""
    damped = (1 - h.momentum) * h.learning_rate * g
    v = state["v"] = h.momentum * state.get("v", 0) - damped
    return w + (h.momentum * v - damped if h.nesterov else v)


@SGD.of("SGD")
def momentum_for_its_complement(right, w, g, state, h):
    """The old velocity is multiplied by 1 - momentum; multiply it by momentum."""
    return right(w, g, state, changed(h, momentum=1 - h.momentum))


@SGD.of("SGD")
def old_velocity_used(right, w, g, state, h):
    """The weights move by the velocity of the step before: update the velocity first."""
    old = state.get("v", np.zeros_like(g))
    right(w, g, state, h)
    return w + old


@SGD.of("SGD")
def learning_rate_twice(right, w, g, state, h):
    """The learning rate is applied twice, in the velocity and again in the step."""
    return w + h.learning_rate * (right(w, g, state, h) - w)


@SGD.of("SGD")
def velocity_turns_around(right, w, g, state, h):
    """The sign of the old velocity is wrong, so the velocity turns around at every step: with
    v = momentum * v - learning_rate * g the new weights are w + v; with
    v = momentum * v + learning_rate * g they are w - v."""
    return right(w, g, state, changed(h, momentum=-h.momentum))


@SGD.of("SGD")
def velocity_uphill(right, w, g, state, h):
    """The sign is wrong, so the weights go uphill: with v = momentum * v - learning_rate * g the
    new weights are w + v; with v = momentum * v + learning_rate * g they are w - v."""
    return right(w, -g, state, h)
