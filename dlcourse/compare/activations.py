"""Comparing activations: one network, trained with each of them in its hidden layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Unpack

import keras

from dlcourse.checks import expect, expect_labeled
from dlcourse.compare.runner import comparison
from dlcourse.experiment.building import build_model, new_model
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.keras_internals.layers import nested_layers
from dlcourse.keras_internals.seeds import seeded
from dlcourse.training.settings import Settings

Activation = str | Callable | None  # most of what a Keras layer takes

_ACTIVATION_LAYERS = (
    keras.layers.ELU,
    keras.layers.LeakyReLU,
    keras.layers.PReLU,
    keras.layers.ReLU,
    keras.layers.Softmax,
)


@comparison
def compare_activations(
    activations: Mapping[str, Activation],
    task: Task,
    *,
    optimizer: keras.optimizers.Optimizer,
    **settings: Unpack[Settings],
) -> dict[str, Method]:
    """Train the task's model with each activation in all its hidden layers, over several seeds.

    It shows what the activation alone changes: for one seed every activation starts from the same
    weights, sees the same batches and is trained by the same optimizer. The output layer (the last
    one with weights) and all layers after it keep their own activation, and the weights keep their
    initializer, although activations suit different ones (lesson 04).

    Args:
        activations: label → activation: a name such as "relu", a function, or None for a linear
            unit. A layer, such as PReLU, is none, because it may have weights of its own.
        task: data, model and loss. The compared activations replace those of all layers before
            the output layer that have one which is not linear; layers in nested models and in
            TimeDistributed included, recurrent layers not. A hidden layer that is an activation,
            such as ReLU(), cannot be replaced and is refused; write Activation("relu").
        optimizer: a Keras optimizer; cloned for each run.

    Example:
        >>> import keras, dlcourse as dl
        >>> def network():
        ...     layers = [keras.layers.Dense(4, activation="relu"), keras.layers.Dense(1)]
        ...     return keras.Sequential([keras.Input((10,)), *layers])
        >>> task = dl.Task(dl.diabetes(), network, keras.losses.MeanSquaredError())
        >>> choices, sgd = {"linear": None, "ReLU": "relu"}, keras.optimizers.SGD(0.01)
        >>> dl.compare_activations(choices, task, optimizer=sgd, epochs=2).labels
        ('linear', 'ReLU')

    See also: `trace_gradients`, for what an activation does to the gradients.

    Reference: Glorot, Bordes and Bengio, "Deep Sparse Rectifier Neural Networks" (2011),
    https://proceedings.mlr.press/v15/glorot11a.html
    """
    _expect_activations(activations)
    _expect_replaceable(task)
    return {
        label: Method(optimizer, model=partial(_build_with, task, activation))
        for label, activation in activations.items()
    }


def _expect_activations(activations: Mapping[str, Activation]) -> None:
    """Raise unless Keras knows each activation."""
    expect_labeled("activations", activations, "activations")
    for label, activation in activations.items():
        try:
            known = not isinstance(activation, keras.Layer)
            keras.activations.get(activation)
        except (ValueError, TypeError):
            known = False
        expected = "a name such as 'relu', a function, or None"
        expect(known, f"activations[{label!r}]", expected, activation)


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
    layers = [_unwrapped(layer) for layer in nested_layers(model)]
    while layers:
        last = layers.pop()
        if last.weights and not isinstance(last, _ACTIVATION_LAYERS):
            break
    return layers


def _unwrapped(layer: keras.Layer) -> keras.Layer:
    return layer.layer if isinstance(layer, keras.layers.TimeDistributed) else layer
