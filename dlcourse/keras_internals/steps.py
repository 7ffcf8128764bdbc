"""How Keras's own `train_step` and `test_step` call a model: the parts they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from keras.src.trainers.trainer import model_supports_jit
from keras.src.utils import tracking


def predict(model: keras.Model, x: tf.Tensor, *, training: bool) -> Any:
    """Return the model's output; `training` is told only to a `call` that asks for it.

    A model whose `call` does not take `training` trains its own layers in inference mode: its
    Dropout layers drop nothing. So does `model.fit`.

    >>> import numpy as np
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.5)])
    >>> predict(model, np.ones((1, 2)), training=False).numpy()
    array([[1., 1.]], dtype=float32)
    """
    return model(x, training=training) if model._call_has_training_arg else model(x)


def objective(
    model: keras.Model, x: tf.Tensor, y: tf.Tensor, prediction: Any, *, training: bool
) -> tf.Tensor:
    """Return what is minimized: the model's `compute_loss`, its own or Keras's, penalty included.

    >>> import numpy as np
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile(loss=keras.losses.MeanSquaredError())
    >>> float(objective(model, np.ones((1, 1)), np.ones((1, 1)), np.zeros((1, 1)), training=True))
    1.0
    """
    # Keras's wrapper: a learner's `compute_loss` may take no `training`.
    return model._compute_loss(x=x, y=y, y_pred=prediction, sample_weight=None, training=training)


def penalty(model: keras.Model) -> tf.Tensor:
    """Return the sum of what regularizers and `add_loss` left in `model.losses`, as Keras sums it.

    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> float(penalty(model))
    0.0
    """
    terms = [model._aggregate_additional_loss(term) for term in model.losses]
    return tf.add_n([tf.cast(term, tf.float32) for term in terms] or [tf.zeros(())])


def compile_with(
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer | None,
    loss: keras.losses.Loss,
    metrics: Sequence[Any],
) -> None:
    """Compile a model, once more if need be: metrics that have seen data stay as they are.

    Callbacks look at them: EarlyStopping asks whether more is better.

    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> compile_with(model, keras.optimizers.SGD(0.5), keras.losses.MeanSquaredError(), ["mae"])
    >>> float(model.optimizer.learning_rate.numpy())
    0.5
    """
    known = model._compile_metrics
    # Without XLA, which concerns only what callbacks do with the model themselves.
    model.compile(optimizer, loss, metrics=list(metrics) or None, jit_compile=False)
    if known:
        with tracking.DotNotTrackScope():  # as Keras's compile: a built subclass takes no new state
            model._compile_metrics = known


def as_reported(model: keras.Model, logs: dict[str, Any]) -> dict[str, Any]:
    """Return what `fit` and `evaluate` report of a step's logs: the model's metrics, if any fit.

    >>> as_reported(keras.Sequential(), {"mine": 1.0})
    {'mine': 1.0}
    """
    return dict(model._get_metrics_result_or_logs(logs))


def supports_jit(model: keras.Model) -> bool:
    """Tell whether XLA can compile all layers, as far as they say.

    >>> supports_jit(keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]))
    True
    """
    return model_supports_jit(model)


def replaces(model: keras.Model, method: str) -> bool:
    """Tell whether the model's class has a method of its own in place of Keras's.

    >>> replaces(keras.Sequential(), "train_step")
    False
    """
    return getattr(type(model), method) is not getattr(keras.Model, method)
