"""Answers to the exercises of lesson 17."""

from __future__ import annotations

import math

import numpy as np

from exercise_cases import Case


def untouched(full, without): ...


def lowest_difference(full, without):
    return min(full - without) > 0


def counting(full, without):
    return all(a > b for a, b in zip(full, without, strict=True))


CASES = {
    "costs_most": Case(
        right={"plain": "the tuned rate", "joined": " ".join(["the", "tuned", "rate"])},
        wrong={
            "dropout": ("dropout", "you predicted 'dropout'"),
            "schedule": ("the schedule", "you predicted 'the schedule'"),
            "penalty": ("the penalty", "you predicted 'the penalty'"),
            "other": ("ReLU", "choose one of"),
        },
        outcome="the tuned rate",
    ),
    "name_the_fault": Case(
        right={"plain": "softmax twice", "joined": " ".join(["softmax", "twice"])},
        wrong={
            "rate": ("rate too low", "the loss would still fall"),
            "labels": ("labels shuffled", "near 0.1"),
            "under-fitting": ("under-fitting", "nothing it fails to fit"),
            "over-fitting": ("over-fitting", "nearly the same"),
            "other": ("NaN", "choose one of"),
        },
    ),
    "lowest_loss": Case(
        right={"formula": math.log(1 + 2 / math.e), "number": 0.5514},
        wrong={
            "all three": (math.log(1 + 3 / math.e), "the *other* two classes"),
            "guessing": (math.log(3), "that is guessing"),
            "one softmax": (0, "right for one softmax"),
            "probability": (math.e / (math.e + 2), "-log of it"),
        },
    ),
    "earned": Case(
        right={"lowest": lowest_difference, "counted": counting},
        wrong={
            "five of six": (lambda full, without: np.sort(full - without)[1] > 0, "of six says"),
            "mean": (lambda full, without: full.mean() > without.mean(), "one seed of six says"),
            "not in pairs": (lambda full, without: full.min() > without.max(), "in pairs"),
            "wrong sign": (lambda full, without: min(without - full) > 0, "compare in"),
            "the best": (
                lambda full, without: max(full) > max(without),
                "seed of six says otherwise. Received: True",
            ),
            "sorted": (
                lambda full, without: (np.sort(full) > np.sort(without)).all(),
                "only the sorted ones do not",
            ),
            "draws count": (lambda full, without: min(full - without) >= 0, "is a draw"),
        },
        untouched=untouched,
    ),
}  # fmt: skip
