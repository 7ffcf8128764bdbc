"""Pictures of several descent paths: on their landscape, and their values against the step."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from dlcourse.checks import expect
from dlcourse.display.canvas import labeled_axes
from dlcourse.display.style import method_style
from dlcourse.landscapes.landscape import Landscape
from dlcourse.landscapes.path import DescentPath, until_gone
from dlcourse.landscapes.path_lines import draw_lines, legend_label


def plot_paths(
    paths: Mapping[str, DescentPath], *, ax: Axes | None = None, title: str | None = None
) -> Axes | None:
    """Draw several paths on the landscape they share.

    Args:
        paths: label → path; a path that diverged is marked so in the legend.
        ax: the Matplotlib axes to draw on. Defaults to a new figure, which is then shown.
        title: Defaults to the landscape's name, in a new figure.

    Returns:
        The axes that were given; None for a new figure.

    Raises:
        ValueError: there are no paths, or they are on different landscapes.

    Example:
        >>> from dlcourse import descend, plot_paths, ravine
        >>> def sgd(w, g, state, learning_rate):
        ...     return w - learning_rate * g
        >>> path = descend(sgd, on=ravine(), start=(-4, 1), steps=20, learning_rate=0.05)
        >>> plot_paths({"SGD": path}, title="Twenty steps")
    """
    landscape = _shared_landscape(paths)
    with labeled_axes(ax, title, landscape.name, *landscape.axis_labels) as drawn:
        landscape.plot(ax=drawn)
        draw_lines(drawn, {label: (p.picture(), p.diverged) for label, p in paths.items()})
    return ax


def plot_values(
    paths: Mapping[str, DescentPath], *, ax: Axes | None = None, title: str | None = None
) -> Axes | None:
    """Draw how far above the minimum each path is after each step, on a log axis.

    Args:
        paths: label → path; a path that diverged is marked so in the legend, and leaves the
            picture once it is 10,000 times higher than the highest start.
        ax: the Matplotlib axes to draw on. Defaults to a new figure, which is then shown.
        title: Defaults to the landscape's name, in a new figure.

    Returns:
        The axes that were given; None for a new figure.

    Raises:
        ValueError: there are no paths, they are on different landscapes, or the landscape's
            minimum is not known.

    Example:
        >>> from dlcourse import descend, plot_values, ravine
        >>> def sgd(w, g, state, learning_rate):
        ...     return w - learning_rate * g
        >>> path = descend(sgd, on=ravine(), start=(-4, 1), steps=20, learning_rate=0.05)
        >>> plot_values({"SGD": path})
    """
    landscape = _shared_landscape(paths)
    known = landscape.minimum is not None
    expect(known, "paths", "on a landscape whose minimum is known", landscape.name)
    heights = {label: path.values - landscape.minimum_value for label, path in paths.items()}
    start = max(each[0] for each in heights.values())
    low, high = _height_limits(np.concatenate(list(heights.values())), start)
    labels, scale = ("step", "f(w) above the minimum"), "log" if low > 0 else "linear"
    with labeled_axes(ax, title, landscape.name, *labels, yscale=scale) as drawn:
        for index, (label, path) in enumerate(paths.items()):
            line = until_gone(heights[label], heights[label] <= high)
            style = method_style(label, index)
            if not (line > 0).any():
                style["markevery"] = None  # Matplotlib cannot space markers where it draws nothing
            drawn.plot(line, label=legend_label(label, path.diverged), **style)
        drawn.set_ylim(low, high)
        drawn.legend()
    return ax


def _height_limits(heights: np.ndarray, start: float) -> tuple[float, float]:
    """What to show of a log axis: every height, but no explosion that would flatten the rest."""
    shown = heights[(heights > 0) & (heights <= 1e4 * start)]
    if not shown.size:  # every path starts at the minimum and stays there
        return -1.0, 1.0
    return shown.min() / 2, shown.max() * 2


def _shared_landscape(paths: Mapping[str, DescentPath]) -> Landscape:
    items = list(paths.items()) if isinstance(paths, Mapping) else []
    ok = all(isinstance(label, str) and isinstance(path, DescentPath) for label, path in items)
    expected = "a mapping of labels to paths, with at least one path"
    expect(bool(items) and ok, "paths", expected, paths)
    landscapes = [path.landscape for path in paths.values()]
    names = sorted({landscape.name for landscape in landscapes})
    shapes = {(landscape.domain, landscape.minima) for landscape in landscapes}
    expect(len(names) == len(shapes) == 1, "paths", "on one landscape", names)
    return landscapes[0]
