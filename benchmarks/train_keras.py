"""The works in plain Keras: build, compile and fit for each training."""

from __future__ import annotations

import time
from dataclasses import replace

import keras
import tensorflow as tf

from benchmarks.works import Outcome, Work

LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def network(layers: tuple[int, ...]) -> keras.Model:
    """Build dense layers with ReLU between them, which end in logits."""
    inputs, *hidden, outputs = layers
    dense = [keras.layers.Dense(units, activation="relu") for units in hidden]
    return keras.Sequential([keras.Input((inputs,)), *dense, keras.layers.Dense(outputs)])


def optimizer(name: str, learning_rate: float) -> keras.optimizers.Optimizer:
    """Return the Keras optimizer of this name."""
    kinds = keras.optimizers
    # Keras adds RMSprop's epsilon inside the root, PyTorch 1e-7 outside.
    makers = {
        "SGD": lambda rate: kinds.SGD(rate),
        "Momentum": lambda rate: kinds.SGD(rate, momentum=0.9),
        "AdaGrad": lambda rate: kinds.Adagrad(rate),
        "RMSprop": lambda rate: kinds.RMSprop(rate, epsilon=1e-14),
        "Adam": lambda rate: kinds.Adam(rate),
    }
    return makers[name](learning_rate)


def train(work: Work, *, jit_compile: bool | str = "auto", steps_per_execution: int = 1) -> Outcome:
    """Do the work with `fit`, on rows that are TensorFlow tensors already.

    Args:
        work: what to train.
        jit_compile: as in `model.compile`; "auto" means no XLA where there is only a CPU.
        steps_per_execution: as in `model.compile`.
    """
    data = work.dataset()
    x, y = tf.constant(data.x_train), tf.constant(data.y_train)
    validation = (data.x_val, data.y_val) if work.evaluate else None
    compiling = training = 0.0
    steps, losses = 0, []
    for seed in range(work.seeds):
        for name, rate in work.optimizers.items():
            began = time.perf_counter()
            keras.utils.set_random_seed(seed)
            model = network(work.layers)
            model.compile(
                optimizer(name, rate),
                LOSS,
                metrics=["accuracy"] if work.evaluate else [],
                jit_compile=jit_compile,
                steps_per_execution=steps_per_execution,
            )
            traced = 0 if work.compile_counts else _trace(model, work, x, y)
            compiled = time.perf_counter()
            _fit(model, work, x, y, validation)
            training += time.perf_counter() - compiled
            compiling += compiled - began
            steps += int(model.optimizer.iterations) - traced
            losses.append(float(LOSS(y, model(x))))
    return Outcome(compiling, training, steps, losses)


def _fit(model: keras.Model, work: Work, x: tf.Tensor, y: tf.Tensor, validation=None) -> None:
    if model.steps_per_execution > 1 and work.batch_size == work.rows:
        # Several steps share a call only within an epoch: one epoch that repeats the full batch.
        steps = tf.data.Dataset.from_tensors((x, y)).repeat(work.epochs)
        model.fit(steps, shuffle=False, verbose=0)
        return
    model.fit(
        x,
        y,
        batch_size=work.batch_size,
        epochs=work.epochs,
        shuffle=work.shuffle,
        validation_data=validation,
        verbose=0,
    )


def _trace(model: keras.Model, work: Work, x: tf.Tensor, y: tf.Tensor) -> int:
    """Let Keras compile for every batch shape, undo the training, and return the steps it took.

    Only for SGD without momentum, which keeps nothing but the weights.
    """
    weights = model.get_weights()
    rows = work.batch_size + work.rows % work.batch_size
    _fit(model, replace(work, rows=rows, epochs=1), x[:rows], y[:rows])
    model.set_weights(weights)
    return int(model.optimizer.iterations)
