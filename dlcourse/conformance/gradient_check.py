"""Is a hand-written gradient right? Finite differences tell."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.checks import expect
from dlcourse.conformance.finite_differences import Number
from dlcourse.conformance.gradient_mistakes import explain_shape, explain_values

Arrays = dict[str, np.ndarray]

# The relative errors of CS231n's rule of thumb, and what they say.
LEVELS = {"right": 1e-7, "doubtful": 1e-4, "suspicious": 1e-2, "wrong": np.inf}
_ALONE = "w"  # the name of a point that is one array
_WRAPPER = textwrap.TextWrapper(96, subsequent_indent="  ", break_on_hyphens=False)


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """The report of `check_gradient`: true where the gradient is right, and readable.

    Args:
        verdict: "right", "doubtful", "suspicious" or "wrong", by the largest relative error.
        errors: name → relative errors, of the shape of that array; empty where shapes differ.
        found: the first number of the worst kind, or what was returned instead of numbers.
        kinks: how many numbers lie at a kink and are one of its slopes, or between them.
        hint: what to look at; empty if nothing is known.
    """

    verdict: str
    errors: Arrays
    found: str = ""
    kinks: int = 0
    hint: str = ""

    def __bool__(self) -> bool:
        return self.verdict == "right"

    def __repr__(self) -> str:
        count = sum(errors.size for errors in self.errors.values())
        if self:
            lines = [f"Your gradient is right: {count} numbers agree with finite differences."]
        else:
            lines = [f"Your gradient is {self.verdict}{self._where()}.", self.found]
        if self.kinks:
            lines.append(
                f"At a kink: {self.kinks} of {count} numbers. Any slope between the two sides'"
                " is accepted there."
            )
        if self.hint:
            lines.append(f"Hint: {self.hint}")
        return "\n".join(_WRAPPER.fill(line) for line in lines)

    def _where(self) -> str:
        """Say which arrays are right, if it is some of several."""
        verdicts = {name: _verdict(errors) for name, errors in self.errors.items()}
        good = [name for name, verdict in verdicts.items() if verdict == "right"]
        bad = [name for name in verdicts if name not in good]
        return f" in {', '.join(bad)}, right in {', '.join(good)}" if good else ""


def check_gradient(
    f: Callable[[Any], float],
    gradient: Callable[[Any], Any],
    at: np.ndarray | Mapping[str, np.ndarray],
) -> GradientCheck:
    """Compare a gradient with finite differences, number by number.

    It shows whether a backward pass that you wrote is the derivative of your forward pass, and if
    not, where it is wrong and often why. The rule, for each number of the point and a small step h:

        difference = (f(w + h) - f(w - h)) / (2 h)
        relative error = |gradient - difference| / max(|gradient|, |difference|)

    Below 1e-7 the gradient is right, to 1e-4 doubtful, to 1e-2 suspicious, above it wrong. Steps
    of 1e-4, 1e-5 and 1e-6, relative to the number where that is above 1, are tried, and what
    rounding alone explains is no error. At a kink, as of ReLU at 0, any slope between the left and
    the right one is accepted.

    Args:
        f: a function of the point that returns one number, computed in float64.
        gradient: a function of the point that returns its gradient there: as many numbers, in the
            same shape, or under the same names.
        at: the point: an array, or a mapping of names to arrays. Random values show more than
            round ones.

    Returns:
        A report that prints the verdict, and is true or false.

    Raises:
        ValueError: `f` or `gradient` is no function, `f` returns no finite float64 number, or `at`
            holds no finite numbers.

    Example:
        >>> report = check_gradient(lambda w: (w**2).sum(), lambda w: w, at=np.array([0.3, -2.0]))
        >>> bool(report)
        False
        >>> report
        Your gradient is wrong.
        w[0]: yours 0.3, finite differences 0.6, relative error 0.5.
        Hint: Every number is half of what it should be: the derivative of a square is 2 w.

    Source: Karpathy, CS231n, "Gradient checks" (2015), for the thresholds.
    """
    for name, function in {"f": f, "gradient": gradient}.items():
        expect(callable(function), name, "a function of the point", function)
    named = isinstance(at, Mapping)
    point = {name: _numbers(array) for name, array in (at if named else {_ALONE: at}).items()}
    expect(bool(point), "at", "an array, or a non-empty mapping of names to arrays", at)

    def call(function: Callable[[Any], Any], point: Arrays) -> Any:
        copies = {name: array.copy() for name, array in point.items()}
        return function(copies if named else copies[_ALONE])

    def value(point: Arrays) -> float:
        return _one_number(call(f, point))

    value(point)
    yours = call(gradient, point)
    yours = yours if named else {_ALONE: yours}
    fault = _fault(point, yours)
    if fault is not None:
        return fault
    return _report(value, point, {name: _as_float(yours[name]) for name in point})


def _fault(point: Arrays, returned: Any) -> GradientCheck | None:
    """Report what is not even a gradient: names, None or shapes; None if there is nothing."""
    if not isinstance(returned, Mapping) or set(returned) != set(point):
        needed = f"It must return a mapping with the names {', '.join(point)}."
        return GradientCheck("wrong", {}, needed)
    for name, array in point.items():
        if returned[name] is None:
            return GradientCheck("wrong", {}, f"{name} got None instead of a gradient.")
        shape = _as_float(returned[name]).shape
        if shape != array.shape:
            found = f"{name} has shape {array.shape}, its gradient {shape}."
            return GradientCheck("wrong", {}, found, hint=explain_shape(array.shape, shape))
    return None


def _report(value: Callable[[Arrays], float], point: Arrays, yours: Arrays) -> GradientCheck:
    """Compare all numbers, and describe the first one of the worst kind."""
    slopes = {name: np.empty_like(array) for name, array in point.items()}
    errors = {name: np.empty_like(array) for name, array in point.items()}
    kinks = 0
    for name, array in point.items():
        for place in np.ndindex(array.shape):
            found = Number(value, point, name, place).compare(yours[name][place])
            errors[name][place], slopes[name][place] = found.error, found.slope
            kinks += found.at_kink
    verdict = max(map(_verdict, errors.values()), key=list(LEVELS).index)
    if verdict == "right":
        return GradientCheck(verdict, errors, kinks=kinks)
    right = {name for name, array in errors.items() if _verdict(array) == "right"}
    hint = explain_values(point, yours, slopes, right)
    return GradientCheck(verdict, errors, _first(verdict, errors, yours, slopes), kinks, hint)


def _verdict(errors: np.ndarray) -> str:
    worst = errors.max(initial=0.0)
    return next(name for name, limit in LEVELS.items() if worst < limit or limit == np.inf)


def _first(verdict: str, errors: Arrays, yours: Arrays, slopes: Arrays) -> str:
    """Describe the first number of this verdict; the largest error may be a tie of many."""
    floor = max([0.0, *(limit for limit in LEVELS.values() if limit < LEVELS[verdict])])
    for name, array in errors.items():
        for place in np.argwhere(array >= floor).tolist():
            numbers = _apart(yours[name][*place], slopes[name][*place])
            return f"{name}{place or ''}: {numbers}, relative error {array[*place]:.2g}."
    raise AssertionError("a verdict comes from a number")


def _apart(yours: float, slope: float) -> str:
    """Write two numbers with as many digits as it takes to tell them apart, and at least 4."""
    for digits in range(4, 18):
        first, second = f"{yours:.{digits}g}", f"{slope:.{digits}g}"
        if first != second:
            break
    return f"yours {first}, finite differences {second}"


def _numbers(array: Any) -> np.ndarray:
    """Return a float64 copy of one of the point's arrays."""
    numbers = _as_float(array)
    expect(numbers.size > 0 and bool(np.isfinite(numbers).all()), "at", "finite numbers", array)
    return numbers


def _as_float(values: Any) -> np.ndarray:
    """Return a float64 copy; what is no array of numbers becomes NaN."""
    try:
        return np.array(values, dtype=float)
    except (TypeError, ValueError):
        return np.array(np.nan)


def _one_number(returned: Any) -> float:
    """Return what `f` returned as a float; float32 is too coarse for a difference."""
    dtype = np.asarray(returned).dtype
    ok = np.shape(returned) == () and np.issubdtype(dtype, np.number)
    expect(ok, "f", "a function that returns one number", returned)
    coarse = np.issubdtype(dtype, np.floating) and dtype.itemsize < 8
    expect(not coarse, "f", "a function that computes in float64", dtype.name)
    expect(bool(np.isfinite(returned)), "f", "a function that is finite near the point", returned)
    return float(returned)
