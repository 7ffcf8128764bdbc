"""The legend beside the axes."""

from __future__ import annotations

from matplotlib import pyplot as plt

from dlcourse.display.legends import legend_beside
from dlcourse.display.style import plot_band


def test_what_line_and_band_are_is_said_once():
    _, ax = plt.subplots()
    plot_band(ax, [1, 2], [[1, 2], [3, 4]], "SGD")
    plot_band(ax, [1, 2], [[1, 2], [3, 4]], "Adam")
    legend_beside(ax)
    legend = ax.get_legend()
    assert legend.get_title().get_text() == "median, min–max of 2"
    assert [text.get_text() for text in legend.get_texts()] == ["SGD", "Adam"]


def test_the_legend_stands_outside_the_axes():
    figure, ax = plt.subplots(layout="constrained")
    ax.plot([1, 2], label="a rather long name of a method that is wrapped")
    legend_beside(ax)
    figure.canvas.draw()
    assert ax.get_legend().get_window_extent().x0 >= ax.get_window_extent().x1
    assert "\n" in ax.get_legend().get_texts()[0].get_text()
