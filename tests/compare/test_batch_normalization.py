"""Networks with and without normalization, compared over learning rates."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from training_reference import blob_task, two_layers

from dlcourse import compare_normalizations, sweep_learning_rate
from dlcourse.keras_internals.seeds import seeded

SGD = keras.optimizers.SGD
ANY_RATE = SGD(9.0)  # the swept rates take its place


def normalized():
    layers = [
        keras.layers.Dense(8, activation="tanh"),
        keras.layers.BatchNormalization(momentum=0.5),
    ]
    return keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(3)])


MODELS = {"without": two_layers, "with": normalized}


def compare(models=MODELS, optimizer=ANY_RATE, task=None, rates=(0.01, 0.1), **settings):
    settings = {"epochs": 2, "seeds": [0, 1], "batch_size": 16, **settings}
    return compare_normalizations(
        models, task or blob_task(), rates, optimizer=optimizer, **settings
    )


def test_each_network_is_swept_as_its_own_task():
    sweep = compare()
    assert sweep.labels == ("without", "with") and sweep.learning_rates == (0.01, 0.1)
    for row, build in enumerate(MODELS.values()):
        settings = {"epochs": 2, "seeds": [0, 1], "batch_size": 16}
        alone = sweep_learning_rate({"x": SGD()}, blob_task(build), [0.01, 0.1], **settings)
        np.testing.assert_array_equal(sweep.final[row], alone.final[0])


def test_the_networks_differ_and_the_seeds_may_come_from_an_iterator():
    sweep = compare(seeds=iter([3, 4]))
    assert sweep.seeds == (3, 4)
    assert (sweep.final[0] != sweep.final[1]).all()
    np.testing.assert_array_equal(sweep.final, compare(seeds=[3, 4]).final)


def test_normalization_leaves_the_initial_weights_as_they_were():
    kernels = []
    for build in MODELS.values():
        with seeded(5):
            kernels.append([w.numpy() for w in build().weights if w.name == "kernel"])
    for plain, other in zip(*kernels, strict=True):
        np.testing.assert_array_equal(plain, other)


def test_another_monitor_can_be_chosen():
    assert compare().monitor == "val_loss"
    sweep = compare(monitor="loss")
    assert sweep.monitor == "loss" and (sweep.final != compare().final).all()


def two_outputs():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"models": {}}, "`models` must be a non-empty mapping of labels to functions that build"),
        ({"models": [normalized]}, "`models` must be a non-empty mapping of labels to functions"),
        ({"models": {"a": two_layers()}}, "`model` must be a function that returns a new Keras"),
        (
            {"models": {"good": two_layers, "bad": two_outputs}},
            "`model` must be a model with at least 3 outputs. Received: model=(2,)",
        ),
        (
            {"optimizer": "sgd"},
            "`optimizer` must be a Keras optimizer object. Received: optimizer=",
        ),
        ({"task": "digits"}, "`task` must be a dlcourse.Task. Received: task='digits'"),
        ({"seeds": 5}, "`seeds` must be a list or range of integers. Received: seeds=5"),
        ({"rates": [0.1]}, "`learning_rates` must be an increasing list of at least two numbers"),
        ({"epochs": 0}, "`epochs` must be an integer >= 1. Received: epochs=0"),
        ({"batch_size": 0}, "`batch_size` must be an integer >= 1. Received: batch_size=0"),
    ],
)
def test_bad_arguments_are_named_before_anything_trains(change, message, monkeypatch):
    trained = []
    monkeypatch.setattr("dlcourse.training.program_cache.TrainingLoop", trained.append)
    with pytest.raises(ValueError, match=re.escape(message)):
        compare(**change)
    assert trained == []
