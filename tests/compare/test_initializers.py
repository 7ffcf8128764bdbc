"""Comparisons of initializers."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from keras.initializers import Constant, GlorotNormal, HeNormal, RandomNormal, Zeros
from training_reference import blob_task

from dlcourse import Method, compare_initializers, train_runs
from dlcourse.compare.initializers import build_from
from dlcourse.keras_internals.seeds import seeded

SGD = keras.optimizers.SGD


def nested():
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4), keras.layers.Dense(4)])
    return keras.Sequential([keras.Input((4,)), inner, keras.layers.Dense(3)])


def kernels(model):
    return [weight.numpy() for weight in model.weights if weight.name == "kernel"]


def test_a_comparison_trains_the_model_from_each_start():
    starts = {"zeros": Zeros(), "0.1": Constant(0.1)}
    settings = dict(epochs=2, seeds=[1, 2], batch_size=16)
    compared = compare_initializers(
        starts, blob_task(), optimizer=SGD(0.1), record=["loss"], **settings
    )

    def from_constant(value):
        def build():
            kernel = Constant(value)
            layers = [
                keras.layers.Dense(8, activation="tanh", kernel_initializer=kernel),
                keras.layers.Dense(3, kernel_initializer=kernel),
            ]
            return keras.Sequential([keras.Input((4,)), *layers])

        return build

    methods = {
        "zeros": Method(SGD(0.1), model=from_constant(0.0)),
        "0.1": Method(SGD(0.1), model=from_constant(0.1)),
    }
    assert compared == train_runs(methods, blob_task(), record=["loss"], **settings)


def test_a_first_loss_of_zeros_is_that_of_guessing():
    runs = compare_initializers(
        {"zeros": Zeros()}, blob_task(), optimizer=SGD(0.0), epochs=1, seeds=[0], record=["loss"]
    )
    np.testing.assert_allclose(runs.steps["loss"], np.log(3), rtol=1e-6)


def test_starts_follow_from_the_seed():
    starts = {"a": RandomNormal(), "b": RandomNormal()}
    settings = dict(epochs=1, seeds=[0, 1], batch_size=16)
    runs = compare_initializers(starts, blob_task(), optimizer=SGD(0.1), **settings)
    loss = runs.final("loss")
    np.testing.assert_array_equal(loss[0], loss[1])
    assert loss[0, 0] != loss[0, 1]
    assert runs == compare_initializers(starts, blob_task(), optimizer=SGD(0.1), **settings)


@pytest.mark.parametrize("initializer", [GlorotNormal(), HeNormal()])
def test_every_kernel_is_drawn_anew_and_by_the_initializer(initializer):
    with seeded(0):
        model = build_from(nested, initializer)
    first, second, last = kernels(model)
    assert not np.allclose(first, second)
    assert all(
        type(layer.kernel_initializer) is type(initializer) and not layer.bias.numpy().any()
        for layer in [*model.layers[0].layers, model.layers[1]]
    )
    assert last.shape == (4, 3)


def test_a_kernel_has_the_initializers_variance():
    def wide():
        return keras.Sequential([keras.Input((600,)), keras.layers.Dense(300)])

    with seeded(0):
        (kernel,) = kernels(build_from(wide, HeNormal()))
    assert kernel.var() == pytest.approx(2 / 600, rel=0.02)


def test_a_model_that_is_built_later_starts_so_too():
    def late():
        return keras.Sequential([keras.layers.Dense(2)])

    model = build_from(late, Constant(0.5))
    model(np.ones((1, 3)))
    np.testing.assert_array_equal(kernels(model)[0], np.full((3, 2), 0.5))


def test_layers_without_a_kernel_stay_as_they_are():
    def build():
        layers = [keras.layers.BatchNormalization(), keras.layers.Dense(2)]
        return keras.Sequential([keras.Input((3,)), *layers])

    model = build_from(build, Zeros())
    np.testing.assert_array_equal(model.layers[0].gamma.numpy(), np.ones(3))


@pytest.mark.parametrize(
    ("initializers", "message"),
    [
        ({}, "`initializers` must be a non-empty mapping of labels to Keras initializers."),
        ({"He": "he_normal"}, "`initializers['He']` must be a Keras initializer. "
                              "Received: initializers['He']='he_normal'"),
        ({"He": HeNormal}, "`initializers['He']` must be a Keras initializer."),
        ({"He": HeNormal(seed=3)}, "`initializers['He']` must be an initializer without a seed of "
                                   "its own, which would be the same in every run. Received: "
                                   "initializers['He']=3"),
    ],
)  # fmt: skip
def test_initializers_are_checked(initializers, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        compare_initializers(initializers, blob_task(), optimizer=SGD(), epochs=1)


def test_the_task_is_checked():
    with pytest.raises(ValueError, match="`task` must be a dlcourse.Task"):
        compare_initializers({"zeros": Zeros()}, "digits", optimizer=SGD(), epochs=1)

    def flat():
        return keras.Sequential([keras.Input((4,)), keras.layers.BatchNormalization()])

    with pytest.raises(ValueError, match="whose model has a layer with a kernel_initializer"):
        compare_initializers({"zeros": Zeros()}, blob_task(flat), optimizer=SGD(), epochs=1)


def test_cells_of_recurrent_layers_and_wrapped_layers_are_drawn_too():
    def build():
        layers = [keras.layers.Reshape((2, 2)), keras.layers.Bidirectional(keras.layers.LSTM(2))]
        return keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(3)])

    with seeded(0):
        model = build_from(build, Constant(0.5))
    assert [np.unique(kernel).tolist() for kernel in kernels(model)] == [[0.5]] * 3
