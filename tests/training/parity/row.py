"""A row of the parity table: what is trained, and what it is held equal to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

from dlcourse import Dataset, Method, Task, train_runs
from dlcourse.keras_internals.cloning import clone_optimizer
from dlcourse.keras_internals.seeds import seeded
from dlcourse.training.batches import batch_order

# Another seed is trained first, so that what it left behind would show.
SEEDS = (1, 3)
EPOCHS, BATCH_SIZE, ROWS = 3, 4, 8
# Kinds of rows in which averages or callbacks move the weights after the last measurement.
MEASURED_ELSEWHERE = ("Optimizers", "Callbacks")
LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def numbers(*shape: int) -> np.ndarray:
    """Return the same random inputs at each call."""
    return np.random.default_rng(7).normal(size=shape).astype("float32")


X = numbers(2 * ROWS, 4)
LABELS = np.arange(2 * ROWS, dtype="int32") % 3


def classes() -> keras.Model:
    """Build the model of all rows that are about something else."""
    return keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(5, activation="tanh"), keras.layers.Dense(3)]
    )


def with_layers(*make: Callable[[], keras.Layer], shape: tuple[int, ...] = (4,), dtype=None):
    """Return a builder of a classifier with these layers before the last."""

    def build():
        inputs = keras.Input(shape, dtype=dtype)
        layers = [each() for each in make]
        return keras.Sequential([inputs, *layers, keras.layers.Flatten(), keras.layers.Dense(3)])

    return build


@dataclass(frozen=True)
class Row:
    """One training, compared with `model.fit` on the same batches.

    Args:
        kind: the section of the table.
        name: what the row is about.
        model: builds the model.
        optimizer: makes the optimizer.
        refused: words of the error that names what is not trained; None where it is.
        validated: whether there are validation rows.
    """

    kind: str
    name: str
    model: Callable[[], keras.Model] = classes
    optimizer: Callable[[], keras.Optimizer] = lambda: keras.optimizers.Adam(0.01)
    loss: Callable[[], keras.losses.Loss] = lambda: LOGITS
    metrics: Sequence[Any] = ()
    callbacks: Callable[[], Sequence[keras.callbacks.Callback]] = tuple
    x: np.ndarray = field(default_factory=lambda: X)
    y: np.ndarray = field(default_factory=lambda: LABELS)
    validated: bool = False
    settings: dict[str, Any] = field(default_factory=dict)
    refused: str | None = None

    def task(self) -> Task:
        """Return the row's task: the first half of the data trains, the other one validates."""
        half = len(self.x) // 2
        rows = self.x[:half], self.y[:half]
        held = (self.x[half:], self.y[half:]) if self.validated else ()
        return Task(Dataset("parity", *rows, *held), self.model, self.loss(), list(self.metrics))

    @property
    def epochs(self) -> int:
        return self.settings.get("epochs", EPOCHS)

    @property
    def batch_size(self) -> int:
        return self.settings.get("batch_size", BATCH_SIZE)

    def train(self) -> tuple[list[np.ndarray], dict[str, float]]:
        """Train here; return the weights and what was measured last."""
        method = Method(self.optimizer(), callbacks=list(self.callbacks()))
        settings = {"epochs": EPOCHS, "batch_size": BATCH_SIZE, "jit_compile": False}
        runs = train_runs(
            {self.name: method},
            self.task(),
            seeds=SEEDS,
            record=["model"],
            **{**settings, **self.settings},
        )
        measured = {key: float(runs.final(key)[0, -1]) for key in runs.history}
        return runs.models[self.name, SEEDS[-1]].get_weights(), measured

    def fit(self) -> tuple[list[np.ndarray], dict[str, float]]:
        """Train with `model.fit`; return the weights and what the model evaluates to."""
        task, optimizer = self.task(), clone_optimizer(self.optimizer())
        data = task.data
        with seeded(SEEDS[-1]):
            model = task.model()
            if model.built:  # Keras 3.15 loses what ScheduleFreeAdamW starts from if `fit` builds
                optimizer.build(model.trainable_variables)
            model.compile(
                optimizer, task.loss, metrics=list(task.metrics) or None, jit_compile=False
            )
            model.fit(
                self._batches(data.x_train, data.y_train),
                steps_per_epoch=-(-len(data.x_train) // self.batch_size),
                epochs=self.epochs,
                validation_data=(data.x_val, data.y_val) if self.validated else None,
                callbacks=list(self.callbacks()),
                verbose=0,
            )
        if self.kind in MEASURED_ELSEWHERE:
            return model.get_weights(), {}
        part = (data.x_val, data.y_val) if self.validated else (data.x_train, data.y_train)
        weights, rows = model.get_weights(), len(part[0])
        return weights, model.evaluate(*part, batch_size=rows, return_dict=True, verbose=0)

    def _batches(self, x: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for epoch in range(self.epochs + 1):  # Keras looks one batch ahead
            order = batch_order(len(x), self.batch_size, seed=SEEDS[-1], epoch=epoch)
            for start in range(0, len(x), self.batch_size):
                rows = order[start : start + self.batch_size]
                yield x[rows], y[rows]
