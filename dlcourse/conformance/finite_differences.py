"""The slope of a function along one number of its point, measured by small steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.checks import expect

Arrays = dict[str, np.ndarray]

# A large step cuts off the function's bend, a small one drowns in rounding: the best one counts.
_STEPS = (1e-5, 1e-6, 1e-4)
_GOOD_ENOUGH = 1e-7  # no further step is tried below this relative error
_NEAR_A_SIDE = 1e-4  # how far outside the slopes of a kink still counts as on it
_ROUNDING = 64 * np.finfo(float).eps  # how far, relatively, rounding may move a value
_REPEATS = 50  # so often even a mask that drops a tenth of a single number shows that it is random


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


class Function:
    """A function of a point that returns one finite float64 number, and the same one again.

    Args:
        f: the function; it may change in place what it is given.
        point: name → array.
    """

    def __init__(self, f: Callable[[Arrays], Any], point: Arrays) -> None:
        self.f, self.point = f, point
        self.here = self._value()
        self._digits = _digits(self.here)
        for _ in range(_REPEATS):
            self.again()

    def again(self) -> float:
        """Return the value at the point.

        Raises:
            ValueError: it is another one than before.
        """
        value = self._value()
        alike = abs(value - self.here) <= _ROUNDING * max(abs(value), abs(self.here))
        expected = (
            "a function that is not random: it gives one number at one point (draw a dropout mask"
            " once, before)"
        )
        expect(alike, "f", expected, (self.here, value))
        return value

    def with_number(self, name: str, place: tuple[int, ...], number: float) -> float:
        """Return the value where one number of the point is another."""
        array = self.point[name]
        before, array[place] = array[place], number
        try:
            value = self._value()
        finally:
            array[place] = before
        self._digits = max(self._digits, _digits(value))
        return value

    def expect_float64(self) -> None:
        """Raise if all values so far, fractions among them, were float32 numbers."""
        whole = 12  # so few binary digits have round numbers, in any precision
        expected = "a function that computes in float64, all the way: its values are float32"
        expect(not whole < self._digits <= 24, "f", expected, self.here)

    def _value(self) -> float:
        returned = self.f({name: array.copy() for name, array in self.point.items()})
        dtype = np.asarray(returned).dtype
        ok = np.shape(returned) == () and dtype.kind in "biuf"
        expect(ok, "f", "a function that returns one number", returned)
        coarse = dtype.kind == "f" and dtype.itemsize < 8
        expect(not coarse, "f", "a function that computes in float64", dtype.name)
        finite = bool(np.isfinite(returned))
        expect(finite, "f", "a function that is finite near the point", returned)
        return float(returned)


def _digits(value: float) -> int:
    """Return how many binary digits a fraction has, 53 at most; none of a whole number counts."""
    return 0 if value.is_integer() else value.as_integer_ratio()[0].bit_length()


@dataclass(frozen=True)
class Number:
    """One number of a point, to be moved up and down while all others stay.

    Args:
        function: the function of the point.
        name: the array that holds the number.
        place: where it stands in the array.

    >>> cube = Function(lambda p: p["w"][0] ** 3, {"w": np.array([2.0])})
    >>> round(Number(cube, "w", (0,)).compare(12.0).slope, 6)
    12.0
    """

    function: Function
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
        here = self.function.point[self.name][self.place]
        step = step * max(1.0, abs(here))
        middle = self.function.again()
        below, above = (
            self.function.with_number(self.name, self.place, here + move) for move in (-step, step)
        )
        rounding = _ROUNDING * max(map(abs, (below, middle, above))) / step
        return (middle - below) / step, (above - middle) / step, rounding


def _relative_error(gradient: float, slope: float, rounding: float) -> float:
    difference = abs(gradient - slope)
    if difference <= rounding:
        return 0.0
    error = difference / max(abs(gradient), abs(slope))
    return float(error) if np.isfinite(error) else np.inf
