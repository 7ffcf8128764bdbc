"""Answers to the exercises of lesson 12."""

from __future__ import annotations

import numpy as np

from exercise_cases import Case


def untouched_gradient(w, l1, l2): ...


def one_by_one(w, l1, l2):
    slopes = [l1 * ((x > 0) - (x < 0)) + 2 * l2 * x for x in map(float, w.ravel())]
    return np.array(slopes).reshape(w.shape)


CASES = {
    "which_is_zero": Case(
        right={"plain": "neither", "again": "neither"},
        wrong={
            "L1": ("L1 only", "you predicted 'L1 only'"),
            "L2": ("L2 only", "you predicted 'L2 only'"),
            "both": ("both", "you predicted 'both'"),
            "other": ("L1", "choose one of"),
        },
        outcome="neither",
    ),
    "penalty_value": Case(
        right={"number": 0.14, "formula": 0.01 * (1 + 4 + 9)},
        wrong={
            "half": (0.07, "no ½"),
            "bias": (0.64, "The bias is free"),
            "L1": (0.06, "sum of the sizes"),
            "no strength": (14, "multiply it by the strength"),
            "norm": (0.0374, "takes no root"),
        },
    ),
    "l1l2_gradient": Case(
        right={
            "NumPy": lambda w, l1, l2: l1 * np.sign(w) + 2 * l2 * w,
            "one by one": one_by_one,
        },
        wrong={
            "no 2": (lambda w, l1, l2: l1 * np.sign(w) + l2 * w, "the 2 is missing"),
            "L1 value": (lambda w, l1, l2: l1 * np.abs(w) + 2 * l2 * w, "that is the L1 penalty"),
            "L2 value": (lambda w, l1, l2: l1 * np.sign(w) + l2 * w**2, "that is the L2 penalty"),
            "no sign": (
                lambda w, l1, l2: l1 * np.ones_like(w) + 2 * l2 * w,
                "below zero |w| falls",
            ),
            "sign lost": (lambda w, l1, l2: l1 * np.sign(w) + 2 * l2 * abs(w), "has the sign of w"),
            "downhill": (lambda w, l1, l2: -l1 * np.sign(w) - 2 * l2 * w, "points uphill"),
            "slope at 0": (
                lambda w, l1, l2: l1 * np.where(w < 0, -1, 1) + 2 * l2 * w,
                "at 0 to be 0",
            ),
            "summed": (
                lambda w, l1, l2: np.sum(l1 * np.sign(w) + 2 * l2 * w),
                "the result has shape ()",
            ),
            "one of both": (
                lambda w, l1, l2: 2 * l2 * w if l2 else l1 * np.sign(w),
                "the gradients of both add up",
            ),
            "unknown": (lambda w, l1, l2: 7 * w, "and w = [[0.5, -2.0], [0.0, 3.0]], the value at"),
        },
        untouched=untouched_gradient,
    ),
    "which_strength": Case(
        right={"text": "0.01", "made": str(1 / 100)},
        wrong={
            "as reported": ("0", "Take it off before you compare"),
            "strongest": ("0.1", "a data loss of 0.56"),
            "cannot tell": ("cannot tell", "you can"),
            "number": (0.01, "choose one of"),
        },
    ),
}
