"""Comparisons of penalties, and sweeps of their strength."""

from __future__ import annotations

import functools
import random
import re
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras.optimizers import SGD
from keras.regularizers import L1, L2
from training_reference import blob_task, keras_fit

from dlcourse import Dataset, Method, compare_penalties, sweep_penalty, train_runs

SETTINGS = {"epochs": 3, "seeds": [0, 1], "batch_size": 8}


def two_layers(penalty=None):
    """Penalize the first kernel (32 weights) and not the second."""
    layers = [
        keras.layers.Dense(8, activation="tanh", kernel_regularizer=penalty, name="penalized"),
        keras.layers.Dense(3, name="free"),
    ]
    return keras.Sequential([keras.Input((4,)), *layers])


TASK = blob_task(two_layers)


def test_a_comparison_is_the_training_with_each_penalty():
    penalties = {"none": None, "L2": L2(0.1), "L1": L1(0.1)}
    compared = compare_penalties(penalties, TASK, optimizer=SGD(0.1), record=["loss"], **SETTINGS)
    methods = {
        label: Method(SGD(0.1), model=functools.partial(two_layers, penalty))
        for label, penalty in penalties.items()
    }
    assert compared == train_runs(methods, TASK, record=["loss"], **SETTINGS)


def test_a_penalty_acts_as_in_keras():
    runs = compare_penalties(
        {"L2": L2(0.1)}, TASK, optimizer=SGD(0.1), record=["model"], **SETTINGS
    )
    build = functools.partial(two_layers, L2(0.1))
    model, history = keras_fit(TASK, SGD(0.1), epochs=3, build=build)
    ours = runs.models["L2", 0].get_weights()
    for array, expected in zip(ours, model.get_weights(), strict=True):
        np.testing.assert_allclose(array, expected, atol=1e-5)
    reported = runs.final("val_loss") + runs.final("penalty")
    np.testing.assert_allclose(reported[0, 0], history["val_loss"][-1], rtol=1e-5)
    np.testing.assert_allclose(runs.final("penalty")[0, 0], 0.1 * (ours[0] ** 2).sum(), rtol=1e-5)


def test_all_penalties_start_from_the_same_weights():
    tiny = {"none": None, "L2": L2(1e-9), "L1": L1(1e-9)}
    runs = compare_penalties(tiny, TASK, optimizer=SGD(0.1), record=["loss"], **SETTINGS)
    np.testing.assert_allclose(runs.steps["loss"][1:], runs.steps["loss"][:1].repeat(2, 0), 1e-5)
    assert (runs["none"].history["penalty"] == 0).all()


def test_the_random_state_of_the_caller_stays():
    random.seed(3)
    expected = random.random()
    random.seed(3)
    compare_penalties({"L2": L2(0.1)}, TASK, optimizer=SGD(0.1), epochs=1, seeds=[0])
    assert random.random() == expected


def test_a_sweep_is_one_training_per_strength():
    sweep = sweep_penalty({"L2": L2, "L1": L1}, TASK, [0.01, 0.1], optimizer=SGD(0.1), **SETTINGS)
    penalties = {"a": L2(0.01), "b": L2(0.1), "c": L1(0.01), "d": L1(0.1)}
    runs = compare_penalties(penalties, TASK, optimizer=SGD(0.1), record=["model"], **SETTINGS)
    assert sweep.labels == ("L2", "L1") and sweep.strengths == (0.01, 0.1) and sweep.epochs == 3
    for key in ("loss", "val_loss", "penalty"):
        np.testing.assert_allclose(sweep.final[key].reshape(4, 2), runs.final(key), rtol=1e-6)
    norms = [
        [np.linalg.norm(runs.models[label, seed].get_weights()[0]) for seed in (0, 1)]
        for label in penalties
    ]
    np.testing.assert_allclose(sweep.final["weight_norm"].reshape(4, 2), norms, rtol=1e-6)
    assert sweep.weights == 32, "the second layer carries no penalty"


def test_a_sweep_takes_any_function_of_the_strength():
    L1L2 = keras.regularizers.L1L2
    make = {"half of each": lambda strength: L1L2(strength / 2, strength / 2)}
    sweep = sweep_penalty(make, TASK, [0.01, 0.1], optimizer=SGD(0.1), **SETTINGS)
    penalties = {"weak": L1L2(0.005, 0.005), "strong": L1L2(0.05, 0.05)}
    runs = compare_penalties(penalties, TASK, optimizer=SGD(0.1), **SETTINGS)
    np.testing.assert_allclose(sweep.final["penalty"][0], runs.final("penalty"), rtol=1e-6)


def test_a_sweep_without_validation_rows():
    data = TASK.data
    task = replace(TASK, data=Dataset("blobs", data.x_train, data.y_train))
    sweep = sweep_penalty({"L2": L2}, task, [0.01, 0.1], optimizer=SGD(0.1), epochs=1, seeds=[0])
    assert set(sweep.final) == {"loss", "penalty", "weight_norm", "near_zeros", "zeros"}


def test_counted_zeros_are_exact():
    class Pruned(keras.constraints.Constraint):
        def __call__(self, w):
            return keras.ops.where(keras.ops.abs(w) < 0.2, 0.0, w)

    def build(penalty=None):
        layers = [
            keras.layers.Dense(8, kernel_regularizer=penalty, kernel_constraint=Pruned()),
            keras.layers.Dense(3),
        ]
        return keras.Sequential([keras.Input((4,)), *layers])

    task = blob_task(build)
    sweep = sweep_penalty({"L1": L1}, task, [1e-4, 1e-3], optimizer=SGD(0.01), epochs=2, seeds=[0])
    runs = compare_penalties({"L1": L1(1e-4)}, task, optimizer=SGD(0.01), epochs=2, seeds=[0],
                             record=["model"])  # fmt: skip
    zeros = (runs.models["L1", 0].get_weights()[0] == 0).sum()
    assert zeros > 0 and sweep.final["zeros"][0, 0, 0] == zeros


def ignores(penalty=None):
    return two_layers()


@pytest.mark.parametrize(
    ("penalties", "model", "message"),
    [
        ({}, two_layers, "`penalties` must be a non-empty mapping of labels to Keras regularizers"),
        ([L2(0.1)], two_layers, "`penalties` must be a non-empty mapping"),
        ({"L2": "l2"}, two_layers, "`penalties['L2']` must be a Keras regularizer object or None. "
                                   "Received: penalties['L2']='l2'"),
        ({"L2": L2}, two_layers, "`penalties['L2']` must be a Keras regularizer object or None."),
        ({"L2": 0.1}, two_layers, "Received: penalties['L2']=0.1"),
        ({"L2": L2(0.1)}, ignores, "`task.model` must be a function that gives the regularizer to "
                                   "a layer."),
        ({"none": None}, lambda: two_layers(), "`task.model` must be a function that takes the "
                                               "regularizer."),
    ],
)  # fmt: skip
def test_penalties_are_checked(penalties, model, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        compare_penalties(penalties, replace(TASK, model=model), optimizer=SGD(0.1), epochs=1)


@pytest.mark.parametrize(
    ("penalties", "strengths", "message"),
    [
        ({}, [0.1, 1], "`penalties` must be a non-empty mapping of labels to functions of the "
                       "strength."),
        ({"L2": L2(0.1)}, [0.1, 1], "`penalties['L2']` must be a function of the strength, such as "
                                    "keras.regularizers.L2."),
        ({"L2": "l2"}, [0.1, 1], "Received: penalties['L2']='l2'"),
        ({"x": float}, [0.1, 1], "`penalties['x 0.1']` must be a Keras regularizer object"),
        ({"L2": L2}, [0.1], "`strengths` must be an increasing list of at least two numbers > 0."),
        ({"L2": L2}, [1, 0.1], "`strengths` must be an increasing list"),
        ({"L2": L2}, 0.1, "`strengths` must be an increasing list"),
        ({"L2": L2}, [0, 1], "`strengths` must be a number > 0. Received: strengths=0"),
    ],
)  # fmt: skip
def test_a_sweep_checks_its_arguments(penalties, strengths, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        sweep_penalty(penalties, TASK, strengths, optimizer=SGD(0.1), epochs=1)
