"""Pictures of descent paths: on their landscape, and their value against the step."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.ticker import MaxNLocator

from dlcourse.checks import expect
from dlcourse.display.style import method_style, new_axes
from dlcourse.landscapes.landscape import Landscape
from dlcourse.landscapes.path import DescentPath

# From green for the first step to dark violet for the last: as far as it stays clear on white.
_STEP_COLORS = ListedColormap(mpl.colormaps["viridis"](np.linspace(0.6, 0, 256)))


def plot_path(path: DescentPath, *, ax: Axes | None = None, title: str | None = None) -> None:
    """Draw one path on its landscape; `DescentPath.plot` calls this."""
    if ax is None:
        heading = f"{path.label} on {path.landscape.name}{': diverged' * path.diverged}"
        _, own = new_axes(title or heading, *path.landscape.axis_labels)
        plot_path(path, ax=own)
        plt.show()
        return
    path.landscape.plot(ax=ax)
    if path.landscape.dimensions == 1:
        _draw_numbered_steps(ax, path)
    else:
        _draw_lines(ax, {path.label: path})
    ax.legend(frameon=True)


def plot_paths(
    paths: Mapping[str, DescentPath], *, ax: Axes | None = None, title: str | None = None
) -> None:
    """Draw several paths on the landscape they share.

    Args:
        paths: label → path; a path that diverged is marked so in the legend.
        ax: axes to draw on. Defaults to a figure of its own, which is shown.
        title: the figure's title. Defaults to the landscape's name.

    Raises:
        ValueError: there are no paths, or they are on different landscapes.
    """
    landscape = _shared_landscape(paths)
    if ax is None:
        _, own = new_axes(title or landscape.name, *landscape.axis_labels)
        plot_paths(paths, ax=own)
        plt.show()
        return
    landscape.plot(ax=ax)
    _draw_lines(ax, paths)
    ax.legend(frameon=True)


def plot_values(
    paths: Mapping[str, DescentPath], *, ax: Axes | None = None, title: str | None = None
) -> None:
    """Draw how far above the minimum each path is after each step, on a log axis.

    Args:
        paths: label → path; a path that diverged is marked so in the legend, and leaves the
            picture once it is 10,000 times higher than the highest start.
        ax: axes to draw on. Defaults to a figure of its own, which is shown.
        title: the figure's title. Defaults to the landscape's name.

    Raises:
        ValueError: there are no paths, they are on different landscapes, or the landscape's
            minimum is not known.
    """
    landscape = _shared_landscape(paths)
    known = landscape.minimum is not None
    expect(known, "paths", "on a landscape whose minimum is known", landscape.name)
    if ax is None:
        _, own = new_axes(title or landscape.name, "step", "f(w) above the minimum", yscale="log")
        plot_values(paths, ax=own)
        plt.show()
        return
    heights = {label: path.values - landscape.minimum_value for label, path in paths.items()}
    start = max(each[0] for each in heights.values())
    low, high = _height_limits(np.concatenate(list(heights.values())), start)
    for index, (label, path) in enumerate(paths.items()):
        drawn = _until_gone(heights[label], heights[label] <= high)
        ax.plot(drawn, label=_legend(label, path), **method_style(label, index))
    ax.set_ylim(low, high)
    ax.legend()


def _draw_lines(ax: Axes, paths: Mapping[str, DescentPath]) -> None:
    """Each path in its method's color, and an open circle where one or more of them start."""
    for index, (label, path) in enumerate(paths.items()):
        x, y = _coordinates(path)
        style = method_style(label, index) | {"markevery": max(1, len(x) // 25), "markersize": 4}
        ax.plot(x, y, label=_legend(label, path), **style)
    starts = np.unique([_coordinates(path)[:, 0] for path in paths.values()], axis=0)
    ax.plot(*starts.T, "ko", fillstyle="none", markersize=9, label="start")


def _draw_numbered_steps(ax: Axes, path: DescentPath) -> None:
    """Points colored by step; a number where no earlier number stands."""
    x, y = _coordinates(path)
    ax.plot(x, y, color="0.4", linewidth=0.6, label=_legend(path.label, path))
    points = ax.scatter(x, y, c=np.arange(len(x)), cmap=_STEP_COLORS, s=25, zorder=3, label="steps")
    ax.figure.colorbar(points, ax=ax, label="step", ticks=MaxNLocator(integer=True))
    (low, high), *_ = path.landscape.domain
    numbered: list[float] = []
    for step, at in enumerate(x):
        clear = all(abs(at - other) > 0.04 * (high - low) for other in numbered)
        if clear and low <= at <= high:
            numbered.append(at)
            ax.annotate(str(step), (at, y[step]), (3, 5), textcoords="offset points")


def _coordinates(path: DescentPath) -> np.ndarray:
    """What to draw, shape (2, points): (w, f(w)) for one weight, else the two weights."""
    low, high = np.transpose(path.landscape.domain)
    inside = ((low <= path.points) & (path.points <= high)).all(axis=1)
    points = path.points if low.size == 2 else np.column_stack([path.points, path.values])
    return _until_gone(points, inside).T


def _legend(label: str, path: DescentPath) -> str:
    return f"{label} (diverged)" if path.diverged else label


def _until_gone(rows: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Cut a path that leaves the picture for good one step beyond its last point inside."""
    return rows[: np.flatnonzero(inside).max(initial=-1) + 2]


def _height_limits(heights: np.ndarray, start: float) -> tuple[float, float]:
    """What to show of a log axis: every height, but no explosion that would flatten the rest."""
    shown = heights[(heights > 0) & (heights <= 1e4 * start)]
    return shown.min(initial=start) / 2, shown.max(initial=start) * 2


def _shared_landscape(paths: Mapping[str, DescentPath]) -> Landscape:
    items = list(paths.items()) if isinstance(paths, Mapping) else []
    ok = all(isinstance(label, str) and isinstance(path, DescentPath) for label, path in items)
    expect(items and ok, "paths", "a mapping of labels to paths, with at least one path", paths)
    landscapes = [path.landscape for path in paths.values()]
    names = sorted({landscape.name for landscape in landscapes})
    expect(len(names) == 1, "paths", "on one landscape", names)
    return landscapes[0]
