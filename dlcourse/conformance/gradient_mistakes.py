"""Why a gradient differs from finite differences: what its shape and its numbers say."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

Arrays = Mapping[str, np.ndarray]


def explain_shape(expected: tuple[int, ...], returned: tuple[int, ...]) -> str:
    """Return a hint on a gradient that has not the shape of its array, or nothing.

    >>> explain_shape((2, 3), (3, 2))
    'It is transposed: where the forward pass has x @ W, the gradient of W is x.T @ delta.'
    """
    if len(expected) == 2 and returned == expected[::-1]:
        return (
            "It is transposed: where the forward pass has x @ W, the gradient of W is x.T @ delta."
        )
    if returned[1:] == expected:
        return "It has a row for each example: sum over the rows, with .sum(axis=0)."
    if math.prod(returned) == math.prod(expected):
        return "The count is right: return the numbers in the shape of their array."
    return ""


def explain_values(point: Arrays, yours: Arrays, slopes: Arrays, right: set[str]) -> str:
    """Return a hint on what is wrong with the numbers, or nothing.

    Args:
        point: name → where the gradient was taken.
        yours: name → the gradient in question.
        slopes: name → finite differences.
        right: the names of the arrays that are right.
    """
    wrong = [name for name in point if name not in right]
    hints = {name: _explain(point[name], yours[name], slopes[name]) for name in wrong}
    if len(set(hints.values())) == 1 and hints[wrong[0]]:
        return hints[wrong[0]]
    if any(hints.values()):
        return " ".join(f"{name}: {hint}" for name, hint in hints.items() if hint)
    if right:
        return (
            f"The way back is right as far as {', '.join(sorted(right))}: look at the steps from"
            f" there to {', '.join(wrong)}."
        )
    return ""


def _explain(w: np.ndarray, yours: np.ndarray, slopes: np.ndarray) -> str:
    """Return what is known to make these numbers of those, or nothing."""
    if not np.isfinite(yours).all():
        return "It is not finite: look for a division by 0, log(0) or exp of a large number."
    if not yours.any():
        return "It is zero, but the function changes: what leads back to these numbers is cut."
    if factor := _factor(yours, slopes):
        return _explain_factor(factor, w.size)
    if w.ndim == 2 and w.shape[0] == w.shape[1] and _alike(yours.T, slopes):
        return explain_shape((1, 2), (2, 1))
    if decay := _factor(slopes - yours, w):
        return f"{decay:.3g} w is missing: is it the gradient of a penalty on the weights?"
    return ""


def _explain_factor(factor: float, size: int) -> str:
    """Return what a factor that all numbers share is known to come from."""
    known = {
        -1.0: "Every number has the wrong sign: the gradient points uphill.",
        2.0: "Every number is twice what it should be: does f halve the square?",
        0.5: "Every number is half of what it should be: the derivative of a square is 2 w.",
    }
    for value, hint in known.items():
        if math.isclose(factor, value, rel_tol=1e-5):
            return hint
    if size == 1 or math.isclose(factor, 1, rel_tol=1e-2):
        return ""  # any two numbers have some factor between them, and near 1 it says nothing
    too_large = "if f is a mean over so many rows, the gradient lacks 1/rows."
    too_small = "is it divided by the number of rows, where f is a sum?"
    for times, what in ((factor, f"large: {too_large}"), (1 / factor, f"small: {too_small}")):
        if times > 2 and math.isclose(times, round(times), rel_tol=1e-5):
            return f"Every number is {round(times)} times too {what}"
    return f"Every number is {factor:.3g} times what it should be."


def _factor(a: np.ndarray, b: np.ndarray) -> float:
    """Return the c of a = c b; 0 if there is none."""
    largest = np.unravel_index(np.abs(b).argmax(), b.shape)
    if b[largest] == 0:
        return 0.0
    factor = float(a[largest] / b[largest])
    return factor if _alike(a, factor * b) else 0.0


def _alike(a: np.ndarray, b: np.ndarray) -> bool:
    return np.allclose(a, b, rtol=1e-5, atol=1e-6 * np.abs(b).max(initial=0.0))
