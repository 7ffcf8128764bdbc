"""A plan: one training, written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import keras
import numpy as np

from dlcourse.experiment.method import Method
from dlcourse.experiment.task import ModelBuilder, Task


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """One training, written down: what is recorded is a pure function of these fields.

    A plan can be pickled and sent to another process; the settings are those of `Settings`.

    Args:
        label: the method's name in the comparison.
        method: the optimizer and the method's own settings.
        task: data, model and loss.
        seed: decides the initial weights, the order of the rows and the dropout masks.
        epochs: passes over the training rows.
        batch_size: rows per step.
        callbacks: the callbacks of the comparison and of the method, in this order.
        evaluate_every: epochs between two measurements.
        record: what to record besides losses, metrics and the learning rate.
        jit_compile: compile with XLA or not; "auto" decides by the number of steps.
    """

    label: str
    method: Method
    task: Task
    seed: int
    epochs: int
    batch_size: int
    callbacks: tuple[keras.callbacks.Callback, ...] = ()
    evaluate_every: int = 1
    record: tuple[str, ...] = ()
    jit_compile: bool | Literal["auto"] = "auto"

    @property
    def build(self) -> ModelBuilder:
        """The function that builds the model: the method's, if it has its own."""
        return self.method.model or self.task.model

    @property
    def title(self) -> str:
        """What names the run in messages: its method and seed."""
        return f"{self.label!r}, seed {self.seed}"

    @property
    def rows(self) -> int:
        """Training rows."""
        return len(self.task.data.x_train)

    @property
    def has_validation(self) -> bool:
        """Whether there are validation rows."""
        return self.task.data.x_val is not None

    @property
    def steps_per_epoch(self) -> int:
        """Optimizer steps in one epoch, the last of which may have fewer rows."""
        return -(-self.rows // self.batch_size)

    @property
    def steps(self) -> int:
        """Optimizer steps in all."""
        return self.epochs * self.steps_per_epoch


def measured_epochs(epochs: int, evaluate_every: int) -> np.ndarray:
    """Return the epochs, counted from 1, at whose end losses are measured.

    >>> measured_epochs(7, 3)
    array([3, 6, 7])
    """
    every = np.arange(1, epochs + 1)
    return every[(every % evaluate_every == 0) | (every == epochs)]
