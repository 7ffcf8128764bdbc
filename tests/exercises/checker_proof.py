"""The table of proven checkers that ends the tests' output."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def proof_table(rows: Iterable[tuple[str, int, int, int]]) -> list[str]:
    """Return one line for each lesson, and one for all: how many answers its checkers faced.

    Args:
        rows: for each exercise its lesson, its right answers, its wrong ones, and how many of the
            wrong ones were rejected with the message meant for them.
    """
    by_lesson: dict[str, list[tuple[int, int, int]]] = {}
    for lesson, *counts in sorted(rows):
        by_lesson.setdefault(lesson, []).append(tuple(counts))
    every = [counts for lesson in by_lesson.values() for counts in lesson]
    heading = f"{'checkers of':<12}{'exercises':>10}{'right':>8}{'wrong':>8}{'killed':>9}"
    return [heading, *(_line(name, found) for name, found in {**by_lesson, "all": every}.items())]


def _line(name: str, counts: list[tuple[int, int, int]]) -> str:
    right, wrong, killed = np.sum(counts, axis=0)
    return f"{name:<12}{len(counts):>10}{right:>8}{wrong:>8}{killed / wrong:>9.1%}"
