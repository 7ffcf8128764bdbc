"""Is a hand-written gradient right? Finite differences tell."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlcourse.checks import as_floats, expect
from dlcourse.conformance.finite_differences import Arrays, Function, Number
from dlcourse.conformance.gradient_mistakes import explain_shape, explain_values
from dlcourse.conformance.learner_code import held_back
from dlcourse.conformance.reports import apart, in_lines

# The relative errors of CS231n's rule of thumb, and what they say.
LEVELS = {"right": 1e-7, "doubtful": 1e-4, "suspicious": 1e-2, "wrong": np.inf}
_ALONE = "w"  # the name of a point that is one array
_POINT = "an array, or a non-empty mapping of names to arrays"


@dataclass(frozen=True, repr=False)
class GradientCheck:
    """The report of `check_gradient`: true where the gradient is right, and readable.

    Args:
        verdict: "right", "doubtful", "suspicious" or "wrong", by the largest relative error.
        errors: name → relative errors, of the shape of that array; empty where shapes differ.
        found: the first number of the worst kind, or what was returned instead of numbers.
        kinks: how many numbers lie at a kink and are one of its slopes, or between them.
        hint: what to look at; empty if nothing is known.
        printed: how many lines the functions printed meanwhile, and their beginning.
    """

    verdict: str
    errors: Arrays
    found: str = ""
    kinks: int = 0
    hint: str = ""
    printed: str = ""

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
        return in_lines([*lines, self.hint and f"Hint: {self.hint}", self.printed])

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
    the right one is accepted. `f` is called again and again at the point itself: where it gives
    another number, as with a dropout mask inside, differences would say nothing.

    Args:
        f: a function of the point that returns one number, computed in float64.
        gradient: a function of the point that returns its gradient there: as many numbers, in the
            same shape, or under the same names.
        at: the point: an array, or a mapping of names to arrays. Random values show more than
            round ones.

    Returns:
        A report that prints the verdict, and is true or false.

    Raises:
        ValueError: `f` or `gradient` is no function of the point, `f` is random or returns no
            finite float64 number, or `at` holds no finite numbers.

    Example:
        >>> import numpy as np
        >>> from dlcourse import check_gradient
        >>> report = check_gradient(lambda w: (w**2).sum(), lambda w: w, at=np.array([0.3, -2.0]))
        >>> bool(report)
        False
        >>> report
        Your gradient is wrong.
        w[0]: yours 0.3, finite differences 0.6, relative error 0.5.
        Hint: Every number is half of what it should be: the derivative of a square is 2 w.

    See also:
        conform: the same for update rules and schedules.

    Source: Karpathy, CS231n, "Gradient checks" (2015), for the thresholds:
    https://cs231n.github.io/neural-networks-3/#gradcheck
    """
    _expect_of_the_point("f", f)
    _expect_of_the_point("gradient", gradient)
    if not isinstance(at, Mapping):
        f, gradient, at = _of_names(f), _of_names(gradient, named=True), {_ALONE: at}
    names = all(isinstance(name, str) for name in at)
    expect(names and bool(at), "at", "an array, or a non-empty mapping of names to arrays", at)
    with held_back() as printed:
        report = _check(f, gradient, {name: _numbers(array) for name, array in at.items()})
    return replace(report, printed=str(printed))


def _expect_of_the_point(name: str, function: Any) -> None:
    try:
        fits = not inspect.isclass(function) and bool(inspect.signature(function).bind(None))
    except TypeError:
        fits = False
    except ValueError:  # a built-in function that does not say what it takes
        fits = True
    expect(fits, name, "a function of the point", function)


def _of_names(function: Callable[[Any], Any], *, named: bool = False) -> Callable[[Arrays], Any]:
    """Turn a function of one array into one of a mapping; `named`: it returns a mapping, too."""
    if named:
        return lambda point: {_ALONE: function(point[_ALONE])}
    return lambda point: function(point[_ALONE])


def _check(
    f: Callable[[Arrays], Any], gradient: Callable[[Arrays], Any], point: Arrays
) -> GradientCheck:
    function = Function(f, point)
    returned = gradient({name: array.copy() for name, array in point.items()})
    fault = _fault(point, returned)
    if fault is not None:
        return fault
    return _report(function, {name: as_floats(returned[name]) for name in point})


def _fault(point: Arrays, returned: Any) -> GradientCheck | None:
    """Report what is not even a gradient: names, None or shapes; None if there is nothing."""
    if not isinstance(returned, Mapping) or set(returned) != set(point):
        needed = f"It must return a mapping with the names {', '.join(point)}."
        return GradientCheck("wrong", {}, needed)
    for name, array in point.items():
        if returned[name] is None:
            return GradientCheck("wrong", {}, f"{name} got None instead of a gradient.")
        shape = as_floats(returned[name]).shape
        if shape != array.shape:
            found = f"{name} has shape {array.shape}, its gradient {shape}."
            return GradientCheck("wrong", {}, found, hint=explain_shape(array.shape, shape))
    return None


def _report(function: Function, yours: Arrays) -> GradientCheck:
    """Compare all numbers, and describe the first one of the worst kind."""
    point = function.point
    slopes, errors = ({name: np.empty_like(point[name]) for name in point} for _ in range(2))
    kinks = 0
    for name, array in point.items():
        for place in np.ndindex(array.shape):
            found = Number(function, name, place).compare(yours[name][place])
            errors[name][place], slopes[name][place] = found.error, found.slope
            kinks += found.at_kink
    function.expect_float64()
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
            yours_here, slope = yours[name][*place], slopes[name][*place]
            numbers = apart(yours_here, "finite differences", slope, digits=4)
            return f"{name}{place or ''}: {numbers}, relative error {array[*place]:.2g}."
    raise AssertionError("a verdict comes from a number")


def _numbers(array: Any) -> np.ndarray:
    """Return a float64 copy of one of the point's arrays."""
    numbers = as_floats(array)
    expect(numbers.size > 0 and bool(np.isfinite(numbers).all()), "at", "finite numbers", array)
    return numbers
