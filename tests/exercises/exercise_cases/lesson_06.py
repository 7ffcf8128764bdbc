"""Answers to the exercises of lesson 06."""

from __future__ import annotations

from exercise_cases import Case


def untouched(gradient, minimum): ...


def central_difference(gradient, minimum, h=1e-3):
    return 2 / ((gradient(minimum + h) - gradient(minimum - h)) / (2 * h))


def one_sided(gradient, minimum):
    return 2 / (gradient(minimum + 1e-5) / 1e-5)


def one_over_curvature(gradient, minimum):
    return central_difference(gradient, minimum) / 2


def curvature(gradient, minimum):
    return 2 / central_difference(gradient, minimum)


def no_distance(gradient, minimum):
    return 2 / (gradient(minimum + 1e-3) - gradient(minimum - 1e-3))


def at_the_minimum(gradient, minimum):
    return 2 / gradient(minimum)


def wide_apart(gradient, minimum):
    return central_difference(gradient, minimum, h=2.0)


CASES = {
    "best_minimum": Case(
        right={"plain": "none", "again": "none"},
        wrong={
            "smaller": ("a smaller one", "you predicted 'a smaller one'"),
            "larger": ("a larger one", "you predicted 'a larger one'"),
            "number": (0.3, "choose one of"),
        },
        outcome="none",
    ),
    "steps_needed": Case(
        right={"whole": 66, "exact": 65.56},
        wrong={
            "approximation": (69.08, "-0.105"),
            "ten": (10, "a third of the distance"),
            "factor 0.1": (3, "not 0.1"),
            "equal steps": (9990, "the steps get shorter"),
        },
    ),
    "largest_rate": Case(
        right={"both sides": central_difference, "one side": one_sided},
        wrong={
            "1 / curvature": (one_over_curvature, "half the limit"),
            "curvature": (curvature, "that is the curvature"),
            "no distance": (no_distance, "far too large"),
            "gradient": (at_the_minimum, "ZeroDivisionError"),
            "wide apart": (wide_apart, "the curvature is 5"),
            "around 0": (lambda gradient, minimum: central_difference(gradient, 0.0), "w³ - 8"),
            "number": (0.5, "the answer is a function"),
        },
        untouched=untouched,
    ),
    "next_move": Case(
        right={"plain": "sweep around 0.03", "joined": " ".join(["sweep", "around", "0.03"])},
        wrong={
            "lowest": ("train at 0.3", "a single step"),
            "tenth": ("train at 0.03", "a fair guess"),
            "number": (0.03, "choose one of"),
        },
    ),
}
