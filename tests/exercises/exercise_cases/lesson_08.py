"""Answers to the exercises of lesson 08."""

from __future__ import annotations

import numpy as np

from exercise_cases import Case


def untouched(w, g, state, learning_rate, epsilon): ...


def by_mean(w, g, state, learning_rate, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    mean = state.get("mean", 0.0)
    mean = state["mean"] = mean + (g**2 - mean) / t
    return w - learning_rate / np.sqrt(t) * g / np.sqrt(mean + epsilon / t)


def by_list(w, g, state, learning_rate, epsilon):
    state.setdefault("squares", []).append(g * g)
    t, mean = len(state["squares"]), np.mean(state["squares"], axis=0)
    return w - learning_rate * g / np.sqrt(t * mean + epsilon)


def no_root(w, g, state, learning_rate, epsilon):
    state["s"] = state.get("s", 0.0) + g**2
    return w - learning_rate * g / (state["s"] + epsilon)


def forgets(w, g, state, learning_rate, epsilon):
    return w - learning_rate * g / np.sqrt(g**2 + epsilon)


def rate_stays(w, g, state, learning_rate, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    mean = state.get("mean", 0.0)
    mean = state["mean"] = mean + (g**2 - mean) / t
    return w - learning_rate * g / np.sqrt(mean + epsilon)


def counts_from_zero(w, g, state, learning_rate, epsilon):
    mean = state["mean"] = state["mean"] + (g**2 - state["mean"]) / state["t"]
    return w - learning_rate / np.sqrt(state["t"]) * g / np.sqrt(mean + epsilon / state["t"])


CASES = {
    "longer_step": Case(
        right={"plain": "the rare one's", "again": "the rare one's"},
        wrong={
            "common": ("the common one's", 'you predicted "the common one\'s"'),
            "same": ("both the same", "you predicted 'both the same'"),
            "other": ("rare", "choose one of"),
        },
        outcome="the rare one's",
    ),
    "hundredth_step": Case(
        right={"number": 0.01, "formula": 0.1 * 2 / np.sqrt(400)},
        wrong={
            "first": (0.1, "the first step"),
            "gradient 1": (0.02, "100 times 2²"),
            "effective": (0.005, "per unit of gradient"),
            "no root": (0.0005, "not by the sum"),
            "plain": (0.2, "nothing was divided"),
        },
    ),
    "adagrad_by_mean": Case(
        right={"running mean": by_mean, "list of squares": by_list},
        wrong={
            "no root": (no_root, "The root is missing"),
            "forgets": (forgets, "Only the last square"),
            "rate stays": (rate_stays, "The first step agrees and a later one does not"),
            "crashes": (counts_from_zero, "KeyError"),
        },
        untouched=untouched,
    ),
}
