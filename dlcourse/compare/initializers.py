"""Initializers: one network trained from several starts, and the signal that passes through."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial

import keras

from dlcourse.checks import expect
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import ModelBuilder, Task
from dlcourse.keras_internals.layers import nested_layers
from dlcourse.keras_internals.seeds import seeded
from dlcourse.results.training_runs import TrainingRuns
from dlcourse.training.train import train_runs

Initializer = keras.initializers.Initializer


def compare_initializers(
    initializers: Mapping[str, Initializer],
    optimizer: keras.optimizers.Optimizer,
    task: Task,
    *,
    epochs: int,
    seeds: Iterable[int] = range(5),
    batch_size: int = 32,
    evaluate_every: int = 1,
    record: Collection[str] = (),
) -> TrainingRuns:
    """Train the task's model from kernels drawn by each initializer, over several seeds.

    It shows what the start alone changes: model, batches and optimizer are the same. Each layer
    draws its kernel anew for each seed. Biases and all other weights start as the model says.

    Keras draws the same numbers again each time one initializer object is called. Here every layer
    has a clone of its own, so that no two layers start alike by accident.

    Args:
        initializers: label → Keras initializer, without a `seed` of its own.
        optimizer: a Keras optimizer; cloned for each run.
        task: data, model and loss. The compared initializers replace the `kernel_initializer` of
            all layers that have one, layers in nested models included.
        epochs: passes over the training rows.
        seeds: one training per initializer and seed.
        batch_size: rows per step.
        evaluate_every: epochs between two measurements.
        record: what else to record, as in `train_runs`.

    Returns:
        What was recorded, arrays of shape (initializers, seeds, epochs or steps).

    Raises:
        ValueError: an argument is wrong; nothing was trained.

    Example:
        >>> task = getfixture("line_task")  # any Task
        >>> starts = {"zeros": keras.initializers.Zeros(), "He": keras.initializers.HeNormal()}
        >>> compare_initializers(starts, keras.optimizers.SGD(0.1), task, epochs=2).labels
        ('zeros', 'He')

    Source: Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural
    Networks" (2010); He et al., "Delving Deep into Rectifiers" (2015).
    """
    _expect_initializers(initializers)
    expect(isinstance(task, Task), "task", "a dlcourse.Task", task)
    with seeded(0):
        drawn = list(_layers_with_kernel(task.model()))
    expected = "a function whose model has a layer with a kernel_initializer"
    expect(len(drawn) > 0, "task.model", expected, task.model)
    methods = {
        label: Method(optimizer, model=partial(build_from, task.model, initializer))
        for label, initializer in initializers.items()
    }
    return train_runs(
        methods,
        task,
        epochs=epochs,
        seeds=seeds,
        batch_size=batch_size,
        evaluate_every=evaluate_every,
        record=record,
    )


def build_from(build: ModelBuilder, initializer: Initializer) -> keras.Model:
    """Build a model, then draw the kernel of each layer by a clone of the initializer.

    >>> def build_model():
    ...     return keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    >>> build_from(build_model, keras.initializers.Ones()).layers[0].kernel.numpy().sum()
    np.float32(6.0)
    """
    model = build()
    for layer in _layers_with_kernel(model):
        layer.kernel_initializer = initializer.clone()
        if layer.built:
            kernel = layer.kernel
            kernel.assign(layer.kernel_initializer(kernel.shape, dtype=kernel.dtype))
    return model


def _layers_with_kernel(model: keras.Model) -> Iterator[keras.Layer]:
    """Yield the layers that draw a kernel, those of models in the model included."""
    for layer in nested_layers(model):
        if hasattr(layer, "kernel_initializer") and (not layer.built or hasattr(layer, "kernel")):
            yield layer


def _expect_initializers(initializers: Mapping[str, Initializer]) -> None:
    mapping = isinstance(initializers, Mapping) and len(initializers) > 0
    expected = "a non-empty mapping of labels to Keras initializers"
    expect(mapping, "initializers", expected, initializers)
    for label, initializer in initializers.items():
        name = f"initializers[{label!r}]"
        expect(isinstance(initializer, Initializer), name, "a Keras initializer", initializer)
        seed = initializer.get_config().get("seed")
        free = "an initializer without a seed of its own, which would be the same in every run"
        expect(seed is None, name, free, seed)
