"""Early stopping replayed, beside Keras's own callback."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest
from keras.callbacks import EarlyStopping

from dlcourse import replay_early_stopping

NAN, INF = float("nan"), float("inf")


def keras_says(curve, **settings):
    """Drive Keras's own callback; the "weights" of the stand-in model are its epoch, from 1."""
    callback = EarlyStopping("val_loss", **{"mode": "min", **settings})
    model = SimpleNamespace(stop_training=False, epoch=0)
    model.get_weights = lambda: model.epoch
    model.set_weights = lambda epoch: setattr(model, "epoch", epoch)
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(curve):
        model.epoch = epoch + 1
        callback.on_epoch_end(epoch, {"val_loss": float(value)})
        if model.stop_training:
            break
    callback.on_train_end()
    best_epoch = 0 if callback.best is None else callback.best_epoch + 1
    return epoch + 1, best_epoch, model.epoch, model.stop_training


def replayed(curve, **settings):
    stop = replay_early_stopping(curve, **settings)
    return (
        int(stop.epochs_run), int(stop.best_epoch), int(stop.kept_epoch), bool(stop.stopped)
    )  # fmt: skip


VALLEY = [0.9, 0.6, 0.7, 0.5, 0.6, 0.6, 0.6, 0.4]


CASES = {
    "default": (VALLEY, {}, (3, 2, 3, True)),
    "patience 1 is patience 0": (VALLEY, {"patience": 1}, (3, 2, 3, True)),
    "patience 2": (VALLEY, {"patience": 2}, (6, 4, 6, True)),
    "patience 4": (VALLEY, {"patience": 4}, (8, 8, 8, False)),
    "restored": (VALLEY, {"patience": 3, "restore_best_weights": True}, (7, 4, 4, True)),
    "restored although it never stopped": (
        [0.9, 0.5, 0.7], {"patience": 5, "restore_best_weights": True}, (3, 2, 2, False),
    ),
    "a draw is no improvement": ([0.5, 0.5, 0.5], {"patience": 2}, (3, 1, 3, True)),
    "patience runs out in the last epoch": ([0.5, 0.6], {"patience": 1}, (2, 1, 2, True)),
    "max": (VALLEY, {"patience": 2, "mode": "max"}, (3, 1, 3, True)),
    "min_delta": ([0.9, 0.85, 0.81], {"patience": 2, "min_delta": 0.1}, (3, 1, 3, True)),
    "small gains add up": (
        [0.9, 0.84, 0.78, 0.72, 0.66], {"patience": 2, "min_delta": 0.1}, (5, 5, 5, False),
    ),
    "min_delta when higher is better": (
        [0.5, 0.55, 0.65, 0.7, 0.7],
        {"patience": 2, "min_delta": 0.1, "mode": "max"}, (5, 3, 5, True),
    ),
    "an improvement below the baseline goes on waiting, and never stops": (
        [0.9, 0.8, 0.7, 0.6, 0.65], {"patience": 2, "baseline": 0.5}, (5, 4, 5, True),
    ),
    "baseline reached": (
        [0.9, 0.4, 0.6, 0.6], {"patience": 2, "baseline": 0.5}, (4, 2, 4, True),
    ),
    "start_from_epoch": (
        [0.1, 0.9, 0.8, 0.85],
        {"patience": 1, "start_from_epoch": 2, "restore_best_weights": True}, (4, 3, 3, True),
    ),
    "nothing watched": (
        [0.3, 0.2], {"start_from_epoch": 2, "restore_best_weights": True}, (2, 0, 2, False),
    ),
    "NaN first is the best for ever": (
        [NAN, 0.5, 0.4], {"patience": 2, "restore_best_weights": True}, (3, 1, 1, True),
    ),
    "NaN later": ([0.5, NAN, NAN, 0.4], {"patience": 2}, (3, 1, 3, True)),
    "infinity": ([INF, 0.5, INF, NAN], {"patience": 2}, (4, 2, 4, True)),
    "equal in float32": ([0.5, 0.5 - 1e-9, 0.5 - 2e-9], {"patience": 2}, (3, 1, 3, True)),
    "one epoch": ([0.5], {}, (1, 1, 1, False)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_replay_is_keras_on_scripted_curves(name):
    curve, settings, expected = CASES[name]
    assert keras_says(curve, **settings) == expected, "the expectation itself"
    assert replayed(curve, **settings) == expected


def test_replay_is_keras_on_random_curves():
    random = np.random.default_rng(0)
    stopped = 0
    for _ in range(200):
        curve = random.integers(0, 12, size=random.integers(1, 15)) / 8
        settings = {
            "patience": int(random.integers(0, 5)),
            "min_delta": float(random.choice([0, 0.125, 0.3])),
            "mode": str(random.choice(["min", "max"])),
            "baseline": [None, 0.5, 1.0][random.integers(3)],
            "restore_best_weights": bool(random.integers(2)),
            "start_from_epoch": int(random.integers(0, 4)),
        }
        expected = keras_says(curve, **settings)
        assert replayed(curve, **settings) == expected, (curve, settings)
        stopped += expected[-1]
    assert 50 < stopped < 195, "curves of both kinds"


def test_many_curves_at_once():
    curves = np.random.default_rng(1).random((2, 3, 9))
    stops = replay_early_stopping(curves, patience=2, restore_best_weights=True)
    assert stops.epochs_run.shape == stops.stopped.shape == (2, 3)
    for place in np.ndindex(2, 3):
        one = keras_says(curves[place], patience=2, restore_best_weights=True)
        names = ("epochs_run", "best_epoch", "kept_epoch", "stopped")
        assert tuple(getattr(stops, name)[place] for name in names) == one


def test_kept_looks_up_other_curves_at_the_epochs_that_are_kept():
    losses = [[0.5, 0.4, 0.6, 0.7], [0.9, 0.8, 0.7, 0.6]]
    stops = replay_early_stopping(losses, patience=2, restore_best_weights=True)
    epochs = np.tile(np.arange(1, 5), (2, 1))
    assert stops.kept(epochs).tolist() == stops.kept_epoch.tolist() == [2, 4]
    assert stops.kept(losses).tolist() == [0.4, 0.6]


def replay(**settings):
    return lambda: replay_early_stopping([0.5, 0.4], **settings)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (replay(patience=-1), "`patience` must be an integer >= 0. Received: patience=-1"),
        (replay(patience=1.5), "`patience` must be an integer >= 0. Received: patience=1.5"),
        (replay(min_delta=-0.1), "`min_delta` must be a number >= 0. Received: min_delta=-0.1"),
        (replay(mode="auto"), "`mode` must be 'min' or 'max'. Received: mode='auto'"),
        (replay(baseline="0.5"), "`baseline` must be a finite number. Received: baseline='0.5'"),
        (
            replay(start_from_epoch=-2),
            "`start_from_epoch` must be an integer >= 0. Received: start_from_epoch=-2",
        ),
        (lambda: replay_early_stopping([]), "`curves` must be numbers of shape (..., epochs)"),
        (lambda: replay_early_stopping(0.5), "`curves` must be numbers of shape (..., epochs)"),
        (lambda: replay_early_stopping([[1], [1, 2]]), "`curves` must be numbers of shape"),
        (lambda: replay_early_stopping(["low"]), "`curves` must be numbers of shape"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
