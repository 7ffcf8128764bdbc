"""How a figure's digest writes numbers: few, short, and alike on every machine."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.display.tables import format_number


def floats(values: ArrayLike) -> np.ndarray:
    """Return the values as an array of floats, with NaN for what is masked."""
    return np.ma.asarray(values).astype(float).filled(np.nan)


def number_writer(values: ArrayLike, scale: str = "linear") -> Callable[[float], str]:
    """Return a function that writes these values, or means of them, as text.

    Whole numbers up to a million are written in full, all others with 3 significant digits. On a
    linear scale, what lies more than three decimal places below the largest value is dropped: no
    reader can see it, and rounding noise stands there. Every number is rounded twice, first to 2
    digits more, so that a round number (0.125) and the same with noise end up alike.

    Args:
        values: all values that belong together, in any shape.
        scale: the axis scale that they are drawn on.

    Returns:
        A function from one number to its text.

    Example:
        >>> write = number_writer([0.125, -2.5])
        >>> [write(x) for x in (0.125, 0.12500001, 1e-17, -2.5)]
        ['0.125', '0.125', '0', '-2.5']
    """
    sizes = np.abs(floats(values))
    sizes = sizes[np.isfinite(sizes)]
    largest = sizes.max(initial=0)
    whole = largest < 1e6 and bool(np.all(sizes == np.round(sizes)))
    lowest_place = _place(largest) - 3 if scale == "linear" else -math.inf

    def write(value: float) -> str:
        value = float(value)
        if not math.isfinite(value):
            return str(value)
        if whole and value.is_integer():
            return format_number(int(value))
        digits = min(3, _place(value) - lowest_place + 1)
        return format_number(_round(_round(value, digits + 2), digits)) if digits > 0 else "0"

    return write


def _place(value: float) -> int:
    """The decimal place of the leading digit: 2 for hundreds, -1 for tenths (and for 0.0999999)."""
    return int(f"{value:.4e}".partition("e")[2])


def _round(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def sample(count: int, limit: int = 5) -> list[int]:
    """Return up to `limit` indices, evenly spaced from the first to the last of `count`.

    >>> sample(3), sample(21)
    ([0, 1, 2], [0, 5, 10, 15, 20])
    """
    if count <= limit:
        return list(range(count))
    return [(count - 1) * place // (limit - 1) for place in range(limit)]


def spread(values: ArrayLike, write: Callable[[float], str]) -> str:
    """Return the smallest, the largest and the mean value, and how many are not finite.

    The mean lets every value count, also those that are not sampled.

    >>> spread([1, 2, 6, float("nan")], format_number)
    '1 to 6, mean 3, 1 not finite'
    """
    values = floats(values)
    finite = values[np.isfinite(values)]
    missing = values.size - finite.size
    if finite.size == 0:
        return "no finite values"
    low, high, mean = map(write, (finite.min(), finite.max(), _mean(finite)))
    return f"{low} to {high}, mean {mean}" + (f", {missing} not finite" if missing else "")


def value_range(values: ArrayLike) -> str:
    """Return the spread of values that stand for themselves, on a linear scale.

    >>> value_range([0.25, 0.75])
    '0.25 to 0.75, mean 0.5'
    """
    return spread(values, number_writer(values))


def point(place: ArrayLike) -> str:
    """Return one place as coordinates.

    >>> point((0.5, -0.0))
    '(0.5, 0)'
    """
    return f"({', '.join(map(number_writer(place), place))})"


def blocks(values: np.ndarray, write: Callable[[float], str]) -> str:
    """Return the means of 3 × 3 blocks of a grid of values, row by row from row 0 on.

    >>> blocks(np.eye(6), format_number)
    '0.5 0 0 / 0 0.5 0 / 0 0 0.5'
    """
    rows = np.array_split(values, min(3, len(values)))
    columns = min(3, values.shape[1])
    means = [[_mean(block) for block in np.array_split(row, columns, axis=1)] for row in rows]
    return " / ".join(" ".join(map(write, row)) for row in means)


def _mean(values: np.ndarray) -> float:
    """The mean of the finite values; divided first, because a sum of huge ones overflows."""
    finite = values[np.isfinite(values)]
    return (finite / finite.size).sum() if finite.size else math.nan


def counted(number: int, noun: str) -> str:
    """Return a number and its noun.

    >>> counted(1, "point"), counted(20, "point")
    ('1 point', '20 points')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def quoted(text: str) -> str:
    """Return a text on one line, in quotes.

    >>> quoted("loss\\n(validation)")
    '"loss (validation)"'
    """
    return '"' + " ".join(text.split()) + '"'
