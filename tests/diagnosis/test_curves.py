"""Curves made by hand: each symptom on both sides of its limit, and how findings are combined."""

from __future__ import annotations

from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import layers

from dlcourse import Dataset, Method, Task
from dlcourse.diagnosis import diagnose
from dlcourse.results.training_runs import TrainingRuns

EPOCHS = np.arange(1, 11)
GOOD = 2.3 * 0.6**EPOCHS
SGD = keras.optimizers.SGD
GOOD_RATES = np.full(20, 0.1)


def runs(*losses, val_loss=None, accuracy=None, rates=GOOD_RATES, label="SGD", **steps):
    """Runs of one method, one curve a seed."""
    losses = np.array(losses, float)
    epochs_run = np.full((1, len(losses)), losses.shape[1]) - steps.pop("stopped", 0)
    history = {"loss": losses[None]}
    if val_loss is not None:
        history["val_loss"] = np.broadcast_to(val_loss, losses.shape)[None]
    if accuracy is not None:
        for key, values in zip(("accuracy", "val_accuracy"), accuracy, strict=True):
            history[key] = np.broadcast_to(values, losses.shape)[None]
    steps = {key: np.broadcast_to(v, (1, len(losses), 20)) for key, v in steps.items()}
    steps["learning_rate"] = np.broadcast_to(rates, (1, len(losses), 20))
    return TrainingRuns(
        labels=[label], seeds=range(len(losses)), epochs=np.arange(1, losses.shape[1] + 1),
        history=history, steps=steps, epochs_run=epochs_run,
        seconds=np.ones((1, len(losses))), steps_per_epoch=[2],
    )  # fmt: skip


def with_method(optimizer, callbacks=(), **changes):
    return replace(runs(GOOD, **changes), methods={"SGD": Method(optimizer, callbacks=callbacks)})


def names(*args, **kwargs):
    return diagnose(runs(*args, **kwargs)).names


def test_a_good_curve():
    assert names(GOOD, val_loss=1.1 * GOOD) == ()


def test_diverged_names_the_epoch_and_nothing_else():
    curve = GOOD.copy()
    curve[6:] = np.nan
    (finding,) = diagnose(runs(curve, GOOD))
    assert (finding.name, finding.certain, finding.seeds) == ("diverged", True, (0,))
    assert finding.evidence == "at learning rate 0.1 the loss is no finite number from epoch 7 on."


def test_infinite_is_diverged_too():
    assert names(np.where(EPOCHS < 9, GOOD, np.inf)) == ("diverged",)


def test_rate_too_high_jumps():
    assert names(2.3 + 0.1 * (-1.0) ** EPOCHS) == ("rate too high",)
    assert names(2.3 - 0.05 * EPOCHS + 0.001 * (-1.0) ** EPOCHS) == ("rate too low",)


def test_a_jumping_loss_that_is_low_is_no_fault():
    assert names(np.append(2.3, 0.3 + 0.1 * (-1.0) ** EPOCHS[1:])) == ()


def test_rate_too_high_throws_the_loss_up():
    flat = np.full(10, 2.3)
    thrown = np.append([2.3, 9.0, 40.0], np.full(17, 2.3))
    assert names(flat, loss=thrown) == ("rate too high",)
    assert names(flat, loss=np.full(20, 2.3)) == ("never left the start",)
    assert names(GOOD, loss=thrown) == ()  # it came down again, and learned


def test_rate_too_low_falls_evenly_on_validation_too():
    straight = 2.3 - 0.02 * EPOCHS
    assert names(straight, val_loss=straight) == ("rate too low",)
    assert names(straight, val_loss=2.3 + 0.02 * EPOCHS) == ()


def test_a_straight_curve_that_arrives_is_no_fault():
    assert names(2.3 - 0.2 * EPOCHS) == ()


def test_over_fitting_is_validation_that_turns():
    turned = np.append(1.1 * GOOD[:5], np.linspace(0.25, 0.6, 5))
    (finding,) = diagnose(runs(GOOD, val_loss=turned))
    assert finding.name == "over-fitting"
    assert "best after epoch 5 at 0.197 and ended at 0.6" in finding.evidence
    assert names(GOOD, val_loss=np.append(1.1 * GOOD[:9], 1.2 * GOOD[8])) == ()


def test_plateau_then_drop():
    plateau = np.append(np.full(5, 2.3), 2.3 * 0.5 ** np.arange(1, 6))
    (finding,) = diagnose(runs(plateau))
    assert finding.name == "plateau then drop"
    assert "stayed near 2.3 from epoch 1 to 5" in finding.evidence
    assert names(np.append(np.full(2, 2.3), GOOD[:8])) == ()


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_softmax_twice_is_a_floor(classes):
    floor = np.log(1 + (classes - 1) / np.e)
    wrong = 0.2 * 0.6**EPOCHS
    accuracy = 1 - wrong, 1 - 1.1 * wrong
    curves = {"val_loss": floor + 1.1 * wrong, "accuracy": accuracy}
    assert names(floor + wrong, **curves) == ("softmax twice",)
    curves["val_loss"] = floor + 1.1 * wrong + 0.2
    assert names(floor + wrong, **curves) == ()


@pytest.mark.parametrize(
    ("ends", "found"),
    [
        ([layers.Softmax(), layers.Softmax()], True),
        ([layers.Softmax(), layers.Dense(3, "softmax")], False),
        ([layers.Softmax(), layers.Softmax(), layers.Reshape((3,))], True),
        ([layers.Softmax(), layers.Dropout(0.1), layers.Softmax(), layers.Flatten()], True),
        ([layers.Softmax(), layers.Activation("softmax"), layers.Activation("linear")], True),
        ([layers.Softmax(), layers.Rescaling(2.0), layers.Softmax()], False),
        ([keras.Sequential([layers.Softmax(), layers.Identity(), layers.Softmax()])], True),
        ([keras.Sequential([layers.Softmax(), layers.Dense(3)]), layers.Softmax()], False),
    ],
)
def test_softmax_is_counted_through_layers_that_keep_values(ends, found):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3), *ends])
    findings = diagnose(replace(runs(GOOD), models={("SGD", 0): model}))
    assert findings.names == (("softmax twice",) if found else ())


@pytest.mark.parametrize(
    ("loss", "outputs", "found"),
    [
        (keras.losses.SparseCategoricalCrossentropy(), [0.5, 0.5], False),
        (keras.losses.SparseCategoricalCrossentropy(), [0.0, 1.0], False),
        (keras.losses.SparseCategoricalCrossentropy(), [0.5, 1.5], True),
        (keras.losses.SparseCategoricalCrossentropy(), [0.5, -0.5], True),
        (keras.losses.SparseCategoricalCrossentropy(from_logits=True), [0.5, -0.5], False),
        (keras.losses.CategoricalCrossentropy(), [0.5, 1.5], False),
        (keras.losses.CategoricalCrossentropy(), [0.5, -0.5], True),
        (keras.losses.BinaryCrossentropy(), [0.5, 1.5], True),
        (keras.losses.BinaryCrossentropy(from_logits=True), [0.5, 1.5], False),
        (keras.losses.MeanSquaredError(), [0.5, -0.5], False),
    ],
)
def test_probabilities_lie_between_0_and_1(loss, outputs, found):
    model = keras.Sequential([keras.Input((1,)), layers.Dense(2)])
    model.set_weights([np.zeros((1, 2)), np.array(outputs)])
    sparse = isinstance(loss, keras.losses.SparseCategoricalCrossentropy)
    y = np.array([0, 1]) if sparse else np.eye(2)
    task = Task(Dataset("d", np.zeros((2, 1)), y), lambda: model, loss)
    findings = diagnose(replace(runs(GOOD), models={("SGD", 0): model}, task=task))
    assert findings.names == (("logits as probabilities",) if found else ())


def test_labels_shuffled_learns_nothing_for_validation():
    loss = 2.3 - 0.05 * EPOCHS
    accuracy = 0.1 + 0.03 * EPOCHS, np.full(10, 0.1)
    assert names(loss, val_loss=2.3 + 0.01 * EPOCHS, accuracy=accuracy) == ("labels shuffled",)
    accuracy = accuracy[0], 0.1 + 0.02 * EPOCHS
    assert names(loss, val_loss=2.3 + 0.01 * EPOCHS, accuracy=accuracy) == ()


def test_batch_normalization_shows_between_steps_and_epochs():
    steps = np.repeat(GOOD, 2) / 4
    assert names(GOOD + 0.5, loss=steps) == ("batch normalization mode",)
    assert names(GOOD, loss=4 * steps) == ()


def test_a_schedule_of_less_than_a_percent():
    rates = np.linspace(0.1, 0.0995, 20)
    (finding,) = diagnose(runs(GOOD, rates=rates))
    assert (finding.name, finding.certain) == ("schedule never acted", True)
    assert "all 20 steps used 0.0995 to 0.1" in finding.evidence
    assert names(GOOD, rates=np.linspace(0.1, 0.09, 20)) == ()


def test_a_schedule_is_known_by_its_method():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([500], [0.1, 0.01])
    (finding,) = diagnose(with_method(SGD(schedule)))
    assert finding.name == "schedule never acted"
    assert finding.evidence.startswith("PiecewiseConstantDecay left the learning rate where it was")
    assert not diagnose(with_method(SGD(0.1)))


def together(one, other):
    """Put two methods into one result."""
    fields = {"history": "loss", "steps": "learning_rate"}
    both = {
        field: {key: np.concatenate([getattr(each, field)[key] for each in (one, other)])}
        for field, key in fields.items()
    }
    return TrainingRuns(
        labels=[*one.labels, *other.labels], seeds=one.seeds, epochs=one.epochs,
        epochs_run=np.concatenate([one.epochs_run, other.epochs_run]),
        seconds=np.ones((2, len(one.seeds))), steps_per_epoch=[2, 2], **both,
    )  # fmt: skip


def test_one_run_under_two_labels():
    both = together(runs(GOOD, label="constant"), runs(GOOD, label="decay"))
    (finding,) = diagnose(both)
    assert (finding.label, finding.name) == ("decay", "same run twice")
    assert "'constant'" in finding.evidence
    assert not diagnose(together(runs(GOOD, label="a"), runs(1.001 * GOOD, label="b")))
    assert not diagnose(together(runs(GOOD, label="a"), runs(GOOD, rates=0.2, label="b")))


def test_a_suspicion_of_few_seeds_is_dropped_and_a_certainty_is_not():
    high, broken = 2.3 + 0.1 * (-1.0) ** EPOCHS, np.full(10, np.nan)
    assert names(high, GOOD, GOOD) == ()
    assert names(high, high, GOOD) == ("rate too high",)
    assert names(broken, GOOD, GOOD) == ("diverged",)


def test_evidence_is_median_and_range_of_the_seeds_that_show_it():
    curves = [2.3 - slope * EPOCHS for slope in (0.01, 0.02, 0.03)]
    (finding,) = diagnose(runs(*curves, GOOD))
    assert finding.seeds == (0, 1, 2)
    assert "to 2.10 [2.00, 2.20]; it began at" in finding.evidence


def test_what_was_not_examined_is_said():
    assert repr(diagnose(runs(GOOD))).splitlines()[-2:] == [
        'Not examined: dead ReLUs and batch normalization (they need record=["model"] and the',
        "task); constant rates that were meant as schedules (they need the methods).",
    ]


def test_errors():
    with pytest.raises(ValueError, match="`runs` must be a TrainingRuns.*Received: runs=3"):
        diagnose(3)
    without_loss = TrainingRuns(
        labels=["SGD"], seeds=[0], epochs=[1], history={"accuracy": [[[1.0]]]}, steps={},
        epochs_run=[[1]], seconds=[[1.0]], steps_per_epoch=[1],
    )  # fmt: skip
    with pytest.raises(ValueError, match="`runs.history` must be a record with the key 'loss'"):
        diagnose(without_loss)
