from __future__ import annotations

import re

import numpy as np
import pytest
from matplotlib import pyplot as plt

from dlcourse.display.digest.figure import figure_digest
from dlcourse.display.probabilities import plot_class_probabilities

IMAGE = np.array([[0.0, 0.5, 1.0], [1.0, 0.0, 0.0]])


def test_the_digest_tells_image_bars_and_names():
    plot_class_probabilities(IMAGE, [0.2, 0.7, 0.1], ["cat", "dog", "owl"], title="A")
    assert figure_digest(plt.gcf()).splitlines() == [
        'figure "A"',
        "plot; image, 2 × 3: 0 to 1, mean 0.417; blocks 0 0.5 1 / 1 0 0",
        'plot, x "probability" (0 to 1), y "class"',
        "- horizontal bars, 3 points: (0.2, 0) (0.7, 1) (0.1, 2)",
        '- line "1 / 3" upright at x = 0.333',
        "- y ticks: cat | dog | owl",
        "- legend: 1 / 3",
    ]


def test_classes_are_numbered_unless_named():
    plot_class_probabilities(IMAGE, np.full(10, 0.1))
    digest = figure_digest(plt.gcf())
    assert "- y ticks: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9" in digest
    assert '- line "1 / 10" upright at x = 0.1' in digest


def test_ink_is_dark_and_the_first_class_on_top():
    plot_class_probabilities(IMAGE, [0.5, 0.5])
    image, bars = plt.gcf().axes
    (drawn,) = image.images
    assert drawn.cmap(drawn.norm(1.0))[:3] == (0, 0, 0)
    assert drawn.cmap(drawn.norm(0.0))[:3] == (1, 1, 1)
    lowest, highest = bars.get_ylim()
    assert lowest > highest


def test_probabilities_of_a_float32_softmax_are_accepted():
    keras = pytest.importorskip("keras")
    logits = np.linspace(-20, 20, 1000, dtype="float32")
    plot_class_probabilities(IMAGE, keras.ops.softmax(logits))
    (bars,) = plt.gcf().axes[1].containers
    assert len(bars) == 1000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (np.zeros(64), [0.5, 0.5]),
            "`image` must be an array of shape (height, width). Received: image=(64,)",
        ),
        (
            (IMAGE, [2.0, -1.0]),
            "`probabilities` must be a list of numbers >= 0 that add up to 1 "
            "(softmax turns logits into them). Received: probabilities=array([ 2., -1.])",
        ),
        ((IMAGE, [0.5, 0.6]), "`probabilities` must be a list of numbers"),
        ((IMAGE, [[0.5, 0.5]]), "`probabilities` must be a list of numbers"),
        ((IMAGE, [np.nan, 1.0]), "`probabilities` must be a list of numbers"),
        ((IMAGE, []), "`probabilities` must be a list of numbers"),
        ((IMAGE, "half"), "`probabilities` must be real numbers"),
        (
            (IMAGE, [0.5, 0.5], ["cat"]),
            "`class_names` must be 2 names, one for each class. Received: class_names=['cat']",
        ),
    ],
)
def test_bad_arguments_are_named_and_draw_nothing(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plot_class_probabilities(*arguments)
    assert plt.get_fignums() == []
