"""How the course's figures look: palette, style, one look per method, labeled axes."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.scale import get_scale_names
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from dlcourse.checks import expect, expect_integer, real_numbers

# Okabe and Ito's colors that reach a contrast of 3:1 on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000")
_BLUE, _VERMILION, _GREEN, _PINK, _BLACK = PALETTE
_MARKERS = ("o", "s", "^", "D", "v")

# The pairs below are none of those that `method_style` takes by index.
_LOOKS = {
    "sgd": (_BLACK, "s"),
    "momentum": (_BLUE, "v"),
    "nesterov": (_GREEN, "o"),
    "adagrad": (_PINK, "^"),
    "rmsprop": (_GREEN, "v"),
    "adadelta": (_VERMILION, "D"),
    "adam": (_VERMILION, "o"),
    "adamax": (_BLUE, "^"),
    "nadam": (_GREEN, "s"),
    "adamw": (_PINK, "s"),
    "lion": (_BLACK, "D"),
}

_STYLE = {
    "figure.figsize": (6.4, 3.6),
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "axes.prop_cycle": plt.cycler(color=PALETTE),
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 12,
    "axes.labelsize": 11,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "grid.alpha": 0.25,
    "legend.fontsize": 9,
    "legend.framealpha": 0.8,
    "legend.edgecolor": "white",
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
}


def use_style() -> None:
    """Give every figure from now on the course's look: 6.4 × 3.6 inches at 100 dpi, clear colors.

    Example:
        >>> use_style()
        >>> plt.rcParams["figure.figsize"]
        [6.4, 3.6]

    Source: Okabe and Ito, "Color Universal Design" (2008), for the colors.
    """
    plt.rcParams.update(_STYLE)


def method_style(label: str, index: int, *, training: bool = False) -> dict[str, Any]:
    """Return the look of one method's line: the same in every figure of the course.

    The optimizers that the course names (SGD, Momentum, Nesterov, AdaGrad, RMSprop, AdaDelta,
    Adam, Adamax, Nadam, AdamW, Lion) each have their own pair of color and marker. Any other
    label takes one by its index; the first ten of these differ from each other and from all
    optimizers'. Long lines bear few markers.

    Args:
        label: the method's name; case, spaces and punctuation do not matter.
        index: the method's place in the figure, from 0.
        training: whether the line shows training data (dashed), not validation data (solid).

    Returns:
        Keyword arguments for `Axes.plot`.

    Raises:
        ValueError: `index` is not an integer >= 0.

    Example:
        >>> from dlcourse import method_style
        >>> method_style("Adam", 3)["color"] == method_style("adam", 0)["color"]
        True
        >>> method_style("rate=0.5", 0, training=True)["linestyle"]
        '--'
    """
    expect(isinstance(label, str), "label", "a string", label)
    expect_integer("index", index, minimum=0)
    turn, place = divmod(index, len(PALETTE))
    by_index = PALETTE[place], _MARKERS[(place + turn % 2) % len(_MARKERS)]
    name = re.sub(r"[^a-z0-9]", "", label.lower())
    color, marker = _LOOKS.get(name, by_index)
    linestyle = "--" if training else "-"
    # A marker every tenth of the axes' diagonal.
    return {"color": color, "marker": marker, "linestyle": linestyle, "markevery": 0.1}


def new_axes(
    title: str,
    xlabel: str,
    ylabel: str,
    *,
    xscale: str = "linear",
    yscale: str = "linear",
    columns: int = 1,
) -> tuple[Figure, Any]:
    """Return a new figure and its labeled axes, side by side if there are several columns.

    An axis of epochs or steps gets whole numbers as ticks.

    Args:
        title: what the figure shows.
        xlabel: the quantity along x, with its unit.
        ylabel: the quantity along y, with its unit.
        xscale: Matplotlib's name of the scale along x, such as "log".
        yscale: the same along y.
        columns: how many axes to lay side by side, each as wide as half a single one or more.

    Returns:
        The figure, and its Axes (for one column) or an array of them (for several).

    Raises:
        ValueError: `columns` is not an integer >= 1, or Matplotlib does not know the scale.

    Example:
        >>> from dlcourse import new_axes
        >>> figure, ax = new_axes("Training", "epoch", "loss", yscale="log")
        >>> ax.get_ylabel(), ax.get_yscale()
        ('loss', 'log')
    """
    expect_integer("columns", columns, minimum=1)
    for name, text in (("title", title), ("xlabel", xlabel), ("ylabel", ylabel)):
        expect(isinstance(text, str), name, "a string", text)
    for name, scale in (("xscale", xscale), ("yscale", yscale)):
        expect_scale(name, scale)
    figure, grid = plt.subplots(1, columns, figsize=(3.2 * (columns + 1), 3.6), squeeze=False)
    for ax in grid[0]:
        ax.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
        ax.grid(True)
        if xscale == "linear" and xlabel.startswith(("epoch", "step")):
            ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))
    if columns > 1:
        figure.suptitle(title)
        return figure, grid[0]
    grid[0, 0].set_title(title)
    return figure, grid[0, 0]


def suggest_scale(values: ArrayLike) -> str:
    """Return "log" for positive values that span more than a factor of 10, else "linear".

    For quantities that are compared by their ratio, such as losses and learning rates, not for
    accuracies. Values that are not finite do not count.

    Args:
        values: what will be drawn along the axis, in any shape.

    Returns:
        The name of an axis scale, for `new_axes`.

    Example:
        >>> suggest_scale([2.3, 0.02]), suggest_scale([2.3, 0.5]), suggest_scale([2.3, 0.0])
        ('log', 'linear', 'linear')
    """
    finite = real_numbers("values", values)
    finite = finite[np.isfinite(finite)]
    if finite.size == 0 or finite.min() <= 0:
        return "linear"
    return "log" if finite.max() > 10 * finite.min() else "linear"


def expect_axes(ax: object) -> None:
    """Raise unless `ax` is Matplotlib's."""
    expect(isinstance(ax, Axes), "ax", "a Matplotlib Axes", ax)


def expect_scale(name: str, scale: object) -> None:
    """Raise unless Matplotlib knows the scale."""
    known = get_scale_names()
    expect(isinstance(scale, str) and scale in known, name, f"one of {', '.join(known)}", scale)


def line_style(style: dict[str, Any]) -> dict[str, Any]:
    """Return keyword arguments for `Axes.plot` if Matplotlib knows them all, or raise."""
    try:
        Line2D([], [], **style)
    except (AttributeError, TypeError, ValueError) as error:
        raise TypeError(f"`style` must be what Matplotlib's Axes.plot takes: {error}") from None
    return style
