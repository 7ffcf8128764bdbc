"""Each kind of artist is described by what was drawn, so that other data give another text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from dlcourse.display.digest.artists import describe_artist
from dlcourse.display.digest.figure import figure_digest


def described(draw: Callable[[Axes], object]) -> str:
    """The digest without the plot's own line."""
    figure = Figure()
    draw(figure.subplots())
    return figure_digest(figure).removeprefix("plot").lstrip("\n; ").removeprefix("- ")


EPOCHS = np.arange(1, 22)
RISE = 0.25 * EPOCHS
GRID = np.linspace(-2, 2, 201)
X, Y = np.meshgrid(GRID, GRID)
SKEWED = 4 * ((X + 2) / 4) ** 1.5 - 2

TEXTS = {
    "line": (
        lambda ax: ax.plot([1, 2, 3], [0.5, np.nan, 0.25], label="Adam"),
        'line "Adam", 3 points: (1, 0.5) (2, nan) (3, 0.25)',
    ),
    "long line": (
        lambda ax: ax.plot(EPOCHS, RISE),
        "line, 21 points: (1, 0.25) (6, 1.5) (11, 2.75) (16, 4) (21, 5.25); "
        "y 0.25 to 5.25, mean 2.75",
    ),
    "line that turns back": (
        lambda ax: ax.plot([0, 2, 0, 2, 0, 2], [0, 0, 1, 1, 2, 2]),
        "line, 6 points: (0, 0) (2, 0) (0, 1) (2, 1) (2, 2); x 0 to 2, mean 1; y 0 to 2, mean 1",
    ),
    "empty line": (lambda ax: ax.plot([], []), "line, 0 points"),
    "one point": (lambda ax: ax.plot(1, 2, "o"), "line, 1 point: (1, 2)"),
    "axhline": (lambda ax: ax.axhline(0.5, label="goal"), 'line "goal" across at y = 0.5'),
    "axvline": (lambda ax: ax.axvline(3), "line upright at x = 3"),
    "axline by slope": (
        lambda ax: ax.axline((0, 1), slope=-0.5),
        "line through (0, 1) with slope -0.5",
    ),
    "axline by points": (
        lambda ax: ax.axline((0, 1), (2, 3)),
        "line through (0, 1) and (2, 3)",
    ),
    "vlines": (
        lambda ax: ax.vlines([1, 2], 0, 3, label="steps"),
        'segments "steps", 2: (1, 0) to (1, 3), (2, 0) to (2, 3); '
        "x 1 to 2, mean 1.5; y 0 to 3, mean 1.5",
    ),
    "fill_between": (
        lambda ax: ax.fill_between([1, 2, 3], [0, 1, 2], [4, 5, 6], label="runs"),
        'band "runs", 3 points: (1, 0 to 4) (2, 1 to 5) (3, 2 to 6); y 0 to 6, mean 3',
    ),
    "empty band": (lambda ax: ax.fill_between([1], [np.nan], [1]), "band, 0 points"),
    "bar": (
        lambda ax: ax.bar([0, 1], [0.75, 0.5], label="test"),
        'bars "test", 2 points: (0, 0.75) (1, 0.5)',
    ),
    "barh": (
        lambda ax: ax.barh([0, 1], [0.75, 0.5]),
        "horizontal bars, 2 points: (0.75, 0) (0.5, 1)",
    ),
    "hist": (
        lambda ax: ax.hist([1, 1, 1, 2, 4], bins=3, range=(0, 6)),
        "bars, 3 points: (1, 3) (3, 1) (5, 1)",
    ),
    "stairs": (
        lambda ax: ax.stairs([1, 3], [0, 2, 4]),
        "steps, 2 points: (0, 1) (2, 3)",
    ),
    "scatter": (
        lambda ax: ax.scatter([1, 2], [0.5, 0.25], label="class 0"),
        'scatter "class 0", 2 points: (1, 0.5) (2, 0.25)',
    ),
    "scatter of classes": (
        lambda ax: ax.scatter([1, 2], [0.5, 0.25], c=[0, 1]),
        "scatter, 2 points: (1, 0.5: 0) (2, 0.25: 1); values 0 to 1, mean 0.5",
    ),
    "quiver": (
        lambda ax: ax.quiver([0, 1], [2, 3], [0.5, 0.5], [0, -1]),
        "arrows, 2 points: (0, 2) (1, 3); by (0.5, 0), (0.5, -1); "
        "along x 0.5 to 0.5, mean 0.5; along y -1 to 0, mean -0.5",
    ),
    "contour": (  # circles of radius 1 and 2: 2πr long; the third level lies outside
        lambda ax: ax.contour(X, Y, X**2 + Y**2, levels=[1, 3.9999, 9]),
        "contours of 0 to 8, 3 levels from 1 to 9: "
        "1 is 6.28 long around (0, 0), 4 is 12.6 long around (0, 0), 9 nowhere",
    ),
    "contour on an uneven grid": (  # many short pieces on the left, few long ones on the right
        lambda ax: ax.contour(SKEWED, Y, SKEWED**2 + Y**2, levels=[1]),
        "contours of 0 to 8, 1 level from 1 to 1: 1 is 6.28 long around (0, 0)",
    ),
    "contour that is a point": (
        lambda ax: ax.contour([[0, 0], [0, 0]], [[0, 0], [0, 0]], [[0, 2], [0, 2]], levels=[1]),
        "contours of 0 to 2, 1 level from 1 to 1: 1 is 0 long around (0, 0)",
    ),
    "contourf": (
        lambda ax: ax.contourf(X, Y, (X - 0.5) ** 2 + Y**2, levels=[-1, 1]),
        "filled contours of 0 to 10.2, 2 levels from -1 to 1: -1 is 6.28 long around (0.5, 0)",
    ),
    "labeled contours": (
        lambda ax: ax.clabel(ax.contour(X, Y, X**2 + Y**2, levels=[1, 2])),
        "contours of 0 to 8, 2 levels from 1 to 2, labeled",
    ),
    "imshow": (
        lambda ax: ax.imshow([[0, 1, 2], [3, 4, 5]]),
        "image, 2 × 3: 0 to 5, mean 2.5; blocks 0 1 2 / 3 4 5",
    ),
    "imshow over a range": (
        lambda ax: ax.imshow([[0.5, 1]], extent=(-1, 1, 0, 2)),
        "image, x -1 to 1, y 0 to 2, 1 × 2: 0.5 to 1, mean 0.75; blocks 0.5 1",
    ),
    "pcolormesh": (
        lambda ax: ax.pcolormesh([0, 1, 2], [0, 3], [[5, 6]]),
        "mesh, from (0, 0) to (2, 3), 1 × 2: 5 to 6, mean 5.5; blocks 5 6",
    ),
    "axvspan": (
        lambda ax: ax.axvspan(1, 3, label="frozen"),
        'Rectangle "frozen": x 1 to 3, mean 2; y 0 to 1, mean 0.5',
    ),
    "arrow": (
        lambda ax: ax.add_patch(FancyArrowPatch((0, 0), (1, 1))),
        "arrow",
    ),
    "text": (lambda ax: ax.text(1, 0.5, "two\nlines"), 'text "two lines" at (1, 0.5)'),
    "empty text": (lambda ax: ax.text(1, 0.5, ""), ""),
    "annotation": (
        lambda ax: ax.annotate("minimum", (1, 0.5), (30, 30), textcoords="offset points"),
        'text "minimum" at (1, 0.5)',
    ),
    "table": (lambda ax: ax.table([["a"]]), "Table"),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_text(kind):
    draw, text = TEXTS[kind]
    assert described(draw) == text


@pytest.mark.parametrize("kind", TEXTS)
def test_drawing_the_picture_does_not_change_the_text(kind):
    figure = Figure(figsize=(2, 2), dpi=50)
    TEXTS[kind][0](figure.subplots())
    before = figure_digest(figure)
    figure.draw_without_rendering()
    assert figure_digest(figure) == before


def noisy(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(1, 2, 100)


WRONG_DATA = {
    "line": lambda ax, seed: ax.plot(noisy(seed)),
    "fill_between": lambda ax, seed: ax.fill_between(np.arange(100), noisy(seed), 3),
    "bar": lambda ax, seed: ax.bar(np.arange(100), noisy(seed)),
    "hist": lambda ax, seed: ax.hist(noisy(seed), bins=20, histtype="step"),
    "scatter": lambda ax, seed: ax.scatter(noisy(seed), noisy(7)),
    "scatter's values": lambda ax, seed: ax.scatter(noisy(7), noisy(7), c=noisy(seed)),
    "errorbar": lambda ax, seed: ax.errorbar(np.arange(100), np.ones(100), yerr=noisy(seed)),
    "hlines": lambda ax, seed: ax.hlines(noisy(seed), 0, 1),
    "quiver": lambda ax, seed: ax.quiver(noisy(7), noisy(7), noisy(seed), noisy(7)),
    "contour": lambda ax, seed: ax.contour(X, Y, X**2 + noisy(seed)[0] * Y**2, levels=[1]),
    "contour's place": lambda ax, seed: ax.contour(X, Y, (X - 0.1 * seed) ** 2 + Y**2, [1]),
    "imshow": lambda ax, seed: ax.imshow(noisy(seed).reshape(10, 10)),
    "pcolormesh": lambda ax, seed: ax.pcolormesh(noisy(seed).reshape(10, 10)),
    "hexbin": lambda ax, seed: ax.hexbin(noisy(seed), noisy(7)),
    "patch": lambda ax, seed: ax.add_patch(Circle((0, 0), 1 + seed)),
    "pie": lambda ax, seed: ax.pie([1, 1 + seed]),
}


@pytest.mark.parametrize("kind", WRONG_DATA)
def test_other_data_make_another_text(kind):
    draw = WRONG_DATA[kind]
    assert described(lambda ax: draw(ax, 0)) == described(lambda ax: draw(ax, 0))
    assert described(lambda ax: draw(ax, 0)) != described(lambda ax: draw(ax, 1))


def test_a_wrong_value_between_the_sampled_points_moves_the_mean():
    loss = np.full(101, 0.5)
    right = described(lambda ax: ax.plot(loss))
    loss[37] = 0.9
    wrong = described(lambda ax: ax.plot(loss))
    assert "mean 0.5" in right
    assert "mean 0.504" in wrong


def test_swapped_classes_in_a_scatter_show():
    x, classes = np.arange(100), np.repeat([0, 1], 50)
    right = described(lambda ax: ax.scatter(x, x, c=classes))
    assert described(lambda ax: ax.scatter(x, x, c=classes[::-1])) != right


def test_a_flipped_image_shows():
    image = np.arange(64).reshape(8, 8)
    texts = {
        described(lambda ax, turned=turned: ax.imshow(turned))
        for turned in (image, image[::-1], image[:, ::-1], image.T)
    }
    assert len(texts) == 4


def test_small_losses_are_told_apart_on_a_log_axis():
    def draw(last: float) -> str:
        return described(lambda ax: ax.semilogy([1.0, 1e-3, last]))

    assert "1.23e-06" in draw(1.234e-6)
    assert draw(1.234e-6) != draw(1.3e-6)


def test_equal_things_are_counted():
    text = described(lambda ax: [ax.axvline(2) for _ in range(30)])
    assert text == "line upright at x = 2, 30 times"


def test_many_texts_are_one_line():
    text = described(lambda ax: [ax.text(i, 0, str(i)) for i in range(13)])
    assert text == "13 texts: " + " ".join(f'"{i}"' for i in range(13))


def test_marks_on_the_edge_are_no_line():
    ax = Figure().subplots()
    (marks,) = ax.plot([1, 3], [1, 1], "x", transform=ax.get_xaxis_transform(), label="lost")
    assert describe_artist(marks, ax) == 'marks "lost" on the edge at x = 1 3'
