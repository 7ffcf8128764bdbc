"""A fault of the data: labels that are not those of their rows."""

from __future__ import annotations

import functools

import numpy as np

from dlcourse.data.dataset import Dataset
from dlcourse.diagnosis.fits import blind_validation
from dlcourse.diagnosis.recording import Evidence, Recording

ROWS = 2_000  # rows that are compared with one another
NEIGHBORS = 5
KNOWN = 0.3  # neighbors that agree so much more than chance know each other's labels
STRANGERS = 0.1  # and so little, that they do not


def labels_shuffled(run: Recording) -> Evidence | None:
    """The data say it, or on validation rows the network never beats a guess."""
    data = None if run.task is None else run.task.data
    if data is None or data.x_val is None or len(data.x_val) <= NEIGHBORS:
        return blind_validation(run)
    train, val = agreements(data)
    if train > KNOWN:
        return None
    if train > STRANGERS or val < KNOWN:
        return blind_validation(run)
    text = "nearest neighbors agree in their labels among validation rows ({val}; by chance it is "
    text += "0, at best 1), and not among training rows ({train})"
    return Evidence(text, {"val": val, "train": train}, certain=True)


@functools.lru_cache(maxsize=8)
def agreements(data: Dataset) -> tuple[float, float]:
    """Return the agreement among training rows and among validation rows."""
    return agreement(data.x_train, data.y_train), agreement(data.x_val, data.y_val)


def agreement(x: np.ndarray, y: np.ndarray) -> float:
    """Return how much rows agree with their nearest neighbors: 0 as by chance, 1 always.

    Rows that are alike mostly have the same label; if they do not, the labels may be those of
    other rows. It is the correlation of a row's target with the mean of its neighbors' targets,
    where a class is a one-hot row.

    Args:
        x: rows, shape (rows, features, ...).
        y: their labels or targets.

    >>> x = np.arange(40.0).reshape(-1, 1)
    >>> agreement(x, np.repeat([0, 1], 20)) > 0.8
    True
    """
    from sklearn.neighbors import NearestNeighbors  # loads only where labels are in doubt

    x, y = np.reshape(x[:ROWS], (len(x[:ROWS]), -1)), y[:ROWS]
    count = min(NEIGHBORS, len(x) - 1)
    near = NearestNeighbors(n_neighbors=count).fit(x).kneighbors(return_distance=False)
    targets = np.eye(y.max() + 1)[y] if y.dtype.kind == "i" else y.reshape(len(y), -1)
    own = targets - targets.mean(axis=0)
    theirs = own[near].mean(axis=1)
    lengths = np.linalg.norm(own) * np.linalg.norm(theirs)
    # Two digits: of neighbors that are equally near, machines pick different ones.
    return round(float((own * theirs).sum() / lengths), 2) if lengths else 0.0
