"""The size of a signal, layer by layer, beside theory."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from keras.layers import Activation, BatchNormalization, Dense, Dropout

from dlcourse import trace_signal
from dlcourse.compare.initializers import build_from
from dlcourse.keras_internals.seeds import seeded

MSE = keras.losses.MeanSquaredError()
X = np.random.default_rng(3).standard_normal((200, 64)).astype("float32")
Y = np.zeros((200, 4), dtype="float32")


def network(*layers):
    return keras.Sequential([keras.Input((64,)), *layers])


def deep(activation, initializer, units=256, depth=6, outputs=4):
    def build():
        hidden = [Dense(units, activation, name=f"hidden_{d}") for d in range(depth)]
        return network(*hidden, Dense(outputs, name="output"))

    with seeded(1):
        return build_from(build, initializer)


def root_mean_square(values):
    return np.sqrt(np.mean(np.square(values)))


def test_what_is_measured_is_what_keras_computes():
    model = deep("tanh", keras.initializers.GlorotNormal(), units=8, depth=1)
    hidden = model.layers[0](X).numpy()
    outputs = model(X).numpy()
    trace = trace_signal(model, X, Y, MSE)
    assert trace.layers == ("hidden_0", "output")
    np.testing.assert_allclose(trace.mean, [hidden.mean(), outputs.mean()], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(trace.deviation, [hidden.std(), outputs.std()], rtol=1e-4)
    np.testing.assert_allclose(
        trace.size, [root_mean_square(hidden), root_mean_square(outputs)], rtol=1e-4
    )
    at_output = 2 * outputs / outputs.size  # the slope of a mean of squares
    at_hidden = at_output @ model.layers[1].kernel.numpy().T
    np.testing.assert_allclose(
        trace.gradient_size,
        [root_mean_square(at_hidden), root_mean_square(at_output)],
        rtol=1e-4,
    )


@pytest.mark.parametrize(
    ("activation", "initializer", "factor"),
    [
        (None, keras.initializers.LecunNormal(), 1.0),  # a sum of n terms of variance 1 / n
        ("relu", keras.initializers.HeNormal(), 1.0),
        ("relu", keras.initializers.LecunNormal(), np.sqrt(0.5)),
        ("selu", keras.initializers.LecunNormal(), 1.0),  # what SELU's constants are chosen for
        (None, keras.initializers.Orthogonal(), 1.0),
    ],
)
def test_theory_is_the_known_factor_per_layer(activation, initializer, factor):
    trace = trace_signal(deep(activation, initializer), X, Y, MSE)
    np.testing.assert_allclose(trace.theory[1:6] / trace.theory[:5], factor, rtol=0.02)


def test_a_slope_of_a_half_is_what_relu_lets_back():
    trace = trace_signal(deep("relu", keras.initializers.LecunNormal()), X, Y, MSE)
    ratios = trace.gradient_theory[:4] / trace.gradient_theory[1:5]
    np.testing.assert_allclose(ratios, np.sqrt(0.5), rtol=0.02)


def test_a_gradient_is_a_sum_over_a_layers_outputs():
    start = keras.initializers.LecunNormal(seed=0)  # variance 1 / 100 in the second layer
    trace = trace_signal(
        network(Dense(100), Dense(400, kernel_initializer=start)), X, Y[:, :1], MSE
    )
    assert trace.gradient_theory[0] / trace.gradient_theory[1] == pytest.approx(2, rel=0.02)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "selu", "gelu", None])
@pytest.mark.parametrize("deviation", [0.02, 0.06, 0.3])
def test_theory_agrees_with_what_is_measured(activation, deviation):
    initializer = keras.initializers.RandomNormal(stddev=deviation)
    model = deep(activation, initializer, depth=4, outputs=256)
    far = 1e6 * np.random.default_rng(4).standard_normal((200, 256))  # gradients of their own
    trace = trace_signal(model, X, far, MSE)
    np.testing.assert_allclose(trace.theory, trace.size, rtol=0.25)
    np.testing.assert_allclose(trace.gradient_theory, trace.gradient_size, rtol=0.35)


def test_biases_are_part_of_theory():
    layer = Dense(500, kernel_initializer="zeros", bias_initializer=keras.initializers.Constant(3))
    trace = trace_signal(network(layer, Dense(4)), X, Y, MSE)
    assert trace.theory[0] == pytest.approx(3, rel=1e-3) and trace.size[0] == pytest.approx(3)


def test_zeros_pass_nothing():
    trace = trace_signal(deep("tanh", keras.initializers.Zeros()), X, Y + 1, MSE)
    assert not trace.size.any() and not trace.theory.any()
    assert not trace.gradient_size[:-1].any() and trace.gradient_size[-1] > 0


def test_theory_is_silent_where_a_layer_is_not_dense():
    model = network(Dense(8), BatchNormalization(), Activation("tanh"), Dense(4))
    trace = trace_signal(model, X, Y, MSE)
    assert np.isfinite(trace.theory).tolist() == [True, False, False, False]
    # The last layer is linear: its slope is 1 wherever its sums are.
    assert np.isfinite(trace.gradient_theory).tolist() == [False, False, True, True]
    assert np.isfinite(trace.size).all() and np.isfinite(trace.gradient_size).all()


def test_softmax_is_beyond_theory():
    model = network(Dense(4, "softmax"))
    assert np.isnan(trace_signal(model, X, Y, MSE).theory).all()


def test_batch_normalization_uses_the_batch_and_nothing_changes():
    model = network(Dense(16), BatchNormalization(name="norm"), Dense(4))
    before = model.get_weights()
    trace = trace_signal(model, X + 5, Y, MSE)
    place = trace.layers.index("norm")
    assert trace.mean[place] == pytest.approx(0, abs=1e-4)
    assert trace.deviation[place] == pytest.approx(1, abs=0.01)
    for kept, weight in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, weight)


def test_nothing_is_dropped():
    layer = Dense(4)
    model = network(Dropout(0.9), layer)
    trace = trace_signal(model, X, Y, MSE)
    assert trace.layers == (layer.name,)
    assert trace.size[0] == pytest.approx(root_mean_square(layer(X).numpy()), rel=1e-5)


def test_the_table_has_a_row_for_each_layer():
    trace = trace_signal(deep("tanh", keras.initializers.Zeros(), depth=2), X, Y, MSE)
    assert [row[0] for row in trace.table().rows] == ["hidden_0", "hidden_1", "output"]
    assert repr(trace).startswith("The signal, layer by layer")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "model"}, "`model` must be a keras.Sequential model with layers."),
        ({"model": keras.Sequential()}, "`model` must be a keras.Sequential model with layers."),
        ({"loss": "mse"}, "`loss` must be a Keras loss object. Received: loss='mse'"),
        ({"x": X[:0]}, "`x` must be an array of at least one row. Received: x=(0, 64)"),
        ({"x": X[0]}, "`x` must be an array of rows. Received: x=(64,)"),
        ({"y": Y[:3]}, "`y` must be one target for each of the 200 rows of x. Received: y=(3, 4)"),
    ],
)
def test_bad_input_is_refused(change, message):
    arguments = {"model": network(Dense(4)), "x": X, "y": Y, "loss": MSE, **change}
    with pytest.raises(ValueError, match=re.escape(message)):
        trace_signal(**arguments)
