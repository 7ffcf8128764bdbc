"""Exercises of lesson 04: initialization."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.exercises import Prediction, function, number

different_units = Prediction(
    "All weights start at 0.1. How many of the 32 hidden units are different after training?",
    ["1", "about 16", "32"],
    because="Equal units get equal gradients, so every step leaves them equal.",
)

he_deviation = number(
    "A layer with ReLU has 200 inputs and 50 units. Which standard deviation does He's rule give?",
    0.1,
    wrong={
        0.01: "that is the variance; the standard deviation is its root.",
        0.2: "that is the root of 2 / 50: He's rule counts the inputs, fan_in.",
        (1 / 200) ** 0.5: "that is LeCun's rule. ReLU cuts off half of the signal.",
        (2 / 250) ** 0.5: "that is Glorot's rule, with the sum of inputs and units.",
    },
    hints=["He's variance is 2 / fan_in.", "√(2 / 200)"],
    solution="(2 / 200) ** 0.5 = 0.1",
    because="2 / 200 is the variance 0.01, and its root is 0.1.",
)

shrinks_by = number(
    "Twelve square layers with ReLU, Glorot's rule. By which factor does the signal's size shrink?",
    64,
    wrong={
        4096: "the mean *square* shrinks by that much; the size is its root.",
        2: "that is one layer's mean square.",
        24: "the factors of the layers multiply.",
        1: "so it would be with He's rule.",
        1 / 64: "that is what is left; the question asks how many times smaller it gets.",
    },
    hints=[
        "n σ² is 1 with Glorot's rule in a square layer. What does ReLU keep of the mean square?",
        "The mean square is halved twelve times; the size is its root.",
    ],
    solution="(2 ** 0.5) ** 12 = 64",
    because="Each layer halves the mean square, so twelve divide the size by √2 twelve times.",
)


def _check_he_uniform(answer: Any) -> str | None:
    kernel = np.asarray(answer(500, 300, np.random.default_rng(0)), dtype=float)
    if kernel.shape != (500, 300):
        return f"the kernel must have shape (500, 300). Received: {kernel.shape}."
    if np.array_equal(kernel, answer(500, 300, np.random.default_rng(1))):
        return "another generator gives the same numbers: draw from `random`."
    if not np.array_equal(kernel, answer(500, 300, np.random.default_rng(0))):
        return "an equal generator gives other numbers: draw from `random`, and from nothing else."
    if abs(kernel.mean()) > 0.1 * kernel.std():
        return "the numbers are not centered at 0: draw from -limit to limit."
    uniform_ratio = np.abs(kernel).max() / kernel.std()  # √3 for a uniform distribution
    if not 1.7 < uniform_ratio < 1.76:
        return "the numbers are not uniform: draw with random.uniform(-limit, limit, size)."
    return _explain_variance(kernel.var() * 500 / 2)


def _explain_variance(ratio: float) -> str | None:
    """Tell what made the variance so many times He's."""
    known = {
        1 / 3: "√(2 / fan_in) is the standard deviation, not the limit: a uniform one has a² / 3",
        5 / 3: "it is √(6 / fan_out): He's rule counts the inputs",
        1 / 2: "it is LeCun's: He's variance is 2 / fan_in",
        5 / 8: "it is Glorot's: He's variance is 2 / fan_in",
    }
    if abs(ratio - 1) < 0.03:
        return None
    for value, why in known.items():
        if abs(ratio / value - 1) < 0.03:
            return f"the variance is {ratio:.2f} times He's: {why}."
    return f"the variance is {ratio:.2f} times He's."


he_uniform = function(
    "Write he_uniform(fan_in, fan_out, random): a uniform kernel with He's variance.",
    _check_he_uniform,
    hints=[
        "A uniform number from -a to a has the variance a² / 3.",
        "a² / 3 = 2 / fan_in, so the limit is √(6 / fan_in).",
    ],
    solution="""
def he_uniform(fan_in, fan_out, random):
    limit = np.sqrt(6 / fan_in)
    return random.uniform(-limit, limit, size=(fan_in, fan_out))
""",
    because="A limit of √(6 / fan_in) gives the variance 2 / fan_in.",
)
