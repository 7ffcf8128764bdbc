"""Answers to the exercises of lesson 10."""

from __future__ import annotations

import numpy as np

from exercise_cases import Case


def untouched(losses_a, losses_b): ...


def infinity_for_nan(losses_a, losses_b):
    a, b = (np.nan_to_num(losses, nan=np.inf) for losses in (losses_a, losses_b))
    return bool((a < b).all())


def in_a_loop(losses_a, losses_b):
    pairs = zip(losses_a, losses_b, strict=True)
    return all(not np.isnan(a) and (np.isnan(b) or a < b) for a, b in pairs)


CASES = {
    "who_wins": Case(
        right={"plain": "nobody, clearly", "again": "nobody, clearly"},
        wrong={
            "Adam": ("Adam's family", 'you predicted "Adam\'s family"'),
            "SGD": ("SGD's family", 'you predicted "SGD\'s family"'),
            "other": ("Lion", "choose one of"),
        },
        outcome="nobody, clearly",
    ),
    "edge_of_the_grid": Case(
        right={"plain": "widen the grid", "joined": " ".join(["widen", "the", "grid"])},
        wrong={
            "race": ("race it at 1.0", "a larger rate may be better"),
            "drop": ("drop AdaDelta", "nothing was learned about AdaDelta"),
            "other": (1.0, "choose one of"),
        },
    ),
    "one_digit": Case(
        right={"fraction": 1 / 258, "rounded": 0.00388},
        wrong={
            "percent": (0.3876, "in percent"),
            "training": (1 / 1280, "training digits"),
            "count": (258, "a share of them"),
        },
    ),
    "clearly_lower": Case(
        right={"infinity": infinity_for_nan, "loop": in_a_loop},
        wrong={
            "mean": (lambda a, b: a.mean() < b.mean(), "the mean does not decide"),
            "draws": (
                lambda a, b: (np.nan_to_num(a, nan=np.inf) <= np.nan_to_num(b, nan=np.inf)).all(),
                "a draw is not lower",
            ),
            "two NaN": (lambda a, b: ((a < b) | np.isnan(b)).all(), "both diverged on one seed"),
            "NaN as five": (
                lambda a, b: (np.nan_to_num(a, nan=5) < np.nan_to_num(b, nan=5)).all(),
                "a finite loss is lower, however large",
            ),
            "NaN ignored": (lambda a, b: (a < b).all(), "B diverged on one seed"),
            "NaN as zero": (
                lambda a, b: bool(np.all((a < b) | np.isnan(a) | np.isnan(b))),
                "A diverged on one seed",
            ),
        },
        untouched=untouched,
    ),
}
