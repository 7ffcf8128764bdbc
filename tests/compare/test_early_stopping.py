from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from keras.callbacks import EarlyStopping
from keras.optimizers import SGD

from dlcourse import Dataset, Task, compare_patience, replay_early_stopping

X = np.random.default_rng(0).normal(size=(24, 3)).astype("float32")
Y = (X[:, :1] + np.random.default_rng(1).normal(size=(24, 1))).astype("float32")


def wide():
    return keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(1)]
    )


# Eight noisy rows that 16 hidden units learn by heart: the validation loss turns soon.
TASK = Task(
    Dataset("noisy line", X[:8], Y[:8], X[8:], Y[8:]),
    wide,
    keras.losses.MeanSquaredError(),
)
STOPS = {
    "to the end": None,
    "patience 1": EarlyStopping(patience=1, restore_best_weights=True),
    "patience 5": EarlyStopping(patience=5, restore_best_weights=True),
    "last weights": EarlyStopping(patience=5),
    "min_delta": EarlyStopping(patience=2, min_delta=0.02, restore_best_weights=True),
    "baseline": EarlyStopping(patience=3, baseline=0.01),
    "late": EarlyStopping(patience=1, start_from_epoch=10, restore_best_weights=True),
    "wrong mode": EarlyStopping(patience=4, mode="max", restore_best_weights=True),
    "patience 99": EarlyStopping(patience=99, restore_best_weights=True),
}


def test_real_trainings_and_replay_agree():
    runs = compare_patience(
        STOPS, TASK, optimizer=SGD(0.1), epochs=40, batch_size=4, record=["model", "weights"]
    )
    assert runs.labels == tuple(STOPS)
    assert runs.epochs_run[0].tolist() == [40] * 5
    full = runs["to the end"].history["val_loss"][0]
    names = ("patience", "baseline", "restore_best_weights", "start_from_epoch")
    for label, stop in list(STOPS.items())[1:]:
        settings = {name: getattr(stop, name) for name in names}
        settings |= {"min_delta": abs(stop.min_delta)}
        settings |= {"mode": "max" if stop.mode == "max" else "min"}
        replay = replay_early_stopping(full, **settings)
        assert replay.epochs_run.tolist() == runs[label].epochs_run[0].tolist(), label
        for seed, kept in enumerate(replay.kept_epoch):
            expected = runs.weights["to the end", seed][kept - 1]
            left = runs.models[label, seed].get_weights()
            for mine, theirs in zip(left, expected, strict=True):
                np.testing.assert_array_equal(mine, theirs, err_msg=label)
    early = runs["patience 5"].epochs_run
    assert (early < 40).all() and np.ptp(early) > 0, "each run stops on its own"


def test_callbacks_and_optimizer_are_not_changed():
    stop, optimizer = EarlyStopping(patience=1), SGD(0.1)
    before = dict(vars(stop))
    compare_patience({"a": stop}, TASK, optimizer=optimizer, epochs=2, seeds=[0])
    assert vars(stop) == before and not optimizer.built


def compare(stops, optimizer=None, **settings):
    return lambda: compare_patience(
        stops, TASK, optimizer=optimizer or SGD(), **{"epochs": 1, **settings}
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (compare({}), "`stops` must be a non-empty mapping of labels to EarlyStopping"),
        (compare([EarlyStopping()]), "`stops` must be a non-empty mapping of labels"),
        (
            compare({"a": 3}),
            "`stops['a']` must be a keras.callbacks.EarlyStopping or None. Received: stops['a']=3",
        ),
        (compare({"a": None}, "sgd"), "`optimizer` must be a Keras optimizer object."),
        (compare({"a": EarlyStopping("val_los")}), "`monitor` must be one of 'loss', 'val_loss'."),
        (compare({"a": None}, epochs=0), "`epochs` must be an integer >= 1."),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
