"""All that is used of Keras's and TensorFlow's privates: after an upgrade, what broke."""

from __future__ import annotations

import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

PACKAGE = Path(__file__).parents[2] / "dlcourse"


def model():
    built = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.5), keras.layers.Dense(1)])
    built.compile(keras.optimizers.SGD(0.5), keras.losses.MeanSquaredError(), metrics=["mae"])
    return built


def excluding():
    optimizer = keras.optimizers.AdamW()
    optimizer.exclude_from_weight_decay(model().trainable_variables, ["bias"])
    return optimizer


def table_of_gradients():
    from tensorflow.python.framework import ops

    @tf.custom_gradient
    def twice(x):
        return 2.0 * x, lambda upstream: 2.0 * upstream

    tf.function(twice).get_concrete_function(tf.TensorSpec(()))
    return any(name.startswith("CustomGradient") for name in ops.gradient_registry._registry)


def keras_seed():
    from keras.src.backend.common import global_state

    keras.utils.set_random_seed(11)
    return global_state.get_global_attribute("global_random_seed") == 11


def global_generator():
    from keras.src.backend.common import global_state

    keras.random.normal([])
    generator = global_state.get_global_attribute("global_seed_generator")
    return isinstance(generator.state, keras.Variable)


def tensorflow_seed():
    from tensorflow.python.eager import context

    tf.random.set_seed(12)
    return context.context()._seed == 12 and context.context()._rng is not None


def tensorflow_started():
    from tensorflow.python.eager import context

    tf.ones(1)
    return context.context()._initialized is True


def xla_support():
    from keras.src.trainers.trainer import model_supports_jit

    return model_supports_jit(model()) is True


def total_loss():
    zeros, ones = np.zeros((1, 1)), np.ones((1, 1))
    return float(model()._compute_loss(ones, ones, zeros, None, training=True)) == 1.0


def compiled_metrics():
    compiled = model()
    return any(metric is compiled._compile_metrics for metric in compiled.metrics)


def hidden_randomness():
    graph = tf.function(lambda: tf.random.normal([])).get_concrete_function().graph
    return "RandomStandardNormal" in {node.op for node in graph.as_graph_def().node}


# What is private → (the module that uses it, what must be true).
PRIVATES = {
    "optimizer._learning_rate, a Variable": (
        "cloning",
        lambda: isinstance(keras.optimizers.SGD(0.5)._learning_rate, keras.Variable),
    ),
    "optimizer._exclude_from_weight_decay, a set": (
        "cloning",
        lambda: len(excluding()._exclude_from_weight_decay) == 2,
    ),
    "optimizer._exclude_from_weight_decay_pattern": (
        "cloning",
        lambda: excluding()._exclude_from_weight_decay_pattern.pattern == "bias",
    ),
    "model._call_has_training_arg": ("steps", lambda: model()._call_has_training_arg is True),
    "model._compute_loss": ("steps", total_loss),
    "model._aggregate_additional_loss sums": (
        "steps",
        lambda: float(model()._aggregate_additional_loss(tf.ones(3))) == 3.0,
    ),
    "model._compile_metrics": ("steps", compiled_metrics),
    "model._get_metrics_result_or_logs": (
        "steps",
        lambda: keras.Sequential()._get_metrics_result_or_logs({"mine": 1}) == {"mine": 1},
    ),
    "keras.src.trainers.trainer.model_supports_jit": ("steps", xla_support),
    "layer._layers": (
        "layers",
        lambda: len(keras.layers.Bidirectional(keras.layers.LSTM(2))._layers) == 2,
    ),
    "global_state: global_random_seed": ("seeds", keras_seed),
    "global_state: global_seed_generator": ("seeds, randomness", global_generator),
    "tensorflow context._seed and ._rng": ("seeds", tensorflow_seed),
    "tensorflow context._initialized": ("forks", tensorflow_started),
    "ops.gradient_registry._registry": ("graphs", table_of_gradients),
    "the names of tf.random's operations": ("randomness", hidden_randomness),
}


@pytest.mark.parametrize("name", PRIVATES)
def test_what_is_private_is_still_what_it_was(name):
    module, holds = PRIVATES[name]
    try:
        assert holds()
    except (AssertionError, AttributeError, ImportError, TypeError) as error:
        pytest.fail(
            f"Keras {keras.__version__}, TensorFlow {tf.__version__}: `{name}` has changed, which "
            f"dlcourse/keras_internals/{module}.py relies on ({type(error).__name__}: {error})"
        )


def test_nothing_private_is_imported_elsewhere():
    private = re.compile(r"(from|import) (keras\.src|tensorflow\.python)")
    for file in PACKAGE.rglob("*.py"):
        if file.parent.name != "keras_internals":
            assert not private.search(file.read_text(encoding="utf-8")), file.name
