"""Exercises of lesson 17: putting it together."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcourse.exercises import Prediction, choice, function, number

costs_most = Prediction(
    "Which piece, removed from the complete recipe, costs most validation accuracy?",
    ["the tuned rate", "dropout", "the schedule", "the penalty"],
    because="A rate that is too low wastes every step; the others only refine what was learned.",
)

name_the_fault = choice(
    "Ten classes. Loss 1.49 on training and 1.51 on validation rows, both flat; accuracy 0.98 and "
    "0.96. Which fault is it?",
    "softmax twice",
    {
        "rate too low": "then the loss would still fall, and accuracy would be far from 0.98.",
        "labels shuffled": "then accuracy on validation rows would be near 0.1.",
        "under-fitting": "98 % of the training rows are right: there is nothing it fails to fit.",
        "over-fitting": "the two losses are nearly the same, and validation does not get worse.",
    },
    hints=[
        "Which number does not fit the other: the accuracy or the loss?",
        "Which fault keeps the loss from falling although the answers are right?",
    ],
    because="The loss cannot fall below log(1 + 9 / e) = 1.46, however right the answers are.",
)

lowest_loss = number(
    "Three classes, softmax twice, every answer right and sure: how low is the cross-entropy?",
    math.log(1 + 2 / math.e),
    wrong={
        math.log(1 + 3 / math.e): "only the *other* two classes get e⁰; the right one gets e¹.",
        math.log(3): "that is guessing. The second softmax still favors the right class.",
        0.0: "that would be right for one softmax.",
        math.e
        / (math.e + 2): "that is the probability of the right class. The loss is -log of it.",
    },
    hints=[
        "The first softmax gives 1, 0, 0. What does the second make of that?",
        "The right class gets e / (e + 1 + 1). Take -log.",
    ],
    solution="math.log(1 + 2 / math.e) = 0.551",
    because="softmax([1, 0, 0]) gives the right class e / (e + 2), and -log of it is 0.551.",
)


def _check_earned(answer: Any) -> str | None:
    better = np.array([0.96, 0.95, 0.96, 0.97, 0.95, 0.96])
    paired = better - np.linspace(0.001, 0.004, 6)
    cases = [
        (better, paired, True, "with the piece every seed is a little better; compare in pairs"),
        (paired, better, False, "without the piece every seed is better"),
    ]
    for seed in (3, 1, 0):  # the best, the worst and a middle one
        one_against, one_draw = better - 0.01, paired.copy()
        one_against[seed], one_draw[seed] = better[seed] + 0.001, better[seed]
        cases += [
            (better, one_against, False, "one seed of six says otherwise"),
            (better, one_draw, False, "one seed is a draw, and the interval reaches 0"),
        ]
    shuffled = np.roll(better - 0.001, 1)
    cases.append((better, shuffled, False, "seeds differ either way; only the sorted ones do not"))
    for full, without, expected, why in cases:
        result = answer(full.copy(), without.copy())
        if bool(result) != expected:
            return f"it must be {expected} where {why}. Received: {result}."
    return None


earned = function(
    "Write earned(full, without): does the 97 % interval of six paired differences lie above 0?",
    _check_earned,
    hints=[
        "Subtract seed by seed: six differences.",
        "The interval begins at the lowest difference.",
    ],
    solution="""
def earned(full, without):
    return bool(min(np.asarray(full) - np.asarray(without)) > 0)
""",
    because="The interval begins at the lowest difference; above 0 it excludes no gain.",
)
