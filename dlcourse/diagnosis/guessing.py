"""What the best answer scores that ignores the input: the yardstick of a loss."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np

from dlcourse.experiment.task import Task

Score = Callable[[np.ndarray], float]

CLASS_LOSSES = (
    keras.losses.SparseCategoricalCrossentropy,
    keras.losses.CategoricalCrossentropy,
    keras.losses.BinaryCrossentropy,
)
_NUMBER_LOSSES = (
    keras.losses.MeanSquaredError,
    keras.losses.MeanAbsoluteError,
    keras.losses.Huber,
    keras.losses.LogCosh,
)
# Entropy, of 5 % and 95 %: where guessing is nearly right, it is no yardstick.
NEARLY_RIGHT = 0.2
NEARLY_ALL = 0.95


def guessing(task: Task) -> Score | None:
    """Return a function from labels to the loss of the best constant answer to the training rows.

    The answer is shares of classes, or a mean or median. None where there is no yardstick: for a
    loss that is not Keras's own, for one that is not a mean, and where nearly all labels are alike.
    """
    y, kind = np.asarray(task.data.y_train), type(task.loss)
    if not str(task.loss.reduction).startswith(("mean", "sum_over")):
        return None
    if kind in _NUMBER_LOSSES:
        _, counts = np.unique(y.reshape(len(y), -1), axis=0, return_counts=True)
        return None if counts.max() > NEARLY_ALL * len(y) else _constant(task.loss, y)
    if kind not in CLASS_LOSSES:
        return None
    score = {CLASS_LOSSES[0]: _of_classes, CLASS_LOSSES[1]: _of_rows}.get(kind, _of_questions)
    guess = score(task.loss, y)
    return guess if guess(y) > NEARLY_RIGHT else None


def _constant(loss: keras.losses.Loss, y: np.ndarray) -> Score:
    """The mean or the median, whichever is better."""
    answers = [center(y, axis=0) for center in (np.mean, np.median)]

    def score(labels: np.ndarray, answer: np.ndarray) -> float:
        return float(loss(labels, np.broadcast_to(answer, labels.shape)))

    best = min(answers, key=lambda answer: score(y, answer))
    return lambda labels: score(labels, best)


def _of_classes(loss: keras.losses.Loss, y: np.ndarray) -> Score:
    """Shares of the classes, for integer labels; one that was not trained scores infinity."""
    classes, counts = np.unique(y[y != loss.ignore_class], return_counts=True)
    surprise = dict(zip(classes.tolist(), -np.log(counts / counts.sum()), strict=True))

    def score(labels: np.ndarray) -> float:
        known = labels[labels != loss.ignore_class].ravel().tolist()
        return float(np.mean([surprise.get(label, np.inf) for label in known] or [0.0]))

    return score


def _of_rows(loss: keras.losses.Loss, y: np.ndarray) -> Score:
    """Shares of the classes, for one-hot rows; Keras smooths labels before it compares."""
    smooth = loss.label_smoothing

    def smoothed(labels: np.ndarray) -> np.ndarray:
        return labels.reshape(-1, y.shape[-1]) * (1 - smooth) + smooth / y.shape[-1]

    shares = smoothed(y).mean(axis=0)
    return lambda labels: float(_cross_entropy(smoothed(labels), shares).sum(axis=-1).mean())


def _of_questions(loss: keras.losses.Loss, y: np.ndarray) -> Score:
    """A share for each column: labels of a binary loss are questions of their own."""
    smooth = loss.label_smoothing

    def smoothed(labels: np.ndarray) -> np.ndarray:
        return labels * (1 - smooth) + smooth / 2

    shares = smoothed(y).mean(axis=0)

    def score(labels: np.ndarray) -> float:
        yes = smoothed(labels)
        return float(np.mean(_cross_entropy(yes, shares) + _cross_entropy(1 - yes, 1 - shares)))

    return score


def _cross_entropy(labels: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return -y log p, where nothing times infinity is nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(labels > 0, -labels * np.log(shares), 0.0)
