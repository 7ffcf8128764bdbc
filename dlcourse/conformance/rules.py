"""Keras's update rules in NumPy, without weight decay: what the catalogue of mistakes varies.

A rule here is a function of `(w, g, state, h)`: weights, gradient, the dict that lives between
steps, and a namespace of hyperparameters by Keras's names. `h.paper` moves epsilon from where
Keras has it to where the paper (or PyTorch) has it; a mistake is the same mistake in both forms.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

Rule = Callable[[np.ndarray, np.ndarray, dict[str, Any], SimpleNamespace], np.ndarray]


def changed(h: SimpleNamespace, **values: Any) -> SimpleNamespace:
    """Return a copy of the hyperparameters with some of them replaced."""
    return SimpleNamespace(**{**vars(h), **values})


def count(state: dict[str, Any]) -> int:
    """Count the steps, from 1."""
    state["step"] = state.get("step", 0) + 1
    return state["step"]


def average(state: dict[str, Any], key: str, value: np.ndarray, beta: float) -> np.ndarray:
    """Move the running average `state[key]`, which starts at zero, toward `value`."""
    state[key] = beta * state.get(key, 0) + (1 - beta) * value
    return state[key]


def root(square: np.ndarray, h: SimpleNamespace) -> np.ndarray:
    """Take the root that a gradient is divided by: Keras's epsilon is inside it."""
    return np.sqrt(square) + h.epsilon if h.paper else np.sqrt(square + h.epsilon)


def sgd(w: np.ndarray, g: np.ndarray, state: dict, h: SimpleNamespace) -> np.ndarray:
    """Gradient descent, with Polyak's (1964) or Nesterov's (1983) momentum."""
    v = state["v"] = h.momentum * state.get("v", 0) - h.learning_rate * g
    return w + (h.momentum * v - h.learning_rate * g if h.nesterov else v)


def adagrad(w: np.ndarray, g: np.ndarray, state: dict, h: SimpleNamespace) -> np.ndarray:
    """Duchi et al., 2011."""
    s = state["s"] = state.get("s", h.initial_accumulator_value) + g**2
    return w - h.learning_rate * g / root(s, h)


def rmsprop(w: np.ndarray, g: np.ndarray, state: dict, h: SimpleNamespace) -> np.ndarray:
    """Tieleman and Hinton, 2012; centered: Graves, 2013."""
    return heavy_ball(w, g / root(variance(g, state, h), h), state, h)


def variance(g: np.ndarray, state: dict, h: SimpleNamespace) -> np.ndarray:
    """Average the squared gradients; if centered, around the average gradient."""
    s = average(state, "s", g**2, h.rho)
    return s - average(state, "m", g, h.rho) ** 2 if h.centered else s


def heavy_ball(w: np.ndarray, direction: np.ndarray, state: dict, h: SimpleNamespace) -> np.ndarray:
    """Step against a direction, with RMSprop's momentum."""
    v = state["v"] = h.momentum * state.get("v", 0) + h.learning_rate * direction
    return w - v


def adadelta(w: np.ndarray, g: np.ndarray, state: dict, h: SimpleNamespace) -> np.ndarray:
    """Zeiler, 2012; Keras multiplies the paper's step by the learning rate."""
    s = average(state, "s", g**2, h.rho)
    step = root(state.get("d", np.zeros_like(g)), h) / root(s, h) * g
    average(state, "d", step**2, h.rho)
    return w - h.learning_rate * step


def adam(w: np.ndarray, g: np.ndarray, state: dict, h: SimpleNamespace) -> np.ndarray:
    """Kingma and Ba, 2015; amsgrad: Reddi et al., 2018; AdamW: Loshchilov and Hutter, 2019."""
    return adam_step(w, *moments(g, state, h), *corrections(count(state), h), h)


def moments(g: np.ndarray, state: dict, h: SimpleNamespace) -> tuple[np.ndarray, np.ndarray]:
    """Average the gradients and their squares."""
    v = average(state, "v", g**2, h.beta_2)
    if h.amsgrad:
        v = state["v_max"] = np.maximum(state.get("v_max", 0), v)
    return average(state, "m", g, h.beta_1), v


def corrections(step: int, h: SimpleNamespace) -> tuple[float, float]:
    """What the two averages, which start at zero, have reached of their full weight."""
    return 1 - h.beta_1**step, 1 - h.beta_2**step


def adam_step(
    w: np.ndarray, m: np.ndarray, v: np.ndarray, full_m: float, full_v: float, h: SimpleNamespace
) -> np.ndarray:
    """Take Adam's step; the paper adds epsilon to the corrected root, Keras to the root itself."""
    if h.paper:
        return w - h.learning_rate * (m / full_m) / (np.sqrt(v / full_v) + h.epsilon)
    return w - h.learning_rate * np.sqrt(full_v) / full_m * m / (np.sqrt(v) + h.epsilon)


def adamax(w: np.ndarray, g: np.ndarray, state: dict, h: SimpleNamespace) -> np.ndarray:
    """Kingma and Ba, 2015, Algorithm 2."""
    m = average(state, "m", g, h.beta_1)
    u = state["u"] = np.maximum(h.beta_2 * state.get("u", 0), np.abs(g))
    return adamax_step(w, m, u, 1 - h.beta_1 ** count(state), h)


def adamax_step(
    w: np.ndarray, m: np.ndarray, u: np.ndarray, full_m: float, h: SimpleNamespace
) -> np.ndarray:
    """Take Adamax's step; the paper has no epsilon."""
    return w - h.learning_rate * (m / full_m) / (u if h.paper else u + h.epsilon)


def nadam(w: np.ndarray, g: np.ndarray, state: dict, h: SimpleNamespace) -> np.ndarray:
    """Dozat, 2016, with Keras's momentum schedule."""
    step = count(state)
    return nadam_step(w, g, state, h, step, *scheduled_momenta(state, step, h))


def scheduled_momenta(
    state: dict, step: int, h: SimpleNamespace, stretch: float = 1
) -> tuple[float, float, float]:
    """Return the momentum of this step, of the next, and the product of all so far."""
    now, later = (h.beta_1 * (1 - 0.5 * 0.96 ** (t / stretch)) for t in (step, step + 1))
    state["product"] = state.get("product", 1) * now
    return now, later, state["product"]


def nadam_step(
    w: np.ndarray,
    g: np.ndarray,
    state: dict,
    h: SimpleNamespace,
    step: int,
    now: float,
    later: float,
    product: float,
) -> np.ndarray:
    """Take Nadam's step with the given momenta."""
    m, v = average(state, "m", g, h.beta_1), average(state, "v", g**2, h.beta_2)
    ahead = later * m / (1 - product * later) + (1 - now) * g / (1 - product)
    return w - h.learning_rate * ahead / (np.sqrt(v / (1 - h.beta_2**step)) + h.epsilon)


def lion(w: np.ndarray, g: np.ndarray, state: dict, h: SimpleNamespace) -> np.ndarray:
    """Chen et al., 2023: the sign of one average, while another, slower one is kept."""
    m = state.get("m", 0)
    average(state, "m", g, h.beta_2)
    return w - h.learning_rate * np.sign(h.beta_1 * m + (1 - h.beta_1) * g)


RULES: dict[str, Rule] = {
    "SGD": sgd,
    "Adagrad": adagrad,
    "RMSprop": rmsprop,
    "Adadelta": adadelta,
    "Adam": adam,
    "AdamW": adam,
    "Adamax": adamax,
    "Nadam": nadam,
    "Lion": lion,
}
