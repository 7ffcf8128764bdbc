"""Healthy trainings on odd data, and curves of odd losses: nothing is said that is not known."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers, losses
from keras.callbacks import LearningRateScheduler, ReduceLROnPlateau
from keras.optimizers import SGD, Adam, schedules
from test_curves import EPOCHS, GOOD, runs, with_method

from dlcourse import Dataset, Method, Task, train_runs
from dlcourse.diagnosis import diagnose
from dlcourse.diagnosis.schedules import gone_from

LOGITS = losses.SparseCategoricalCrossentropy(from_logits=True)
SQUARES = losses.MeanSquaredError()
RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(200, 4)).astype("float32")
HALVES = (X[:, 0] > 0).astype("int32")
NUMBERS = X[:, :1] * 2 + 1


def trained(y, loss=LOGITS, outputs=2, *, epochs=8, optimizer=None, y_val=None, end=None):
    """Train on 120 rows, validate on 80."""

    def build():
        hidden = layers.Dense(8, "tanh")
        return keras.Sequential([keras.Input((4,)), hidden, layers.Dense(outputs, end)])

    y_val = y[120:] if y_val is None else y_val
    task = Task(Dataset("odd", X[:120], y[:120], X[120:], y_val), build, loss)
    methods = {"Adam": optimizer or Adam(0.03)}
    return train_runs(methods, task, epochs=epochs, seeds=[0, 1], record=["loss", "model"])


RARE = np.zeros(200, "int32")
RARE[[3, 50, 130, 170]] = 1
SEQUENCES = np.stack([HALVES, HALVES], axis=1)


def per_place():
    return keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.Reshape((2, 2))])


@pytest.mark.parametrize(
    ("y", "loss", "outputs"),
    [
        pytest.param(np.zeros(200, "int32"), LOGITS, 2, id="one class"),
        pytest.param(np.zeros((200, 1)), SQUARES, 1, id="targets of zero"),
        pytest.param(np.full((200, 1), 3.0), SQUARES, 1, id="one target"),
        pytest.param(RARE, LOGITS, 2, id="a rare class"),
        pytest.param(np.where(HALVES, 1, -1), losses.CosineSimilarity(), 1, id="below 0"),
        pytest.param((2 * HALVES)[:, None].astype("int32"), SQUARES, 1, id="integers"),
        pytest.param(1e-4 * NUMBERS, SQUARES, 1, id="tiny targets"),
        pytest.param(np.where(X[:, 1] > 0.5, -1, HALVES),
                     losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1), 2,
                     id="ignored labels"),
        pytest.param(np.eye(2, dtype="float32")[HALVES],
                     losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1), 2,
                     id="smoothed labels"),
    ],
)  # fmt: skip
def test_nothing_is_certain_of_healthy_trainings_on_odd_data(y, loss, outputs):
    if "Cosine" in type(loss).__name__:
        y = y.reshape(-1, 1).astype("float32")
    findings = diagnose(trained(y, loss, outputs))
    assert [each.name for each in findings if each.certain] == []
    assert not set(findings.names) & {"labels shuffled", "never left the start", "rate too high"}


def test_integer_targets_of_a_regression_are_numbers():
    huge = (10**8 * X[:, :1]).astype("int32")
    diagnose(trained(huge, SQUARES, 1, epochs=2, optimizer=SGD(1e-20)))


def test_training_rows_of_one_class_are_not_shuffled():
    y = np.concatenate([np.zeros(120, "int32"), HALVES[120:]])
    findings = diagnose(trained(y))
    assert findings.names == ("classes never trained",)
    assert all(each.certain for each in findings)


def test_classes_that_were_never_trained_are_no_over_fitting():
    y = np.concatenate([HALVES[:120], 2 + HALVES[120:]])
    findings = diagnose(trained(y, outputs=4, epochs=25))
    assert findings.names == ("classes never trained",)
    assert "100 % of the validation labels are of 2 classes" in findings.findings[0].evidence


def test_labels_that_are_shuffled_are_found():
    y = np.concatenate([RANDOM.permutation(HALVES[:120]), HALVES[120:]])
    assert "labels shuffled" in diagnose(trained(y, epochs=25)).names


def test_a_softmax_in_the_model_and_in_the_loss_are_two():
    findings = diagnose(trained(HALVES, end="softmax"))
    assert findings.names == ("softmax twice",) and findings.findings[0].certain
    assert not diagnose(trained(HALVES, losses.SparseCategoricalCrossentropy(), end="softmax"))


def test_a_model_that_draws_at_inference_is_not_in_the_wrong_mode():
    class Always(layers.Dropout):
        def call(self, inputs, training=None):
            return super().call(inputs, training=True)

    def build():
        between = [layers.BatchNormalization(momentum=0.5), Always(0.2)]
        return keras.Sequential([keras.Input((4,)), *between, layers.Dense(2)])

    task = Task(Dataset("d", X[:120], HALVES[:120], X[120:], HALVES[120:]), build, LOGITS)
    found = train_runs({"Adam": Adam(0.03)}, task, epochs=5, seeds=[0], record=["model"])
    assert "batch normalization mode" not in diagnose(found).names


def test_a_model_of_its_own_class_is_examined_as_far_as_its_order_is_known():
    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.last = layers.Softmax()
            self.unused = layers.Softmax()
            self.dense = layers.Dense(2)

        def call(self, x):
            return self.last(self.dense(x))

    model = Own()
    model(X[:1])
    assert diagnose(replace(runs(GOOD), models={("SGD", 0): model})).names == ()


def test_a_relu_that_was_first_used_elsewhere_is_left_out():
    shared = keras.Sequential([keras.Input((4,)), layers.Dense(3, "relu")])
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Dense(2)(shared.layers[-1](inputs)))
    task = Task(Dataset("d", X, HALVES), lambda: model, LOGITS)
    diagnose(replace(runs(GOOD), models={("SGD", 0): model}, task=task))


def test_a_result_without_steps():
    assert diagnose(replace(runs(GOOD), steps={})).names == ()


def test_a_loss_at_nothing_and_one_below_nothing_are_not_judged():
    assert diagnose(runs(np.zeros(10))).names == ()
    assert diagnose(runs(1e-9 * (2 + (-1.0) ** EPOCHS))).names == ()
    assert diagnose(runs(-1 + 0.1 * (-1.0) ** EPOCHS, loss=np.full(20, 5.0))).names == ()


# Twenty steps, two an epoch.
@pytest.mark.parametrize(
    ("rates", "found"),
    [
        ([0.1] + [0.0] * 19, True),
        ([0.1] + [0.0001] * 19, True),
        ([0.1] + [0.0002] * 19, False),
        ([0.1, 0.1] + [0.0] * 18, False),
        ([0.1] + [0.0] * 18 + [0.1], False),
        ([0.0, 0.1] * 10, False),
    ],
)
def test_a_schedule_is_over_at_once_if_the_rate_is_gone_in_the_first_epoch(rates, found):
    findings = diagnose(runs(np.full(10, 2.3), rates=rates, loss=np.full(20, 2.3)))
    assert ("schedule over at once" in findings.names) == found
    if found:
        assert findings.names == ("schedule over at once",)
        assert "by step 1, within the first epoch of 2 steps, and 10 epochs" in repr(
            findings
        ).replace("\n   ", "")


def test_decay_steps_that_were_meant_as_epochs_are_named():
    rates = np.append(0.1, np.zeros(19))
    made = with_method(SGD(schedules.CosineDecay(0.1, decay_steps=1)), rates=rates)
    (finding,) = diagnose(made)
    assert finding.certain and "decay_steps=1 counts steps" in finding.evidence


@pytest.mark.parametrize(("boundary", "found"), [(18, False), (19, True), (500, True)])
def test_a_boundary_that_is_never_reached(boundary, found):
    rates = np.where(np.arange(20) > 4, 0.01, 0.1)
    schedule = schedules.PiecewiseConstantDecay([4, boundary], [0.1, 0.01, 0.001])
    findings = diagnose(with_method(SGD(schedule), rates=rates))
    assert findings.names == (("boundary never reached",) if found else ())


def test_a_boundary_after_an_early_stop_is_not_missed():
    schedule = schedules.PiecewiseConstantDecay([4, 500], [0.1, 0.01, 0.001])
    rates = np.append(np.where(np.arange(18) > 4, 0.01, 0.1), [np.nan, np.nan])
    made = runs(np.append(GOOD[:9], np.nan), rates=rates, stopped=1)
    made = replace(made, methods={"SGD": Method(SGD(schedule))})
    assert diagnose(made).names == ()


def test_two_that_set_the_rate_are_named():
    both = [LearningRateScheduler(lambda epoch, rate: rate), ReduceLROnPlateau()]
    rates = np.linspace(0.1, 0.01, 20)
    findings = diagnose(with_method(SGD(0.1), both, rates=rates))
    assert findings.names == ("schedule and callback",)
    assert "LearningRateScheduler and ReduceLROnPlateau" in findings.findings[0].evidence
    assert diagnose(with_method(SGD(0.1), both[:1], rates=rates)).names == ()
    schedule = schedules.CosineDecay(0.1, 20)
    assert diagnose(with_method(SGD(schedule), both[1:], rates=rates)).names == findings.names


def test_suspicions_need_half_of_the_seeds():
    high = 2.3 + 0.1 * (-1.0) ** EPOCHS
    assert diagnose(runs(high, GOOD)).names == ("rate too high",)
    assert diagnose(runs(high, high, GOOD, GOOD, GOOD)).names == ()


def test_what_came_first_is_the_first_steps_loss_where_it_was_recorded():
    """Thrown up to three times its start, and there still: which start decides."""
    flat = np.full(10, 9.0)
    thrown = np.append([2.3], np.full(19, 9.0))
    (finding,) = diagnose(runs(flat, loss=thrown))
    assert finding.name == "rate too high" and "thrown up to 9" in finding.evidence


def test_findings_come_in_the_order_of_methods_and_symptoms():
    def of(label):
        curve = np.append(np.full(5, 2.3), 2.3 * 0.5 ** np.arange(1, 6))
        turned = np.append(1.1 * curve[:9], 0.9)
        made = runs(curve, val_loss=turned, rates=np.linspace(0.1, 0.0999, 20), label=label)
        return diagnose(made).names

    assert of("SGD") == ("schedule never acted", "over-fitting", "plateau then drop")


def test_a_loss_that_stands_still_where_guessing_is_is_under_fitting():
    task = Task(Dataset("d", X, HALVES), lambda: keras.Sequential(), LOGITS)
    still = np.append([0.9, 0.8, 0.7, 0.65], np.full(6, 0.6))
    (finding,) = diagnose(replace(runs(still), task=task))
    assert finding.name == "under-fitting" and "stands still at 0.6" in finding.evidence
    falling = np.append(still[:8], [0.59, 0.58])
    assert diagnose(replace(runs(falling), task=task)).names == ()


@pytest.mark.parametrize(("epochs", "found"), [(1, None), (2, 1)])
def test_two_epochs_tell_a_schedule_that_is_over_at_once(epochs, found):
    rates = np.append(0.1, np.zeros(3 * epochs - 1))
    assert gone_from(rates, steps_per_epoch=3) == found
