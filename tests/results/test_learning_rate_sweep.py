"""What a sweep of learning rates says about itself."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import pyplot as plt

from dlcourse.display.digest.figure import figure_digest
from dlcourse.results.learning_rate_sweep import LearningRateSweep

NAN = np.nan
FINAL = [
    [[0.9, 0.8, 0.7], [0.3, 0.2, 0.28], [0.25, 0.2, 0.21], [NAN, NAN, 2.0]],
    [[0.5, 0.5, 0.5], [0.6, 0.6, 0.6], [0.9, 0.9, 0.9], [np.inf, 3.0, 3.0]],
]


def sweep(final=FINAL, labels=("SGD", "Adam")):
    return LearningRateSweep(labels, (0.01, 0.1, 1.0, 10.0), (0, 1, 2), "val_loss", 7, final)


def test_the_best_rate_has_the_lowest_median_and_diverged_runs_are_worst():
    assert sweep().best_rates() == {"SGD": 1.0, "Adam": 0.01}
    assert sweep().medians[0].tolist() == [0.8, 0.28, 0.21, np.inf]


def test_the_valley_ends_at_one_and_a_half_times_the_best():
    assert sweep().valley() == {"SGD": (0.1, 1.0), "Adam": (0.01, 0.1)}
    assert sweep().choose_rates() == {"SGD": 0.1, "Adam": 0.01}


def test_a_best_rate_at_the_edge_of_the_grid_is_said():
    assert sweep().at_the_edge() == ("Adam",)
    assert "0.01 (edge of the grid)" in repr(sweep().table())
    assert "0.1 (edge" not in repr(sweep().table())


def test_nothing_is_chosen_where_every_rate_diverged():
    lost = sweep([FINAL[0], np.full((4, 3), NAN)])
    message = "`learning_rates` must be low enough for Adam: all diverged"
    for choose in (lost.best_rates, lost.choose_rates, lost.table):
        with pytest.raises(ValueError, match=message):
            choose()


def test_the_figure_marks_the_best_rates_and_says_what_varies():
    _, ax = plt.subplots()
    sweep().plot(ax=ax)
    rings = [line.get_xydata()[0].tolist() for line in ax.lines if line.get_fillstyle() == "none"]
    assert rings == [[1.0, 0.21], [0.01, 0.5]]
    np.testing.assert_allclose(ax.lines[0].get_ydata()[:3], [0.8, 0.28, 0.21])
    digest = figure_digest(ax.figure)
    assert "values are not compared: beyond each valley chaotic" in digest
    assert "SGD | median diverged | Adam" in digest


def test_shapes_are_checked_and_arrays_frozen():
    with pytest.raises(ValueError, match=r"`final.shape` must be \(1, 4, 3\)"):
        sweep(labels=("SGD",))
    with pytest.raises(ValueError, match="read-only"):
        sweep().final[0, 0, 0] = 1.0


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": ("a", "a")},
        {"learning_rates": (0.1, 0.01, 1.0, 10.0)},
        {"seeds": (0, 0, 1)},
        {"monitor": ""},
        {"epochs": 0},
        {"final": np.array(FINAL) + 1j},
    ],
)
def test_every_field_is_checked(changes):
    fields = {name: getattr(sweep(), name) for name in LearningRateSweep.__annotations__}
    with pytest.raises(ValueError, match=f"`{next(iter(changes))}"):
        LearningRateSweep(**{**fields, **changes})


def test_the_line_passes_through_the_ring_though_a_minority_diverged():
    _, ax = plt.subplots()
    sweep([[[9, 9, 9], [3, 2, NAN], [9, 9, 9], [9, 9, 9]]], ("SGD",)).plot(ax=ax)
    line, ring = ax.lines
    assert line.get_ydata()[1] == ring.get_ydata()[0] == 3
    assert ring.get_color() == line.get_color()


def test_where_all_rates_diverged_crosses_are_left():
    _, ax = plt.subplots()
    assert sweep(np.full((2, 4, 3), NAN)).plot(ax=ax, title="Lost") is ax
    assert [line.get_marker() for line in ax.lines if line.get_marker() == "x"] == ["x", "x"]
    assert ax.get_title() == "Lost"


def test_close_rates_are_told_apart():
    close = LearningRateSweep(("SGD",), (0.1, 0.10000001), (0,), "loss", 1, [[[2.0], [1.0]]])
    assert "0.1, 0.10000001" in repr(close)
    assert "0.10000001 (edge" in repr(close.table())
