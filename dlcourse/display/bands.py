"""Repeated runs as one line in a band, the legend that says so once, and marks of divergence."""

from __future__ import annotations

import textwrap
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import ArrayLike

from dlcourse.checks import expect, expect_text, real_numbers
from dlcourse.display.style import expect_axes, line_style

LEGEND_WIDTH = 24  # characters
DIVERGED = "median diverged"

# A line that stands for several runs → its name, and what the line and its band are.
_EXPLAINED: WeakKeyDictionary[Artist, tuple[str, str]] = WeakKeyDictionary()


def plot_band(ax: Axes, x: ArrayLike, samples: ArrayLike, label: str, **style: Any) -> None:
    """Draw repeated runs as one line, their median, in a band from their minimum to their maximum.

    NaN and infinity count as missing. Where more than half of the runs are missing (stopped early,
    or diverged) neither line nor band is drawn, so that a few survivors never speak for all. A
    point without neighbors bears a marker, since no line leads to it.

    Args:
        ax: the axes to draw on.
        x: where the runs were measured, shape (points,).
        samples: one row for each run, shape (runs, points).
        label: what the legend calls the line; for several runs it also says what is drawn.
        **style: the line's look, such as `method_style` returns.

    Raises:
        ValueError: `samples` has no row, or not one column for each x.
        TypeError: Matplotlib does not know the style.

    Example:
        >>> from dlcourse import new_axes, plot_band
        >>> figure, ax = new_axes("Two runs", "epoch", "loss")
        >>> plot_band(ax, [1, 2], [[0.9, 0.5], [0.7, 0.3]], "Adam")
        >>> ax.lines[0].get_label(), ax.lines[0].get_ydata().round(2).tolist()
        ('Adam (median, min–max of 2)', [0.8, 0.4])
    """
    expect_axes(ax)
    expect_text("label", label)
    x = real_numbers("x", x)
    expect(x.ndim == 1, "x", "an array of shape (points,)", x.shape)
    runs = real_numbers("samples", samples)
    matches = runs.ndim == 2 and len(runs) > 0 and runs.shape[1] == len(x)
    expect(matches, "samples", f"an array of shape (runs, {len(x)})", runs.shape)
    known = np.ma.masked_invalid(runs)
    known[:, known.count(axis=0) * 2 < len(runs)] = np.ma.masked
    median = np.ma.median(known, axis=0).filled(np.nan)
    alone = _alone(median)
    (line,) = ax.plot(x, median, label=label, **_visible(line_style(style), median, alone))
    if len(runs) > 1:
        _draw_band(ax, x, known, alone, line)
        _EXPLAINED[line] = label, f"median, min–max of {len(runs)}"
        line.set_label(f"{label} ({_EXPLAINED[line][1]})")


def plot_runs(
    ax: Axes, x: ArrayLike, samples: np.ndarray, label: str, *, higher_is_better: bool, **style: Any
) -> None:
    """Draw a band in which diverged runs, which are infinite, count as the worst.

    A diverged run stands at the worst edge of the band. Where the median itself has diverged
    nothing is left to draw: a cross on the edge of the axes marks where that begins.
    """
    lost, known = np.isinf(samples), np.ma.masked_invalid(samples)
    worst = known.min(axis=0) if higher_is_better else known.max(axis=0)
    shown = np.where(lost, worst.filled(np.nan), samples)
    diverged = 2 * lost.sum(axis=0) >= len(samples)
    shown[:, diverged] = np.nan
    plot_band(ax, x, shown, label, **style)
    begins = diverged & ~np.concatenate([[False], diverged[:-1]])
    if begins.any():
        _mark_diverged(ax, np.asarray(x)[begins], 0 if higher_is_better else 1)


def legend_beside(ax: Axes) -> None:
    """Put the legend where it hides no data, and say what line and band are only once.

    Args:
        ax: axes whose lines have labels, such as `plot_band` gives them.

    Raises:
        ValueError: `ax` is not Matplotlib's.

    Example:
        >>> from dlcourse import legend_beside, new_axes, plot_band
        >>> figure, ax = new_axes("Two runs", "epoch", "loss")
        >>> plot_band(ax, [1, 2], [[0.9, 0.5], [0.7, 0.3]], "Adam")
        >>> legend_beside(ax)
        >>> ax.get_legend().get_title().get_text()
        'median, min–max of 2'
    """
    expect_axes(ax)
    handles, labels = ax.get_legend_handles_labels()
    # Only lines are explained; bars and the like cannot be looked up.
    explained = [_EXPLAINED.get(each) if isinstance(each, Line2D) else None for each in handles]
    sentences = {each[1] for each in explained if each}
    once = len(sentences) == 1  # else each label says its own
    names = [
        textwrap.fill(each[0] if each and once else label, LEGEND_WIDTH)
        for each, label in zip(explained, labels, strict=True)
    ]
    title = sentences.pop() if once else None
    ax.legend(
        handles, names, title=title, alignment="left", bbox_to_anchor=(1, 1), loc="upper left"
    )


def _alone(median: np.ndarray) -> np.ndarray:
    """Which points have no neighbor, so that no line would show them."""
    known = np.concatenate([[False], np.isfinite(median), [False]])
    return known[1:-1] & ~known[:-2] & ~known[2:]


def _visible(style: dict[str, Any], median: np.ndarray, alone: np.ndarray) -> dict[str, Any]:
    """The style, changed so that lone points are seen."""
    if alone.any():
        hidden = style.get("marker") in (None, "", " ", "None", "none")
        return {**style, "markevery": None, "marker": "o" if hidden else style["marker"]}
    if not np.isfinite(median).any():
        return {**style, "markevery": None}  # Matplotlib cannot space markers on an empty line
    return style


def _draw_band(
    ax: Axes, x: np.ndarray, known: np.ma.MaskedArray, alone: np.ndarray, line: Line2D
) -> None:
    low, high = known.min(axis=0), known.max(axis=0)
    ax.fill_between(x, low, high, color=line.get_color(), alpha=0.2, linewidth=0)
    if alone.any():
        ax.vlines(x[alone], low[alone], high[alone], color=line.get_color(), alpha=0.2, linewidth=6)


def _mark_diverged(ax: Axes, x: np.ndarray, edge: float) -> None:
    named = any(line.get_label() == DIVERGED for line in ax.lines)
    place = {"transform": ax.get_xaxis_transform(), "clip_on": False, "zorder": 3}
    look = {"marker": "x", "linestyle": "none", "color": ax.lines[-1].get_color()}
    label = f"_{DIVERGED}" if named else DIVERGED
    ax.plot(x, np.full(len(x), float(edge)), label=label, **look, **place)
