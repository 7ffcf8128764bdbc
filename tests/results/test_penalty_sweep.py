"""What a sweep of penalty strengths says about itself."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import pyplot as plt

from dlcourse.display.digest.figure import figure_digest
from dlcourse.results.penalty_sweep import PenaltySweep, measure_weights

FINAL = {
    "loss": [[[0.1, 0.2, 0.3], [0.3, 0.4, 0.5], [0.9, 0.9, 0.9]]] * 2,
    "val_loss": [
        [[0.9, 0.8, 0.7], [0.6, 0.5, 0.4], [1.0, 1.0, np.nan]],
        [[0.3, 0.3, 0.3], [0.6, 0.6, 0.6], [np.nan, np.inf, 0.1]],
    ],
    "zeros": [[[0, 0, 0], [1, 2, 3], [10, 10, 10]]] * 2,
}


def sweep(final=FINAL, labels=("L2", "L1")):
    return PenaltySweep(labels, (0.01, 0.1, 1.0), (0, 1, 2), 7, 10, final)


def test_measured_weights():
    rng = np.random.default_rng(0)
    runs = [[rng.normal(size=(3, 4)), rng.normal(size=5)], [np.zeros((3, 4)), np.full(5, -0.009)]]
    measured = measure_weights(runs)
    norm = np.sqrt((runs[0][0] ** 2).sum() + (runs[0][1] ** 2).sum())
    np.testing.assert_allclose(measured["weight_norm"], [norm, 0.009 * np.sqrt(5)])
    assert measured["near_zeros"].tolist() == [0, 17] and measured["zeros"].tolist() == [0, 12]


def test_a_weight_of_one_hundredth_is_not_nearly_zero():
    assert measure_weights([[np.array([0.01, -0.01, 0.00999])]])["near_zeros"].tolist() == [1]


def test_the_best_strength_has_the_lowest_median_on_validation_rows():
    assert sweep().best_strengths() == {"L2": 0.1, "L1": 0.01}
    assert sweep().medians("val_loss")[1].tolist() == [0.3, 0.6, np.inf]


def test_a_best_strength_at_the_edge_is_said():
    assert sweep().at_the_edge() == ("L1",)


def test_the_table_shows_medians():
    table = sweep().table()
    assert table.columns == ("penalty", "strength", "loss", "val loss", "zeros")
    assert table.rows[1] == ("L2", "0.1", 0.4, 0.5, 2.0) and len(table.rows) == 6
    assert table.caption == "10 penalized weights after 7 epochs: medians over 3 seeds"


def test_the_figure_shows_validation_solid_and_training_dashed():
    _, ax = plt.subplots()
    sweep().plot(ax=ax)
    shown = {line.get_label().partition(" (")[0]: line for line in ax.lines}
    methods = ["L2, training", "L2, validation", "L1, training", "L1, validation"]
    assert list(shown) == [*methods, "median diverged"]
    assert shown["L2, training"].get_linestyle() == "--"
    assert shown["L2, validation"].get_linestyle() == "-"
    np.testing.assert_allclose(shown["L2, validation"].get_ydata()[:2], [0.8, 0.5])
    assert ax.get_xscale() == "log" and ax.get_xlabel() == "penalty strength λ"


def test_a_figure_of_one_quantity():
    _, ax = plt.subplots()
    sweep().plot("zeros", ax=ax, title="Zeros")
    assert ax.get_ylabel() == "weights that are exactly zero"
    assert ax.lines[0].get_linestyle() == "-"
    assert "Zeros" in figure_digest(ax.figure)


def test_a_figure_of_its_own_is_shown_and_nothing_returned():
    assert sweep().plot() is None


def test_wrong_keys():
    with pytest.raises(ValueError, match="`key` must be one of 'loss', 'val_loss', 'zeros'"):
        sweep().plot("accuracy")
    with pytest.raises(ValueError, match="`keys` must be keys of one quantity"):
        sweep().plot("loss", "zeros")


def test_shapes_are_checked_and_arrays_frozen():
    with pytest.raises(ValueError, match=r"`final\['loss'\].shape` must be \(1, 3, 3\)"):
        sweep(labels=("L2",))
    with pytest.raises(ValueError, match="read-only"):
        sweep().final["loss"][0, 0, 0] = 1.0
    with pytest.raises(TypeError):
        sweep().final["loss"] = 0
    assert repr(sweep()) == "PenaltySweep(L2, L1; strengths 0.01, 0.1, 1; 3 seeds)"


def test_nothing_is_chosen_where_every_strength_diverged():
    lost = sweep({"val_loss": [FINAL["val_loss"][0], np.full((3, 3), np.nan)]})
    for choose in (lost.best_strengths, lost.at_the_edge):
        with pytest.raises(ValueError, match="`strengths` must be low enough for L1: all diverged"):
            choose()


def test_close_strengths_are_told_apart():
    close = PenaltySweep(("L2",), (0.1, 0.10000001), (0,), 1, 1, {"loss": [[[2.0], [1.0]]]})
    assert [row[1] for row in close.table().rows] == ["0.1", "0.10000001"]


def test_a_plot_returns_the_axes_that_were_given():
    _, ax = plt.subplots()
    assert sweep().plot("zeros", ax=ax, linewidth=0.5) is ax
    assert {line.get_linewidth() for line in ax.lines} == {0.5}
    assert ax.get_title() == "Weights that are exactly zero"


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": "L2"},
        {"strengths": (0.0, 0.1, 1.0)},
        {"seeds": (0, 1, 0.5)},
        {"epochs": 1.5},
        {"weights": -1},
        {"final": {}},
        {"final": [1, 2]},
    ],
)
def test_every_field_is_checked(changes):
    fields = {name: getattr(sweep(), name) for name in PenaltySweep.__annotations__}
    with pytest.raises(ValueError, match=f"`{next(iter(changes))}` must be"):
        PenaltySweep(**{**fields, **changes})


@pytest.mark.parametrize("kernels", [3, [[]], [3], [[["a"]]]])
def test_weights_to_measure_are_arrays(kernels):
    with pytest.raises(ValueError, match="`kernels` must be one list of weight arrays"):
        measure_weights(kernels)
