"""The size of the gradient in each layer."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from dlcourse import trace_gradients

MSE = keras.losses.MeanSquaredError()
X = np.linspace(-1, 1, 20, dtype="float32").reshape(-1, 1)


def chain(*weights, activation=None, rate=0.0):
    """One unit a layer, with the given kernels and biases of zero."""
    model = keras.Sequential([keras.Input((1,))])
    for number, weight in enumerate(weights):
        start = keras.initializers.Constant(weight)
        model.add(layers.Dense(1, activation, kernel_initializer=start, name=f"layer_{number}"))
        model.add(layers.Dropout(rate))
    return model


def test_the_sizes_are_the_chain_rule():
    """For y = b a x and the loss y²: 2 y b x and 2 y a x, for the biases 2 y b and 2 y."""
    a, b, x = 3.0, 0.5, 2.0
    y = a * b * x
    sizes = trace_gradients(chain(a, b), [[x]], [[0.0]], MSE)
    assert list(sizes) == ["layer_0", "layer_1"]
    first, second = [2 * y * b * x, 2 * y * b], [2 * y * a * x, 2 * y]
    expected = [np.sqrt(np.mean(np.square(pair))) for pair in (first, second)]
    np.testing.assert_allclose(list(sizes.values()), expected, rtol=1e-6)


def test_each_sigmoid_takes_at_least_three_quarters():
    sizes = list(
        trace_gradients(chain(1, 1, 1, 1, activation="sigmoid"), [[1.0]], [[0.0]], MSE).values()
    )
    ratios = np.array(sizes[1:]) / sizes[:-1]
    assert (ratios > 4 * 0.7).all()  # a later layer's input is below 1, where the first one's is 1


def test_a_batch_gives_the_gradient_of_its_mean_loss():
    model = chain(2.0)
    x = np.array([[1.0], [3.0]])
    (size,) = trace_gradients(model, x, 0 * x, MSE).values()
    kernel, bias = np.mean(2 * 2 * x * x), np.mean(2 * 2 * x)
    assert size == pytest.approx(np.sqrt((kernel**2 + bias**2) / 2), rel=1e-6)


def test_nothing_is_dropped_and_nothing_changes():
    model = chain(2.0, 3.0, rate=0.9)
    before = [weights.copy() for weights in model.get_weights()]
    first, second = (trace_gradients(model, X, X, MSE) for _ in range(2))
    assert first == second
    assert all(size > 0 for size in first.values())
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_frozen_layers_are_left_out_and_unused_rows_of_embeddings_count():
    model = keras.Sequential(
        [
            keras.Input((1,), dtype="int32"),
            layers.Embedding(10, 1, name="embedding", embeddings_initializer="ones"),
            layers.Flatten(),
            layers.Dense(1, name="frozen", kernel_initializer="ones", trainable=False),
        ]
    )
    sizes = trace_gradients(model, [[3]], [[0.0]], MSE)
    assert list(sizes) == ["embedding"]
    assert sizes["embedding"] == pytest.approx(np.sqrt(2.0**2 / 10))


def test_a_layer_that_the_loss_does_not_reach_has_size_zero():
    class Cut(layers.Layer):
        def call(self, inputs):
            return tf.stop_gradient(inputs)

    model = keras.Sequential([keras.Input((1,)), layers.Dense(1, name="cut_off"), Cut()])
    model.add(layers.Dense(1, name="last"))
    sizes = trace_gradients(model, X, 1 + X, MSE)
    assert sizes["cut_off"] == 0 < sizes["last"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("model", X, X, MSE), "`model` must be a Keras model. Received: model='model'"),
        ((chain(1.0), X, X, "mse"), "`loss` must be a Keras loss object. Received: loss='mse'"),
        (
            (chain(1.0), X[:0], X[:0], MSE),
            "`x` must be an array of at least one row. Received: x=(0, 1)",
        ),
        (
            (chain(1.0), X, X[:3], MSE),
            "`y` must be one target for each of the 20 rows of x. Received: y=(3, 1)",
        ),
        (
            (keras.Sequential([keras.Input((1,)), layers.Flatten()]), X, X, MSE),
            "`model` must be a model with trainable weights.",
        ),
    ],
)
def test_bad_arguments_of_a_trace_are_named(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        trace_gradients(*arguments)
