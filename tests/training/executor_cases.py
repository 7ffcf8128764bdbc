"""What is trained in the tests of executors: every part of a plan that has to travel."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from training_reference import blobs

from dlcourse import Method, Task

LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def with_dropout() -> keras.Model:
    """Build a model that draws initial weights and dropout masks."""
    layers = keras.layers.Dense(8, "relu"), keras.layers.Dropout(0.3), keras.layers.Dense(3)
    return keras.Sequential([keras.Input((4,)), *layers])


def methods() -> dict[str, Method]:
    """Return methods that differ in everything a method can."""
    decay = keras.optimizers.schedules.CosineDecay(0.1, decay_steps=20)
    excluding = keras.optimizers.AdamW(0.01, weight_decay=0.1)
    excluding.exclude_from_weight_decay(var_names=["bias"])
    stop = keras.callbacks.EarlyStopping("val_loss", patience=1, min_delta=0.05)
    return {
        "schedule": Method(keras.optimizers.SGD(decay, momentum=0.9)),
        "exclusions": Method(excluding, batch_size=10),
        "own model": Method(keras.optimizers.SGD(0.1), model=lambda: keras.Sequential(
            [keras.Input((4,)), keras.layers.Dense(3)])),
        "stops early": Method(keras.optimizers.SGD(0.5), callbacks=[stop]),
    }  # fmt: skip


def task(build=with_dropout) -> Task:
    """Return blobs with a metric."""
    return Task(blobs(), build, LOGITS, metrics=["accuracy"])


SETTINGS = dict(
    epochs=4, seeds=range(2), batch_size=8, record=["loss", "weights", "updates", "model"]
)


def assert_same_bits(runs, others) -> None:
    """Compare everything that was recorded, models included."""
    assert runs == others
    np.testing.assert_array_equal(runs.epochs_run, others.epochs_run)
    assert runs.models.keys() == others.models.keys() and runs.models
    for key, model in runs.models.items():
        assert isinstance(others.models[key], keras.Model)
        arrays = model.get_weights(), *runs.weights[key], *runs.updates[key]
        other = others.models[key].get_weights(), *others.weights[key], *others.updates[key]
        for mine, theirs in zip(arrays, other, strict=True):
            for a, b in zip(mine, theirs, strict=True):
                np.testing.assert_array_equal(a, b)
    x = tf.constant(blobs().x_train[:5])
    key = next(iter(runs.models))
    np.testing.assert_array_equal(runs.models[key](x), others.models[key](x))
