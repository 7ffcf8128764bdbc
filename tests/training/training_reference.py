"""What the training engine is held equal to: `model.fit`, given the same weights and batches."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import keras
import numpy as np

from dlcourse import Dataset, Task
from dlcourse.keras_internals.cloning import clone_optimizer
from dlcourse.keras_internals.seeds import seeded
from dlcourse.training.batches import batch_order

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def blobs(rows: int = 50, classes: int = 3) -> Dataset:
    """Draw overlapping Gaussian blobs; 50 rows leave a last batch of 2 where batches have 8."""
    rng = np.random.default_rng(11)
    labels = rng.integers(0, classes, 2 * rows).astype("int32")
    centers = 2 * rng.normal(size=(classes, 4))
    points = (centers[labels] + rng.normal(size=(2 * rows, 4))).astype("float32")
    return Dataset("blobs", points[:rows], labels[:rows], points[rows:], labels[rows:])


def two_layers() -> keras.Model:
    """Build a small classifier that ends in logits."""
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="tanh"),
            keras.layers.Dense(3),
        ]
    )


def blob_task(model=two_layers, **settings) -> Task:
    """Return the task of the tests: blobs, logits, accuracy."""
    return Task(blobs(), model, LOGITS, **{"metrics": ("accuracy",), **settings})


def batches(task: Task, *, batch_size: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield for ever the batches that the engine takes."""
    x, y = task.data.x_train, task.data.y_train
    for epoch in itertools.count():
        order = batch_order(len(x), batch_size, seed=seed, epoch=epoch)
        for start in range(0, len(x), batch_size):
            rows = order[start : start + batch_size]
            yield x[rows], y[rows]


def keras_fit(
    task, optimizer, *, epochs, batch_size=8, seed=0, callbacks=(), build=None, **settings
):
    """Train with plain Keras; return the model and its History."""
    with seeded(seed):
        model = (build or task.model)()
        model(task.data.x_train[:1])
        fresh = clone_optimizer(optimizer)
        # Not inside `fit`, where Keras 3.15 loses what ScheduleFreeAdamW starts from.
        fresh.build(model.trainable_variables)
        model.compile(fresh, task.loss, metrics=list(task.metrics), jit_compile=False)
        history = model.fit(
            batches(task, batch_size=batch_size, seed=seed),
            steps_per_epoch=-(-len(task.data.x_train) // batch_size),
            epochs=epochs,
            validation_data=(task.data.x_val, task.data.y_val),
            callbacks=list(callbacks),
            shuffle=False,  # a generator's order is its own
            verbose=0,
            **settings,
        )
    return model, history.history
