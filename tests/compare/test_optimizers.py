"""Races and sweeps of optimizers."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from training_reference import blob_task

from dlcourse import Method, compare_optimizers, sweep_learning_rate, train_runs

SGD, Adam = keras.optimizers.SGD, keras.optimizers.Adam


def test_a_comparison_is_the_training_of_each_optimizer():
    optimizers = {"SGD": SGD(0.1), "Adam": Adam(0.01)}
    settings = dict(epochs=2, seeds=[1, 2], batch_size=16)
    compared = compare_optimizers(optimizers, blob_task(), record=["loss"], **settings)
    assert compared == train_runs(optimizers, blob_task(), record=["loss"], **settings)


def test_a_sweep_is_one_training_per_rate():
    settings = dict(epochs=3, seeds=[0, 1], batch_size=16)
    sweep = sweep_learning_rate({"Adam": Adam(9.0)}, blob_task(), [0.001, 0.1], **settings)
    runs = train_runs({"a": Adam(0.001), "b": Adam(0.1)}, blob_task(), **settings)
    assert sweep.final.shape == (1, 2, 2) and sweep.monitor == "val_loss"
    np.testing.assert_allclose(sweep.final[0], runs.final("val_loss"), rtol=1e-6)


def test_a_sweep_keeps_all_other_hyperparameters():
    optimizers = {"plain": SGD(), "momentum": SGD(momentum=0.9)}
    sweep = sweep_learning_rate(optimizers, blob_task(), [0.01, 0.02], epochs=5, seeds=[0])
    assert (sweep.final[1] < sweep.final[0]).all()


def test_a_sweep_without_validation_rows_compares_the_training_loss(line_task):
    data = line_task.data
    from dlcourse import Dataset, Task

    task = Task(Dataset("line", data.x_train, data.y_train), line_task.model, line_task.loss)
    sweep = sweep_learning_rate({"SGD": SGD()}, task, [0.01, 0.1], epochs=3, seeds=[0])
    assert sweep.monitor == "loss" and sweep.best_rates() == {"SGD": 0.1}


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        ([0.1], "`learning_rates` must be an increasing list of at least two numbers > 0."),
        ([0.1, 0.01], "`learning_rates` must be an increasing list of at least two numbers > 0."),
        (0.1, "`learning_rates` must be an increasing list of at least two numbers > 0."),
        ([0.0, 0.1], "`learning_rates` must be a number > 0. Received: learning_rates=0.0"),
        (["a", 1], "`learning_rates` must be a number > 0. Received: learning_rates='a'"),
    ],
)
def test_rates_are_checked(rates, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        sweep_learning_rate({"SGD": SGD()}, blob_task(), rates, epochs=1)


@pytest.mark.parametrize(
    ("optimizers", "message"),
    [
        ({}, "`optimizers` must be a non-empty mapping of labels to Keras optimizers."),
        ({"SGD": "sgd"}, "`optimizers['SGD']` must be a Keras optimizer object. "
                         "Received: optimizers['SGD']='sgd'"),
    ],
)  # fmt: skip
def test_optimizers_are_checked(optimizers, message):
    for run in (
        lambda: compare_optimizers(optimizers, blob_task(), epochs=1),
        lambda: sweep_learning_rate(optimizers, blob_task(), [0.1, 1.0], epochs=1),
    ):
        with pytest.raises(ValueError, match=re.escape(message)):
            run()


def test_a_race_is_between_optimizers_alone_and_a_sweep_may_vary_more():
    message = "`optimizers['SGD']` must be a Keras optimizer object."
    with pytest.raises(ValueError, match=re.escape(message)):
        compare_optimizers({"SGD": Method(SGD())}, blob_task(), epochs=1)
    settings = {"epochs": 1, "seeds": [0], "batch_size": 8}
    as_method = sweep_learning_rate({"SGD": Method(SGD())}, blob_task(), [0.1, 1.0], **settings)
    many = {"SGD": Method(SGD(), batch_size=50)}
    seldom = sweep_learning_rate(many, blob_task(), [0.1, 1.0], **settings)
    alone = sweep_learning_rate({"SGD": SGD()}, blob_task(), [0.1, 1.0], **settings)
    np.testing.assert_array_equal(as_method.final, alone.final)
    assert (seldom.final > alone.final).all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"monitor": "val_accuracy"},
            "`monitor` must be a loss that is measured, out of ['val_loss'",
        ),
        ({"task": blob_task().data}, "`task` must be a dlcourse.Task"),
    ],
)
def test_sweeps_check_task_and_monitor(changed, message):
    settings = {"optimizers": {"SGD": SGD()}, "task": blob_task(), "learning_rates": [0.1, 0.2]}
    with pytest.raises(ValueError, match=re.escape(message)):
        sweep_learning_rate(**{**settings, "epochs": 1, **changed})


def test_rates_that_look_alike_are_two_rates():
    sweep = sweep_learning_rate({"SGD": SGD()}, blob_task(), [0.1, 0.10000001], epochs=1, seeds=[0])
    assert sweep.final.shape == (1, 2, 1)


def test_an_optimizer_that_loses_a_hyperparameter_is_refused_by_its_label():
    class Heavy(SGD):
        def __init__(self, learning_rate=0.01, mass=0.9, **settings):
            super().__init__(learning_rate, **settings)
            self.mass = mass

    for call, name in ((train_runs, "methods"), (compare_optimizers, "optimizers")):
        with pytest.raises(ValueError, match=re.escape(f"`{name}['heavy']` must be an optimizer")):
            call({"SGD": SGD(), "heavy": Heavy()}, blob_task(), epochs=1)
