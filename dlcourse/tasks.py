"""A task: the data, the model and the loss that every method of a comparison shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from dlcourse.arguments import expect
from dlcourse.dataset import Dataset

ModelBuilder = Callable[[], keras.Model]


@dataclass(frozen=True)
class Task:
    """What is to be learned: data, a function that builds a Keras model, and a loss.

    A comparison varies one thing and holds the task still. The model is built anew for each
    seed, so `model` is a function, not a model. Layers draw the seeds of their initial weights
    when they are created: a builder that creates its Dense layers before its Dropout layers gives
    the same initial weights with and without dropout.

    Args:
        data: training rows and, if there are any, validation rows.
        model: a function without arguments that returns a new, uncompiled Keras model with one
            input and one output.
        loss: a Keras loss. Say `from_logits=True` where the model ends without softmax.
        metrics: Keras metrics or their names, as in `model.compile`.

    Raises:
        ValueError: an argument is of the wrong kind.

    >>> import keras, numpy as np
    >>> from dlcourse import Dataset
    >>> x = np.linspace(-1, 1, 20, dtype="float32").reshape(-1, 1)
    >>> def line():
    ...     return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> task = Task(Dataset("line", x, 2 * x), line, keras.losses.MeanSquaredError())
    """

    data: Dataset
    model: ModelBuilder
    loss: keras.losses.Loss
    metrics: tuple[str | keras.metrics.Metric, ...] = ()

    def __post_init__(self) -> None:
        expect(isinstance(self.data, Dataset), "data", "a dlcourse.Dataset", self.data)
        expect_builder(self.model)
        expected = "a Keras loss object, such as keras.losses.MeanSquaredError()"
        expect(isinstance(self.loss, keras.losses.Loss), "loss", expected, self.loss)
        listed = isinstance(self.metrics, (list, tuple))
        expect(listed, "metrics", "a list of Keras metrics or their names", self.metrics)
        object.__setattr__(self, "metrics", tuple(self.metrics))


def expect_builder(model: object) -> None:
    """Raise unless `model` is a function that builds models (a model itself is also callable)."""
    ok = callable(model) and not isinstance(model, keras.Model)
    expect(ok, "model", "a function that returns a new Keras model", model)


def build_model(build: ModelBuilder, task: Task) -> keras.Model:
    """Build a model and check that it can be trained on the task.

    Raises:
        ValueError: it is no plain Keras model, or its output does not fit the labels.
    """
    model = build()
    expect(isinstance(model, keras.Model), "model", "a function that returns a keras.Model", model)
    own_step = type(model).train_step is not keras.Model.train_step
    expect(not own_step, "model", "a model without a train_step of its own", type(model).__name__)
    output = model(task.data.x_train[:1])  # builds a model that has no Input layer
    single = hasattr(output, "shape")
    expect(single, "model", "a model with one output", type(output).__name__)
    _expect_output_fits_labels(task, tuple(output.shape[1:]))
    return model


def _expect_output_fits_labels(task: Task, output_shape: tuple[int, ...]) -> None:
    """Raise where Keras would fail late or, worse, broadcast in silence."""
    labels = np.asarray(task.data.y_train)
    if isinstance(task.loss, keras.losses.SparseCategoricalCrossentropy):
        classes = output_shape[-1] if output_shape else 0
        integers = np.issubdtype(labels.dtype, np.integer)
        expect(integers, "y_train", "integer class labels for a sparse loss", labels.dtype.name)
        needed = int(labels.max()) + 1
        expect(classes >= needed, "model", f"a model with at least {needed} outputs", output_shape)
    else:
        # Keras squeezes or expands a last axis of 1, and nothing else.
        given, made = labels.shape[1:] or (1,), output_shape or (1,)
        expect(given == made, "model", f"a model with output shape {given}", output_shape)
