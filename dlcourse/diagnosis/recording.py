"""One run as a diagnosis reads it: its curves, and the loss of guessing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np

from dlcourse.experiment.method import Method
from dlcourse.experiment.task import BINARY_LOSSES, Task
from dlcourse.results.training_runs import TrainingRuns


@dataclass(frozen=True)
class Evidence:
    """Numbers that speak for a finding in one run, and the sentence that they stand in.

    Args:
        text: a sentence with a place for each number, as in "it fell by {fall}".
        numbers: the numbers, by the name of their place.
        certain: whether the fault was read off directly, not inferred from curves.
    """

    text: str
    numbers: Mapping[str, float]
    certain: bool = False


@dataclass(frozen=True)
class Recording:
    """What is known of one run; E measured epochs and T steps, up to where it stopped.

    Args:
        epochs: the measured epochs, shape (E,).
        history: key → shape (E,).
        steps: key → shape (T,).
        steps_per_epoch: steps of one epoch.
        model: the trained model, where it was kept.
        method: the method, where it was handed over.
        task: the task, where it was handed over.
    """

    epochs: np.ndarray
    history: Mapping[str, np.ndarray]
    steps: Mapping[str, np.ndarray]
    steps_per_epoch: int
    model: keras.Model | None = None
    method: Method | None = None
    task: Task | None = None

    @property
    def loss(self) -> np.ndarray:
        """Training loss at the measured epochs, shape (E,)."""
        return self.history["loss"]

    @property
    def val_loss(self) -> np.ndarray | None:
        """Validation loss at the measured epochs, shape (E,)."""
        return self.history.get("val_loss")

    @property
    def accuracy(self) -> np.ndarray | None:
        """Training accuracy at the measured epochs, shape (E,)."""
        return _accuracy(self.history, "")

    @property
    def val_accuracy(self) -> np.ndarray | None:
        """Validation accuracy at the measured epochs, shape (E,)."""
        return _accuracy(self.history, "val_")

    @property
    def first_loss(self) -> float:
        """The loss before the first step where it was recorded, else after the first epoch."""
        return float(self.steps["loss"][0] if "loss" in self.steps else self.loss[0])

    @cached_property
    def guess(self) -> float | None:
        """What guessing scores, from the labels or the number of outputs; None if unknown."""
        if self.task is not None:
            return loss_of_guessing(self.task)
        if self.model is not None and self.accuracy is not None:
            return math.log(max(2, self.model.output_shape[-1]))
        return None

    @property
    def reference(self) -> float:
        """The loss to compare with: that of guessing where it is known, else the first one."""
        if self.guess is not None:
            return self.guess
        return min(self.first_loss, float(self.loss[0]))

    @cached_property
    def finite(self) -> bool:
        """Whether every measured loss is a finite number."""
        losses = [values for key, values in self.history.items() if key.endswith("loss")]
        losses += [values for key, values in self.steps.items() if key == "loss"]
        return all(np.isfinite(values).all() for values in losses)


def recordings(
    runs: TrainingRuns, label: str, method: Method | None, task: Task | None
) -> Iterator[Recording]:
    """Yield the runs of one method, one for each seed, cut to what was trained."""
    row = runs.labels.index(label)
    for column, seed in enumerate(runs.seeds):
        trained, taken = runs.trained[row, column], runs.steps_taken[row, column]
        yield Recording(
            epochs=runs.epochs[trained],
            history={key: values[row, column][trained] for key, values in runs.history.items()},
            steps={key: values[row, column][taken] for key, values in runs.steps.items()},
            steps_per_epoch=int(runs.steps_per_epoch[row]),
            model=runs.models.get((label, seed)),
            method=method,
            task=task,
        )


def loss_of_guessing(task: Task) -> float:
    """Return the loss of the best answer that ignores the input: shares of classes, or a mean.

    Labels of a binary loss are questions of their own: it is the mean of their entropies.
    """
    y = np.asarray(task.data.y_train)
    if not hasattr(task.loss, "from_logits"):  # it compares numbers, not probabilities
        return float(task.loss(y, np.broadcast_to(y.mean(axis=0), y.shape)))
    if isinstance(task.loss, BINARY_LOSSES):
        ones = y.mean(axis=0)
        return float(np.mean(_surprise(ones) + _surprise(1 - ones)))
    return float(_surprise(class_shares(y)).sum())


def _surprise(shares: np.ndarray) -> np.ndarray:
    """Return -p log p of each share, and 0 for 0."""
    return -shares * np.log(np.where(shares > 0, shares, 1.0))


def class_shares(y: np.ndarray) -> np.ndarray:
    """Return which share of the rows each class has, for integer or one-hot labels.

    >>> class_shares(np.array([0, 1, 1, 1])).tolist(), class_shares(np.eye(2)).tolist()
    ([0.25, 0.75], [0.5, 0.5])
    """
    if y.ndim == 2 and y.shape[1] > 1:
        return y.mean(axis=0)
    return np.bincount(y.ravel().astype(int)) / y.size


def _accuracy(history: Mapping[str, np.ndarray], part: str) -> np.ndarray | None:
    """The first metric that is an accuracy, by its Keras name; "acc" is its short form."""
    for key, values in history.items():
        name = key.removeprefix("val_")
        if key == part + name and (name == "acc" or name.endswith("accuracy")):
            return values
    return None
