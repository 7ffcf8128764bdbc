"""Exercises of lesson 12: weight penalties."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.exercises import Prediction, choice, function, number
from dlcourse.exercises.arrays import explain_array

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
    w, sign = _WEIGHTS, np.sign(_WEIGHTS)
    at_zero = "Keras takes the slope of |w| at 0 to be 0."
    l1_mistakes = {
        "that is the L1 penalty of each weight. Its slope is ±λ.": 0.1 * np.abs(w),
        "below zero |w| falls as w grows: its slope there is -1.": 0.1 * np.ones_like(w),
        "that is the way downhill; the gradient points uphill.": -0.1 * sign,
        f"the slope at 0 is no +λ. {at_zero}": 0.1 * np.where(w < 0, -1, 1),
        f"the slope at 0 is no -λ. {at_zero}": 0.1 * np.where(w > 0, 1, -1),
    }
    l2_mistakes = {
        "the 2 is missing: the slope of λ w² is 2 λ w.": 0.1 * w,
        "that is the L2 penalty of each weight, not its slope.": 0.1 * w**2,
        "the slope of w² has the sign of w.": 0.2 * np.abs(w),
    }
    together = 0.1 * sign + 0.6 * w
    together_mistakes = {
        "each part is right alone; together their gradients add up.": 0.1 * sign,
        "each part is right alone; the gradients of both add up.": 0.6 * w,
    }
    cases = [
        (0.1, 0.0, 0.1 * sign, l1_mistakes),
        (0.0, 0.1, 0.2 * w, l2_mistakes),
        (0.1, 0.3, together, together_mistakes),
    ]
    for l1, l2, right, mistakes in cases:
        if mistake := explain_array(answer(w.copy(), l1, l2), right, mistakes):
            return f"for l1={l1}, l2={l2} and w = {w.tolist()}, {mistake}"
    return None


l1l2_gradient = function(
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
