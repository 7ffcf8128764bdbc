"""One run as a diagnosis reads it: its curves, and the loss of guessing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np

from dlcourse.diagnosis.guessing import CLASS_LOSSES, Score, guessing
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
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
        stopped_early: whether it ended before the last epoch of the comparison.
        model: the trained model, where it was kept.
        method: the method, where it is known.
        task: the task, where it is known.
    """

    epochs: np.ndarray
    history: Mapping[str, np.ndarray]
    steps: Mapping[str, np.ndarray]
    steps_per_epoch: int
    stopped_early: bool = False
    model: keras.Model | None = None
    method: Method | None = None
    task: Task | None = None

    @property
    def rates(self) -> np.ndarray:
        """The learning rate of each step, as used, shape (T,); none where it was not recorded."""
        return self.steps.get("learning_rate", np.empty(0))

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
    def classifies(self) -> bool:
        """Whether classes are learned, as far as is known."""
        of_classes = self.task is not None and isinstance(self.task.loss, CLASS_LOSSES)
        return of_classes or self.accuracy is not None

    @property
    def first_loss(self) -> float:
        """The loss before the first step where it was recorded, else after the first epoch."""
        recorded = self.steps.get("loss", np.empty(0))
        return float(recorded[0] if recorded.size else self.loss[0])

    @cached_property
    def guess(self) -> float | None:
        """What guessing scores, from the labels or the number of outputs; None if unknown."""
        if self.task is not None:
            return None if self._score is None else self._score(self.task.data.y_train)
        outputs = getattr(self.model, "output_shape", None)
        if self.accuracy is not None and isinstance(outputs, tuple):
            return math.log(max(2, outputs[-1]))
        return None

    @cached_property
    def val_guess(self) -> float | None:
        """What the guess of the training rows scores on validation rows."""
        if self._score is None or self.task.data.y_val is None:
            return self.guess
        return self._score(self.task.data.y_val)

    @cached_property
    def _score(self) -> Score | None:
        return None if self.task is None else guessing(self.task)

    @property
    def reference(self) -> float:
        """The loss to compare with: that of guessing where it is known, else the first one."""
        if self.guess is not None:
            return self.guess
        return min(self.first_loss, float(self.loss[0]))

    @property
    def nothing(self) -> float:
        """A loss that is as good as 0."""
        targets = None if self.task is None else np.asarray(self.task.data.y_train, dtype=float)
        return 1e-3 if self.classifies or targets is None else 1e-6 * float(np.mean(targets**2))

    @property
    def learned(self) -> bool:
        """Whether the loss ended at nothing."""
        return bool(self.loss[-1] <= self.nothing)

    @cached_property
    def finite(self) -> bool:
        """Whether every measured loss is a finite number."""
        losses = [values for key, values in self.history.items() if key.endswith("loss")]
        losses += [values for key, values in self.steps.items() if key == "loss"]
        return all(np.isfinite(values).all() for values in losses)


def recordings(runs: TrainingRuns, label: str) -> Iterator[Recording]:
    """Yield the runs of one method, one for each seed, cut to what was trained."""
    row = runs.labels.index(label)
    for column, seed in enumerate(runs.seeds):
        trained = runs.trained[row, column]
        taken = runs.steps_taken[row, column] if runs.steps else []
        yield Recording(
            epochs=runs.epochs[trained],
            history={key: values[row, column][trained] for key, values in runs.history.items()},
            steps={key: values[row, column][taken] for key, values in runs.steps.items()},
            steps_per_epoch=int(runs.steps_per_epoch[row]),
            stopped_early=bool(runs.epochs_run[row, column] < runs.epochs[-1]),
            model=runs.models.get((label, seed)),
            method=runs.methods.get(label),
            task=runs.task,
        )


def _accuracy(history: Mapping[str, np.ndarray], part: str) -> np.ndarray | None:
    """The first metric that is an accuracy, by its Keras name; "acc" is its short form."""
    for key, values in history.items():
        name = key.removeprefix("val_")
        if key == part + name and (name == "acc" or name.endswith("accuracy")):
            return values
    return None
