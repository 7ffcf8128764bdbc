"""Activations: one network trained with several of them, and the gradients that pass through."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from dlcourse.checks import expect
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task, build_model, new_model
from dlcourse.keras_internals.layers import nested_layers
from dlcourse.keras_internals.seeds import seeded
from dlcourse.results.training_runs import TrainingRuns
from dlcourse.training.train import train_runs

Activation = str | Callable | None  # most of what a Keras layer takes

_ACTIVATION_LAYERS = (
    keras.layers.ELU,
    keras.layers.LeakyReLU,
    keras.layers.PReLU,
    keras.layers.ReLU,
    keras.layers.Softmax,
)


def compare_activations(
    activations: Mapping[str, Activation],
    optimizer: keras.optimizers.Optimizer,
    task: Task,
    *,
    epochs: int,
    seeds: Iterable[int] = range(5),
    batch_size: int = 32,
    evaluate_every: int = 1,
    record: Collection[str] = (),
) -> TrainingRuns:
    """Train the task's model with each activation in all its hidden layers, over several seeds.

    It shows what the activation alone changes: for one seed every activation starts from the same
    weights, sees the same batches and is trained by the same optimizer. The output layer (the last
    one with weights) and all layers after it keep their own activation, and the weights keep their
    initializer, although activations suit different ones (lesson 04).

    Args:
        activations: label → activation: a name such as "relu", a function, or None for a linear
            unit. A layer, such as PReLU, is none, because it may have weights of its own.
        optimizer: a Keras optimizer; cloned for each run.
        task: data, model and loss. The compared activations replace those of all layers before
            the output layer that have one which is not linear; layers in nested models included,
            recurrent layers and layers in wrappers such as TimeDistributed not. A hidden layer
            that is an activation, such as ReLU(), cannot be replaced and is refused; write
            Activation("relu").
        epochs: passes over the training rows.
        seeds: one training per activation and seed.
        batch_size: rows per step.
        evaluate_every: epochs between two measurements.
        record: what else to record, as in `train_runs`.

    Returns:
        What was recorded, arrays of shape (activations, seeds, epochs or steps).

    Raises:
        ValueError: an argument is wrong; nothing was trained.

    Example:
        >>> line = getfixture("line_task")  # any Task
        >>> def build_model():
        ...     layers = [keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)]
        ...     return keras.Sequential([keras.Input((1,)), *layers])
        >>> task = Task(line.data, build_model, line.loss)
        >>> choices = {"linear": None, "ReLU": "relu"}
        >>> compare_activations(choices, keras.optimizers.SGD(0.1), task, epochs=2).labels
        ('linear', 'ReLU')

    Source: Glorot, Bordes and Bengio, "Deep Sparse Rectifier Neural Networks" (2011).
    """
    known = _known_activations(activations)
    expect(isinstance(task, Task), "task", "a dlcourse.Task", task)
    _expect_replaceable(task)
    methods = {
        label: Method(optimizer, model=partial(_build_with, task, activation))
        for label, activation in known.items()
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


def trace_gradients(
    model: keras.Model, x: ArrayLike, y: ArrayLike, loss: keras.losses.Loss
) -> dict[str, float]:
    """Return how large the gradient of the loss is in each layer of a model, on one batch.

    It shows where gradients vanish or explode on their way back from the loss. The size is the
    root mean square over the layer's trainable weights, so that layers of different widths can be
    compared. Times the learning rate, it is how far plain descent moves a typical weight. The
    model is in inference mode: nothing is dropped, and nothing in it changes.

    Args:
        model: a Keras model.
        x: inputs, shape (rows, ...).
        y: the targets of these rows.
        loss: a Keras loss; penalties of the model are not part of it.

    Returns:
        Layer's name → size, from the first layer to the last; layers without trainable weights
        are left out, and a model within the model counts as one layer.

    Raises:
        ValueError: an argument is of the wrong kind, x and y differ in length, or the model has no
            trainable weights.

    Example:
        The model y = 3x with squared error at x = 1, y = 1 has the gradients 2 (3 - 1) = 4:

        >>> layer = keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(3))
        >>> model = keras.Sequential([keras.Input((1,)), layer])
        >>> sizes = trace_gradients(model, [[1.0]], [[1.0]], keras.losses.MeanSquaredError())
        >>> list(sizes.values())
        [4.0]

    Source: Hochreiter, "Untersuchungen zu dynamischen neuronalen Netzen" (1991), for gradients
    that vanish; Glorot and Bengio (2010) for measuring them layer by layer.
    """
    x, y = _expect_batch(model, x, y, loss)
    with tf.GradientTape() as tape:
        value = loss(y, model(x, training=False))
    layers = {layer.name: layer for layer in model.layers if layer.trainable_variables}
    expect(len(layers) > 0, "model", "a model with trainable weights", model.name)
    # TensorFlow's own variables: Keras's fail where the loss does not depend on one of them.
    watched = [[each.value for each in layer.trainable_variables] for layer in layers.values()]
    gradients = tape.gradient(value, watched, unconnected_gradients="zero")
    return {name: _root_mean_square(each) for name, each in zip(layers, gradients, strict=True)}


def _root_mean_square(gradients: list[tf.Tensor | tf.IndexedSlices]) -> float:
    flat = [np.ravel(tf.convert_to_tensor(gradient)) for gradient in gradients]
    return float(np.sqrt(np.mean(np.concatenate(flat).astype(float) ** 2)))


def _expect_replaceable(task: Task) -> None:
    """Raise unless the model's hidden layers have activations, and all can be replaced."""
    with seeded(0):
        model = build_model(task.model, task)
    expected = (
        "a function whose hidden activations are arguments (activation=...) "
        "or Activation layers, not layers such as ReLU()"
    )
    for layer in _hidden_layers(model):
        replaceable = not isinstance(layer, _ACTIVATION_LAYERS)
        expect(replaceable, "task.model", expected, type(layer).__name__)
    expected = "a function whose model has a hidden layer with an activation that is not linear"
    expect(any(_bent_layers(model)), "task.model", expected, task.model)


def _build_with(task: Task, activation: Activation) -> keras.Model:
    """Build the model, then set the activation: the initial weights stay the same."""
    model = new_model(task.model, task)
    for layer in _bent_layers(model):
        layer.activation = keras.activations.get(activation)
    return model


def _bent_layers(model: keras.Model) -> Iterator[keras.Layer]:
    """Yield the hidden layers with an activation that is not linear."""
    for layer in _hidden_layers(model):
        activation = vars(layer).get("activation")  # a recurrent layer's belongs to its cell
        if activation not in (None, keras.activations.linear):
            yield layer


def _hidden_layers(model: keras.Model) -> list[keras.Layer]:
    """Return the layers before the output layer, the last one with weights; PReLU has some too."""
    layers = list(nested_layers(model))
    while layers:
        last = layers.pop()
        if last.weights and not isinstance(last, _ACTIVATION_LAYERS):
            break
    return layers


def _known_activations(activations: Mapping[str, Activation]) -> dict[str, Activation]:
    """Raise unless Keras knows each activation."""
    mapping = isinstance(activations, Mapping) and len(activations) > 0
    expected = "a non-empty mapping of labels to activations"
    expect(mapping, "activations", expected, activations)
    for label, activation in activations.items():
        name, expected = f"activations[{label!r}]", "a name such as 'relu', a function, or None"
        expect(not isinstance(activation, keras.Layer), name, expected, activation)
        try:
            keras.activations.get(activation)
        except (ValueError, TypeError):
            expect(False, name, expected, activation)
    return dict(activations)


def _expect_batch(
    model: keras.Model, x: ArrayLike, y: ArrayLike, loss: keras.losses.Loss
) -> tuple[np.ndarray, np.ndarray]:
    expect(isinstance(model, keras.Model), "model", "a Keras model", model)
    expect(isinstance(loss, keras.losses.Loss), "loss", "a Keras loss object", loss)
    x, y = np.asarray(x), np.asarray(y)
    expect(x.ndim > 0 and len(x) > 0, "x", "an array of at least one row", x.shape)
    matching = y.ndim > 0 and len(y) == len(x)
    expect(matching, "y", f"one target for each of the {len(x)} rows of x", y.shape)
    return x, y
