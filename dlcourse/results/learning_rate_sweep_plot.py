"""The figure of a learning-rate sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import pyplot as plt

from dlcourse.display.bands import legend_beside, plot_band
from dlcourse.display.style import method_style, new_axes, suggest_scale
from dlcourse.display.varying import mark_varying
from dlcourse.results.keys import in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dlcourse.results.learning_rate_sweep import LearningRateSweep


def plot_sweep(sweep: LearningRateSweep, *, ax: Axes | None, title: str | None) -> None:
    """Draw one line for each method; `LearningRateSweep.plot` says how."""
    title = title or "Which learning rate suits which method?"
    ylabel = f"final {in_words(sweep.monitor)}"
    if ax is None:
        _, ax = new_axes(title, "learning rate", ylabel, xscale="log")
        plot_sweep(sweep, ax=ax, title=title)
        plt.show()
        return
    yscale = suggest_scale(sweep.final)
    ax.set(title=title, xlabel="learning rate", ylabel=ylabel, xscale="log", yscale=yscale)
    rates = np.array(sweep.learning_rates)
    for index, (label, medians) in enumerate(zip(sweep.labels, sweep.medians, strict=True)):
        style = {**method_style(label, index), "markevery": 1}
        plot_band(ax, rates, sweep.final[index].T, label, **style)
        best = int(medians.argmin())
        ring = {"marker": "o", "markersize": 12, "fillstyle": "none", "color": style["color"]}
        ax.plot(rates[best], medians[best], **ring)
    mark_varying(ax, "beyond each valley chaotic: values differ between machines")
    legend_beside(ax)
