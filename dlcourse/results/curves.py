"""Curves of a result: what was measured over epochs, and what was recorded over steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from dlcourse.display.bands import legend_beside, plot_runs
from dlcourse.display.canvas import labeled_axes, panel_title
from dlcourse.display.style import method_style, suggest_scale
from dlcourse.results.arrays import RunArrays
from dlcourse.results.keys import (
    capitalized,
    data_name,
    direction,
    in_words,
    known_series,
    series_of_one_quantity,
)
from dlcourse.results.summary import default_keys

STEP_QUANTITIES = {"loss": "loss on the step's batch", "learning_rate": "learning rate as used"}


def plot_history(
    runs: RunArrays,
    keys: Sequence[str],
    *,
    ax: Axes | None,
    title: str | None,
    yscale: str | None,
    style: Mapping[str, Any],
) -> Axes | None:
    """Draw one line for each method and key; `TrainingRuns.plot` says how."""
    series = series_of_one_quantity(runs.history, keys or default_keys(runs)[:1])
    held = {key: _held(values, runs.trained) for key, values in series.items()}
    several = len(held) > 1
    first = next(iter(held))
    ylabel = in_words(first, data=not several)
    higher = direction(first) == "max"
    if yscale is None:
        yscale = "linear" if higher else suggest_scale(list(held.values()))
    heading = capitalized(ylabel.removesuffix(" (fraction)"))
    labels = {"xlabel": _xlabel("epoch", runs.trained), "ylabel": ylabel}
    with labeled_axes(
        ax, panel_title(ax, title, heading), heading, **labels, yscale=yscale
    ) as drawn:
        for row, (label, name) in enumerate(_named(runs)):
            for key, values in held.items():
                text = f"{name}, {data_name(key)}" if several else name
                look = _look(runs, label, style, training=data_name(key) == "training")
                plot_runs(drawn, runs.epochs, values[row], text, higher_is_better=higher, **look)
        _finish(drawn)
    return ax


def plot_steps(
    runs: RunArrays, key: str, *, ax: Axes | None, title: str | None, style: Mapping[str, Any]
) -> Axes | None:
    """Draw one line for each method, over steps counted from 0 as schedules count them."""
    held = _held(known_series(runs.steps, key), runs.steps_taken)
    ylabel = STEP_QUANTITIES.get(key, in_words(key, data=False))
    labels = {"xlabel": _xlabel("step", runs.steps_taken), "ylabel": ylabel}
    steps = np.arange(held.shape[-1])
    higher = direction(key) == "max"
    heading, yscale = capitalized(ylabel), suggest_scale(held)
    with labeled_axes(
        ax, panel_title(ax, title, heading), heading, **labels, yscale=yscale
    ) as drawn:
        for row, (label, name) in enumerate(_named(runs)):
            samples, look = _distinct(held[row]), _look(runs, label, style)
            plot_runs(drawn, steps, samples, name, higher_is_better=higher, **look)
        _finish(drawn)
    return ax


def _look(
    runs: RunArrays, label: str, style: Mapping[str, Any], *, training: bool = False
) -> dict[str, Any]:
    """A method's line: its own color wherever it stands, and what the caller wishes."""
    return {**method_style(label, runs.places[label], training=training), **style}


def _distinct(samples: np.ndarray) -> np.ndarray:
    """One row where all runs are alike, as the learning rates of a schedule are."""
    alike = np.array_equal(samples, np.roll(samples, 1, axis=0), equal_nan=True)
    return samples[:1] if alike else samples


def _finish(ax: Axes) -> None:
    if isinstance(ax.xaxis.get_major_locator(), MaxNLocator):
        ax.xaxis.get_major_locator().set_params(integer=True)
    legend_beside(ax)


def _named(runs: RunArrays) -> list[tuple[str, str]]:
    """The methods' labels, each with its name in the legend: how many of its runs diverged."""
    return [
        (label, f"{label}, {bad.sum()} of {bad.size} diverged" if bad.any() else label)
        for label, bad in zip(runs.labels, runs.diverged, strict=True)
    ]


def _xlabel(name: str, trained: np.ndarray) -> str:
    """Name the x-axis; where the runs of a method differ in length, say how that is drawn."""
    lengths = trained.sum(axis=-1)  # (M, S)
    return name if np.ptp(lengths, axis=1).max() == 0 else f"{name} (stopped runs keep their value)"


def _held(values: np.ndarray, trained: np.ndarray) -> np.ndarray:
    """Return values (M, S, N) in which each run lasts as long as its method's longest run.

    A stopped run keeps its last value. Infinity marks what a diverged run left undefined.
    """
    values = np.where(trained & ~np.isfinite(values), np.inf, values)
    lengths = trained.sum(axis=-1, keepdims=True)  # (M, S, 1)
    places = np.arange(values.shape[-1])
    held = np.take_along_axis(values, np.clip(places, 0, np.maximum(lengths - 1, 0)), axis=-1)
    return np.where(places < lengths.max(axis=1, keepdims=True), held, np.nan)
