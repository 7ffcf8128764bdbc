"""Accumulation compared with the large batch."""

from __future__ import annotations

import re
from dataclasses import replace

import keras
import numpy as np
import pytest
from training_reference import blob_task, blobs, keras_fit, two_layers

from dlcourse import Task, compare_accumulation

SGD = keras.optimizers.SGD


def compare(steps=(1, 4), optimizer=None, task=None, **settings):
    settings = {"batch_size": 24, "epochs": 3, "seeds": [0, 1], **settings}
    return compare_accumulation(steps, task or whole(), optimizer=optimizer or SGD(0.3), **settings)


def whole(model=two_layers) -> Task:
    """Return a task whose 48 rows fill two batches of 24."""
    data = blobs()
    data = replace(data, x_train=data.x_train[:48], y_train=data.y_train[:48])
    return replace(blob_task(model), data=data)


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_micro_batches_are_the_large_batch(momentum):
    runs = compare((1, 2, 4), SGD(0.1, momentum=momentum), record=["weights"])
    assert runs.labels == ("1 × 24", "2 × 12", "4 × 6")
    for seed in (0, 1):
        for label in runs.labels[1:]:
            pairs = zip(
                runs.weights["1 × 24", seed][-1], runs.weights[label, seed][-1], strict=True
            )
            assert all(np.allclose(a, b, rtol=0, atol=1e-6) for a, b in pairs)
    assert (runs.final("loss") < runs.history["loss"][:, :, 0]).all(), "it trained"


def test_every_run_is_what_fit_does():
    runs = compare((4,), SGD(0.3), record=["model"], seeds=[3])
    optimizer = SGD(0.3, gradient_accumulation_steps=4)
    model, _ = keras_fit(whole(), optimizer, epochs=3, batch_size=6, seed=3)
    ours = runs.models["4 × 6", 3].get_weights()
    for a, b in zip(ours, model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_schedule_is_used_up_by_micro_batches():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([3], [0.4, 0.1])
    runs = compare((1, 2), SGD(schedule), seeds=[0])
    expected = np.float32([[0.4] * 4 + [0.1] * 2 + [np.nan] * 6, [0.4] * 4 + [0.1] * 8])
    np.testing.assert_array_equal(runs.steps["learning_rate"][:, 0], expected)
    assert runs.steps_per_epoch.tolist() == [2, 4]


def test_the_optimizer_stays_as_it_was():
    optimizer = SGD(0.3)
    compare(optimizer=optimizer, epochs=1)
    assert optimizer.gradient_accumulation_steps is None and not optimizer.built


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"optimizer": "sgd"}, "`optimizer` must be a Keras optimizer object. Received"),
        (
            {"optimizer": SGD(gradient_accumulation_steps=2)},
            "`optimizer` must be one without gradient_accumulation_steps. Received: optimizer=2",
        ),
        ({"task": "digits"}, "`task` must be a dlcourse.Task. Received: task='digits'"),
        ({"batch_size": 0}, "`batch_size` must be an integer >= 1. Received: batch_size=0"),
        (
            {"batch_size": 20},
            "`batch_size` must be a divisor of the 48 training rows. Received: batch_size=20",
        ),
        (
            {"steps": (1, 5)},
            "`accumulation_steps` must be a non-empty list of distinct divisors of the batch size "
            "24. Received: accumulation_steps=(1, 5)",
        ),
        ({"steps": ()}, "`accumulation_steps` must be a non-empty list of distinct divisors"),
        ({"steps": (2, 2)}, "`accumulation_steps` must be a non-empty list of distinct divisors"),
        ({"steps": 4}, "`accumulation_steps` must be a non-empty list of distinct divisors"),
        ({"steps": (0,)}, "`accumulation_steps` must be an integer >= 1. Received"),
        ({"steps": (2.0,)}, "`accumulation_steps` must be an integer >= 1. Received"),
        ({"epochs": 0}, "`epochs` must be an integer >= 1. Received: epochs=0"),
    ],
)
def test_bad_arguments_are_named_before_anything_trains(change, message, monkeypatch):
    trained = []
    monkeypatch.setattr("dlcourse.training.train.run_plans", trained.append)
    with pytest.raises(ValueError, match=re.escape(message)):
        compare(**change)
    assert trained == []


def test_an_optimizer_that_averages_its_weights_is_refused():
    with pytest.raises(ValueError, match="`optimizer` must be one without use_ema"):
        compare((1, 4), SGD(0.1, use_ema=True))
