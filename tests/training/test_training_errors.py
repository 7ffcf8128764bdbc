"""Bad input never trains: each error names the argument, what was expected and what came."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from training_reference import LOGITS, blob_task, blobs, two_layers

from dlcourse import Dataset, Method, Task, train_runs
from dlcourse.training.loop import TrainingLoop

SGD = keras.optimizers.SGD
GOOD = {"SGD": SGD(0.1)}


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
        ({"seeds": [2**32]}, "`seeds` must be integers up to 4,294,967,295. Received: seeds=4294"),
        ({"evaluate_every": 0}, "`evaluate_every` must be an integer >= 1."),
        ({"record": "loss"}, "`record` must be a list of any of 'loss', 'gradient_norm', "
                             "'weight_norm', 'weights', 'updates', 'model'. "
                             "Received: record='loss'"),
        ({"record": ["losses"]}, "`record` must be a list of any of"),
        ({"jit_compile": "yes"}, "`jit_compile` must be True, False or \"auto\"."),
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


@pytest.mark.parametrize(
    "callback",
    [keras.callbacks.LearningRateScheduler(lambda epoch: 0.1), keras.callbacks.ReduceLROnPlateau()],
)
def test_a_schedule_and_a_callback_cannot_both_set_the_rate(callback, monkeypatch):
    monkeypatch.setattr(TrainingLoop, "run", lambda self: pytest.fail("it trained"))
    scheduled = keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9))
    message = "`optimizer` must be an optimizer without a schedule where a callback sets the"
    with pytest.raises(ValueError, match=re.escape(message)):
        train_runs({**GOOD, "b": scheduled}, blob_task(), epochs=1, callbacks=[callback])


def test_a_method_s_own_callbacks_look_at_each_epoch():
    own = Method(SGD(0.1), callbacks=[keras.callbacks.EarlyStopping()])
    with pytest.raises(ValueError, match="`evaluate_every` must be 1 where callbacks are used"):
        train_runs({"own": own}, blob_task(), epochs=4, evaluate_every=2)


def test_metrics_are_what_compile_takes():
    accepted = ["accuracy", "acc", "ce", "mae", keras.metrics.AUC(), keras.losses.poisson]
    assert blob_task(metrics=accepted).metrics == tuple(accepted)


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
        ({"metrics": ["mae", "acuracy"]},
         "`metrics` must be a list of Keras metrics or their names. Received: metrics='acuracy'"),
        ({"metrics": [None]}, "`metrics` must be a list of Keras metrics or their names."),
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


def two_inputs():
    inputs = [keras.Input((4,)), keras.Input((4,))]
    return keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Add()(inputs)))


def flattened(shape):
    def build():
        layers = [keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(3)]
        return keras.Sequential(layers)

    return build


class Broken(keras.Model):
    """A model whose own code has a mistake."""

    def call(self, inputs):
        return inputs.no_such_attribute


SHARED = two_layers()
ONE_HOT = Dataset("one-hot", blobs().x_train, np.eye(3, dtype="float32")[blobs().y_train])


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (Task(blobs(), outputs(2), LOGITS),
         "`model` must be a model with at least 3 outputs. Received: model=(2,)"),
        (Task(ONE_HOT, outputs(1), keras.losses.MeanSquaredError()),
         "`model` must be a model with output shape (3,). Received: model=(1,)"),
        (Task(blobs(), branching, LOGITS), "`model` must be a model with one output."),
        (Task(blobs(), two_inputs, LOGITS),
         "`model` must be a model with one input. Received: model='2 inputs'"),
        (Task(blobs(), lambda: 3, LOGITS),
         "`model` must be a function that returns a keras.Model. Received: model=3"),
        (Task(blobs(), lambda units: outputs(units)(), LOGITS),
         "`model` must be a function without required arguments. Received: model='(units)'"),
        (Task(blobs(), lambda: keras.Sequential([keras.layers.Flatten()]), LOGITS),
         "`model` must be a model with trainable weights. Received: model='sequential"),
        (Task(blobs(), lambda: SHARED, LOGITS),
         "`model` must be a function that makes every layer anew at each call"),
    ],
)  # fmt: skip
def test_a_model_that_does_not_fit(task, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        train_runs(GOOD, task, epochs=1)


@pytest.mark.parametrize(
    ("build", "received"),
    [
        (flattened((7,)), "'Sequential, made for (7,)'"),
        (flattened((2, 2, 1)), "'Sequential, made for (2, 2, 1)'"),
        (lambda: keras.Sequential([keras.layers.Conv1D(3, 2)]), "'Sequential, raised ValueError'"),
        (Broken, "'Broken, raised AttributeError'"),
    ],
)
def test_a_model_that_cannot_be_called(build, received):
    message = f"`model` must be a model that takes inputs of shape (4,). Received: model={received}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$") as caught:
        train_runs(GOOD, blob_task(build), epochs=1)
    assert caught.value.__cause__ is not None


def test_an_error_in_a_layer_is_kept():
    with pytest.raises(ValueError, match="Broken") as caught:
        train_runs(GOOD, blob_task(Broken), epochs=1)
    assert "no_such_attribute" in str(caught.value.__cause__)


def mine(labels, **parts):
    """Return blobs with other labels, and with first rows again for further parts."""
    x = blobs().x_train
    rows = {f"x_{name[2:]}": x[: len(values)] for name, values in parts.items()}
    return Dataset("mine", x, labels, **rows, **parts)


LABELS = blobs().y_train
INTEGER_ROWS = np.eye(3, dtype="int32")[LABELS]
ZERO_ONE = (LABELS == 0).astype("int32")
CATEGORICAL = keras.losses.CategoricalCrossentropy(from_logits=True)
FOCAL = keras.losses.CategoricalFocalCrossentropy(from_logits=True)
BINARY = keras.losses.BinaryCrossentropy(from_logits=True)
BINARY_FOCAL = keras.losses.BinaryFocalCrossentropy(from_logits=True)
IGNORING = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)

ONE_COLUMN = "`y_train` must be one-hot rows (or use SparseCategoricalCrossentropy). "
FEW_OUTPUTS = "`model` must be a model with at least 2 outputs for this loss. Received: model=(1,)"
INTEGERS = "integer labels of one column (or use CategoricalCrossentropy for one-hot rows). "
ZERO_TO_ONE = "must be from 0 to 1 for this loss and model. "
ZERO_TO_TWO = "must be from 0 to 2 for this loss and model. "


@pytest.mark.parametrize(
    ("data", "units", "loss", "message"),
    [
        (blobs(), 3, CATEGORICAL, ONE_COLUMN + "Received: y_train='int32 (50,)'"),
        (mine(LABELS[:, None]), 3, FOCAL, ONE_COLUMN + "Received: y_train='int32 (50, 1)'"),
        (mine(ZERO_ONE), 1, CATEGORICAL, FEW_OUTPUTS),
        (mine(ZERO_ONE), 1, FOCAL, FEW_OUTPUTS),
        (mine(0 * LABELS), 1, LOGITS, FEW_OUTPUTS),
        (ONE_HOT, 3, LOGITS, f"`y_train` must be {INTEGERS}Received: y_train='float32 (50, 3)'"),
        (mine(INTEGER_ROWS), 3, LOGITS,
         f"`y_train` must be {INTEGERS}Received: y_train='int32 (50, 3)'"),
        (mine(LABELS - 1), 3, LOGITS, f"`y_train` {ZERO_TO_TWO}Received: y_train=-1"),
        (mine(LABELS, y_val=[0, 3]), 3, LOGITS, f"`y_val` {ZERO_TO_TWO}Received: y_val=3"),
        (mine(LABELS, y_test=[-1, 0]), 3, LOGITS, f"`y_test` {ZERO_TO_TWO}Received: y_test=-1"),
        (mine(LABELS, y_test=[-2, 0]), 3, IGNORING, f"`y_test` {ZERO_TO_TWO}Received: y_test=-2"),
        (mine(LABELS), 1, BINARY, f"`y_train` {ZERO_TO_ONE}Received: y_train=2"),
        (mine(2 * ZERO_ONE - 1), 1, BINARY, f"`y_train` {ZERO_TO_ONE}Received: y_train=-1"),
        (mine(ZERO_ONE, y_val=[0, 2]), 1, BINARY_FOCAL, f"`y_val` {ZERO_TO_ONE}Received: y_val=2"),
        (mine(0.5 * ZERO_ONE, y_test=[0.5, 1.5]), 1, BINARY,
         f"`y_test` {ZERO_TO_ONE}Received: y_test=1.5"),
    ],
)  # fmt: skip
def test_labels_that_do_not_fit_the_loss(data, units, loss, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        train_runs(GOOD, Task(data, outputs(units), loss), epochs=1)


@pytest.mark.parametrize(
    ("data", "units", "loss"),
    [
        (mine(LABELS[:, None], y_val=LABELS[:2, None]), 3, LOGITS),
        (mine(LABELS - 1, y_val=[-1, -1]), 2, IGNORING),
        (mine(INTEGER_ROWS), 3, FOCAL),
        (mine(ZERO_ONE, y_val=[0, 1]), 1, BINARY),
        (mine(0.5 * INTEGER_ROWS), 3, BINARY_FOCAL),
    ],
)
def test_labels_that_fit_the_loss(data, units, loss):
    train_runs(GOOD, Task(data, outputs(units), loss), epochs=1, seeds=[0])
