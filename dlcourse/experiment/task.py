"""A task: the data, the model and the loss that every method of a comparison shares."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from dlcourse.checks import expect
from dlcourse.data.dataset import Dataset

ModelBuilder = Callable[[], keras.Model]

_SPARSE = keras.losses.SparseCategoricalCrossentropy
_CATEGORICAL = (keras.losses.CategoricalCrossentropy, keras.losses.CategoricalFocalCrossentropy)
# Names that `compile` alone knows: which metric they mean depends on the labels.
_METRICS_BY_LABELS = ("accuracy", "acc", "crossentropy", "ce")
BINARY_LOSSES = (keras.losses.BinaryCrossentropy, keras.losses.BinaryFocalCrossentropy)


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
        expected = "a list of Keras metrics or their names"
        expect(isinstance(self.metrics, (list, tuple)), "metrics", expected, self.metrics)
        for metric in self.metrics:
            expect(_is_metric(metric), "metrics", expected, metric)
        object.__setattr__(self, "metrics", tuple(self.metrics))


def _is_metric(metric: object) -> bool:
    if not isinstance(metric, str):
        return isinstance(metric, keras.metrics.Metric) or callable(metric)
    try:
        return metric in _METRICS_BY_LABELS or keras.metrics.get(metric) is not None
    except ValueError:
        return False


def expect_task(task: object) -> None:
    """Raise unless `task` is a Task."""
    expect(isinstance(task, Task), "task", "a dlcourse.Task", task)


def expect_builder(model: object) -> None:
    """Raise unless `model` is a function that builds models (a model itself is also callable)."""
    ok = callable(model) and not isinstance(model, keras.Model)
    expect(ok, "model", "a function that returns a new Keras model", model)


def new_model(build: ModelBuilder, task: Task) -> keras.Model:
    """Build a model, unchecked; one without an Input layer gets its weights from a first row."""
    model = build()
    if not model.built:
        model(task.data.x_train[:1])
    return model


def build_model(build: ModelBuilder, task: Task) -> keras.Model:
    """Build a model and check that it can be trained on the task.

    Raises:
        ValueError: it is no plain Keras model, or does not fit the rows, the labels or the loss.
    """
    _expect_no_required_arguments(build)
    model = build()
    expect(isinstance(model, keras.Model), "model", "a function that returns a keras.Model", model)
    own_step = type(model).train_step is not keras.Model.train_step
    expect(not own_step, "model", "a model without a train_step of its own", type(model).__name__)
    output = _first_output(model, task.data.x_train[:1])
    single = hasattr(output, "shape")
    expect(single, "model", "a model with one output", type(output).__name__)
    trainable = len(model.trainable_variables) > 0
    expect(trainable, "model", "a model with trainable weights", model.name)
    _expect_output_fits_labels(task, tuple(output.shape[1:]) or (1,))
    return model


def _expect_no_required_arguments(build: ModelBuilder) -> None:
    signature = inspect.signature(build)
    try:
        signature.bind()
    except TypeError:
        expect(False, "model", "a function without required arguments", str(signature))


def _first_output(model: keras.Model, row: np.ndarray) -> Any:
    """Call the model on one row, which builds a model that has no Input layer."""
    inputs = getattr(model, "inputs", None) or [None]
    expect(len(inputs) == 1, "model", "a model with one input", f"{len(inputs)} inputs")
    try:
        return model(row)
    except Exception as error:
        made_for = tuple(getattr(model, "input_shape", row.shape)[1:])
        fits = made_for == row.shape[1:]
        reason = f"raised {type(error).__name__}" if fits else f"made for {made_for}"
        raise ValueError(
            f"`model` must be a model that takes inputs of shape {row.shape[1:]}. "
            f"Received: model='{type(model).__name__}, {reason}'"
        ) from error


def _expect_output_fits_labels(task: Task, made: tuple[int, ...]) -> None:
    """Raise where Keras would fail late or, worse, learn something else in silence."""
    labels, loss = task.data.y_train, task.loss
    given = labels.shape[1:] or (1,)
    received = f"{labels.dtype} {labels.shape}"
    if isinstance(loss, (_SPARSE, *_CATEGORICAL)):
        expect(made[-1] > 1, "model", "a model with at least 2 outputs for this loss", made)
    if isinstance(loss, _SPARSE):
        _expect_class_labels(task.data, loss.ignore_class, made)
        return
    if isinstance(loss, _CATEGORICAL):
        expected = "one-hot rows (or use SparseCategoricalCrossentropy)"
        expect(given[-1] > 1, "y_train", expected, received)
    if isinstance(loss, BINARY_LOSSES):
        _expect_labels_up_to(1, task.data)
    # Keras squeezes or expands a last axis of 1, and nothing else.
    expect(given == made, "model", f"a model with output shape {given}", made)


def _expect_class_labels(data: Dataset, ignored: int | None, made: tuple[int, ...]) -> None:
    """Raise unless the labels are what a sparse loss takes: one output's number for each row."""
    labels = data.y_train
    one_column = labels.shape[1:] in (made[:-1], (*made[:-1], 1))
    expected = "integer labels of one column (or use CategoricalCrossentropy for one-hot rows)"
    integers = np.issubdtype(labels.dtype, np.integer)
    expect(integers and one_column, "y_train", expected, f"{labels.dtype} {labels.shape}")
    needed = labels[labels != ignored].max(initial=1) + 1
    expect(made[-1] >= needed, "model", f"a model with at least {needed} outputs", made)
    _expect_labels_up_to(made[-1] - 1, data, ignored)


def _expect_labels_up_to(highest: int, data: Dataset, ignored: int | None = None) -> None:
    """Raise unless the labels of every part, but ignored ones, are from 0 to the highest."""
    for name in ("y_train", "y_val", "y_test"):
        labels = getattr(data, name)
        if labels is None:
            continue
        outside = labels[((labels < 0) | (labels > highest)) & (labels != ignored)]
        expected = f"from 0 to {highest} for this loss and model"
        expect(outside.size == 0, name, expected, outside[0].item() if outside.size else None)
