"""Callbacks: Keras's own and a learner's, at each of the moments when Keras calls them."""

from __future__ import annotations

import os
import tempfile
import threading
from functools import partial
from pathlib import Path

import keras
import numpy as np

from parity.row import Row

callbacks, SGD = keras.callbacks, keras.optimizers.SGD
FOLDER = tempfile.TemporaryDirectory()


def path(name):
    return os.fspath(Path(FOLDER.name) / name)


class Stop(callbacks.Callback):
    """Stops the training at one moment."""

    def __init__(self, moment, at=1):
        super().__init__()
        setattr(self, moment, self.stop)
        self.at = at

    def stop(self, when=None, logs=None):
        if when in (None, self.at):
            self.model.stop_training = True


class Jitter(callbacks.Callback):
    """Adds NumPy's noise to the weights after each epoch."""

    def on_epoch_end(self, epoch, logs=None):
        noisy = [w + 0.01 * np.random.normal(size=w.shape) for w in self.model.get_weights()]  # noqa: NPY002
        self.model.set_weights(noisy)


class ByMetric(callbacks.Callback):
    """Sets the rate by what each batch logs, a metric included."""

    def on_train_batch_end(self, batch, logs=None):
        self.model.optimizer.learning_rate = 0.1 * logs["loss"] + 0.1 * logs["accuracy"]


class ByBegin(callbacks.Callback):
    """Acts before each batch only."""

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = 0.1 * (1 + batch)


class ByTest(callbacks.Callback):
    """Doubles the weights for the evaluation, and sets the rate by what it logs."""

    def on_test_begin(self, logs=None):
        self.kept = self.model.get_weights()
        self.model.set_weights([2.0 * weight for weight in self.kept])

    def on_test_end(self, logs=None):
        self.model.set_weights(self.kept)
        self.model.optimizer.learning_rate = 0.1 * logs["loss"]


class ByEpoch(callbacks.Callback):
    """Sets the rate by what `fit` logs of the validation rows, the penalty included."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.optimizer.learning_rate = 0.1 * logs["val_loss"]


class Locked(callbacks.Callback):
    """Holds a lock, which cannot be copied."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()


class Unfreezing(callbacks.Callback):
    """Freezes a layer when the training begins."""

    def on_train_begin(self, logs=None):
        self.model.layers[0].trainable = False


def penalized():
    hidden = keras.layers.Dense(5, "tanh", kernel_regularizer=keras.regularizers.L2(0.5))
    return keras.Sequential([keras.Input((4,)), hidden, keras.layers.Dense(3)])


def averaging():
    return SGD(0.5, use_ema=True, ema_momentum=0.5)


def row(name, *make, **settings):
    merged = {"optimizer": lambda: SGD(0.5), "validated": True, **settings}
    return Row("Callbacks", name, callbacks=lambda: [each() for each in make], **merged)


stopping = partial(callbacks.EarlyStopping, "val_loss", patience=1, min_delta=0.05)
LONG = {"settings": {"epochs": 8}}
FIVE = {"x": np.random.default_rng(3).normal(size=(10, 4)), "y": np.arange(10) % 3}

ROWS = [
    row("EarlyStopping", stopping, **LONG),
    row("EarlyStopping, `restore_best_weights`", partial(stopping, restore_best_weights=True),
        optimizer=lambda: SGD(3.0), **LONG),
    row("EarlyStopping on accuracy", partial(callbacks.EarlyStopping, "val_accuracy", patience=0),
        metrics=["accuracy"], **LONG),
    row("ReduceLROnPlateau",
        partial(callbacks.ReduceLROnPlateau, factor=0.1, patience=1, min_delta=0.5), **LONG),
    row("LearningRateScheduler", lambda: callbacks.LearningRateScheduler(lambda e, r: r * 0.5)),
    row("TerminateOnNaN", callbacks.TerminateOnNaN),
    row("ModelCheckpoint", partial(callbacks.ModelCheckpoint, path("best.keras"))),
    row("ModelCheckpoint without validation rows",
        partial(callbacks.ModelCheckpoint, path("last.keras")), validated=False),
    row("CSVLogger", partial(callbacks.CSVLogger, path("log.csv"))),
    row("History", callbacks.History),
    row("SwapEMAWeights", callbacks.SwapEMAWeights, optimizer=averaging),
    row("SwapEMAWeights with EarlyStopping", callbacks.SwapEMAWeights, stopping,
        optimizer=averaging, **LONG),
    row("SwapEMAWeights, `swap_on_epoch`", partial(callbacks.SwapEMAWeights, swap_on_epoch=True),
        optimizer=averaging),
    row("LambdaCallback", lambda: callbacks.LambdaCallback(on_epoch_end=lambda e, logs: None)),
    row("one's own, by a batch's metrics", ByMetric, metrics=["accuracy"]),
    row("one's own, by a batch's loss, smaller last batch", ByMetric, metrics=["accuracy"],
        validated=False, **FIVE),
    row("one's own, before each batch", ByBegin),
    row("one's own, around the evaluation", ByTest),
    row("one's own, by `val_loss` with its penalty", ByEpoch, model=penalized),
    row("one's own that draws from NumPy", Jitter),
    row("stopped after a batch", partial(Stop, "on_train_batch_end", 0)),
    row("stopped when an epoch begins", partial(Stop, "on_epoch_begin", 1)),
    row("stopped when an epoch begins, beside one that acts on batches",
        partial(Stop, "on_epoch_begin", 1), ByBegin),
    row("stopped when the training begins", partial(Stop, "on_train_begin")),
    row("BackupAndRestore", partial(callbacks.BackupAndRestore, path("backup")),
        refused="BackupAndRestore"),
    row("one that holds a lock or an open file", Locked, refused="copied for each run"),
    row("one that waits for what nobody logs", partial(callbacks.EarlyStopping, "val_acc"),
        refused="`monitor` must be one of"),
    row("ReduceLROnPlateau with a schedule", callbacks.ReduceLROnPlateau,
        optimizer=lambda: SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)),
        refused="without a schedule"),
    row("SwapEMAWeights without `use_ema`", callbacks.SwapEMAWeights, refused="use_ema=True"),
    row("one that freezes a layer as training begins", Unfreezing, refused="trainable"),
]  # fmt: skip
