"""The slope of a function along one number of its point, measured by small steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Arrays = dict[str, np.ndarray]

# A large step cuts off the function's bend, a small one drowns in rounding: the best one counts.
_STEPS = (1e-5, 1e-6, 1e-4)
_GOOD_ENOUGH = 1e-7  # no further step is tried below this relative error
_NEAR_A_SIDE = 1e-4  # how far outside the slopes of a kink still counts as on it


@dataclass(frozen=True)
class Comparison:
    """A gradient beside finite differences.

    Args:
        error: the smallest relative error over the steps that were tried.
        slope: the finite difference with that error.
        at_kink: whether the two sides have slopes of their own, and the gradient is one of them or
            between them; its error is then 0.
    """

    error: float
    slope: float
    at_kink: bool = False


@dataclass(frozen=True)
class Number:
    """One number of a point, to be moved up and down while all others stay.

    Args:
        value: the function of the point.
        point: name → array; left as it was after each call.
        name: the array that holds the number.
        place: where it stands in the array.

    >>> point = {"w": np.array([3.0])}
    >>> round(Number(lambda p: p["w"][0] ** 2, point, "w", (0,)).compare(6.0).slope, 6)
    6.0
    """

    value: Callable[[Arrays], float]
    point: Arrays
    name: str
    place: tuple[int, ...]

    def compare(self, gradient: float) -> Comparison:
        """Compare a gradient with central differences of several steps."""
        tried = []
        for step in _STEPS:
            left, right, rounding = self._sides(step)
            slope = float(left + right) / 2
            tried.append((_relative_error(gradient, slope, rounding), slope))
            if tried[-1][0] < _GOOD_ENOUGH:
                break
        error, slope = min(tried)
        if error >= _GOOD_ENOUGH and self._is_between_sides(gradient):
            return Comparison(0.0, float(gradient), at_kink=True)
        return Comparison(error, slope)

    def _is_between_sides(self, gradient: float) -> bool:
        """Tell whether there is a kink here, and the gradient one of its slopes or between them.

        The slopes to the left and right of a smooth function meet as the step shrinks.
        """
        far_left, far_right, _ = self._sides(max(_STEPS))
        left, right, rounding = self._sides(min(_STEPS))
        gap = abs(right - left)
        is_kink = gap > max(abs(far_right - far_left) / 2, 10 * rounding)
        margin = _NEAR_A_SIDE * gap
        return is_kink and min(left, right) - margin <= gradient <= max(left, right) + margin

    def _sides(self, step: float) -> tuple[float, float, float]:
        """Return the slope to the left, that to the right, and how far rounding may move them."""
        here = self.point[self.name][self.place]
        step = step * max(1.0, abs(here))
        below, middle, above = (self._value_at(here + move) for move in (-step, 0.0, step))
        rounding = 64 * np.finfo(float).eps * max(map(abs, (below, middle, above))) / step
        return (middle - below) / step, (above - middle) / step, rounding

    def _value_at(self, number: float) -> float:
        array = self.point[self.name]
        before = array[self.place]
        array[self.place] = number
        try:
            return self.value(self.point)
        finally:
            array[self.place] = before


def _relative_error(gradient: float, slope: float, rounding: float) -> float:
    difference = abs(gradient - slope)
    if difference <= rounding:
        return 0.0
    error = difference / max(abs(gradient), abs(slope))
    return float(error) if np.isfinite(error) else np.inf
