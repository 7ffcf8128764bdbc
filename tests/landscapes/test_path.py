"""`DescentPath` and its pictures: what is stored, said and drawn is what was recorded."""

from __future__ import annotations

import dataclasses
import pickle
import re

import numpy as np
import pytest
from matplotlib import pyplot as plt

from dlcourse.display.digest.figure import figure_digest
from dlcourse.landscapes.descent import descend
from dlcourse.landscapes.functions import bumpy, parabola, ravine
from dlcourse.landscapes.landscape import Landscape
from dlcourse.landscapes.path import DescentPath
from dlcourse.landscapes.path_plots import plot_paths, plot_values


def sgd(w, g, state, learning_rate):
    return w - learning_rate * g


def walk(learning_rate, steps=5, on=None, start=(-4.0, 1.0), label="SGD"):
    """A path on a ravine of condition 4, unless told otherwise."""
    on = on or ravine(4)
    return descend(sgd, on=on, start=start, steps=steps, label=label, learning_rate=learning_rate)


SHORT = walk(0.1)
OTHER_RAVINE = dataclasses.replace(ravine(9), name="ravine, condition 4", domain=((-9, 9),) * 2)
BUMPY = walk(0.02, on=bumpy(), start=-2.0, steps=30)
EXPLODING = walk(0.4, on=bumpy(), start=-2.0, steps=50)
LINE = np.array([[1.0], [0.5]])


def test_arrays_are_read_only_copies():
    given = LINE.copy()
    path = DescentPath("mine", parabola(), given, [0.5, 0.125], given, [0.5])
    given[:] = 7
    assert path.points.tolist() == LINE.tolist()
    for name in ("points", "values", "gradients", "learning_rates"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(path, name)[0] = 7
    with pytest.raises(AttributeError):
        path.label = "other"


def test_pickle_keeps_the_arrays_read_only():
    copy = pickle.loads(pickle.dumps(SHORT))
    assert np.array_equal(copy.points, SHORT.points) and copy.label == "SGD"
    assert not copy.values.flags.writeable


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ((LINE[:, 0], [1, 1], LINE, [0.1]), "`points.shape` must be (2, 1). Received:"),
        (("ab", [1, 1], LINE, [0.1]), "`points.shape` must be (2, 1). Received: points.shape=()"),
        ((LINE, [1], LINE, [0.1]), "`values.shape` must be (2,). Received: values.shape=(1,)"),
        ((LINE, [1, 1], LINE[:1], [0.1]), "`gradients.shape` must be (2, 1). Received:"),
    ],
)
def test_arrays_that_disagree_are_refused(arrays, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        DescentPath("mine", parabola(), *arrays)


def test_a_path_that_converges():
    assert not SHORT.diverged and SHORT.end == SHORT.steps == 5
    assert repr(SHORT) == (
        "DescentPath(SGD on ravine, condition 4: 5 steps from w = (-4, 1) to (-2.36, 0.0778))"
    )


def test_a_path_that_explodes():
    with np.errstate(all="raise"):  # looking at it must not overflow again
        assert EXPLODING.diverged and EXPLODING.end == 8 and EXPLODING.steps == 50
        assert np.isnan(EXPLODING.step_sizes[8:]).all()
        assert len(EXPLODING.table().rows) == 9
    assert ": 8 steps from w = -2 to -4.92e+197, where it diverged" in repr(EXPLODING)


def test_step_sizes_are_lengths_even_where_squares_overflow():
    points = np.array([[0, 0], [3e200, 4e200]])
    path = DescentPath("far", ravine(), points, [0, np.inf], points, [0.1])
    with np.errstate(all="raise"):
        assert path.step_sizes == pytest.approx([5e200])


def test_table_of_one_weight():
    path = walk(0.5, on=parabola(), start=1.0, steps=2)
    assert repr(path.table()).splitlines() == [
        "SGD on parabola, curvature 1",
        "",
        "step     w    f(w)  gradient  learning_rate  step size",
        "----  ----  ------  --------  -------------  ---------",
        "   0     1     0.5         1              –          –",
        "   1   0.5   0.125       0.5            0.5        0.5",
        "   2  0.25  0.0312      0.25            0.5       0.25",
    ]


def test_table_of_two_weights_shows_norms():
    table = SHORT.table(steps=[0])
    assert table.columns[1:5] == ("w[0]", "w[1]", "f(w)", "gradient norm")
    assert table.rows[0][:5] == (0, -4, 1, 10, pytest.approx(np.hypot(4, 4)))


def test_table_of_a_long_path_is_short():
    steps = [row[0] for row in walk(0.1, steps=120).table().rows]
    assert steps == [0, 1, 2, 5, 10, 20, 50, 100, 120]
    assert [row[0] for row in walk(0.1, steps=20).table().rows] == [0, 1, 2, 5, 10, 20]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (6, "`steps` must be at most 5, the last step. Received: steps=6"),
        (-1, "`steps` must be an integer >= 0. Received: steps=-1"),
    ],
)
def test_table_refuses_steps_that_were_not_taken(step, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        SHORT.table(steps=[0, step])


@pytest.mark.parametrize("steps", [3, "12", None.__class__])
def test_table_refuses_what_is_no_list_of_steps(steps):
    with pytest.raises(ValueError, match="`steps` must be a list of integers"):
        SHORT.table(steps=steps)


@pytest.mark.parametrize(("name", "value"), [("label", 3), ("landscape", "bumpy")])
def test_a_path_needs_a_label_and_a_landscape(name, value):
    given = {"label": "mine", "landscape": parabola(), name: value}
    with pytest.raises(ValueError, match=f"`{name}` must be a"):
        DescentPath(**given, points=LINE, values=[1, 1], gradients=LINE, learning_rates=[0.1])


def test_describe(capsys):
    SHORT.describe()
    EXPLODING.describe()
    assert capsys.readouterr().out.splitlines() == [
        "SGD on ravine, condition 4: 5 steps from w = (-4, 1) to (-2.36, 0.0778); "
        "f(w) went from 10 to 2.8.",
        "SGD on bumpy: 8 steps from w = -2 to -4.92e+197, where it diverged; "
        "f(w) went from 2.23 to inf.",
    ]


def drawn(label, axes=None):
    """The data of the line with this label, shape (points, 2)."""
    (line,) = [line for line in (axes or plt.gca()).lines if line.get_label() == label]
    return line.get_xydata()


def legend():
    return [text.get_text() for text in plt.gca().get_legend().get_texts()]


def test_plot_over_contours():
    assert SHORT.plot() is None
    assert np.array_equal(drawn("SGD"), SHORT.points)
    assert drawn("start").tolist() == [[-4, 1]]
    assert legend() == ["minimum", "SGD", "start"]
    assert plt.gca().get_title() == "SGD on ravine, condition 4"
    assert (plt.gca().get_xlabel(), plt.gca().get_ylabel()) == ("w[0]", "w[1]")


def test_plot_on_the_curve_numbers_and_colors_the_steps():
    BUMPY.plot(title="mine")
    axes, color_bar = plt.gcf().axes
    (steps,) = axes.collections
    expected = np.column_stack([BUMPY.points[:, 0], BUMPY.values])
    assert np.array_equal(steps.get_offsets(), expected)
    assert np.array_equal(steps.get_array(), np.arange(31))
    assert color_bar.get_ylabel() == "step" and axes.get_title() == "mine"
    for text in axes.texts:
        assert text.xy == tuple(expected[int(text.get_text())])
    assert axes.texts[0].get_text() == "0"


def test_numbers_keep_apart():
    BUMPY.plot()
    places = np.sort([text.xy[0] for text in plt.gcf().axes[0].texts])
    assert 2 <= len(places) < 31 and np.diff(places).min() > 0.04 * 4.4


def test_plot_of_an_explosion_stops_where_it_leaves_the_picture(recwarn):
    EXPLODING.plot()
    plt.gcf().canvas.draw()
    axes = plt.gcf().axes[0]
    assert axes.get_title() == "SGD on bumpy: diverged" and axes.get_xlim() == (-2.1, 2.3)
    line = drawn("SGD (diverged)", axes)
    inside = (line[:, 0] >= -2.1) & (line[:, 0] <= 2.3)
    assert inside[:-1].all() and not inside[-1]
    assert np.array_equal(line[:, 0], EXPLODING.points[: len(line), 0])
    assert not recwarn.list


def test_plot_from_outside_the_picture_shows_the_way_in():
    walk(0.1, start=(-9.0, 1.0), steps=20).plot()
    assert len(drawn("SGD")) == 21


def test_plot_paths_draws_each_path_and_each_start():
    paths = {"slow": SHORT, "fast": walk(0.3), "elsewhere": walk(0.3, start=(3.0, -1.0))}
    assert plot_paths(paths) is None
    for label, path in paths.items():
        assert np.array_equal(drawn(label), path.points)
    assert drawn("start").tolist() == [[-4, 1], [3, -1]]
    assert legend() == ["minimum", "slow", "fast", "elsewhere", "start"]
    colors = [line.get_color() for line in plt.gca().lines if line.get_label() in paths]
    assert len(set(colors)) == 3
    assert plt.gca().get_title() == "ravine, condition 4"


def test_plot_paths_on_a_curve():
    plot_paths({"SGD": BUMPY, "too high": EXPLODING})
    assert np.array_equal(drawn("SGD"), np.column_stack([BUMPY.points[:, 0], BUMPY.values]))
    assert legend() == ["f(w)", "minimum", "SGD", "too high (diverged)", "start"]


def test_plot_values_is_the_height_above_the_minimum():
    valley = Landscape(
        "valley", lambda w: w[..., 0] ** 2 - 3, lambda w: 2 * w, ((-2, 2),), ((0.0,),)
    )
    path = walk(0.25, on=valley, start=1.0, steps=3)
    assert plot_values({"SGD": path}) is None
    assert drawn("SGD") == pytest.approx(np.array([[0, 1], [1, 1 / 4], [2, 1 / 16], [3, 1 / 64]]))
    axes = plt.gca()
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "f(w) above the minimum")
    assert axes.get_yscale() == "log" and axes.get_ylim() == pytest.approx((1 / 128, 2))


def test_plot_values_lets_an_explosion_leave_the_picture(recwarn):
    plot_values({"SGD": BUMPY, "too high": EXPLODING})
    plt.gcf().canvas.draw()
    low, high = plt.gca().get_ylim()
    assert low < BUMPY.values.min() and EXPLODING.values[4] < high < 1e5
    assert len(drawn("too high (diverged)")) == 6  # the sixth, 2e9, is above the picture
    assert legend() == ["SGD", "too high (diverged)"]
    assert not recwarn.list


def test_plot_values_shows_an_exact_zero_without_a_warning(recwarn):
    plot_values({"SGD": walk(1.0, on=parabola(), start=1.0, steps=3)})
    plt.gcf().canvas.draw()
    assert drawn("SGD")[1].tolist() == [1, 0]
    assert not recwarn.list


def plot_all(draw, **options):
    return draw({"a": SHORT}, **options) if draw is not DescentPath.plot else draw(SHORT, **options)


@pytest.mark.parametrize(
    ("draw", "labels", "lines"),
    [
        (DescentPath.plot, ("w[0]", "w[1]", "linear"), 3),
        (plot_paths, ("w[0]", "w[1]", "linear"), 3),
        (plot_values, ("step", "f(w) above the minimum", "log"), 1),
    ],
)
def test_plots_on_given_axes_label_them_and_return_them(monkeypatch, draw, labels, lines):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("shown"))
    _, (left, right) = plt.subplots(1, 2)
    assert plot_all(draw, ax=right) is right
    assert not left.lines and len(right.lines) == lines and len(plt.get_fignums()) == 1
    assert (right.get_xlabel(), right.get_ylabel(), right.get_yscale()) == labels
    assert right.get_title() == ""
    assert plot_all(draw, ax=left, title="mine").get_title() == "mine"
    for bad in ({"ax": "here"}, {"title": 3}):
        (name,) = bad
        with pytest.raises(ValueError, match=f"`{name}` must be"):
            plot_all(draw, **bad)


@pytest.mark.parametrize("draw", [DescentPath.plot, plot_paths, plot_values])
def test_a_new_figure_takes_the_title(draw):
    assert plot_all(draw, title="mine") is None
    assert plt.gcf().axes[0].get_title() == "mine"


def test_plot_values_of_a_path_that_stays_at_the_minimum(recwarn):
    plot_values({"still": walk(0.1, on=parabola(), start=0.0)})
    plt.gcf().canvas.draw()
    assert plt.gca().get_ylim() == (-1, 1)
    still, moving = (walk(0.1, on=parabola(), start=start) for start in (0.0, 1.0))
    plot_values({"still": still, "moving": moving})
    plt.gcf().canvas.draw()
    assert plt.gca().get_yscale() == "log"
    assert not recwarn.list


def test_plots_without_axes_show_once(monkeypatch):
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.get_fignums()))
    SHORT.plot()
    plot_paths({"a": SHORT})
    plot_values({"a": SHORT})
    assert shown == [[1], [1, 2], [1, 2, 3]]


@pytest.mark.parametrize("draw", [plot_paths, plot_values])
@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (
            {},
            "`paths` must be a mapping of labels to paths, with at least one path. Received: "
            "paths={}",
        ),
        ([SHORT], "`paths` must be a mapping of labels to paths, with at least one path."),
        ({0.1: SHORT}, "`paths` must be a mapping of labels to paths, with at least one path."),
        (
            {"a": SHORT, "b": 3},
            "`paths` must be a mapping of labels to paths, with at least one path.",
        ),
        (
            {"a": SHORT, "b": walk(0.1, on=OTHER_RAVINE)},
            "`paths` must be on one landscape. Received: paths=['ravine, condition 4']",
        ),
        (
            {"a": SHORT, "b": BUMPY},
            "`paths` must be on one landscape. Received: paths=['bumpy', 'ravine, condition 4']",
        ),
    ],
)
def test_unusable_paths_are_refused(draw, paths, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        draw(paths)
    assert not plt.get_fignums()


def test_plot_values_needs_a_known_minimum():
    slope = Landscape("slope", lambda w: w[..., 0], np.ones_like, ((-9, 9),))
    path = walk(0.1, on=slope, start=1.0)
    message = "`paths` must be on a landscape whose minimum is known. Received: paths='slope'"
    with pytest.raises(ValueError, match=re.escape(message)):
        plot_values({"SGD": path})


def test_digest_tells_paths_apart():
    digests = set()
    for path in (SHORT, walk(0.3)):
        plot_paths({"SGD": path})
        digests.add(figure_digest(plt.gcf()))
    assert len(digests) == 2
