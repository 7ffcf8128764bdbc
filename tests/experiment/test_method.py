"""Methods: checked, and whole after pickling."""

from __future__ import annotations

import pickle

import keras
import numpy as np

from dlcourse import Method
from dlcourse.keras_internals.cloning import compiled_constants


def build():
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])


def test_a_pickled_method_keeps_everything():
    optimizer = keras.optimizers.AdamW(0.5, weight_decay=0.25, clipnorm=2.0)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma"])
    method = Method(optimizer, build, 7, [keras.callbacks.EarlyStopping("loss", patience=3)])
    sent = pickle.loads(pickle.dumps(method))
    assert compiled_constants(sent.optimizer) == compiled_constants(optimizer)
    assert float(sent.optimizer.learning_rate.numpy()) == 0.5
    assert (sent.model, sent.batch_size) == (build, 7)
    assert [(type(c), c.monitor, c.patience) for c in sent.callbacks] == [
        (keras.callbacks.EarlyStopping, "loss", 3)]  # fmt: skip


def test_numpy_integers_are_integers():
    assert type(Method(keras.optimizers.SGD(), batch_size=np.int64(4)).batch_size) is int


def test_callbacks_are_kept_as_a_tuple():
    given = [keras.callbacks.TerminateOnNaN()]
    method = Method(keras.optimizers.SGD(), callbacks=given)
    given.clear()
    assert len(method.callbacks) == 1
