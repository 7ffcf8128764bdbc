from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from keras import layers
from keras.optimizers import SGD

from dlcourse import Dataset, Task
from dlcourse.compare.activations import compare_activations
from dlcourse.training.train import train_runs

X = np.linspace(-1, 1, 20, dtype="float32").reshape(-1, 1)
DATA = Dataset("absolute values", X, np.abs(X), X, np.abs(X))
MSE = keras.losses.MeanSquaredError()


def bent():
    return keras.Sequential([keras.Input((1,)), layers.Dense(4, "relu"), layers.Dense(1)])


TASK = Task(DATA, bent, MSE)


def compare(activations, task=TASK, *, epochs=3, seeds=(0, 1), **settings):
    return compare_activations(
        activations, task, optimizer=SGD(0.1), epochs=epochs, seeds=seeds, batch_size=5, **settings
    )


def test_each_activation_trains_as_a_model_built_with_it():
    def built_with(activation):
        dense = layers.Dense(4, activation=activation)
        return keras.Sequential([keras.Input((1,)), dense, layers.Dense(1)])

    ours = compare({"ReLU": "relu", "linear": None, "own": keras.ops.sin}, record=["weights"])
    for label, activation in {"ReLU": "relu", "linear": None, "own": keras.ops.sin}.items():
        task = Task(DATA, lambda activation=activation: built_with(activation), MSE)
        theirs = train_runs({label: SGD(0.1)}, task, epochs=3, seeds=[0, 1], batch_size=5)
        np.testing.assert_allclose(ours[label].final("loss"), theirs.final("loss"), rtol=1e-5)
    losses = ours.final("loss")[:, 0]
    assert len(set(losses.round(6))) == 3, "three activations, three results"


def test_a_linear_network_finds_no_more_than_the_best_line():
    runs = compare({"linear": "linear", "ReLU": "relu"}, epochs=200)
    best_line = np.var(np.abs(X))  # of a symmetric curve: level, at the mean
    np.testing.assert_allclose(runs["linear"].final("loss"), best_line, rtol=0.02)
    assert np.median(runs["ReLU"].final("loss")) < 0.5 * best_line


def test_the_output_layer_keeps_its_activation():
    def build():
        return keras.Sequential(
            [keras.Input((1,)), layers.Dense(4, "relu"), layers.Dense(1, "sigmoid")]
        )

    runs = compare({"linear": None}, Task(DATA, build, MSE), record=["model"])
    hidden, output = runs.models["linear", 0].layers
    assert hidden.activation is keras.activations.linear
    assert output.activation is keras.activations.sigmoid


def test_activation_layers_and_nested_models_are_reached_and_linear_layers_left_alone():
    def build():
        inner = keras.Sequential([layers.Dense(4), layers.Activation("relu")])
        return keras.Sequential(
            [keras.Input((1,)), inner, layers.Dense(3, "gelu"), layers.Dense(1)]
        )

    runs = compare({"tanh": "tanh"}, Task(DATA, build, MSE), record=["model"])
    inner, dense, output = runs.models["tanh", 0].layers
    kinds = [layer.activation for layer in (*inner.layers, dense, output)]
    tanh, linear = keras.activations.tanh, keras.activations.linear
    assert kinds == [linear, tanh, tanh, linear]


class Untouched(keras.losses.Loss):
    """Fails as soon as anything trains."""

    def call(self, y_true, y_pred):
        raise AssertionError("something was trained")


def stacked(*makers, inputs=True):
    """A task whose model has new layers from these makers, with or without an Input layer."""
    first = [keras.Input((1,))] if inputs else []
    return Task(DATA, lambda: keras.Sequential([*first, *(make() for make in makers)]), MSE)


def dense(units, activation=None):
    return lambda: layers.Dense(units, activation)


def activations_after(task):
    """Train with tanh; the activation of each layer then, None where it has none."""
    model = compare({"tanh": "tanh"}, task, epochs=1, seeds=[0], record=["model"]).models["tanh", 0]
    return [getattr(layer, "activation", None) for layer in model.layers]


FIXED = [layers.ELU, layers.LeakyReLU, layers.PReLU, layers.ReLU, layers.Softmax]


@pytest.mark.parametrize("inputs", [True, False])
@pytest.mark.parametrize("fixed", FIXED)
def test_a_hidden_layer_that_is_an_activation_is_refused_before_anything_trains(fixed, inputs):
    task = stacked(dense(4), fixed, dense(4, "tanh"), dense(1), inputs=inputs)
    message = (
        "`task.model` must be a function whose hidden activations are arguments (activation=...) "
        "or Activation layers, not layers such as ReLU(). "
        f"Received: task.model='{fixed.__name__}'"
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        compare({"linear": None}, Task(DATA, task.model, Untouched()))


def test_a_layer_that_is_an_activation_is_found_in_a_nested_model():
    inner = stacked(dense(4), layers.ReLU).model
    with pytest.raises(ValueError, match="not layers such as ReLU"):
        compare({"linear": None}, stacked(inner, dense(4, "tanh"), dense(1)))


@pytest.mark.parametrize("fixed", FIXED)
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
def test_a_layer_that_is_an_activation_may_be_the_output(fixed):
    tanh, linear = keras.activations.tanh, keras.activations.linear
    task = stacked(dense(4, "relu"), dense(1), fixed)
    assert activations_after(task)[:2] == [tanh, linear]
    task = stacked(dense(4, "relu"), dense(1, "sigmoid"), fixed)
    assert activations_after(task)[:2] == [tanh, keras.activations.sigmoid]


@pytest.mark.parametrize("inputs", [True, False])
@pytest.mark.parametrize(
    "last", [lambda: layers.Reshape((1,)), lambda: layers.Dropout(0.1), layers.Flatten]
)
def test_layers_without_weights_after_the_output_layer_do_not_make_it_hidden(last, inputs):
    task = stacked(dense(4, "relu"), dense(1, "sigmoid"), last, inputs=inputs)
    assert activations_after(task) == [keras.activations.tanh, keras.activations.sigmoid, None]


def test_an_activation_layer_after_the_output_layer_is_kept():
    task = stacked(dense(4, "relu"), dense(1), lambda: layers.Activation("sigmoid"), layers.Flatten)
    tanh, linear = keras.activations.tanh, keras.activations.linear
    assert activations_after(task) == [tanh, linear, keras.activations.sigmoid, None]


def test_a_model_without_an_input_layer_trains_as_one_with_it():
    with_input, without = (
        compare({"tanh": "tanh"}, stacked(dense(4, "relu"), dense(1), inputs=inputs))
        for inputs in (True, False)
    )
    np.testing.assert_allclose(with_input.final("loss"), without.final("loss"), rtol=1e-5)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: compare({}),
            "`activations` must be a non-empty mapping of labels to activations. "
            "Received: activations={}",
        ),
        (lambda: compare(["relu"]), "`activations` must be a non-empty mapping"),
        (
            lambda: compare({"ReLU": "rely"}),
            "`activations['ReLU']` must be a name such as 'relu', a function, or None. "
            "Received: activations['ReLU']='rely'",
        ),
        (lambda: compare({"a": 3}), "`activations['a']` must be a name"),
        (lambda: compare({"a": layers.PReLU()}), "`activations['a']` must be a name"),
        (lambda: compare({"a": "relu"}, "digits"), "`task` must be a dlcourse.Task."),
        (
            lambda: compare(
                {"a": "relu"},
                Task(DATA, lambda: keras.Sequential([keras.Input((1,)), layers.Dense(1)]), MSE),
            ),
            "`task.model` must be a function whose model has a hidden layer with an activation",
        ),
        (
            lambda: compare_activations({"a": "relu"}, TASK, optimizer="sgd", epochs=1),
            "`optimizer` must be a Keras optimizer object. Received: optimizer='sgd'",
        ),
    ],
)
def test_bad_arguments_of_a_comparison_are_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_a_layer_in_time_distributed_is_reached():
    def build():
        inner = layers.TimeDistributed(layers.Dense(4, "relu"))
        ends = [layers.Flatten(), layers.Dense(1)]
        return keras.Sequential([keras.Input((1,)), layers.Reshape((1, 1)), inner, *ends])

    runs = compare({"tanh": "tanh"}, Task(DATA, build, MSE), record=["model"], epochs=1, seeds=[0])
    assert runs.models["tanh", 0].layers[1].layer.activation is keras.activations.tanh
