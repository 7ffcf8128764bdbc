"""A network drawn as layers of units, each connected to all units of the layer before."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection

from dlcourse.checks import expect, expect_integer
from dlcourse.display.style import PALETTE

_MOST = 8  # units that are drawn of one layer


def draw_network(units: Sequence[int], names: Sequence[str], *, title: str) -> None:
    """Draw what a network of dense layers is made of: units, and a weight on every connection.

    It shows a unit as a circle and a weight as a line. Of a layer of more than eight units the
    first four and the last three are drawn, with dots between.

    Args:
        units: how many units each layer has, the inputs first.
        names: what stands under each layer, as many as `units`.
        title: what the figure shows.

    Raises:
        ValueError: fewer than two layers, a layer without units, or not one name for each.

    Example:
        >>> import dlcourse as dl
        >>> dl.draw_network([3, 4, 2], ["inputs", "hidden", "outputs"], title="A small network")

    See also: `draw_graph`, for single operations instead of layers.
    """
    expect(len(units) > 1, "units", "a list of two layers or more", units)
    for count in units:
        expect_integer("units", count, minimum=1)
    expect(len(names) == len(units), "names", f"one name for each of {len(units)} layers", names)
    layers = [_heights(count) for count in units]
    _, ax = plt.subplots(figsize=(6.4, 3.6))
    for x, (left, right) in enumerate(itertools.pairwise(layers)):
        lines = [[(x, a), (x + 1, b)] for a in left for b in right]
        ax.add_collection(LineCollection(lines, colors="0.75", linewidths=0.5))
    for x, (heights, count, name) in enumerate(zip(layers, units, names, strict=True)):
        ax.scatter(np.full(len(heights), x), heights, s=110, color=PALETTE[0], zorder=2)
        if count > _MOST:
            ax.text(x, -0.5, "⋮", ha="center", va="center", fontsize=16)
        ax.text(x, -5.2, f"{name}\n{count}", ha="center", va="top")
    ax.set(title=title, xlim=(-0.5, len(units) - 0.5), ylim=(-6.8, 4.5))
    ax.axis("off")
    plt.show()


def _heights(count: int) -> np.ndarray:
    """Where a layer's units stand: centered, or four above the dots and three below."""
    if count > _MOST:
        return np.array([4.0, 3.0, 2.0, 1.0, -2.0, -3.0, -4.0])
    return (count - 1) / 2 - np.arange(count, dtype=float)
