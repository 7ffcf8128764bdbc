"""Comparing initializers: one network, trained from kernels drawn by each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Unpack

import keras

from dlcourse.checks import expect, expect_labeled
from dlcourse.compare.runner import comparison
from dlcourse.experiment.building import build_model
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import ModelBuilder, Task
from dlcourse.keras_internals.layers import inner_layers
from dlcourse.keras_internals.seeds import seeded
from dlcourse.training.settings import Settings

Initializer = keras.initializers.Initializer


@comparison
def compare_initializers(
    initializers: Mapping[str, Initializer],
    task: Task,
    *,
    optimizer: keras.optimizers.Optimizer,
    **settings: Unpack[Settings],
) -> dict[str, Method]:
    """Train the task's model from kernels drawn by each initializer, over several seeds.

    It shows what the start alone changes: model, batches and optimizer are the same. Each layer
    draws its kernel anew for each seed. Biases and all other weights start as the model says.

    Keras draws the same numbers again each time one initializer object is called. Here every layer
    has a clone of its own, so that no two layers start alike by accident.

    Args:
        initializers: label → Keras initializer, without a `seed` of its own.
        task: data, model and loss. The compared initializers replace the `kernel_initializer` of
            all layers that have one, layers in nested models and in wrappers, and the cells of
            recurrent layers included.
        optimizer: a Keras optimizer; cloned for each run.

    Example:
        >>> import keras, dlcourse as dl
        >>> def line():
        ...     return keras.Sequential([keras.Input((10,)), keras.layers.Dense(1)])
        >>> task = dl.Task(dl.diabetes(), line, keras.losses.MeanSquaredError())
        >>> starts = {"zeros": keras.initializers.Zeros(), "He": keras.initializers.HeNormal()}
        >>> sgd = keras.optimizers.SGD(0.01)
        >>> dl.compare_initializers(starts, task, optimizer=sgd, epochs=2).labels
        ('zeros', 'He')

    See also: `trace_signal`, for what a start does to the signal before any training.

    Reference: Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural
    Networks" (2010), https://proceedings.mlr.press/v9/glorot10a.html; He et al., "Delving Deep into
    Rectifiers" (2015), https://arxiv.org/abs/1502.01852.
    """
    _expect_initializers(initializers)
    with seeded(0):
        drawn = list(_layers_with_kernel(build_model(task.model, task)))
    expected = "a function whose model has a layer with a kernel_initializer"
    expect(len(drawn) > 0, "task.model", expected, task.model)
    return {
        label: Method(optimizer, model=partial(build_from, task.model, initializer))
        for label, initializer in initializers.items()
    }


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
    """Yield the layers that draw a kernel; a recurrent layer only hands on that of its cell."""
    for layer in inner_layers(model):
        own = "kernel_initializer" in vars(layer)
        if own and (not layer.built or hasattr(layer, "kernel")):
            yield layer


def _expect_initializers(initializers: Mapping[str, Initializer]) -> None:
    expect_labeled("initializers", initializers, "Keras initializers")
    for label, initializer in initializers.items():
        name = f"initializers[{label!r}]"
        expect(isinstance(initializer, Initializer), name, "a Keras initializer", initializer)
        seed = initializer.get_config().get("seed")
        free = "an initializer without a seed of its own, which would be the same in every run"
        expect(seed is None, name, free, seed)
