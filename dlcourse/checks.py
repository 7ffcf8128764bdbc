"""Checks of arguments: every error names the argument, what was expected and what came."""

from __future__ import annotations

import itertools
import numbers
import sys
from collections.abc import Iterable, Mapping, Set
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def expect(condition: bool, name: str, expected: str, value: Any) -> None:
    """Raise the course's one form of error unless `condition` holds.

    Args:
        condition: what must be true of the argument.
        name: the argument's name, as the caller wrote it.
        expected: what the argument must be, to follow "must be".
        value: what was received; shown by its `repr`.

    Raises:
        ValueError: `condition` is false.

    >>> expect(-1 >= 0, "patience", "an integer >= 0", -1)
    Traceback (most recent call last):
        ...
    ValueError: `patience` must be an integer >= 0. Received: patience=-1
    """
    if not condition:
        raise ValueError(f"`{name}` must be {expected}. Received: {name}={value!r}")


def expect_integer(name: str, value: Any, *, minimum: int) -> None:
    """Raise unless `value` is an integer (not a boolean) of at least `minimum`.

    >>> expect_integer("epochs", 2.5, minimum=1)
    Traceback (most recent call last):
        ...
    ValueError: `epochs` must be an integer >= 1. Received: epochs=2.5
    """
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    expect(whole and value >= minimum, name, f"an integer >= {minimum}", value)


def expect_number(
    name: str,
    value: Any,
    *,
    minimum: float = float("-inf"),
    above: float = float("-inf"),
    below: float = float("inf"),
) -> None:
    """Raise unless `value` is a finite number with `minimum <= value`, `above < value < below`.

    >>> expect_number("rate", 1.0, minimum=0, below=1)
    Traceback (most recent call last):
        ...
    ValueError: `rate` must be a number >= 0 and < 1. Received: rate=1.0
    """
    limits = [("> ", above), (">= ", minimum), ("< ", below)]
    stated = " and ".join(
        f"{sign}{limit:g}" for sign, limit in limits if abs(limit) != float("inf")
    )
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    finite = real and -sys.float_info.max <= value <= sys.float_info.max
    ok = finite and value >= minimum and value > above and value < below
    expect(ok, name, f"a number {stated}" if stated else "a finite number", value)


def listed(name: str, values: Any, expected: str) -> tuple[Any, ...]:
    """Return the members of a list, or raise; a text, a mapping or a set is no list.

    >>> listed("keys", ["loss"], "a list of keys")
    ('loss',)
    """
    ok = isinstance(values, Iterable) and not isinstance(values, str | bytes | Mapping | Set)
    expect(ok and getattr(values, "ndim", 1) > 0, name, expected, values)
    return tuple(values)


def expect_labels(name: str, labels: Any) -> tuple[str, ...]:
    """Return different, non-empty texts, at least one, as a tuple; or raise.

    >>> expect_labels("labels", ["SGD", "SGD"])
    Traceback (most recent call last):
        ...
    ValueError: `labels` must be different, non-empty strings. Received: labels=['SGD', 'SGD']
    """
    expected = "different, non-empty strings"
    given = listed(name, labels, expected)
    texts = all(isinstance(label, str) and label for label in given)
    expect(bool(given) and texts and len(set(given)) == len(given), name, expected, labels)
    return tuple(map(str, given))


def expect_text(name: str, value: Any) -> None:
    """Raise unless `value` is a string that is not empty."""
    expect(isinstance(value, str) and bool(value), name, "a non-empty string", value)


def expect_path(name: str, value: Any) -> Path:
    """Return a path, or raise; a number would be taken for an open file."""
    ok = isinstance(value, str | PathLike) and str(value)
    expect(bool(ok), name, "a path", value)
    return Path(value)


def real_numbers(name: str, values: Any) -> np.ndarray:
    """Return an array of floats, with NaN for what is masked; or raise.

    >>> real_numbers("samples", ["a"])
    Traceback (most recent call last):
        ...
    ValueError: `samples` must be real numbers. Received: samples=['a']
    """
    import numpy as np

    try:
        array = np.ma.asarray(values)
        if array.dtype.kind in "biufO":
            return array.astype(float).filled(np.nan)
    except (TypeError, ValueError, OverflowError):  # ragged rows, or what is no number
        pass
    raise ValueError(f"`{name}` must be real numbers. Received: {name}={values!r}")


def expect_labeled(name: str, values: Any, of: str) -> None:
    """Raise unless `values` is a non-empty mapping whose labels are strings.

    Args:
        name: the argument's name.
        values: what was received.
        of: what the labels stand for, to follow "a non-empty mapping of labels to".

    >>> expect_labeled("optimizers", [], "Keras optimizers")
    Traceback (most recent call last):
        ...
    ValueError: `optimizers` must be a non-empty mapping of labels to Keras optimizers. \
Received: optimizers=[]
    """
    mapping = isinstance(values, Mapping) and len(values) > 0
    expect(mapping, name, f"a non-empty mapping of labels to {of}", values)
    for label in values:
        expect(isinstance(label, str), name, "a mapping whose labels are strings", label)


def expect_increasing(name: str, values: Any) -> tuple[float, ...]:
    """Return two or more increasing positive numbers as a tuple, or raise.

    >>> expect_increasing("strengths", [1, 10])
    (1.0, 10.0)
    """
    expected = "an increasing list of at least two numbers > 0"
    values = listed(name, values, expected)
    for value in values:
        expect_number(name, value, above=0)
    rising = len(values) > 1 and all(a < b for a, b in itertools.pairwise(values))
    expect(rising, name, expected, values)
    return tuple(float(value) for value in values)


def as_floats(values: Any) -> np.ndarray:
    """Return a float64 copy; what is no array of real numbers becomes NaN, for a check to refuse.

    >>> as_floats([1, 2]), as_floats("1.5")
    (array([1., 2.]), array(nan))
    """
    import numpy as np  # not above: pins must be set before NumPy loads

    try:
        array = np.array(values)
        return array.astype(float) if array.dtype.kind in "biufO" else np.array(np.nan)
    except (TypeError, ValueError, OverflowError):
        return np.array(np.nan)
