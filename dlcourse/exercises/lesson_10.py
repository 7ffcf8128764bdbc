"""Exercises of lesson 10: racing optimizers."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.exercises import Prediction, choice, function, number

who_wins = Prediction(
    "Each optimizer at its own rate, over five seeds: who has the best validation accuracy?",
    ["Adam's family", "SGD's family", "nobody, clearly"],
    because="Once each has its own rate, chance moves the results more than the method does.",
)

edge_of_the_grid = choice(
    "In a sweep from 0.001 to 1.0, AdaDelta's best rate is 1.0. What follows?",
    "widen the grid",
    {
        "race it at 1.0": "a larger rate may be better still; nobody has looked.",
        "drop AdaDelta": "nothing was learned about AdaDelta yet, only about too small rates.",
    },
    hints=["What would you see if the best rate were 10?"],
    because="The best rate may lie beyond the last one that was tried.",
)

one_digit = number(
    "There are 258 validation digits. How much accuracy is one more right digit?",
    1 / 258,
    wrong={
        100 / 258: "that is in percent; accuracies here are fractions of 1.",
        1 / 1280: "1280 is the number of training digits.",
        258: "that is the number of digits; accuracy is a share of them.",
    },
    hints=["Accuracy is right digits divided by all digits."],
    solution="1 / 258 = 0.00388",
    because="One in 258 is 0.4 %: smaller differences do not exist in this validation set.",
)


def _check_clearly_lower(answer: Any) -> str | None:
    nan = np.nan
    cases = [
        ([1, 2, 3], [2, 3, 4], True, "A is lower on every seed"),
        ([1, 2, 3], [2, 1, 4], False, "B is lower on one seed; the mean does not decide"),
        ([1, 2, 3], [1, 3, 4], False, "one seed is a draw, and a draw is not lower"),
        ([1, 2, 3], [2, nan, 4], True, "B diverged on one seed, which counts as worse"),
        ([1, nan, 3], [2, 3, 4], False, "A diverged on one seed, which counts as worse"),
        ([1, nan, 3], [2, nan, 4], False, "both diverged on one seed, which is a draw"),
        ([1, 2, 3000], [2, 3, nan], True, "a finite loss is lower, however large"),
    ]
    for a, b, expected, why in cases:
        result = answer(np.array(a, float), np.array(b, float))
        if bool(result) != expected:
            return f"for A = {a} and B = {b} it must be {expected}: {why}. Received: {result}."
    return None


clearly_lower = function(
    "Write clearly_lower(losses_a, losses_b): is A lower on every seed, NaN being worst?",
    _check_clearly_lower,
    hints=[
        "What is `np.nan < 1.0`, and what is `1.0 < np.nan`?",
        "np.nan_to_num(losses, nan=np.inf) makes NaN the worst loss.",
    ],
    solution="""
def clearly_lower(losses_a, losses_b):
    a, b = (np.nan_to_num(losses, nan=np.inf) for losses in (losses_a, losses_b))
    return bool((a < b).all())
""",
    because="Comparisons with NaN are false, so a diverged run must first become infinitely bad.",
)
