"""Answers to the exercises of lesson 07."""

from __future__ import annotations

import numpy as np

from exercise_cases import Case


def untouched(w, g, state, learning_rate, momentum): ...


def collects_gradients(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0.0) + g
    return w - learning_rate * state["v"]


def keras_form(w, g, state, learning_rate, momentum):
    state["velocity"] = momentum * state.get("velocity", np.zeros_like(w)) - learning_rate * g
    return w + state["velocity"]


def in_one_line(w, g, state, learning_rate, momentum):
    state.setdefault("sum", np.zeros_like(w))
    state["sum"] = state["sum"] * momentum + g
    return w + (-learning_rate) * state["sum"]


def no_memory(w, g, state, learning_rate, momentum):
    return w - learning_rate * g


def climbs(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0.0) + g
    return w + learning_rate * state["v"]


def dampened(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0.0) + (1 - momentum) * g
    return w - learning_rate * state["v"]


def crashes(w, g, state, learning_rate, momentum):
    return w - learning_rate * state["v"]


CASES = {
    "which_direction": Case(
        right={"plain": "along faster", "again": "along faster"},
        wrong={
            "across": ("across faster", "you predicted 'across faster'"),
            "same": ("both the same", "you predicted 'both the same'"),
            "other": ("faster", "choose one of"),
        },
        outcome="along faster",
    ),
    "largest_rate": Case(
        right={"number": 0.076, "formula": 3.8 / 50},
        wrong={
            "no momentum": (2 / 50, "without momentum"),
            "1 - beta": (0.2 / 50, "not 1 - β"),
            "steady": (0.4, "how much steady steps grow"),
            "product": (3.8, "times the curvature"),
        },
    ),
    "steady_step": Case(
        right={"number": 0.4, "formula": 0.02 / 0.05},
        wrong={
            "first": (0.02, "first step"),
            "second": (0.039, "second step"),
            "gradient 1": (0.2, "the gradient is 2"),
        },
    ),
    "torch_momentum": Case(
        right={"collects gradients": collects_gradients, "in one line": in_one_line},
        wrong={
            "as it was": (keras_form, "the velocity still holds the learning rate"),
            "no memory": (no_memory, "No velocity is carried"),
            "climbs": (climbs, "they are w - v"),
            "dampened": (dampened, "1 - momentum"),
            "crashes": (crashes, "KeyError"),
        },
        untouched=untouched,
    ),
}
