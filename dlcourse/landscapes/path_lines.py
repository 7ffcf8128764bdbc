"""How descent paths look: a line in the method's color, or steps numbered along a curve."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.ticker import MaxNLocator

from dlcourse.display.style import method_style

# From green for the first step to dark violet for the last: as far as it stays clear on white.
_STEP_COLORS = ListedColormap(mpl.colormaps["viridis"](np.linspace(0.6, 0, 256)))


def legend_label(label: str, diverged: bool) -> str:
    """Return what the legend calls a path."""
    return f"{label} (diverged)" if diverged else label


def draw_lines(ax: Axes, lines: Mapping[str, tuple[np.ndarray, bool]]) -> None:
    """Draw each path in its method's color, and an open circle where one or more of them start.

    Args:
        ax: the axes to draw on.
        lines: label → points of shape (n, 2), and whether the path diverged.
    """
    for index, (label, (points, diverged)) in enumerate(lines.items()):
        markevery = max(1, len(points) // 25)
        style = method_style(label, index) | {"markevery": markevery, "markersize": 4}
        ax.plot(*points.T, label=legend_label(label, diverged), **style)
    starts = np.unique([points[0] for points, _ in lines.values()], axis=0)
    ax.plot(*starts.T, "ko", fillstyle="none", markersize=9, label="start")
    ax.legend(frameon=True)


def draw_numbered_steps(
    ax: Axes, label: str, points: np.ndarray, domain: tuple[float, float]
) -> None:
    """Draw points colored by step, with a number where no earlier number stands.

    Args:
        ax: the axes to draw on.
        label: what the legend calls the path.
        points: weight and value after each step, shape (n, 2).
        domain: the lowest and highest weight in the picture.
    """
    low, high = domain
    ax.plot(*points.T, color="0.4", linewidth=0.6, label=label)
    colors = {"c": np.arange(len(points)), "cmap": _STEP_COLORS}
    steps = ax.scatter(*points.T, s=25, zorder=3, label="steps", **colors)
    ax.figure.colorbar(steps, ax=ax, label="step", ticks=MaxNLocator(integer=True))
    numbered: list[float] = []
    for step, (w, value) in enumerate(points):
        clear = all(abs(w - other) > 0.04 * (high - low) for other in numbered)
        if clear and low <= w <= high:
            numbered.append(w)
            ax.annotate(str(step), (w, value), (3, 5), textcoords="offset points")
    ax.legend(frameon=True)
