"""A task: the data, the model and the loss that every method of a comparison shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras

from dlcourse.checks import expect
from dlcourse.data.dataset import Dataset

ModelBuilder = Callable[[], keras.Model]

# Names that `compile` alone knows: which metric they mean depends on the labels.
_METRICS_BY_LABELS = ("accuracy", "acc", "crossentropy", "ce")


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

    >>> from dlcourse import Task
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
