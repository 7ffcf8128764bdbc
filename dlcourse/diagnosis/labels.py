"""Faults of the data: labels that are not those of their rows, classes that were never trained."""

from __future__ import annotations

import functools
from typing import NamedTuple

import keras
import numpy as np

from dlcourse.data.dataset import Dataset
from dlcourse.diagnosis.fits import blind_validation
from dlcourse.diagnosis.guessing import CLASS_LOSSES
from dlcourse.diagnosis.recording import Evidence, Recording
from dlcourse.experiment.task import Task

ROWS = 2_000  # rows that are compared with one another
NUMBERS = 2e7  # and no more numbers than these
FEWEST_ROWS = 50
FEWEST_OTHERS = 10  # rows that have not the commonest label
NEIGHBORS = 5
KNOWN = 0.3  # neighbors that agree so much more than chance know each other's labels
STRANGERS = 0.1  # and so little, that they do not


class Agreement(NamedTuple):
    """How much rows agree with their nearest neighbors: 0 as by chance, 1 always.

    Args:
        train: training rows with training rows.
        val: validation rows with validation rows.
        across: training rows with validation rows.
    """

    train: float
    val: float
    across: float


def labels_shuffled(run: Recording) -> Evidence | None:
    """The data say it, or on validation rows the network never beats a guess."""
    agree = None if run.task is None else agreement(run.task.data, _are_classes(run.task))
    if agree is None:
        return blind_validation(run)
    if agree.train > KNOWN:
        return None
    if agree.train > STRANGERS or agree.across > STRANGERS or agree.val < KNOWN:
        return blind_validation(run)
    text = "nearest neighbors agree in their labels among validation rows ({val}; by chance it is "
    text += "0, at best 1), and not among training rows ({train}), nor training rows with "
    text += "validation rows ({across})"
    return Evidence(text, agree._asdict(), certain=True)


def classes_never_trained(run: Recording) -> Evidence | None:
    """Validation rows are of classes that no training row has."""
    if (
        run.task is None
        or run.task.data.y_val is None
        or not isinstance(run.task.loss, CLASS_LOSSES)
    ):
        return None
    trained, asked = (
        _classes(y, run.task.loss) for y in (run.task.data.y_train, run.task.data.y_val)
    )
    unknown = ~np.isin(asked, trained)
    if not unknown.any():
        return None
    text = "{share} % of the validation labels are of {count} classes that no training row has"
    numbers = {"share": 100 * unknown.mean(), "count": np.unique(asked[unknown]).size}
    return Evidence(text, numbers, certain=True)


def _classes(y: np.ndarray, loss: keras.losses.Loss) -> np.ndarray:
    """Return each label's class as a number; of several binary questions, each has two."""
    if isinstance(loss, keras.losses.CategoricalCrossentropy):
        return np.argmax(y, axis=-1).ravel()
    if isinstance(loss, keras.losses.BinaryCrossentropy):
        return (2 * np.arange(y[0].size) + (y.reshape(len(y), -1) > 0.5)).ravel()
    return y[y != loss.ignore_class].ravel()


def _are_classes(task: Task) -> bool:
    return isinstance(task.loss, keras.losses.SparseCategoricalCrossentropy)


@functools.lru_cache(maxsize=8)
def agreement(data: Dataset, classes: bool) -> Agreement | None:
    """Return how much rows agree with their neighbors, or None where that says nothing.

    Rows that are alike mostly have the same label; if they do not, the labels may be those of
    other rows. It is the correlation of a row's target with the mean of its neighbors' targets,
    where a class is a one-hot row. It says nothing of few rows, or where labels hardly vary.

    Args:
        data: the rows and their labels.
        classes: whether labels are integers that stand for classes.

    >>> x = np.arange(400.0).reshape(-1, 1)
    >>> y = (x[:, 0] > 200).astype(int)
    >>> agreement(Dataset("two halves", x, y, x, y), classes=True).train > 0.8
    True
    """
    if data.x_val is None:
        return None
    x_train, y_train = _some(data.x_train, data.y_train)
    x_val, y_val = _some(data.x_val, data.y_val)
    if not (_vary(y_train) and _vary(y_val)):
        return None
    targets = np.concatenate([y_train, y_val])
    if classes:
        targets = np.unique(targets, return_inverse=True)[1].reshape(-1, 1)
        targets = (targets == np.unique(targets)).astype(float)
    train, val = targets[: len(y_train)], targets[len(y_train) :]
    return Agreement(
        _agreement(x_train, train, x_train, train),
        _agreement(x_val, val, x_val, val),
        _agreement(x_train, train, x_val, val),
    )


def _some(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rows from all over the data, flat."""
    most = min(ROWS, int(NUMBERS // x[0].size))
    every = -(-len(x) // max(most, 1))
    x, y = x[::every], y[::every]
    return x.reshape(len(x), -1), y.reshape(len(y), -1)


def _vary(y: np.ndarray) -> bool:
    counts = np.unique(y, axis=0, return_counts=True)[1]
    return len(y) >= FEWEST_ROWS and len(y) - counts.max() >= FEWEST_OTHERS


def _agreement(x: np.ndarray, y: np.ndarray, others: np.ndarray, theirs: np.ndarray) -> float:
    """Correlate the targets of rows with the mean targets of their neighbors among others."""
    from sklearn.neighbors import NearestNeighbors  # loads only where labels are in doubt

    among = NearestNeighbors(n_neighbors=NEIGHBORS).fit(others)
    # A row is no neighbor of its own.
    near = among.kneighbors(None if others is x else x, return_distance=False)
    center = theirs.mean(axis=0)
    own, mean = y - y.mean(axis=0), (theirs - center)[near].mean(axis=1)
    lengths = np.linalg.norm(own) * np.linalg.norm(mean)
    # Two digits: of neighbors that are equally near, machines pick different ones.
    return round(float((own * mean).sum() / lengths), 2) if lengths else 0.0
