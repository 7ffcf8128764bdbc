"""What stands inside one plot, each thing in one line of words and numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import (
    Collection,
    FillBetweenPolyCollection,
    LineCollection,
    PathCollection,
    QuadMesh,
)
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.image import AxesImage
from matplotlib.lines import AxLine, Line2D
from matplotlib.patches import FancyArrowPatch, Patch, StepPatch
from matplotlib.path import Path
from matplotlib.quiver import Quiver
from numpy.typing import ArrayLike

from dlcourse.display.digest.numbers import (
    blocks,
    counted,
    floats,
    number_writer,
    point,
    quoted,
    sample,
    spread,
    value_range,
)

_MOST_BARS = 12  # up to so many are written one by one


@singledispatch
def describe_artist(artist: Any, axes: Axes) -> str:
    """Describe one drawn thing in one line.

    Every kind that lessons draw has its own words below; of any other kind, the line gives name,
    label, extent and mean where Matplotlib tells them.

    Args:
        artist: what was drawn, a Matplotlib artist or bar container.
        axes: where it was drawn.

    Example:
        >>> from matplotlib import pyplot as plt
        >>> _, ax = plt.subplots()
        >>> describe_artist(ax.axhline(0.5, label="target"), ax)
        'line "target" across at y = 0.5'
    """
    return _name(type(artist).__name__, artist)


@describe_artist.register
def _(line: Line2D, axes: Axes) -> str:
    x, y = floats(line.get_xdata(orig=False)), floats(line.get_ydata(orig=False))
    write_x, write_y = _writers(x, y, axes)
    name = _name("line", line)
    if line.get_transform() == axes.get_yaxis_transform(which="grid"):
        return f"{name} across at y = {write_y(y[0])}"
    if line.get_transform() == axes.get_xaxis_transform(which="grid"):
        if line.get_linestyle() == "None":  # marks on the edge, not a line across the plot
            marks = " ".join(write_x(x[place]) for place in sample(len(x)))
            return f"{_name('marks', line)} on the edge at x = {marks}"
        return f"{name} upright at x = {write_x(x[0])}"
    return _series(name, x, y, axes)


@describe_artist.register
def _(line: AxLine, axes: Axes) -> str:
    ends = [point(end) for end in (line.get_xy1(), line.get_xy2()) if end is not None]
    slope = "" if line.get_slope() is None else f" with slope {number_writer([])(line.get_slope())}"
    return f"{_name('line', line)} through {' and '.join(ends)}{slope}"


@describe_artist.register
def _(segments: LineCollection, axes: Axes) -> str:
    ends = [(segment[0], segment[-1]) for segment in segments.get_segments()]
    x, y = floats(ends).reshape(-1, 2).T
    write_x, write_y = _writers(x, y, axes)
    text = ", ".join(
        " to ".join(f"({write_x(x)}, {write_y(y)})" for x, y in ends[place])
        for place in sample(len(ends), 3)
    )
    name = f"{_name('segments', segments)}, {len(ends)}"
    return f"{name}: {text}; x {spread(x, write_x)}; y {spread(y, write_y)}"


@describe_artist.register
def _(band: FillBetweenPolyCollection, axes: Axes) -> str:
    corners_x, corners_y = _corners(*band.get_paths())
    x, place = np.unique(corners_x, return_inverse=True)
    low, high = np.full(len(x), np.inf), np.full(len(x), -np.inf)
    np.minimum.at(low, place, corners_y)
    np.maximum.at(high, place, corners_y)
    write_x, write_y = _writers(x, corners_y, axes)
    name = f"{_name('band', band)}, {counted(len(x), 'point')}"
    some = sample(len(x), 3)
    points = [f"({write_x(x[i])}, {write_y(low[i])} to {write_y(high[i])})" for i in some]
    edges = spread(np.concatenate([low, high]), write_y)
    return f"{name}: {' '.join(points)}; y {edges}" if points else name


@describe_artist.register
def _(bars: BarContainer, axes: Axes) -> str:
    values, centers = floats(bars.datavalues), floats([bar.get_center() for bar in bars])
    if bars.orientation == "horizontal":
        return _series(_name("horizontal bars", bars), values, centers[:, 1], axes, _MOST_BARS)
    return _series(_name("bars", bars), centers[:, 0], values, axes, _MOST_BARS)


@describe_artist.register
def _(steps: StepPatch, axes: Axes) -> str:
    values, edges, _ = steps.get_data()
    return _series(_name("steps", steps), floats(edges)[:-1], floats(values), axes, _MOST_BARS)


@describe_artist.register
def _(scatter: PathCollection, axes: Axes) -> str:
    x, y = floats(scatter.get_offsets()).T
    values = scatter.get_array()  # what a color map turns into colors, such as classes
    return _series(_name("scatter", scatter), x, y, axes, values=values)


@describe_artist.register
def _(arrows: Quiver, axes: Axes) -> str:
    x, y, u, v = map(floats, (arrows.X, arrows.Y, arrows.U, arrows.V))
    pairs = ", ".join(point((u[place], v[place])) for place in sample(len(u)))
    name = _series(_name("arrows", arrows), x, y, axes)
    return f"{name}; by {pairs}; along x {value_range(u)}; along y {value_range(v)}"


@describe_artist.register
def _(contours: ContourSet, axes: Axes) -> str:
    levels, paths = contours.levels, contours.get_paths()[: len(contours.levels)]
    write = number_writer(levels, "log" if min(levels) > 0 else "linear")
    low, high = map(number_writer([contours.zmin, contours.zmax]), (contours.zmin, contours.zmax))
    kind = "filled contours" if contours.filled else "contours"
    text = f"{kind} of {low} to {high}, {counted(len(levels), 'level')}"
    text += f" from {write(levels[0])} to {write(levels[-1])}"
    if contours.labelTexts:
        return f"{text}, labeled"  # the gaps for the labels depend on the font
    outlines = [f"{write(levels[i])} {_outline(paths[i])}" for i in sample(len(paths), 3)]
    return f"{text}: {', '.join(outlines)}"


@describe_artist.register
def _(image: AxesImage, axes: Axes) -> str:
    rows, columns = image.get_size()
    left, right, bottom, top = image.get_extent()
    pixels = (left, right, *sorted((bottom, top))) == (-0.5, columns - 0.5, -0.5, rows - 0.5)
    place = "" if pixels else f", x {left:.3g} to {right:.3g}, y {bottom:.3g} to {top:.3g}"
    return _grid(_name("image", image) + place, image.get_array())


@describe_artist.register
def _(mesh: QuadMesh, axes: Axes) -> str:
    corners = mesh.get_coordinates()
    place = f", from {point(corners[0, 0])} to {point(corners[-1, -1])}"
    return _grid(_name("mesh", mesh) + place, mesh.get_array())


@describe_artist.register
def _(collection: Collection, axes: Axes) -> str:
    paths, values = collection.get_paths(), collection.get_array()
    text = f"{_name(type(collection).__name__, collection)}, {len(paths)}: {_extent(*paths)}"
    return text if values is None else f"{text}; values {value_range(values)}"


@describe_artist.register
def _(patch: Patch, axes: Axes) -> str:
    path = patch.get_patch_transform().transform_path(patch.get_path())
    return f"{_name(type(patch).__name__, patch)}: {_extent(path)}"


@describe_artist.register
def _(arrow: FancyArrowPatch, axes: Axes) -> str:
    return _name("arrow", arrow)  # its path depends on the figure's size


def _name(kind: str, artist: Any) -> str:
    """The kind of artist, with its label unless Matplotlib made it up."""
    label = artist.get_label()
    return kind if not label or label.startswith("_") else f"{kind} {quoted(label)}"


def _writers(x: np.ndarray, y: np.ndarray, axes: Axes) -> tuple[Callable[[float], str], ...]:
    return number_writer(x, axes.get_xscale()), number_writer(y, axes.get_yscale())


def _series(
    name: str, x: np.ndarray, y: np.ndarray, axes: Axes, limit: int = 5, values: Any = None
) -> str:
    """Points in their order: how many, some of them, and the spread unless all are named."""
    write_x, write_y = _writers(x, y, axes)
    some = sample(len(y), limit)
    tags = [""] * len(some)
    if values is not None:
        write = number_writer(values)
        tags = [f": {write(value)}" for value in floats(values)[some]]
    points = [f"({write_x(x[i])}, {write_y(y[i])}{tag})" for i, tag in zip(some, tags, strict=True)]
    text = f"{name}, {counted(len(y), 'point')}" + (f": {' '.join(points)}" if points else "")
    if len(y) > limit:
        wanders = np.any(np.diff(x) < 0)
        text += f"; x {spread(x, write_x)}" if wanders else ""
        text += f"; y {spread(y, write_y)}"
    return text if values is None else f"{text}; values {value_range(values)}"


def _grid(name: str, values: ArrayLike) -> str:
    """An image: its shape, its spread, and a coarse copy of it."""
    values = floats(values)
    write = number_writer(values)
    name += ", " + " × ".join(map(str, values.shape))
    return f"{name}: {spread(values, write)}; blocks {blocks(values, write)}"


def _corners(*paths: Path) -> np.ndarray:
    """The x and the y of all corners, shape (2, corners), without the points that close a shape."""
    corners = [
        path.vertices if path.codes is None else path.vertices[path.codes != Path.CLOSEPOLY]
        for path in paths
    ]
    return np.concatenate([np.empty((0, 2)), *corners]).T


def _extent(*paths: Path) -> str:
    x, y = _corners(*paths)
    return f"x {value_range(x)}; y {value_range(y)}"


def _outline(path: Path) -> str:
    """How long a contour is and where its middle lies, in however many pieces it is drawn."""
    if len(path.vertices) < 2:
        return "nowhere"
    joined = path.codes[1:] != Path.MOVETO
    ends, starts = path.vertices[1:][joined], path.vertices[:-1][joined]
    lengths = np.hypot(*(ends - starts).T)
    lengths += 1e-300  # a contour may shrink to a point
    middle = np.average((ends + starts) / 2, axis=0, weights=lengths)
    write = number_writer(path.vertices)
    return f"is {write(lengths.sum())} long around ({', '.join(map(write, middle))})"
