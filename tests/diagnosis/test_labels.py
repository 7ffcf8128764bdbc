"""What rows and labels alone say of a data set."""

from __future__ import annotations

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from dlcourse import Dataset, Task
from dlcourse.diagnosis.labels import agreement, classes_never_trained

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(600, 2)).astype("float32")
Y = (X[:, 0] > 0).astype("int32")


def of(y_train, y_val=Y[300:], classes=True):
    return agreement(Dataset("halves", X[:300], y_train, X[300:], y_val), classes)


def test_rows_agree_with_their_neighbors():
    assert min(of(Y[:300])) > 0.8
    assert of(np.eye(2)[Y[:300]], np.eye(2)[Y[300:]], classes=False) == of(Y[:300])


def test_shuffled_rows_agree_with_nobody():
    train, val, across = of(RANDOM.permutation(Y[:300]))
    assert train < 0.1 and across < 0.1 and val > 0.8


def test_numbers_are_no_classes():
    assert min(of(X[:300, :1], X[300:, :1], classes=False)) > 0.9
    huge = (10**8 * X[:, :1]).astype("int64")
    assert min(of(huge[:300], huge[300:], classes=False)) > 0.9


def test_classes_are_no_numbers():
    """Neighbors of the middle third mix the outer classes; their mean is the middle label."""
    thirds = np.digitize(X[:, 0], [-0.4, 0.4])
    swapped = np.array([0, 2, 1])[thirds]
    assert of(thirds[:300], thirds[300:]) == of(swapped[:300], swapped[300:])


@pytest.mark.parametrize(
    "y_train", [np.zeros(300, int), np.arange(300) // 295], ids=["one class", "five rows of one"]
)
def test_labels_that_hardly_vary_say_nothing(y_train):
    assert of(y_train) is None
    assert of(Y[:300], y_train) is None


def test_few_rows_say_nothing():
    few = Dataset("few", X[:40], Y[:40], X[300:], Y[300:])
    assert agreement(few, True) is None
    assert agreement(Dataset("no validation", X, Y), True) is None


def test_rows_come_from_all_over_the_data(monkeypatch):
    monkeypatch.setattr("dlcourse.diagnosis.labels.ROWS", 100)
    order = np.argsort(Y[:300])
    assert agreement(Dataset("sorted", X[:300][order], Y[:300][order], X[300:], Y[300:]), True)


SPARSE = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)


@pytest.mark.parametrize(
    ("y_train", "y_val", "loss", "share", "count"),
    [
        ([0, 1, 1, -1], [0, 2, 2, 3, -1], SPARSE, 75, 2),
        ([[1, 0], [1, 0]], [[1, 0], [0, 1]], keras.losses.CategoricalCrossentropy(), 50, 1),
        ([[1.0], [1.0]], [[1.0], [0.0]], keras.losses.BinaryCrossentropy(), 50, 1),
    ],
)
def test_classes_that_were_never_trained(y_train, y_val, loss, share, count):
    evidence = classes_never_trained(asked(y_train, y_val, loss))
    assert evidence.certain and evidence.numbers == {"share": share, "count": count}


@pytest.mark.parametrize(
    ("y_train", "y_val", "loss"),
    [
        ([0, 1, 1, 2], [0, 2], SPARSE),
        ([0, 1], [0, -1], SPARSE),
        ([[1.0], [2.0]], [[3.0], [4.0]], keras.losses.MeanSquaredError()),
        ([[1, 0], [0, 1]], [[1, 1], [0, 0]], keras.losses.BinaryCrossentropy()),
    ],
)
def test_all_classes_were_trained(y_train, y_val, loss):
    assert classes_never_trained(asked(y_train, y_val, loss)) is None


def asked(y_train, y_val, loss):
    y_train, y_val = np.array(y_train), np.array(y_val)
    x = np.zeros((9, 1))
    data = Dataset("d", x[: len(y_train)], y_train, x[: len(y_val)], y_val)
    return SimpleNamespace(task=Task(data, lambda: keras.Sequential(), loss))
