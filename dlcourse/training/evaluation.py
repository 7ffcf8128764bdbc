"""Losses, penalty and metrics of all rows in inference mode, compiled once for a model."""

from __future__ import annotations

from collections.abc import Callable

import keras
import tensorflow as tf

from dlcourse.checks import expect
from dlcourse.experiment.task import Task
from dlcourse.keras_internals.graphs import traced_for_itself
from dlcourse.keras_internals.steps import as_reported, objective, penalty, predict, replaces

# Inference runs over this many rows at a time, to bound its memory.
ROWS_PER_EVALUATION = 8_192


class Evaluation:
    """What `model.evaluate` gives on all rows, the penalty apart; it leaves the model as it was.

    A model with a `compute_loss` or `test_step` of its own decides itself what its loss is: all of
    it is the `loss` then, and the `penalty` is 0.

    Args:
        model: a model that was compiled with the task's loss and metrics.
        task: the loss.
        parts: prefix of the keys, "" or "val_" → rows and labels.
    """

    def __init__(
        self, model: keras.Model, task: Task, parts: dict[str, tuple[tf.Tensor, tf.Tensor]]
    ) -> None:
        self.model, self.task, self.parts = model, task, parts
        self.keys: list[str] = []
        with traced_for_itself():
            self._compiled = tf.function(self._evaluate, autograph=False).get_concrete_function()

    def __call__(self) -> dict[str, float]:
        """Return data loss, penalty and metrics of each part, by key."""
        return dict(zip(self.keys, self._compiled().numpy().tolist(), strict=True))

    def _evaluate(self) -> tf.Tensor:
        x, y = self.parts[""]
        some = [tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in (x, y)]
        # Traced once for any number of rows, as the model's layers cost Python at each trace, and
        # before anything else, as metrics get their variables there.
        measure = tf.function(self._measure, autograph=False).get_concrete_function(*some)
        before = [tf.identity(variable) for variable in self.model.non_trainable_variables]
        measured = {
            prefix + key: value
            for prefix, part in self.parts.items()
            for key, value in self._evaluate_part(measure, *part).items()
        }
        for variable, value in zip(self.model.non_trainable_variables, before, strict=True):
            variable.assign(value)  # a training is the same however often it is measured
        self.keys = list(measured)
        return tf.stack([tf.cast(value, tf.float32) for value in measured.values()])

    def _evaluate_part(self, measure: Callable, x: tf.Tensor, y: tf.Tensor) -> dict[str, tf.Tensor]:
        self.model.reset_metrics()
        rows = x.shape[0]
        means = {"loss": tf.zeros(()), "penalty": tf.zeros(())}
        for start in range(0, rows, ROWS_PER_EVALUATION):
            some_x, some_y = (a[start : start + ROWS_PER_EVALUATION] for a in (x, y))
            losses, metrics = measure(some_x, some_y)
            share = some_x.shape[0] / rows
            means = {key: mean + share * losses.get(key, 0.0) for key, mean in means.items()}
        # Metrics gather all rows seen so far, and so does the `loss` of a model's own `test_step`.
        return {**means, **{name: metrics[name] for name in self._metric_names}}

    def _measure(self, x: tf.Tensor, y: tf.Tensor) -> tuple[dict, dict]:
        """Return losses of these rows, and metrics of all rows up to these."""
        if replaces(self.model, "test_step"):
            losses, metrics = {}, as_reported(self.model, self.model.test_step((x, y)))
            has_loss = "loss" in metrics
            expect(has_loss, "model", 'a test_step that returns a "loss"', sorted(metrics))
        else:
            prediction = predict(self.model, x, training=False)
            losses = self._losses(x, y, prediction)
            metrics = dict(self.model.compute_metrics(x, y, prediction, sample_weight=None))
            metrics.pop("loss", None)
        self._metric_names = list(metrics)
        for name, value in metrics.items():
            shape = tf.convert_to_tensor(value).shape
            expected = 'metrics of one number each, such as F1Score(average="macro")'
            expect(shape.rank in (0, None), "metrics", expected, f"{name} of shape {shape}")
        return losses, metrics

    def _losses(self, x: tf.Tensor, y: tf.Tensor, prediction: tf.Tensor) -> dict[str, tf.Tensor]:
        own = replaces(self.model, "compute_loss")
        loss = (
            objective(self.model, x, y, prediction, training=False)
            if own
            else self.task.loss(y, prediction)
        )
        expect_one_number(loss, self.task.loss)
        losses = {"loss": tf.cast(loss, tf.float32)}
        return losses if own else {**losses, "penalty": penalty(self.model)}


def expect_one_number(value: tf.Tensor, loss: keras.losses.Loss) -> None:
    """Raise where a loss gives a number for each row: Keras would minimize their sum."""
    expected = 'a loss of one number, as with reduction="sum_over_batch_size"'
    received = f"{type(loss).__name__} of shape {value.shape}"
    expect(value.shape.rank in (0, None), "loss", expected, received)
