"""Repeated runs as a line in a band, marks of divergence, and the legend beside the axes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from matplotlib import pyplot as plt

from dlcourse.display.bands import DIVERGED, legend_beside, plot_band, plot_runs

INF, NAN = float("inf"), float("nan")


def band_edges(ax: plt.Axes) -> list[tuple[float, float, float]]:
    """Each x of the band, with the lowest and highest y there."""
    vertices = np.concatenate([path.vertices for path in ax.collections[0].get_paths()])
    ys = {x: vertices[vertices[:, 0] == x, 1] for x in np.unique(vertices[:, 0])}
    return [(x, y.min(), y.max()) for x, y in ys.items()]


def test_band_is_median_minimum_and_maximum():
    _, ax = plt.subplots()
    plot_band(ax, [1, 2], [[1, 5], [2, 6], [9, 7]], "Adam", color="#D55E00", marker="o")
    (line,) = ax.lines
    assert line.get_ydata().tolist() == [2, 6]
    assert line.get_label() == "Adam (median, min–max of 3)"
    assert (line.get_color(), line.get_marker()) == ("#D55E00", "o")
    assert band_edges(ax) == [(1, 1, 9), (2, 5, 7)]


def test_one_run_is_a_line_with_its_own_label_and_no_band():
    _, ax = plt.subplots()
    plot_band(ax, [1, 2], [[1, 5]], "Adam")
    assert ax.lines[0].get_label() == "Adam"
    assert not ax.collections


def test_a_minority_of_runs_is_not_drawn_and_missing_values_raise_no_warning():
    _, ax = plt.subplots()
    nan = np.nan
    samples = [[1, 5, 5, nan], [2, 6, nan, nan], [3, nan, np.inf, nan]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot_band(ax, [1, 2, 3, 4], samples, "Adam")
        ax.figure.canvas.draw()
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [2, 5.5, nan, nan])
    assert band_edges(ax) == [(1, 1, 3), (2, 5, 6)]


@pytest.mark.parametrize("samples", [[1, 2], [[1, 2, 3]], np.empty((0, 2))])
def test_band_needs_one_column_for_each_x(samples):
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=r"`samples` must be an array of shape \(runs, 2\)\. Rec"):
        plot_band(ax, [1, 2], samples, "Adam")


@pytest.mark.parametrize("samples", [[["a", "b"]], [[1, 2j]], object()])
def test_band_needs_numbers(samples):
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="`samples` must be"):
        plot_band(ax, [1, 2], samples, "Adam")


def test_masked_samples_are_missing():
    _, ax = plt.subplots()
    plot_band(ax, [1, 2], np.ma.array([[1.0, 2.0]], mask=[[False, True]]), "Adam")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [1, NAN])


def test_an_unknown_style_is_named():
    _, ax = plt.subplots()
    with pytest.raises(TypeError, match="`style` must be .*widht"):
        plot_band(ax, [1, 2], [[1, 2]], "Adam", widht=3)


@pytest.mark.parametrize("style", [{}, {"marker": ""}, {"marker": "s", "markevery": 0.1}])
def test_a_point_without_neighbors_is_seen(style):
    _, ax = plt.subplots()
    plot_band(ax, [1], [[0.5], [0.7]], "Adam", **style)
    line = ax.lines[0]
    assert line.get_marker() == (style.get("marker") or "o")
    assert line.get_markevery() is None
    (upright,) = ax.collections[1].get_segments()
    assert upright.tolist() == [[1, 0.5], [1, 0.7]]


def test_only_points_without_neighbors_bear_a_marker_of_their_own():
    _, ax = plt.subplots()
    plot_band(ax, [1, 2, 3, 4], [[1, 2, NAN, 4]] * 2, "Adam")
    assert ax.lines[0].get_marker() == "o"
    assert [each.tolist() for each in ax.collections[1].get_segments()] == [[[4, 4], [4, 4]]]
    plot_band(ax, [1, 2, 3, 4], [[1, 2, 3, 4]], "SGD")
    assert ax.lines[1].get_marker() == "None"


@pytest.mark.parametrize(("higher", "worst", "edge"), [(False, [2, 9], 1), (True, [1, 3], 0)])
def test_diverged_runs_count_as_the_worst_and_a_cross_marks_a_diverged_median(higher, worst, edge):
    _, ax = plt.subplots()
    samples = np.array([[1, 3, INF, INF, 1], [1, 9, 5, INF, 2], [2, INF, INF, INF, 3]])
    plot_runs(ax, [1, 2, 3, 4, 5], samples, "SGD", higher_is_better=higher)
    median, cross = ax.lines
    middle = 3 if higher else 9
    np.testing.assert_array_equal(median.get_ydata(), [1, middle, NAN, NAN, 2])
    assert (cross.get_xdata().tolist(), cross.get_ydata().tolist()) == ([3], [edge])
    assert (cross.get_marker(), cross.get_label()) == ("x", DIVERGED)
    assert cross.get_color() == median.get_color()
    assert cross.get_transform() == ax.get_xaxis_transform()


def test_half_of_the_runs_are_no_median():
    _, ax = plt.subplots()
    plot_runs(ax, [1, 2], np.array([[1, 2], [1, INF]]), "SGD", higher_is_better=False)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [1, NAN])


def test_what_was_not_measured_is_no_divergence():
    _, ax = plt.subplots()
    plot_runs(ax, [1, 2, 3], np.array([[1, 2, NAN]]), "SGD", higher_is_better=False)
    assert len(ax.lines) == 1


def test_the_legend_says_once_what_a_cross_is():
    _, ax = plt.subplots()
    for label in ("a", "b"):
        plot_runs(ax, [1, 2], np.array([[1, INF]] * 2), label, higher_is_better=False)
    legend_beside(ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", DIVERGED, "b"]


def test_the_legend_says_of_each_line_what_it_is_where_they_differ():
    _, ax = plt.subplots()
    plot_band(ax, [1, 2], [[1, 2]] * 2, "a")
    plot_band(ax, [1, 2], [[1, 2]] * 3, "b")
    legend_beside(ax)
    texts = [text.get_text().replace("\n", " ") for text in ax.get_legend().get_texts()]
    assert texts == ["a (median, min–max of 2)", "b (median, min–max of 3)"]
    assert not ax.get_legend().get_title().get_text()


def test_a_label_is_a_name_whatever_stands_in_it():
    _, ax = plt.subplots()
    plot_band(ax, [1, 2], [[1, 2]], "net (median, by hand)")
    legend_beside(ax)
    assert ax.get_legend().get_texts()[0].get_text() == "net (median, by hand)"


def test_what_line_and_band_are_is_said_once():
    _, ax = plt.subplots()
    plot_band(ax, [1, 2], [[1, 2], [3, 4]], "SGD")
    plot_band(ax, [1, 2], [[1, 2], [3, 4]], "Adam")
    legend_beside(ax)
    legend = ax.get_legend()
    assert legend.get_title().get_text() == "median, min–max of 2"
    assert [text.get_text() for text in legend.get_texts()] == ["SGD", "Adam"]


def test_a_legend_of_bars_names_them():
    _, ax = plt.subplots()
    ax.bar([0, 1], [2, 3], label="one seed")
    legend_beside(ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one seed"]


def test_the_legend_stands_outside_the_axes():
    figure, ax = plt.subplots(layout="constrained")
    ax.plot([1, 2], label="a rather long name of a method that is wrapped")
    legend_beside(ax)
    figure.canvas.draw()
    assert ax.get_legend().get_window_extent().x0 >= ax.get_window_extent().x1
    assert "\n" in ax.get_legend().get_texts()[0].get_text()
