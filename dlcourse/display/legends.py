"""Legends that hide no data."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes

LEGEND_WIDTH = 24  # characters


def legend_beside(ax: Axes) -> None:
    """Put the legend where it hides no data, and say what line and band are only once."""
    lines, labels = ax.get_legend_handles_labels()
    parts = [label.partition(" (median") for label in labels]  # as `plot_band` labels its lines
    explained = next((f"median{rest}".rstrip(")") for _, found, rest in parts if found), None)
    names = [textwrap.fill(name, LEGEND_WIDTH) for name, _, _ in parts]
    ax.legend(
        lines, names, title=explained, alignment="left", bbox_to_anchor=(1, 1), loc="upper left"
    )
