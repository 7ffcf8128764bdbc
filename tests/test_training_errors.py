"""Bad input never trains: each error names the argument, what was expected and what came."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from training_reference import LOGITS, blob_task, blobs, two_layers

from dlcourse import Dataset, Method, Task, train_runs

SGD = keras.optimizers.SGD
GOOD = {"SGD": SGD(0.1)}


class OwnStep(keras.Sequential):
    """A model with its own train_step, which the engine would silently not use."""

    def train_step(self, data):
        return {}


@pytest.mark.parametrize(
    ("methods", "message"),
    [
        ({}, "`methods` must be a non-empty mapping of labels to Keras optimizers or Methods. "
             "Received: methods={}"),
        ([SGD()], "`methods` must be a non-empty mapping of labels to Keras optimizers or "),
        ({"SGD": "sgd"}, "`methods['SGD']` must be a Keras optimizer object or a Method. "
                         "Received: methods['SGD']='sgd'"),
        ({1: SGD()}, "`methods` must be a mapping whose labels are strings. Received: methods=1"),
        ({"SGD": SGD}, "`methods['SGD']` must be a Keras optimizer object or a Method."),
    ],
)  # fmt: skip
def test_methods(methods, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        train_runs(methods, blob_task(), epochs=1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "`epochs` must be an integer >= 1. Received: epochs=0"),
        ({"epochs": 2.5}, "`epochs` must be an integer >= 1. Received: epochs=2.5"),
        ({"epochs": True}, "`epochs` must be an integer >= 1. Received: epochs=True"),
        ({"batch_size": 0}, "`batch_size` must be an integer >= 1. Received: batch_size=0"),
        ({"batch_size": None}, "`batch_size` must be an integer >= 1. Received: batch_size=None"),
        ({"seeds": 3}, "`seeds` must be a list or range of integers. Received: seeds=3"),
        ({"seeds": []}, "`seeds` must be a non-empty list or range of integers. "
                        "Received: seeds=()"),
        ({"seeds": [0, -1]}, "`seeds` must be an integer >= 0. Received: seeds=-1"),
        ({"seeds": [0.5]}, "`seeds` must be an integer >= 0. Received: seeds=0.5"),
        ({"seeds": [1, 1]}, "`seeds` must be distinct integers. Received: seeds=(1, 1)"),
        ({"evaluate_every": 0}, "`evaluate_every` must be an integer >= 1."),
        ({"record": "loss"}, "`record` must be a list of any of 'loss', 'gradient_norm', "
                             "'weight_norm', 'weights', 'updates', 'model'. "
                             "Received: record='loss'"),
        ({"record": ["losses"]}, "`record` must be a list of any of"),
        ({"jit_compile": "yes"}, "`jit_compile` must be True, False or 'auto'."),
        ({"callbacks": keras.callbacks.EarlyStopping()}, "`callbacks` must be a list of Keras"),
        ({"callbacks": ["early"]}, "`callbacks` must be a list of Keras callbacks. "
                                   "Received: callbacks=['early']"),
        ({"callbacks": [keras.callbacks.EarlyStopping("val_los")]},
         "`monitor` must be one of 'loss', 'accuracy', 'val_loss', 'val_accuracy'. "
         "Received: monitor='val_los'"),
        ({"callbacks": [keras.callbacks.EarlyStopping()], "evaluate_every": 2},
         "`evaluate_every` must be 1 where callbacks are used. Received: evaluate_every=2"),
    ],
)  # fmt: skip
def test_settings(settings, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        train_runs(GOOD, blob_task(), **{"epochs": 1, **settings})


def test_task_is_checked():
    with pytest.raises(ValueError, match="`task` must be a dlcourse.Task"):
        train_runs(GOOD, blobs(), epochs=1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"data": (1, 2)}, "`data` must be a dlcourse.Dataset. Received: data=(1, 2)"),
        ({"model": two_layers()}, "`model` must be a function that returns a new Keras model."),
        ({"model": None}, "`model` must be a function that returns a new Keras model."),
        ({"loss": "mse"}, "`loss` must be a Keras loss object, such as "
                          "keras.losses.MeanSquaredError(). Received: loss='mse'"),
        ({"metrics": "accuracy"}, "`metrics` must be a list of Keras metrics or their names."),
    ],
)  # fmt: skip
def test_task_arguments(settings, message):
    good = {"data": blobs(), "model": two_layers, "loss": LOGITS}
    with pytest.raises(ValueError, match=re.escape(message)):
        Task(**{**good, **settings})


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"optimizer": "adam"}, "`optimizer` must be a Keras optimizer object."),
        ({"model": 3}, "`model` must be a function that returns a new Keras model."),
        ({"batch_size": -1}, "`batch_size` must be an integer >= 1. Received: batch_size=-1"),
        ({"callbacks": [1]}, "`callbacks` must be a list of Keras callbacks."),
    ],
)
def test_method_arguments(settings, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Method(**{"optimizer": SGD(), **settings})


def outputs(units):
    return lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])


def branching():
    inputs = keras.Input((4,))
    return keras.Model(inputs, [keras.layers.Dense(3)(inputs), keras.layers.Dense(3)(inputs)])


SHARED = two_layers()
ONE_HOT = Dataset("one-hot", blobs().x_train, np.eye(3, dtype="float32")[blobs().y_train])


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (Task(blobs(), outputs(2), LOGITS),
         "`model` must be a model with at least 3 outputs. Received: model=(2,)"),
        (Task(ONE_HOT, outputs(3), LOGITS),
         "`y_train` must be integer class labels for a sparse loss."),
        (Task(ONE_HOT, outputs(1), keras.losses.MeanSquaredError()),
         "`model` must be a model with output shape (3,). Received: model=(1,)"),
        (Task(blobs(), branching, LOGITS), "`model` must be a model with one output."),
        (Task(blobs(), lambda: 3, LOGITS),
         "`model` must be a function that returns a keras.Model. Received: model=3"),
        (Task(blobs(), lambda: OwnStep([keras.layers.Dense(3)]), LOGITS),
         "`model` must be a model without a train_step of its own. Received: model='OwnStep'"),
        (Task(blobs(), lambda: SHARED, LOGITS),
         "`model` must build a new Keras model at each call."),
    ],
)  # fmt: skip
def test_a_model_that_does_not_fit(task, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        train_runs(GOOD, task, epochs=1)
