"""Answers to the exercises of lesson 09."""

from __future__ import annotations

import numpy as np

from exercise_cases import Case


def untouched(w, g, state, learning_rate, beta_2, epsilon): ...


def average_square(g, state, beta_2):
    state["step"] = state.get("step", 0) + 1
    state["v"] = beta_2 * state.get("v", 0.0) + (1 - beta_2) * g**2
    return state["step"], state["v"]


def one_average(w, g, state, learning_rate, beta_2, epsilon):
    step, v = average_square(g, state, beta_2)
    return w - learning_rate * np.sqrt(1 - beta_2**step) * g / (np.sqrt(v) + epsilon)


def corrected_epsilon(w, g, state, learning_rate, beta_2, epsilon):
    step, v = average_square(g, state, beta_2)
    full = 1 - beta_2**step
    return w - learning_rate * g / (np.sqrt(v / full) + epsilon / np.sqrt(full))


def uncorrected(w, g, state, learning_rate, beta_2, epsilon):
    _, v = average_square(g, state, beta_2)
    return w - learning_rate * g / (np.sqrt(v) + epsilon)


def epsilon_of_the_paper(w, g, state, learning_rate, beta_2, epsilon):
    step, v = average_square(g, state, beta_2)
    return w - learning_rate * g / (np.sqrt(v / (1 - beta_2**step)) + epsilon)


def epsilon_on_the_weight(w, g, state, learning_rate, beta_2, epsilon):
    step, v = average_square(g, state, beta_2)
    return w - learning_rate * g / np.sqrt(v / (1 - beta_2**step)) + epsilon


def frozen_counter(w, g, state, learning_rate, beta_2, epsilon):
    _, v = average_square(g, state, beta_2)
    return w - learning_rate * np.sqrt(1 - beta_2) * g / (np.sqrt(v) + epsilon)


def without_root(w, g, state, learning_rate, beta_2, epsilon):
    step, v = average_square(g, state, beta_2)
    return w - learning_rate * g / (v / (1 - beta_2**step) + epsilon)


CASES = {
    "first_steps": Case(
        right={"plain": "too long", "joined": " ".join(["too", "long"])},
        wrong={
            "short": ("too short", "you predicted 'too short'"),
            "right": ("just right", "you predicted 'just right'"),
            "other": ("long", "choose one of"),
        },
        outcome="too long",
    ),
    "first_step": Case(
        right={"number": 10, "formula": (1 - 0.9) / np.sqrt(1 - 0.9999)},
        wrong={
            "corrected": (1, "with the correction"),
            "m alone": (0.1, "m alone"),
            "no root": (1000, "take its root"),
            "default": (3.162, "beta_2=0.999"),
        },
    ),
    "pulled_more": Case(
        right={"plain": "small gradients", "joined": " ".join(["small", "gradients"])},
        wrong={
            "large": ("large gradients", "what divides it does"),
            "equal": ("equal", "decoupled decay"),
            "other": (100, "choose one of"),
        },
    ),
    "corrected_rmsprop": Case(
        right={"rate corrected": one_average, "v corrected": corrected_epsilon},
        wrong={
            "no correction": (uncorrected, "correct"),
            "Algorithm 1": (epsilon_of_the_paper, "Algorithm 1"),
            "epsilon on the weight": (epsilon_on_the_weight, "Put parentheses around"),
            "frozen counter": (frozen_counter, "always 1"),
            "no root": (without_root, "root is missing"),
        },
        untouched=untouched,
    ),
}
