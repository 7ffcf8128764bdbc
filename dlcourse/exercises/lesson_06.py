"""Exercises of lesson 06: the learning rate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.exercises import Prediction, choice, function, number

best_minimum = Prediction(
    "Which learning rate takes plain descent from w = -2 into the best minimum?",
    ["a smaller one", "a larger one", "none"],
    because="A rate that crosses the hills is too large to stay in the best minimum.",
)

steps_needed = number(
    "Rate times curvature is 0.1. After how many steps is a thousandth of the distance left?",
    66,
    wrong={
        69: "close: each step keeps a factor of 0.9, and ln(0.9) is -0.105, not -0.1.",
        10: "that leaves 0.9 ** 10, still a third of the distance.",
        3: "each step keeps 0.9 of the distance, not 0.1.",
        9990: "the steps get shorter as the slope does; they do not each take the same.",
    },
    hints=[
        "What is the factor per step?",
        "For which n is 0.9 ** n = 0.001? Take logarithms.",
    ],
    solution="np.log(0.001) / np.log(0.9) = 65.6, so 66 steps",
    because="The factor is 1 - 0.1 = 0.9, and 0.9 ** 66 is the first power below 0.001.",
)


def _check_largest_rate(answer: Any) -> str | None:
    cases: list[tuple[str, Callable, float, float]] = [
        ("4 w, minimum 0", lambda w: 4 * w, 0.0, 4.0),
        ("50 (w - 3), minimum 3", lambda w: 50 * (w - 3), 3.0, 50.0),
        ("w³ + 5 w, minimum 0", lambda w: w * w * w + 5 * w, 0.0, 5.0),
        ("w³ - 8, minimum 2", lambda w: w * w * w - 8, 2.0, 12.0),
    ]
    for name, gradient, minimum, curvature in cases:
        result = answer(gradient, minimum)
        message = _what_is_wrong(float(result), curvature)
        if message:
            return f"for the gradient {name}: {message} Received: {float(result):.3g}."
    return None


def _what_is_wrong(result: float, curvature: float) -> str | None:
    if np.isclose(result, 2 / curvature, rtol=0.01):
        return None
    if np.isclose(result, curvature, rtol=0.01):
        return "that is the curvature; the limit is 2 / curvature."
    if np.isclose(result, 1 / curvature, rtol=0.01):
        return "half the limit. From w - h to w + h it is 2 h; and the limit is 2 / curvature."
    if abs(result) > 20 / curvature:
        return "far too large. Divide the change of the gradient by the distance."
    return f"the curvature is {curvature:g}, so the limit is {2 / curvature:g}."


largest_rate = function(
    "Write largest_rate(gradient, minimum): the limit of the rate at a minimum of one weight.",
    _check_largest_rate,
    hints=[
        "The curvature is how much the gradient changes from w - h to w + h, per distance.",
        "curvature = (gradient(minimum + h) - gradient(minimum - h)) / (2 * h)",
    ],
    solution="""
def largest_rate(gradient, minimum, h=1e-3):
    curvature = (gradient(minimum + h) - gradient(minimum - h)) / (2 * h)
    return 2 / curvature
""",
    because="The slope of the gradient is the curvature, and the limit is 2 / curvature.",
)

next_move = choice(
    "On a new task a range test of 40 steps has its lowest loss at rate 0.3. What comes next?",
    "sweep around 0.03",
    {
        "train at 0.3": "the test gave that rate a single step. Adam failed at its lowest loss.",
        "train at 0.03": "a fair guess, but SGD ended at more than twice the best loss that way.",
    },
    hints=["What did the test say for SGD, what for Adam, and where were their valleys?"],
    because="The test finds the decade cheaply; only trainings say where in it the valley lies.",
)
