"""One step of training, as Keras's own `train_step` takes it, with what it recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import keras
import tensorflow as tf

from dlcourse.experiment.task import Task
from dlcourse.keras_internals.steps import objective, predict, replaces

# What a step can record: the data loss, and the lengths of gradient and weights.
RECORDED_PER_STEP = ("loss", "gradient_norm", "weight_norm")
# What only a step can tell whose parts are known: not a model's own `train_step`.
KNOWN_IN_KERAS_STEP = ("loss", "gradient_norm")


@dataclass(frozen=True)
class Step:
    """The step of one compiled model.

    A model with a `train_step` of its own is trained by it. For all others the parts of Keras's
    are called one by one, which leaves the metrics out where nobody asks for them: on a small
    network they take as long as the training.

    Args:
        model: a model that was compiled with its optimizer, the task's loss and metrics.
        task: the loss.
        record: what to record besides the learning rate, out of RECORDED_PER_STEP.
        logs: whether the metrics are wanted that Keras gives to callbacks after each batch.
    """

    model: keras.Model
    task: Task
    record: tuple[str, ...]
    logs: bool

    def __call__(
        self, x: tf.Tensor, y: tf.Tensor
    ) -> tuple[dict[str, tf.Tensor], dict[str, tf.Tensor]]:
        """Train on some rows; return what was recorded, and the logs if they are wanted."""
        # The rate is read before the step: Keras counts the step only afterwards.
        recorded = {"learning_rate": tf.identity(self.model.optimizer.learning_rate)}
        if replaces(self.model, "train_step"):
            known, logs = {}, self.model.train_step((x, y))
        else:
            known, logs = self._keras_step(x, y)
        weights = [variable.value for variable in self.model.trainable_variables]
        known["weight_norm"] = lambda: tf.linalg.global_norm(weights)
        recorded.update({key: known[key]() for key in self.record})
        return {key: tf.cast(value, tf.float32) for key, value in recorded.items()}, logs

    def _keras_step(
        self, x: tf.Tensor, y: tf.Tensor
    ) -> tuple[dict[str, Callable[[], tf.Tensor]], dict[str, tf.Tensor]]:
        model, optimizer = self.model, self.model.optimizer
        with tf.GradientTape() as tape:
            prediction = predict(model, x, training=True)
            minimized = objective(model, x, y, prediction, training=True)
            scaled = optimizer.scale_loss(minimized)
        gradients = tape.gradient(scaled, model.trainable_variables)
        scale = tf.cast(optimizer.scale_loss(tf.ones(())), tf.float32)
        loss = minimized if replaces(model, "compute_loss") else self.task.loss(y, prediction)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        known = {"loss": lambda: loss, "gradient_norm": lambda: _norm(gradients) / scale}
        return known, self._logs(x, y, prediction, minimized) if self.logs else {}

    def _logs(
        self, x: tf.Tensor, y: tf.Tensor, prediction: tf.Tensor, minimized: tf.Tensor
    ) -> dict[str, tf.Tensor]:
        """Update the metrics and return them, with the mean loss since they were last reset."""
        mean_loss = next(m for m in self.model.metrics if m.name == "loss")
        mean_loss.update_state(minimized, sample_weight=tf.shape(x)[0])
        return self.model.compute_metrics(x, y, prediction, sample_weight=None)


def _norm(gradients: list[tf.Tensor | tf.IndexedSlices | None]) -> tf.Tensor:
    """Return the length of the whole gradient; an embedding's names a row as often as it came."""
    dense = [tf.convert_to_tensor(g) for g in gradients if g is not None]
    return tf.linalg.global_norm([tf.cast(g, tf.float32) for g in dense])
