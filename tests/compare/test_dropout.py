"""Comparisons of dropout rates: the rate varies, and nothing else."""

from __future__ import annotations

import inspect
import re

import keras
import numpy as np
import pytest
from keras.layers import AlphaDropout, Dense, Dropout, GaussianDropout, SpatialDropout1D
from training_reference import blob_task, keras_fit

from dlcourse import Method, Task, compare_dropout_rates, digits, train_runs
from dlcourse.keras_internals.layers import inner_layers

SGD = keras.optimizers.SGD
SETTINGS = {"epochs": 2, "batch_size": 16, "seeds": [1, 2]}


def network(rate=0.5):
    layers = [Dense(8, activation="tanh"), Dropout(rate), Dense(3)]
    return keras.Sequential([keras.Input((4,)), *layers])


def compare(rates, model=network, *, optimizer=None, **settings):
    return compare_dropout_rates(
        rates, blob_task(model), optimizer=optimizer or SGD(0.1), **{**SETTINGS, **settings}
    )


def test_each_rate_is_the_training_of_a_network_built_with_it():
    methods = {
        "rate 0.2": Method(SGD(0.1), model=lambda: network(0.2)),
        "rate 0.7": Method(SGD(0.1), model=lambda: network(0.7)),
    }
    settings = {**SETTINGS, "evaluate_every": 2, "record": ["loss"]}
    assert compare([0.2, 0.7], **settings) == train_runs(methods, blob_task(network), **settings)


def test_it_is_the_training_that_keras_does():
    runs = compare([0.3], seeds=[4], record=["model"])
    fitted, _ = keras_fit(
        blob_task(), SGD(0.1), epochs=2, batch_size=16, seed=4, build=lambda: network(0.3)
    )
    ours = runs.models["rate 0.3", 4].get_weights()
    for kept, expected in zip(ours, fitted.get_weights(), strict=True):
        np.testing.assert_allclose(kept, expected, atol=1e-6)


def test_rate_0_is_the_network_without_dropout():
    def dense_first(*between):  # so that both draw the same initial weights
        hidden, logits = Dense(8, activation="tanh"), Dense(3)
        return keras.Sequential([keras.Input((4,)), hidden, *(b() for b in between), logits])

    runs = compare([0], lambda: dense_first(lambda: Dropout(0.5)))
    plain = train_runs({"plain": SGD(0.1)}, blob_task(dense_first), **SETTINGS)
    for key in ("loss", "val_loss"):
        np.testing.assert_allclose(runs.history[key], plain.history[key], rtol=1e-6)


def test_all_rates_start_from_the_same_weights():
    runs = compare([0, 0.3, 0.9], optimizer=SGD(1e-30), record=["weights"])
    for seed in (1, 2):
        first = runs.weights["rate 0", seed][0]
        for label in ("rate 0.3", "rate 0.9"):
            for weights, expected in zip(runs.weights[label, seed][0], first, strict=True):
                np.testing.assert_allclose(weights, expected, atol=1e-20)


def test_every_dropout_layer_gets_the_rate():
    def build():
        inner = [Dense(6), Dropout(0.5), AlphaDropout(0.5), GaussianDropout(0.5)]
        nested = keras.Sequential([keras.Input((4,)), *inner, keras.layers.Reshape((2, 3))])
        return keras.Sequential(
            [keras.Input((4,)), nested, SpatialDropout1D(0.9), keras.layers.Flatten(), Dense(3)]
        )

    model = compare([0.25], build, record=["model"]).models["rate 0.25", 1]
    nested, spatial = model.layers[:2]
    assert [layer.rate for layer in (*nested.layers[1:4], spatial)] == [0.25] * 4


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ([], "`rates` must be a non-empty list of distinct numbers >= 0 and < 1. Received"),
        ([0.5, 0.5], "`rates` must be a non-empty list of distinct numbers >= 0 and < 1."),
        (0.5, "`rates` must be a non-empty list of distinct numbers >= 0 and < 1."),
        ("0.5", "`rates` must be a non-empty list of distinct numbers >= 0 and < 1."),
        ([0.5, 1.0], "`rates` must be a number >= 0 and < 1. Received: rates=1.0"),
        ([-0.1], "`rates` must be a number >= 0 and < 1. Received: rates=-0.1"),
        (["half"], "`rates` must be a number >= 0 and < 1. Received: rates='half'"),
    ],
)
def test_rates_are_checked(rates, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        compare(rates)


@pytest.mark.parametrize("model", [lambda: network(0.0), lambda: keras.Sequential([Dense(3)])])
def test_the_model_must_have_something_to_vary(model):
    expected = "a function whose model has dropout layers, each with a rate > 0. Received"
    with pytest.raises(ValueError, match=re.escape(f"`task.model` must be {expected}")):
        compare([0.5], model)


def test_task_and_optimizer_are_checked():
    with pytest.raises(ValueError, match=re.escape("`task` must be a dlcourse.Task.")):
        compare_dropout_rates([0.5], network, optimizer=SGD(), epochs=1)
    with pytest.raises(ValueError, match=re.escape("`optimizer` must be a Keras optimizer object")):
        compare_dropout_rates([0.5], blob_task(network), optimizer="sgd", epochs=1)


def test_eight_hidden_units_underfit_the_digits():
    """Lesson 13 says so, and leaves the training to this test."""

    def tiny():
        hidden = [Dense(8, activation="relu"), Dropout(0.5)]
        return keras.Sequential([keras.Input((64,)), *hidden, Dense(10)])

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    task = Task(digits(), tiny, loss, metrics=["accuracy"])
    settings = {"epochs": 5, "batch_size": 128, "evaluate_every": 5}
    runs = compare_dropout_rates([0, 0.5], task, optimizer=keras.optimizers.Adam(0.02), **settings)
    for key in ("accuracy", "val_accuracy"):
        without, half = runs.final(key)
        assert (half < without).all()


def recurrent(*between):
    def build():
        shape = keras.layers.Reshape((2, 2))
        return keras.Sequential([keras.Input((4,)), shape, *(make() for make in between), Dense(3)])

    return build


def rates_within(build, rate):
    """Return every rate in the model that is trained at this one."""
    methods = inspect.unwrap(compare_dropout_rates)([rate], blob_task(build), optimizer=SGD(0.1))
    (method,) = methods.values()
    found = [vars(layer) for layer in inner_layers(method.model())]
    names = ("rate", "dropout", "recurrent_dropout")
    return [layer[name] for layer in found for name in names if name in layer]


LSTM, Bidirectional = keras.layers.LSTM, keras.layers.Bidirectional


@pytest.mark.parametrize("rate", [0, 0.25])
def test_a_rate_reaches_recurrent_and_wrapped_layers(rate):
    assert rates_within(recurrent(lambda: LSTM(2, dropout=0.5)), rate) == [rate, 0.0]
    both = recurrent(lambda: LSTM(2, dropout=0.5, recurrent_dropout=0.4))
    assert rates_within(both, rate) == [rate, rate]
    either_way = recurrent(lambda: Bidirectional(LSTM(2, dropout=0.5)))
    assert rates_within(either_way, rate) == [rate, 0.0] * 2
    wrapped = recurrent(lambda: keras.layers.TimeDistributed(Dropout(0.5)), lambda: LSTM(2))
    assert rates_within(wrapped, rate) == [rate, 0.0, 0.0]


def test_rate_0_of_a_recurrent_layer_drops_nothing():
    """Two epochs at rate 0 are those of the layer without dropout."""
    dropping = recurrent(lambda: LSTM(2, dropout=0.5))
    runs = compare([0], dropping, seeds=[1])
    plain = train_runs({"plain": SGD(0.1)}, blob_task(recurrent(lambda: LSTM(2))), **SETTINGS)
    np.testing.assert_allclose(runs.history["loss"][0, 0], plain.history["loss"][0, 0], rtol=1e-6)


class DropsItsOwnWay(keras.layers.Layer):
    def __init__(self, drop_rate):
        super().__init__()
        self.drop_rate = drop_rate

    def call(self, inputs, training=False):
        return keras.random.dropout(inputs, self.drop_rate) if training else inputs


class Block(keras.layers.Layer):
    def __init__(self, rate):
        super().__init__()
        self.rate, self.inner = rate, Dropout(rate)

    def call(self, inputs, training=False):
        return self.inner(inputs, training=training)


def test_a_layer_that_drops_its_own_way_is_refused_and_one_that_holds_dropout_is_not():
    def build(layer):
        return lambda: keras.Sequential([keras.Input((4,)), Dropout(0.5), layer(0.3), Dense(3)])

    with pytest.raises(
        ValueError, match=r"own layers drop units by keras.layers.Dropout. Received"
    ):
        compare([0], build(DropsItsOwnWay))
    methods = inspect.unwrap(compare_dropout_rates)([0], blob_task(build(Block)), optimizer=SGD())
    model = methods["rate 0"].model()
    assert model.layers[0].rate == model.layers[1].inner.rate == 0
