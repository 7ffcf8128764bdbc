"""The report: a table for each work, which bars are met, what was scaled."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from benchmarks.race import Entry
from benchmarks.works import WORKS
from dlcourse.display.tables import Table, format_median

_TITLES = {"training": "training, s", "total": "with compiling, s"}


def report(entries: Sequence[Entry], *, tiny: bool = False) -> str:
    """Return everything that was measured as text; tiny works say nothing about the bars."""
    parts = [_machine()]
    if tiny:
        parts += ["Tiny works, to see that everything runs: the figures mean nothing."]
    for work in WORKS:
        chosen = [entry for entry in entries if entry.work == work]
        notes = [_note(entry) for entry in chosen if entry.outcomes]
        bars = [] if tiny else _bars(chosen)
        parts += [repr(_table(chosen)), "\n".join([*notes, *bars])]
    return "\n\n".join(parts)


def _machine() -> str:
    libraries = []
    for name in ("tensorflow", "keras", "torch", "numpy"):
        try:
            libraries.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            libraries.append(f"{name} not installed")
    cores = f"{os.cpu_count()} cores {platform.machine()}"
    return f"{cores}, Python {platform.python_version()}, {', '.join(libraries)}"


def _ratios(entry: Entry, dlcourse: Entry, kind: str) -> np.ndarray:
    """Return how many times as long as dlcourse the peer took, for each of its repeats."""
    seconds = getattr(entry, kind)
    return np.divide(seconds, getattr(dlcourse, kind)[: len(seconds)])


def _table(entries: list[Entry]) -> Table:
    """Return one row a peer; dlcourse comes first."""
    work = WORKS[entries[0].work]
    kinds = ["total"] if work.compile_counts else ["training", "total"]
    columns = ["", *(name for kind in kinds for name in (_TITLES[kind], "× dlcourse"))]
    rows = [_row(entry, entries[0], kinds) for entry in entries]
    return Table([*columns, "peak MB", "end loss"], rows, f"{work.title}: median [min, max]")


def _row(entry: Entry, dlcourse: Entry, kinds: list[str]) -> list[str]:
    if not entry.outcomes:
        return [f"{entry.peer}: not installed", *["–"] * (2 * len(kinds) + 2)]
    cells = [entry.peer]
    for kind in kinds:
        cells += [format_median(getattr(entry, kind))]
        cells += [format_median(_ratios(entry, dlcourse, kind))]
    memory = f"{np.median([outcome.megabytes for outcome in entry.outcomes]):.0f}"
    if entry.scale > 1:
        return [*cells, f"≥ {memory}", "–"]
    return [*cells, memory, f"{np.mean(entry.outcomes[0].losses):.3f}"]


def _note(entry: Entry) -> str:
    """Say what a peer ran with, and whether its time was scaled up from a part."""
    note = f"{entry.peer}: {entry.setting}"
    if entry.scale == 1:
        return note
    work = WORKS[entry.work]
    steps = replace(work, **entry.changes).steps
    return f"{note}; {steps:,} of {work.steps:,} steps measured, then scaled"


def _bars(entries: list[Entry]) -> list[str]:
    """Say for each bar what was reached."""
    work = WORKS[entries[0].work]
    basis = "compiling included" if work.compile_counts else "training alone"
    lines = []
    for entry in entries:
        if entry.peer in work.bars and entry.outcomes:
            bar = work.bars[entry.peer]
            reached = np.median(_ratios(entry, entries[0], "judged"))
            verdict = "met" if reached >= bar else "NOT met"
            lines.append(f"bar {bar:g}× {entry.peer}: reached {reached:.3g}×, {verdict} ({basis})")
    return lines
