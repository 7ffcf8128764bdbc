"""The yardstick of a loss: what the best answer scores that ignores the input."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import losses

from dlcourse import Dataset, Task
from dlcourse.diagnosis.guessing import guessing

SPARSE = losses.SparseCategoricalCrossentropy(from_logits=True)
ONE_HOT = losses.CategoricalCrossentropy(from_logits=True)
BINARY = losses.BinaryCrossentropy(from_logits=True)
QUARTERS = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))


def guess(y, loss, asked=None):
    """Score the guess of training labels on themselves, or on other labels."""
    y = np.asarray(y)
    units = y.shape[1] if y.ndim > 1 else max(2, int(y.max()) + 1)
    build = lambda: keras.Sequential([keras.Input((1,)), keras.layers.Dense(units)])  # noqa: E731
    score = guessing(Task(Dataset("d", np.zeros((len(y), 1)), y), build, loss))
    return score and score(y if asked is None else np.asarray(asked))


TWO_LABELS = [[1, 0], [1, 1], [1, 0], [0, 1]]
COLUMN = np.array([[0.0], [1.0], [1.0], [1.0]])
SQUARES, ABSOLUTE = losses.MeanSquaredError(), losses.MeanAbsoluteError()


@pytest.mark.parametrize(
    ("y", "loss", "expected"),
    [
        ([0, 1, 1, 1], SPARSE, QUARTERS),
        ([-1, -1, 0, 1, 1, 1], losses.SparseCategoricalCrossentropy(ignore_class=-1), QUARTERS),
        (np.eye(4), ONE_HOT, np.log(4)),
        ([0, 1, 1, 1], BINARY, QUARTERS),
        (COLUMN, BINARY, QUARTERS),
        (TWO_LABELS, BINARY, (QUARTERS + np.log(2)) / 2),
        ([[1, 0], [1, 1]], BINARY, np.log(2) / 2),
        ([[1.0], [3.0]], SQUARES, 1.0),  # the variance
        ([[0.0], [0.0], [0.0], [4.0]], ABSOLUTE, 1.0),  # of the median; the mean scores 1.5
        ([[0, 1, 2, 3]] * 3 + [[4, 4, 4, 4]], SQUARES, 0.75 / 4 * (16 + 9 + 4 + 1) / 4),
    ],
)
def test_guessing_is_entropy_or_deviation(y, loss, expected):
    assert guess(y, loss) == pytest.approx(expected, rel=1e-6)


def test_smoothed_labels_are_what_keras_compares():
    """Of two equal shares, smoothing changes no mean; the floor of a loss is its own entropy."""
    smooth = losses.CategoricalCrossentropy(label_smoothing=0.2)
    labels = np.eye(2)[[0, 1, 1, 1]]
    shares = labels.mean(axis=0) * 0.8 + 0.1
    expected = float(smooth(labels, np.broadcast_to(shares, labels.shape)))
    assert guess(labels, smooth) == pytest.approx(expected, rel=1e-6)
    smooth = losses.BinaryCrossentropy(label_smoothing=0.2)
    shares = COLUMN.mean() * 0.8 + 0.1
    expected = float(smooth(COLUMN, np.full_like(COLUMN, shares)))
    assert guess(COLUMN, smooth) == pytest.approx(expected, rel=1e-5)


def test_a_guess_of_the_training_rows_is_asked_of_other_rows():
    assert guess([0, 1, 1, 1], SPARSE, asked=[0, 0]) == pytest.approx(np.log(4))
    assert guess([0, 1, 1, 1], SPARSE, asked=[2]) == np.inf
    assert guess([[1.0], [3.0]], SQUARES, asked=[[5.0]]) == 9.0


class Own(losses.Loss):
    def call(self, y_true, y_pred):
        return keras.ops.sum(y_pred, axis=-1)


@pytest.mark.parametrize(
    ("y", "loss"),
    [
        ([0] * 50, SPARSE),
        ([0] * 97 + [1] * 3, SPARSE),
        ([[1.0]] * 9, SQUARES),
        ([[0.0]] * 97 + [[50.0]] * 3, SQUARES),
        ([0, 1, 1, 1], Own()),
        ([[1.0], [3.0]], losses.CosineSimilarity()),
        ([[1.0], [3.0]], losses.Poisson()),
        ([[1.0], [3.0]], losses.MeanSquaredError(reduction="sum")),
    ],
)
def test_no_yardstick_where_guessing_is_nearly_right_or_the_loss_is_not_known(y, loss):
    assert guess(y, loss) is None
