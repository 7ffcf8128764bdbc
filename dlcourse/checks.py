"""Checks of arguments: every error names the argument, what was expected and what came."""

from __future__ import annotations

import numbers
from typing import Any


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
    finite = real and float("-inf") < value < float("inf")
    ok = finite and value >= minimum and value > above and value < below
    expect(ok, name, f"a number {stated}" if stated else "a finite number", value)
