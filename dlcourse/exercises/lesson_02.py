"""Exercises of lesson 02: backpropagation."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.conformance.gradient_check import check_gradient
from dlcourse.exercises import Prediction, function, number

cost = Prediction(
    "Backpropagation computes all 195 slopes at once. What does it cost, in multiplications?",
    ["about 3 forward passes", "about 30 forward passes", "about 400 forward passes"],
    because="Each product of the forward pass comes back as two: one for its weights, one for its"
    " inputs.",
)

used_twice = number(
    "f = (a + b) · a, at a = 3 and b = 2. What is the gradient of f at a?",
    8,
    wrong={
        5: "that is the path on which a is a factor. a is also part of the sum.",
        3: "that is the path through the sum. a is also a factor of the product.",
        15: "that is the value of f, or the two paths multiplied. Paths are added.",
        6: "that is the gradient of a · a; b changes it, too.",
    },
    hints=[
        "× gives each input the gradient times the other input; + hands it on as it is.",
        "As a factor a gets a + b. Through the sum it gets a · 1.",
    ],
    solution="(3 + 2) + 3 * 1 = 8",
    because="a is used twice, so two paths lead back to it, and they add up.",
)

second_logit = number(
    "p = (0.7, 0.2, 0.1), the second class is right. The gradient at the second logit?",
    -0.8,
    wrong={
        0.8: "the sign is wrong: a larger logit of the right class lowers the loss.",
        0.2: "that is p. For the right class subtract y = 1.",
        -5: "that is -1 / p, at the probability, before it comes back through softmax.",
        0.7: "that is the first logit, whose class is wrong.",
        -0.16: "that is -p (1 - p): the slope of a sigmoid alone, not yet divided by p.",
    },
    hints=["What is y for the right class?", "p - y"],
    solution="0.2 - 1 = -0.8",
    because="The gradient at the logits is p - y: the right class is pulled up by what it lacks.",
)


def _check_linear_gradient(answer: Any) -> str | None:
    random = np.random.default_rng(0)
    x, y, w = (random.standard_normal(shape) for shape in ((7, 3), (7, 1), (3, 1)))
    report = check_gradient(lambda w: ((x @ w - y) ** 2).mean(), lambda w: answer(w, x, y), at=w)
    return None if report else f"{report.found} {report.hint}".rstrip()


linear_gradient = function(
    "Write linear_gradient(W, x, y): the gradient of ((x @ W - y) ** 2).mean() at W.",
    _check_linear_gradient,
    hints=[
        "First the gradient at the outputs x @ W: the slope of a square, divided by the rows.",
        "Back through x @ W it is x.T @ d_outputs.",
    ],
    solution="""
def linear_gradient(W, x, y):
    d_outputs = 2 * (x @ W - y) / len(x)
    return x.T @ d_outputs
""",
    because="A mean of squares has the slope 2 / rows times the difference, brought back by x.T.",
)
