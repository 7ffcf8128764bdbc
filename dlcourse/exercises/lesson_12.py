"""Exercises of lesson 12: weight penalties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.exercises import Exercise, Prediction, choice, number

which_is_zero = Prediction(
    "SGD trains a network under L1, and under L2. Which training ends with weights exactly 0?",
    ["L1 only", "L2 only", "both", "neither"],
    because="Near zero L1's pull has a fixed size, so a step jumps over zero and back.",
)

penalty_value = number(
    "L2(0.01) as kernel_regularizer; kernel [[1, -2], [3, 0]], bias [5, 5]. What is the penalty?",
    0.14,
    wrong={
        0.07: "that is ½ λ Σ w², as many books write it. Keras's L2 has no ½.",
        0.64: "a kernel_regularizer penalizes the kernel. The bias is free.",
        0.06: "that is L1, the sum of the sizes. L2 sums the squares.",
        14.0: "that is Σ w²; multiply it by the strength.",
        0.01 * 14**0.5: "that is λ times the norm. L2 sums the squares and takes no root.",
    },
    hints=[
        "Which weights does a kernel_regularizer see?",
        "1² + 2² + 3² + 0² = 14, and λ is 0.01.",
    ],
    solution="0.01 * (1**2 + 2**2 + 3**2) = 0.14",
    because="λ Σ w² over the kernel: 0.01 · (1 + 4 + 9 + 0), without a ½ and without the bias.",
)

_WEIGHTS = np.array([[0.5, -2.0], [0.0, 3.0]])


def _check_gradient(answer: Any) -> str | None:
    if not callable(answer):
        return f"the answer is a function, not {answer!r}."
    found = np.asarray(answer(_WEIGHTS.copy(), 0.1, 0.0), dtype=float)
    if found.shape != _WEIGHTS.shape:
        return f"a gradient has one number for each weight: shape (2, 2). Received: {found.shape}."
    l1_part = _first_match(found, _L1_MISTAKES)
    if l1_part is not None:
        return l1_part or _difference("l1=0.1, l2=0", found, 0.1 * np.sign(_WEIGHTS))
    found = np.asarray(answer(_WEIGHTS.copy(), 0.0, 0.1), dtype=float)
    l2_part = _first_match(found, _L2_MISTAKES)
    if l2_part is not None:
        return l2_part or _difference("l1=0, l2=0.1", found, 0.2 * _WEIGHTS)
    found = np.asarray(answer(_WEIGHTS.copy(), 0.1, 0.3), dtype=float)
    right = 0.1 * np.sign(_WEIGHTS) + 0.6 * _WEIGHTS
    if not np.allclose(found, right):
        return "each part is right alone; together their gradients add up."
    return None


_L1_MISTAKES: list[tuple[Callable[[np.ndarray], np.ndarray], str | None]] = [
    (lambda w: 0.1 * np.sign(w), None),
    (lambda w: 0.1 * np.abs(w), "that is the L1 penalty of each weight. Its slope is ±λ."),
    (lambda w: 0.1 * np.ones_like(w), "below zero |w| falls as w grows: its slope there is -1."),
    (lambda w: -0.1 * np.sign(w), "that is the way downhill; the gradient points uphill."),
    (lambda w: 0.1 * np.where(w > 0, 1, -1), "Keras takes the slope of |w| at 0 to be 0."),
    (lambda w: 0.1 * np.where(w < 0, -1, 1), "Keras takes the slope of |w| at 0 to be 0."),
]
_L2_MISTAKES: list[tuple[Callable[[np.ndarray], np.ndarray], str | None]] = [
    (lambda w: 0.2 * w, None),
    (lambda w: 0.1 * w, "the 2 is missing: the slope of λ w² is 2 λ w."),
    (lambda w: 0.1 * w**2, "that is the L2 penalty of each weight, not its slope."),
    (lambda w: 0.2 * np.abs(w), "the slope of w² has the sign of w."),
]


def _first_match(found: np.ndarray, mistakes: list) -> str | None:
    """Return None if `found` is the first, right entry, a known mistake's message, or ""."""
    for formula, message in mistakes:
        if found.shape == _WEIGHTS.shape and np.allclose(found, formula(_WEIGHTS)):
            return message
    return ""


def _difference(setting: str, found: np.ndarray, right: np.ndarray) -> str:
    expected = right.round(3).tolist()
    return f"for {setting} and w = {_WEIGHTS.tolist()} it must be {expected}. Received: " + (
        f"{found.round(3).tolist()}."
    )


l1l2_gradient = Exercise(
    "Write l1l2_gradient(w, l1, l2): the gradient of Keras's L1L2 penalty.",
    _check_gradient,
    hints=[
        "The penalty is l1 Σ|w| + l2 Σ w². Take the slope of each part alone.",
        "np.sign(w) is the slope of |w|, and 0 at 0.",
    ],
    solution="""
def l1l2_gradient(w, l1, l2):
    return l1 * np.sign(w) + 2 * l2 * w
""",
    because="L1 pulls with a fixed force, L2 with a force that grows with the weight; they add up.",
)

which_strength = choice(
    "Keras reports val_loss 0.60 (λ = 0), 0.64 (λ = 0.01, penalty 0.12), 0.95 (λ = 0.1, penalty"
    " 0.39). Which strength predicts best?",
    "0.01",
    {
        "0": "the other two reports contain a penalty. Take it off before you compare.",
        "0.1": "without its penalty that one has a data loss of 0.56.",
        "cannot tell": "you can: the data loss is what is reported minus the penalty.",
    },
    hints=["Keras's val_loss is the loss on the validation data plus the penalty."],
    because="The data losses are 0.60, 0.52 and 0.56.",
)
