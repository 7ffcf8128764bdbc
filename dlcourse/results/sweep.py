"""What sweeps share: a grid of methods, values and seeds, the best value, and the figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcourse.checks import expect, expect_increasing, expect_integer, expect_labels
from dlcourse.display.bands import legend_beside, plot_runs
from dlcourse.display.canvas import labeled_axes, panel_title
from dlcourse.display.style import method_style, suggest_scale
from dlcourse.display.varying import mark_varying
from dlcourse.results.fields import checked_seeds, floats
from dlcourse.results.keys import capitalized, data_name, direction


def checked_grid(
    labels: Any, name: str, values: Any, seeds: Any, epochs: Any
) -> tuple[tuple[str, ...], tuple[float, ...], tuple[int, ...]]:
    """Return labels, tried values (called `name`) and seeds as tuples; or raise."""
    expect_integer("epochs", epochs, minimum=1)
    return expect_labels("labels", labels), expect_increasing(name, values), checked_seeds(seeds)


def checked_final(name: str, final: Any, *sides: Sequence) -> np.ndarray:
    """Return a frozen array of shape (labels, values, seeds), or raise."""
    return floats(name, final, tuple(map(len, sides)))


def medians(final: np.ndarray) -> np.ndarray:
    """Return the median over the seeds, shape (M, R); a diverged run counts as infinite."""
    return np.median(np.where(np.isfinite(final), final, np.inf), axis=-1)


def best_values(
    labels: Sequence[str], name: str, values: Sequence[float], middle: np.ndarray
) -> dict[str, float]:
    """Return each method's value with the lowest median, the first of equal ones.

    Raises:
        ValueError: at every value of a method more than half of the runs diverged.
    """
    for label, row in zip(labels, middle, strict=True):
        converged = bool(np.isfinite(row).any())
        expect(converged, name, f"low enough for {label}: all diverged", values)
    return {label: values[int(row.argmin())] for label, row in zip(labels, middle, strict=True)}


def at_the_edge(best: Mapping[str, float], values: Sequence[float]) -> tuple[str, ...]:
    """Return the methods whose best value is the first or the last of those that were tried."""
    return tuple(label for label, value in best.items() if value in (values[0], values[-1]))


def draw_sweep(
    labels: Sequence[str],
    values: Sequence[float],
    series: Mapping[str, np.ndarray],
    *,
    ax: Axes | None,
    title: str | None,
    xlabel: str,
    ylabel: str,
    default_title: str | None = None,
    style: Mapping[str, Any],
    best: Mapping[str, tuple[float, float]] | None = None,
    varying: str = "",
) -> Axes | None:
    """Draw one line for each method and key over the tried values.

    Args:
        series: key → array (M, R, S); several keys are told apart as training and validation.
        best: label → the point to ring.
        varying: why the values differ between machines, if they do.
    """
    shown = {key: np.where(np.isfinite(kept), kept, np.inf) for key, kept in series.items()}
    several = len(series) > 1
    scale = suggest_scale(list(series.values()))
    heading, axes = default_title or capitalized(ylabel), {"xscale": "log", "yscale": scale}
    with labeled_axes(
        ax, panel_title(ax, title, heading), heading, xlabel, ylabel, **axes
    ) as drawn:
        for row, label in enumerate(labels):
            for key, kept in shown.items():
                dashed = several and data_name(key) == "training"
                look = {**method_style(label, row, training=dashed), "markevery": 1, **style}
                name = f"{label}, {data_name(key)}" if several else label
                higher = direction(key) == "max"
                plot_runs(drawn, values, kept[row].T, name, higher_is_better=higher, **look)
            if best and label in best:
                ring = {"marker": "o", "markersize": 12, "fillstyle": "none"}
                drawn.plot(*best[label], color=method_style(label, row)["color"], **ring)
        if varying:
            mark_varying(drawn, varying)
        legend_beside(drawn)
    return ax
