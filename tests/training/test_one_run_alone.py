"""A run is a function of its plan alone: of no other run, no measurement, no other thread."""

from __future__ import annotations

import subprocess
import sys
import threading
from functools import partial

import keras
import numpy as np
import pytest
from training_reference import blob_task, two_layers

from dlcourse import Dataset, Method, Task, train_runs

SGD, Adam, layers = keras.optimizers.SGD, keras.optimizers.Adam, keras.layers


class Counter(layers.Layer):
    """Counts its calls, at inference too, and acts by the count."""

    def build(self, shape):
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, inputs):
        self.calls.assign_add(1.0)
        return inputs * (1.0 + 0.1 * self.calls)


def recurrent():
    reshape = layers.Reshape((2, 2))
    hidden = layers.LSTM(3, dropout=0.5, recurrent_dropout=0.2)
    return keras.Sequential([keras.Input((4,)), reshape, hidden, layers.Dense(3)])


def flipping():
    parts = [layers.Reshape((2, 2, 1)), layers.RandomFlip(), layers.Flatten(), layers.Dense(3)]
    return keras.Sequential([keras.Input((4,)), *parts])


def counting():
    return keras.Sequential([keras.Input((4,)), Counter(), layers.Dense(3)])


def unbuilt():
    return keras.Sequential([layers.Dropout(0.5), layers.Dense(3)])


def weights(runs, seed=1):
    return np.concatenate([w.ravel() for w in runs.weights[runs.labels[-1], seed][-1]])


def trained(build, seeds, **settings):
    chosen = {"epochs": 2, "batch_size": 25, "record": ["weights"], **settings}
    return train_runs({"SGD": SGD(0.5)}, blob_task(build), seeds=seeds, **chosen)


@pytest.mark.parametrize("build", [recurrent, flipping, counting, unbuilt])
def test_a_seed_alone_is_the_seed_in_company(build):
    alone, together = trained(build, [1]), trained(build, [0, 1])
    np.testing.assert_array_equal(weights(alone), weights(together))


@pytest.mark.parametrize("build", [counting, flipping])
def test_how_often_is_measured_does_not_change_the_weights(build):
    often, seldom = (trained(build, [1], epochs=4, evaluate_every=every) for every in (1, 4))
    np.testing.assert_array_equal(weights(often), weights(seldom))
    np.testing.assert_array_equal(often.final("loss"), seldom.final("loss"))


class Tabled(SGD):
    """A learner's optimizer that takes its rates from a table longer than NumPy prints."""

    def __init__(self, learning_rate=1.0, table=None, **settings):
        super().__init__(learning_rate, **settings)
        self.table = table

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient, variable, learning_rate * self.table[1_000])

    def get_config(self):
        return {**super().get_config(), "table": self.table}


def test_optimizers_that_look_alike_are_two_methods():
    slow, fast = np.zeros(2_000, "float32"), np.zeros(2_000, "float32")
    fast[1_000] = 0.5
    assert repr(slow) == repr(fast)
    methods = {"slow": Tabled(table=slow), "fast": Tabled(table=fast)}
    runs = train_runs(methods, blob_task(), epochs=1, seeds=[1], record=["weights"])
    alone = train_runs({"fast": methods["fast"]}, blob_task(), epochs=1, seeds=[1],
                       record=["weights"])  # fmt: skip
    np.testing.assert_array_equal(weights(runs), weights(alone))
    assert not np.array_equal(*runs.history["loss"])


def excluding(*names):
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=5.0)
    optimizer.exclude_from_weight_decay(var_names=list(names))
    return optimizer


class Braking(keras.callbacks.Callback):
    """Sets the rate before each batch."""

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate = 0.01


# Pairs that differ in one respect only, which the key of compiled programs must hold.
PAIRS = {
    "batch size": [Method(Adam(0.1), batch_size=size) for size in (5, 25)],
    "exclusions": [Method(excluding(name)) for name in ("bias", "kernel")],
    "a hyperparameter": [Method(SGD(0.1, momentum=momentum)) for momentum in (0.0, 0.9)],
    "a clipping value": [Method(SGD(0.1, clipvalue=value)) for value in (0.01, 1.0)],
    "classes": [Method(Adam(0.1)), Method(keras.optimizers.Nadam(0.1))],
    "models": [Method(Adam(0.1), two_layers), Method(Adam(0.1), counting)],
    "callbacks by batch": [
        Method(Adam(0.1)),
        Method(Adam(0.1), callbacks=[Braking()]),
    ],
}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_method_is_trained_in_company_as_alone(pair):
    first, second = PAIRS[pair]
    settings = dict(epochs=1, seeds=[1], record=["weights"])
    both = train_runs({"first": first, "second": second}, blob_task(), **settings)
    alone = train_runs({"second": second}, blob_task(), **settings)
    np.testing.assert_array_equal(weights(both), weights(alone))


def test_two_threads_get_what_each_gets_alone():
    builds = {"unbuilt": unbuilt, "recurrent": recurrent}
    expected = {name: weights(trained(build, [1])) for name, build in builds.items()}
    found = {}

    def train(name):
        found[name] = weights(trained(builds[name], [1]))

    threads = [threading.Thread(target=train, args=[name]) for name in builds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values)


FORKING = """
import os, sys
sys.path.insert(0, {tests!r})
from training_reference import blob_task
import keras
from dlcourse import train_runs
def train():
    train_runs({{"SGD": keras.optimizers.SGD(0.1)}}, blob_task(), epochs=1, seeds=[0])
keras.ops.ones(1)  # TensorFlow starts
child = os.fork()
if child == 0:
    try:
        train()
    except RuntimeError as error:
        os._exit(7 if "spawn" in str(error) else 8)
    os._exit(9)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no forks on Windows")
def test_a_forked_child_says_that_it_cannot_train():
    code = FORKING.format(tests=__file__.rpartition("/")[0])
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                            timeout=300)  # fmt: skip
    assert result.stdout.strip() == "7", result.stderr


def test_a_finished_training_leaves_no_graph_in_memory():
    import gc

    from tensorflow.python.framework.func_graph import FuncGraph

    def graphs():
        gc.collect()
        return sum(isinstance(each, FuncGraph) for each in gc.get_objects())

    trained(two_layers, [1])
    before = graphs()
    trained(two_layers, [1])
    trained(partial(two_layers), [1])
    assert graphs() <= before


def test_a_layer_that_xla_cannot_compile_is_trained_without(monkeypatch):
    import tensorflow as tf

    monkeypatch.setattr("dlcourse.training.program.STEPS_THAT_PAY_FOR_XLA", 1)
    monkeypatch.setattr("platform.system", lambda: "Linux")

    def build():
        halve = layers.Lambda(
            lambda x: tf.ensure_shape(tf.numpy_function(np.copy, [x], tf.float32), (None, 4))
        )
        return keras.Sequential([keras.Input((4,)), halve, layers.Dense(3)])

    with pytest.warns(UserWarning, match="without XLA"):
        automatic = trained(build, [1])
    plain = trained(build, [1], jit_compile=False)
    np.testing.assert_array_equal(weights(automatic), weights(plain))
    with pytest.raises(ValueError, match="`jit_compile` must be"):
        trained(build, [1], jit_compile=True)


def test_layers_that_say_that_they_do_not_support_xla_are_not_given_to_it(monkeypatch):
    from dlcourse.training.program import pays_for_xla

    class Network:
        model = two_layers()

        @staticmethod
        def has_random_layers():
            return False

    monkeypatch.setattr("platform.system", lambda: "Linux")
    assert pays_for_xla(Network, 10**6)
    Network.model.layers[0].supports_jit = False
    assert not pays_for_xla(Network, 10**6)


def test_the_length_of_a_gradient_is_that_of_the_loss_whatever_it_is_scaled_by():
    methods = {"plain": SGD(0.1), "scaled": SGD(0.1, loss_scale_factor=8.0)}
    runs = train_runs(methods, blob_task(), epochs=1, seeds=[0], record=["gradient_norm"])
    np.testing.assert_allclose(*runs.steps["gradient_norm"], rtol=1e-6)


def test_the_length_of_an_embedding_s_gradient_counts_a_repeated_row_once():
    x, y = np.zeros((2, 1), "float32"), np.array([[1.0], [3.0]], "float32")

    def build():
        zero = layers.Embedding(2, 1, embeddings_initializer="zeros")
        return keras.Sequential([keras.Input((1,)), zero, layers.Flatten()])

    task = Task(Dataset("rows", x, y), build, keras.losses.MeanSquaredError())
    runs = train_runs({"SGD": SGD(0.1)}, task, epochs=1, seeds=[0], record=["gradient_norm"])
    # mean (w - y)^2 over y = 1 and 3 at w = 0: the gradient is 2 (0 - 2) = -4
    np.testing.assert_allclose(runs.steps["gradient_norm"].ravel(), [4.0], rtol=1e-6)
