"""Real trainings: healthy ones, and ones with a fault; `diagnose` knows only what they recorded."""

from __future__ import annotations

import functools
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import callbacks, layers, regularizers
from keras.optimizers import SGD, Adadelta, Adagrad, Adam, AdamW, Nadam, RMSprop, schedules

from dlcourse import (
    Dataset,
    Method,
    Task,
    breast_cancer,
    diabetes,
    digits,
    noisy_curve,
    spirals,
    train_runs,
    wine,
)
from dlcourse.diagnosis import diagnose

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
PROBABILITIES = keras.losses.SparseCategoricalCrossentropy()
ONE_HOT = keras.losses.CategoricalCrossentropy()
BINARY = keras.losses.BinaryCrossentropy()
SQUARES = keras.losses.MeanSquaredError()


class AlwaysTraining(layers.BatchNormalization):
    """The fault: it never uses its moving averages."""

    def call(self, x, training=None, mask=None):
        return super().call(x, training=True, mask=mask)


def network(inputs, units, outputs, activation="relu", *, after=None, ends=(), start="he_normal"):
    """Return a builder of a dense network; `after` makes a layer to follow each hidden one."""

    def build():
        model = keras.Sequential([keras.Input((inputs,))])
        for count in units:
            model.add(layers.Dense(count, activation=activation, kernel_initializer=start))
            if after is not None:
                model.add(after())
        model.add(layers.Dense(outputs, kernel_initializer=start))
        for end in ends:
            model.add(end())
        return model

    return build


def classes(data, build, loss=LOGITS):
    return Task(data, build, loss, metrics=["accuracy"])


def scaled(data, factor):
    return Dataset(data.name, factor * data.x_train, data.y_train, factor * data.x_val, data.y_val)


def shuffled(data):
    """The fault: training labels in another order than their rows."""
    return replace(data, y_train=np.random.default_rng(0).permutation(data.y_train))


def relabeled(data, change):
    """Return the data with their labels in another form."""
    y_train, y_val = change(data.y_train), change(data.y_val)
    return Dataset(data.name, data.x_train, y_train, data.x_val, y_val)


def column(y):
    return y.reshape(-1, 1).astype("float32")


def one_hot(y):
    return np.eye(y.max() + 1, dtype="float32")[y]


def momentum(rate):
    return SGD(rate, momentum=0.9)


def penalized():
    hidden = layers.Dense(16, "relu", kernel_regularizer=regularizers.L2(1e-3))
    return keras.Sequential([keras.Input((30,)), hidden, layers.Dense(2)])


DIGITS = classes(digits(), network(64, [64], 10))
TUMORS = classes(breast_cancer(), network(30, [], 2))
PATIENTS = Task(diabetes(), network(10, [], 1), SQUARES)
ARMS = classes(spirals(200, 2, 0.1, seed=1), network(2, [64], 2, "tanh"))

# name: methods, task, epochs, batch size. The thresholds were chosen on these ...
HEALTHY = {
    "digits": (
        {"SGD": SGD(0.3), "Momentum": momentum(0.03), "Adam": Adam(0.003)}, DIGITS, 8, 32
    ),
    "breast cancer": ({"SGD": SGD(0.1), "Adam": Adam(0.01)}, TUMORS, 15, 32),
    "diabetes": ({"SGD": SGD(0.02), "Adam": Adam(0.01)}, PATIENTS, 25, 32),
    "spiral": ({"Adam": Adam(0.05), "Adam 0.02": Adam(0.02)}, ARMS, 300, 400),
}  # fmt: skip
# ... and not on these.
HEALTHY_HELD_BACK = {
    "wine": (
        {"SGD": SGD(0.1), "Adam": Adam(0.01)}, classes(wine(), network(13, [], 3)), 12, 16
    ),
    "curve": (
        {"RMSprop": RMSprop(0.01), "Momentum": momentum(0.03)},
        Task(noisy_curve(100, 0.1, seed=5), network(1, [24], 1, "tanh"), SQUARES), 60, 20,
    ),
    "dropout": (
        {"Nadam": Nadam(0.002)},
        classes(digits(), network(64, [32], 10, after=lambda: layers.Dropout(0.2))), 10, 32,
    ),
    "batch normalization": (
        {"SGD": SGD(0.05)},
        classes(digits(), network(
            64, [32], 10, "silu", after=lambda: layers.BatchNormalization(momentum=0.9)
        )), 8, 32,
    ),
    "penalty": ({"AdamW": AdamW(0.003)}, classes(breast_cancer(), penalized), 12, 32),
    "sigmoid": (
        {"SGD": SGD(0.1), "Adam": Adam(0.01)},
        classes(relabeled(breast_cancer(), column),
                network(30, [], 1, ends=[lambda: layers.Activation("sigmoid")]), BINARY), 15, 32,
    ),
    "softmax in the model": (
        {"SGD": SGD(0.3)},
        classes(relabeled(digits(), one_hot),
                network(64, [64], 10, ends=[layers.Softmax, lambda: layers.Reshape((10,))]),
                ONE_HOT), 8, 32,
    ),
    "schedules": (
        {
            "cosine": SGD(schedules.CosineDecay(0.1, 96)),
            "plateau": Method(SGD(0.1), callbacks=[callbacks.ReduceLROnPlateau(patience=1)]),
        },
        classes(wine(), network(13, [], 3)), 12, 16,
    ),
}  # fmt: skip

# name: finding, certain, methods, task, epochs, batch size
FAULTY = {
    "NaN": ("diverged", True, {"SGD": SGD(2.0)}, Task(diabetes(), network(10, [16], 1), SQUARES),
            6, 32),
    "rate too high": (
        "rate too high", False,
        {"SGD": SGD(3.0), "Adam": Adam(1.0), "Adam 0.3": Adam(0.3)}, DIGITS, 8, 32,
    ),
    "rate too low": (
        "rate too low", False,
        {"SGD": SGD(3e-4), "SGD 0.001": SGD(0.001), "Adam": Adam(1e-5)}, DIGITS, 8, 32,
    ),
    "zeros": (
        "never left the start", False, {"SGD": SGD(0.1)},
        classes(digits(), network(64, [64], 10, "tanh", start="zeros")), 6, 32,
    ),
    "over-fitting": (
        "over-fitting", False, {"Adam": Adam(0.01)},
        Task(diabetes(), network(10, [64], 1), SQUARES), 60, 32,
    ),
    "under-fitting": (
        "under-fitting", False, {"SGD": SGD(0.3)},
        classes(spirals(), network(2, [], 3)), 40, 32,
    ),
    "dead": (
        "dead ReLUs", True, {"SGD": SGD(0.2)},
        classes(scaled(digits(), 16), network(64, [64], 10)), 6, 32,
    ),
    "softmax twice": (
        "softmax twice", True, {"Adam": Adam(0.003)},
        classes(digits(), network(64, [64], 10, ends=[layers.Softmax, layers.Softmax]),
                PROBABILITIES), 15, 32,
    ),
    "labels": (
        "labels shuffled", True, {"Adam": Adam(0.003)},
        classes(shuffled(digits()), network(64, [64], 10)), 12, 32,
    ),
    "batch normalization lags": (
        "batch normalization mode", False, {"Adam": Adam(0.003)},
        classes(digits(), network(
            64, [64], 10, after=lambda: layers.BatchNormalization(momentum=0.999)
        )), 6, 32,
    ),
    "plateau": (
        "plateau then drop", False, {"Adam": Adam(0.02)},
        classes(spirals(), network(2, [64], 3, "tanh", start="glorot_uniform")), 600, 300,
    ),
}  # fmt: skip
FAULTY_HELD_BACK = {
    "NaN": ("diverged", True, {"SGD": SGD(50.0)}, Task(noisy_curve(), network(1, [16], 1), SQUARES),
            6, 20),
    "rate too high": (
        "rate too high", False, {"Momentum": momentum(3.0)},
        classes(breast_cancer(), network(30, [16, 16], 2)), 12, 32,
    ),
    "rate too low": (
        "rate too low", False, {"RMSprop": RMSprop(1e-6), "AdaGrad": Adagrad(1e-4)},
        classes(wine(), network(13, [16], 3)), 12, 16,
    ),
    "rate too low, patients": (
        "rate too low", False, {"AdaDelta": Adadelta(0.001)},
        Task(diabetes(), network(10, [8], 1), SQUARES), 12, 32,
    ),
    "zeros": (
        "never left the start", False, {"Adam": Adam(0.01)},
        classes(wine(), network(13, [16, 16], 3, start="zeros")), 10, 16,
    ),
    "over-fitting": (
        "over-fitting", False, {"Adam": Adam(0.01)},
        classes(digits().with_train_size(60, 3), network(64, [256], 10)), 60, 16,
    ),
    "under-fitting": (
        "under-fitting", False, {"Adam": Adam(0.02)},
        classes(spirals(100, 2, 0.2, seed=3), network(2, [], 2)), 40, 32,
    ),
    "dead": ("dead ReLUs", True, {"Adam": Adam(0.5)},
             classes(digits(), network(64, [32, 32], 10)), 6, 32),
    "softmax twice": (
        "softmax twice", True, {"SGD": SGD(0.3)},
        classes(breast_cancer(), network(30, [16], 2, ends=[layers.Softmax, layers.Softmax]),
                PROBABILITIES), 20, 32,
    ),
    "softmax before a reshape": (
        "softmax twice", True, {"Adam": Adam(0.003)},
        classes(digits(), network(
            64, [64], 10, ends=[layers.Softmax, lambda: layers.Reshape((10,))]
        )), 15, 32,
    ),
    "logits": (
        "logits as probabilities", True, {"Adam": Adam(0.003), "SGD": SGD(0.1)},
        classes(digits(), network(64, [64], 10), PROBABILITIES), 6, 32,
    ),
    "logits and one-hot labels": (
        "logits as probabilities", True, {"Adam": Adam(0.003)},
        classes(relabeled(digits(), one_hot), network(64, [64], 10), ONE_HOT), 6, 32,
    ),
    "logits of one unit": (
        "logits as probabilities", True, {"SGD": SGD(0.1)},
        classes(relabeled(breast_cancer(), column), network(30, [16], 1), BINARY), 6, 32,
    ),
    "labels of a regression": (
        "labels shuffled", True, {"Adam": Adam(0.01)},
        Task(shuffled(diabetes()), network(10, [64], 1), SQUARES), 20, 32,
    ),
    "batch normalization of the batch": (
        "batch normalization mode", True, {"Adam": Adam(0.01)},
        classes(wine(), network(13, [16], 3, after=AlwaysTraining)), 8, 16,
    ),
    "frozen batch normalization": (
        "batch normalization mode", True, {"SGD": SGD(0.1)},
        classes(breast_cancer(), network(
            30, [16], 2, after=lambda: layers.BatchNormalization(trainable=False)
        )), 5, 32,
    ),
    "schedule": (
        "schedule never acted", True,
        {
            "decay": SGD(schedules.ExponentialDecay(0.1, 10**6, 0.5)),
            "callback": Method(
                SGD(0.1), callbacks=[callbacks.LearningRateScheduler(lambda epoch, rate: rate)]
            ),
            "too patient": Method(SGD(0.1), callbacks=[callbacks.ReduceLROnPlateau(patience=4)]),
        },
        classes(wine(), network(13, [], 3)), 5, 16,
    ),
    "plateau": (
        "plateau then drop", False, {"RMSprop": RMSprop(0.003)},
        classes(digits(), network(64, [32] * 5, 10, "sigmoid", start="glorot_uniform")), 30, 32,
    ),
}  # fmt: skip
WELL, ILL = HEALTHY | HEALTHY_HELD_BACK, {
    **FAULTY, **{f"{name}, held back": case for name, case in FAULTY_HELD_BACK.items()}
}  # fmt: skip


@functools.cache
def trained(name, seeds):
    """Train a case once for all tests."""
    methods, task, epochs, batch_size = WELL[name] if name in WELL else ILL[name][2:]
    return train_runs(
        methods, task, epochs=epochs, seeds=range(seeds), batch_size=batch_size,
        evaluate_every=-(-epochs // 50) if epochs > 100 else 1, record=["loss", "model"],
    )  # fmt: skip


def bare(runs):
    """Keep what `train_runs` records without being asked."""
    steps = {"learning_rate": runs.steps["learning_rate"]}
    return replace(runs, steps=steps, models={}, task=None, methods={})


def alone(runs, **changes):
    """Take away task and methods, as in a result that was loaded."""
    return replace(runs, task=None, methods={}, **changes)


@pytest.mark.parametrize("name", WELL)
def test_no_alarm_about_healthy_runs(name):
    runs = trained(name, seeds=8)
    assert list(diagnose(runs)) == []
    assert list(diagnose(bare(runs))) == []


@pytest.mark.parametrize("name", ILL)
def test_fault_is_named(name):
    finding, certain, methods, *_ = ILL[name]
    runs = trained(name, seeds=3)
    findings = diagnose(runs)
    for label in methods:
        found = {each.name: each for each in findings[label]}
        assert finding in found, findings
        assert found[finding].certain == certain
        assert len(found[finding].seeds) >= 2


@pytest.mark.parametrize(
    "name", ["NaN", "rate too high", "rate too low", "over-fitting", "softmax twice", "labels"]
)
def test_curves_alone_raise_the_suspicion(name):
    finding, _, methods, *_ = ILL[name]
    runs = trained(name, seeds=3)
    findings = diagnose(bare(runs))
    for label in methods:
        assert findings[label].names == (finding,), findings
        assert all(each.certain == (finding == "diverged") for each in findings)


def test_the_model_tells_labels_from_softmax():
    runs = trained("softmax twice", seeds=3)
    assert diagnose(alone(runs, models={})).names == ("softmax twice",)
    assert not any(each.certain for each in diagnose(alone(runs, models={})))
    assert all(each.certain for each in diagnose(alone(runs)))
    runs = trained("labels", seeds=3)
    assert diagnose(alone(runs)).names == ("labels shuffled",)


def test_evidence_is_the_recorded_numbers():
    runs = trained("softmax twice", seeds=3)
    (finding,) = diagnose(runs)
    assert "cannot fall below 1.46" in finding.evidence  # log(1 + 9 / e)
    assert f"{np.median(runs.final('loss')):.3g}" in finding.evidence


def test_outputs_that_are_no_probabilities_are_counted():
    runs = trained("logits, held back", seeds=3)
    (finding,) = diagnose(runs)["Adam"]
    assert finding.seeds == (0, 1, 2)
    answers = [np.asarray(runs.models["Adam", seed](runs.task.data.x_train)) for seed in runs.seeds]
    assert f"from {np.median([each.min() for each in answers]):.3g}" in finding.evidence
    assert f"to {np.median([each.max() for each in answers]):.3g}" in finding.evidence


def test_models_are_left_as_they_were():
    runs = trained("batch normalization of the batch, held back", seeds=3)
    before = [weights.copy() for weights in runs.models["Adam", 0].get_weights()]
    diagnose(runs)
    after = runs.models["Adam", 0].get_weights()
    assert all(np.array_equal(*pair) for pair in zip(before, after, strict=True))
