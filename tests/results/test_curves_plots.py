"""What the plots of a result draw, by hand-computed medians."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import pyplot as plt

from dlcourse.results.run import Run
from dlcourse.results.training_runs import TrainingRuns

NAN = float("nan")
INF = float("inf")


def result(**methods) -> TrainingRuns:
    """Runs with one step an epoch, from each seed's values of the recorded keys."""
    runs = [
        Run(
            label=label,
            seed=seed,
            history=history,
            steps={"learning_rate": [0.1] * len(history["loss"]), "gradient_norm": history["loss"]},
            epochs_run=len(history["loss"]),
            seconds=1.0,
            steps_per_epoch=1,
        )
        for label, histories in methods.items()
        for seed, history in enumerate(histories)
    ]
    return TrainingRuns.from_runs(runs, np.arange(1, 1 + max(run.epochs_run for run in runs)))


def losses(*seeds) -> list[dict[str, list[float]]]:
    return [{"loss": values} for values in seeds]


@pytest.fixture
def ax():
    return plt.figure().subplots()


def drawn(ax) -> dict[str, list[float]]:
    return {line.get_label(): line.get_ydata().tolist() for line in ax.lines}


def band(ax, index: int) -> tuple[float, float]:
    """The lowest and the highest value of a band."""
    heights = ax.collections[index].get_paths()[0].vertices[:, 1]
    return heights.min(), heights.max()


def test_line_is_the_median_and_band_is_min_to_max(ax):
    runs = result(
        SGD=losses([2.0, 1.0], [3.0, 1.5], [2.5, 1.75]), Adam=losses([1.0, 0.5], [1, 0.75], [1, 1])
    )
    runs.plot("loss", ax=ax)
    assert drawn(ax) == {
        "SGD (median, min–max of 3)": [2.5, 1.5],
        "Adam (median, min–max of 3)": [1.0, 0.75],
    }
    assert [line.get_xdata().tolist() for line in ax.lines] == [[1, 2], [1, 2]]
    assert band(ax, 0) == (1.0, 3.0)
    assert band(ax, 1) == (0.5, 1.0)
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == (
        "Training loss",
        "epoch",
        "training loss",
    )
    legend = ax.get_legend()
    assert legend.get_title().get_text() == "median, min–max of 3"
    assert [text.get_text() for text in legend.get_texts()] == ["SGD", "Adam"]


def test_one_seed_is_drawn_as_it_is(ax):
    result(SGD=losses([2.0, 1.0])).plot("loss", ax=ax)
    assert drawn(ax) == {"SGD": [2.0, 1.0]}
    assert not ax.collections
    assert ax.get_legend().get_title().get_text() == ""


def test_long_labels_are_wrapped_in_the_legend_only(ax):
    result(**{"SGD with a rate that is far too high": losses([1.0])}).plot("loss", ax=ax)
    assert drawn(ax).keys() == {"SGD with a rate that is far too high"}
    assert ax.get_legend().get_texts()[0].get_text() == "SGD with a rate that is\nfar too high"


def test_training_is_dashed_and_validation_solid(ax):
    runs = result(Adam=[{"loss": [1.0, 0.5], "val_loss": [1.5, 1.25], "penalty": [0.1, 0.1]}])
    runs.plot("loss", "val_loss", ax=ax)
    assert drawn(ax) == {"Adam, training": [1.0, 0.5], "Adam, validation": [1.5, 1.25]}
    assert [line.get_linestyle() for line in ax.lines] == ["--", "-"]
    assert len({line.get_color() for line in ax.lines}) == 1
    assert (ax.get_title(), ax.get_ylabel()) == ("Loss", "loss")
    runs.plot("penalty", ax=ax)
    assert ax.lines[-1].get_linestyle() == "-"
    assert ax.get_ylabel() == "penalty"


def test_plot_defaults_to_the_first_key_of_the_table(ax):
    result(Adam=[{"loss": [1.0], "val_accuracy": [0.5], "val_loss": [2.0]}]).plot(ax=ax)
    assert drawn(ax) == {"Adam": [2.0]}
    assert ax.get_ylabel() == "validation loss"


def test_a_method_looks_the_same_in_every_plot(ax):
    both = result(SGD=losses([1.0]), Adam=losses([1.0]))
    both.plot("loss", ax=ax)
    both["Adam"].plot("loss", ax=ax)
    first, second = ax.lines[1], ax.lines[2]
    assert (first.get_color(), first.get_marker()) == (second.get_color(), second.get_marker())


@pytest.mark.parametrize(
    ("values", "scale"), [([1.0, 0.2], "linear"), ([1.0, 0.05], "log"), ([1.0, 0.0], "linear")]
)
def test_losses_beyond_ten_times_get_a_log_axis(ax, values, scale):
    result(SGD=losses(values)).plot("loss", ax=ax)
    assert ax.get_yscale() == scale


def test_accuracies_get_a_linear_axis_and_their_unit(ax):
    result(SGD=[{"loss": [1.0, 1.0], "val_accuracy": [0.01, 0.9]}]).plot("val_accuracy", ax=ax)
    assert ax.get_yscale() == "linear"
    assert ax.get_ylabel() == "validation accuracy (fraction)"
    assert ax.get_title() == "Validation accuracy"


def test_title_and_scale_as_asked(ax):
    result(SGD=losses([1.0, 0.9])).plot("loss", ax=ax, title="A race", yscale="log")
    assert (ax.get_title(), ax.get_yscale()) == ("A race", "log")


def test_diverged_runs_count_as_the_worst_in_the_median(ax):
    runs = result(
        SGD=losses([3.0, 1.0, 1.0], [3.0, 2.0, 2.0], [3.0, 3.0, 3.0], [4.0, INF, NAN], [4.0, NAN])
    )
    runs.plot("loss", ax=ax)
    # Of 1, 2, 3, worst, worst the median is 3; the median of the survivors would be 2.
    assert drawn(ax) == {"SGD, 2 of 5 diverged (median, min–max of 5)": [3.0, 3.0, 3.0]}
    assert band(ax, 0) == (1.0, 4.0)
    assert ax.get_legend().get_texts()[0].get_text() == "SGD, 2 of 5 diverged"


def test_a_diverged_accuracy_counts_as_the_lowest(ax):
    histories = [
        {"loss": [1.0, loss], "accuracy": [0.5, accuracy]}
        for loss, accuracy in ((0.5, 0.8), (0.5, 0.9), (NAN, NAN))
    ]
    result(SGD=histories).plot("accuracy", ax=ax)
    assert drawn(ax) == {"SGD, 1 of 3 diverged (median, min–max of 3)": [0.5, 0.8]}


def test_where_the_median_diverged_nothing_is_drawn(ax):
    runs = result(SGD=losses([3.0, 1.0, 0.5], [3.0, INF, INF], [3.0, 2.0, NAN]))
    runs.plot("loss", ax=ax)
    line, cross = ax.lines
    np.testing.assert_array_equal(line.get_ydata(), [3.0, 2.0, NAN])
    assert (cross.get_marker(), cross.get_xdata().tolist()) == ("x", [3])
    assert line.get_label() == "SGD, 2 of 3 diverged (median, min–max of 3)"


def test_a_method_that_diverged_at_once_keeps_its_place_in_the_legend(ax):
    runs = result(SGD=losses([NAN, NAN], [INF, NAN]), Adam=losses([1.0, 0.5], [1.0, 0.5]))
    runs.plot("loss", ax=ax)
    runs.plot_steps("gradient_norm", ax=ax)
    ax.figure.canvas.draw()
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    lost = "SGD, 2 of 2 diverged"
    assert labels == [lost, "median diverged", "Adam", lost, "Adam"]


def test_where_half_of_an_even_number_diverged_nothing_is_drawn(ax):
    result(SGD=losses([3.0, 1.0], [3.0, NAN])).plot("loss", ax=ax)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [3.0, NAN])


def test_stopped_runs_keep_their_last_value(ax):
    runs = result(
        SGD=losses([8.0, 7.0, 6.0, 5.0], [8.0, 7.0, 6.0, 5.0], [8.0, 7.0, 6.0, 5.0]),
        Adam=losses([4.0, 3.0], [4.0, 3.5, 2.0], [5.0]),
    )
    runs.plot("loss", ax=ax)
    sgd, adam = (line.get_ydata() for line in ax.lines)
    np.testing.assert_array_equal(sgd, [8.0, 7.0, 6.0, 5.0])
    np.testing.assert_array_equal(adam, [4.0, 3.5, 3.0, NAN])  # median of 3, 2 and 5 at epoch 3
    assert ax.get_xlabel() == "epoch (stopped runs keep their value)"


def test_methods_that_differ_in_length_keep_no_values(ax):
    result(SGD=losses([4.0, 3.0, 2.0]), Adam=losses([2.0, 1.0])).plot("loss", ax=ax)
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), [2.0, 1.0, NAN])
    assert ax.get_xlabel() == "epoch"


def test_steps_are_counted_from_0(ax):
    runs = result(SGD=losses([9.0, 6.0, 3.0], [9.0, 5.0, 2.0]))
    runs.plot_steps("gradient_norm", ax=ax)
    (line,) = ax.lines
    assert line.get_xdata().tolist() == [0, 1, 2]
    assert line.get_ydata().tolist() == [9.0, 5.5, 2.5]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "gradient norm")


def test_learning_rate_is_drawn_once_where_all_seeds_used_the_same(ax):
    result(SGD=losses([1.0, 1.0], [1.0, 1.0])).plot_learning_rate(ax=ax)
    assert drawn(ax) == {"SGD": [0.1, 0.1]}
    assert ax.get_ylabel() == "learning rate as used"


def test_learning_rates_that_differ_are_drawn_as_a_band(ax):
    runs = result(SGD=losses([1.0, 1.0], [1.0, 1.0]))
    rates = np.array([[[0.1, 0.1], [0.1, 0.001]]])
    changed = TrainingRuns(**{**vars(runs), "steps": {"learning_rate": rates}})
    changed.plot_learning_rate(ax=ax)
    assert drawn(ax) == {"SGD (median, min–max of 2)": pytest.approx([0.1, 0.0505])}
    assert ax.get_yscale() == "log"


def test_without_axes_a_figure_is_shown_and_nothing_returned(monkeypatch):
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf()))
    runs = result(SGD=losses([1.0, 0.5]))
    assert runs.plot("loss") is None
    assert runs.plot_learning_rate() is None
    titles = [figure.axes[0].get_title() for figure in shown]
    assert titles == ["Training loss", "Learning rate as used"]


def test_given_axes_are_not_shown(monkeypatch, ax):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("shown"))
    result(SGD=losses([1.0, 0.5])).plot("loss", ax=ax)
    assert len(ax.lines) == 1


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda runs: runs.plot("vall_loss"),
            "`key` must be one of 'loss', 'val_loss', 'accuracy'",
        ),
        (lambda runs: runs.plot("loss", "accuracy"), "`keys` must be keys of one quantity"),
        (lambda runs: runs.plot_steps("loss"), "one of 'learning_rate', 'gradient_norm'"),
    ],
)
def test_what_cannot_be_drawn_leaves_no_figure(draw, message):
    runs = result(SGD=[{"loss": [1.0], "val_loss": [1.0], "accuracy": [0.5]}])
    with pytest.raises(ValueError, match=message):
        draw(runs)
    assert not plt.get_fignums()


def colors(ax):
    return [line.get_color() for line in ax.lines]


def test_a_method_keeps_its_color_in_a_part_of_the_result(ax):
    runs = result(a=losses([2.0, 1.0]), b=losses([2.0, 1.5]), c=losses([2.0, 0.5]))
    runs.plot("loss", ax=ax)
    alone = plt.figure().subplots()
    runs[["c", "b"]]["b"].plot("loss", ax=alone)
    runs["c"].plot_steps("gradient_norm", ax=alone)
    assert colors(alone) == colors(ax)[1:]


def test_plots_return_the_axes_that_were_given(ax, monkeypatch):
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf()))
    runs = result(SGD=losses([2.0, 1.0]))
    for plot in (
        runs.plot,
        lambda **how: runs.plot_steps("learning_rate", **how),
        runs.plot_learning_rate,
    ):
        assert plot(ax=ax, title="mine", linewidth=0.5) is ax
        assert ax.get_title() == "mine"
        assert ax.lines[-1].get_linewidth() == 0.5
        assert plot() is None
    assert len(shown) == 3


def test_one_measured_epoch_is_seen(ax):
    result(SGD=losses([2.0]), Adam=losses([1.0])).plot(ax=ax)
    assert [line.get_markevery() for line in ax.lines] == [None, None]
    assert all(line.get_marker() not in ("", "None") for line in ax.lines)


def test_an_unknown_style_leaves_no_figure():
    plt.close("all")
    with pytest.raises(TypeError, match="`style` must be .*widht"):
        result(SGD=losses([2.0, 1.0])).plot(widht=3)
    assert not plt.get_fignums()
