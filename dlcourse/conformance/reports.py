"""How the reports of `conform` and `check_gradient` are written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

_WRAPPER = textwrap.TextWrapper(96, subsequent_indent="  ", break_on_hyphens=False)


def in_lines(sentences: Iterable[str]) -> str:
    """Return sentences, each on a line of its own, or on several if it is long; empty ones go."""
    return "\n".join(_WRAPPER.fill(sentence) for sentence in sentences if sentence)


def apart(yours: float, name: str, value: float, *, digits: int) -> str:
    """Write two numbers with as many digits as it takes to tell them apart.

    Args:
        yours: the learner's number.
        name: whose the other number is.
        value: the other number.
        digits: how many digits to show at least.

    >>> apart(0.90000003, "Keras", 0.9, digits=6)
    'yours 0.90000003, Keras 0.9'
    """
    for precision in range(digits, 18):
        first, second = f"{yours:.{precision}g}", f"{value:.{precision}g}"
        if first != second:
            break
    return f"yours {first}, {name} {second}"
