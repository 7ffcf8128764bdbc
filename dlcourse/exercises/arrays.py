"""Compare an array that a student's function returned with the right one and with wrong ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def explain_array(result: Any, right: np.ndarray, mistakes: Mapping[str, np.ndarray]) -> str | None:
    """Say what is wrong with an array: a known mistake's message, else its shape or a value.

    Args:
        result: what a function returned.
        right: what it must return.
        mistakes: message → what a function with that mistake returns.

    Returns:
        What is wrong, to follow a comma or a colon; None if the array is right.

    >>> explain_array([2.0, 4.0], np.array([1.0, 2.0]), {"it is the double.": np.array([2, 4])})
    'it is the double.'
    >>> explain_array([1.0, 3.0], np.array([1.0, 2.0]), {})
    'the value at [1] is 3, and must be 2.'
    """
    try:
        result = np.asarray(result, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return f"the result is a {type(result).__name__}, not an array of numbers."
    if result.shape != right.shape:
        return f"the result has shape {result.shape}, and must have {right.shape}."
    if np.allclose(result, right, atol=1e-6):
        return None
    for message, wrong in mistakes.items():
        if np.shape(wrong) == right.shape and np.allclose(result, wrong, 1e-5, 1e-6, True):
            return message
    differing = ~np.isclose(result, right, atol=1e-6)
    place = np.argwhere(differing)[0].tolist()
    at = f" at {place}" if place else ""
    return f"the value{at} is {result[*place]:.4g}, and must be {right[*place]:.4g}."
