"""A network on a task: its initial weights by seed, and its compiled evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import keras
import tensorflow as tf

from dlcourse.experiment.task import ModelBuilder, Task, build_model, new_model
from dlcourse.keras_internals.seeds import reseed, seeded

# Inference runs over this many rows at a time, to bound its memory.
ROWS_PER_EVALUATION = 8_192


class Network:
    """One architecture on one task: the model, its initial weights by seed, its evaluation.

    The weights of all seeds are drawn at once, before any training: setting TensorFlow's seed
    empties its caches, and every compiled function would have to be set up anew.

    Args:
        task: the data, the loss and the metrics.
        build: the function that builds the model.
        seeds: the seeds to train from.
    """

    def __init__(self, task: Task, build: ModelBuilder, seeds: Sequence[int]) -> None:
        self.task, self.build = task, build
        with seeded(seeds[0]):
            self.model = build_model(build, task)
            self._initial = {seeds[0]: values_of(self.model.variables)}
            for seed in seeds[1:]:
                reseed(seed)
                self._initial[seed] = values_of(self._another().variables)
        self.model.compile(loss=task.loss, metrics=list(task.metrics))
        data = task.data
        self.parts = {"": (tf.constant(data.x_train), tf.constant(data.y_train))}
        if data.x_val is not None:
            self.parts["val_"] = (tf.constant(data.x_val), tf.constant(data.y_val))
        self.keys = self._metric_keys()
        self._compiled = None

    def _metric_keys(self) -> list[str]:
        """Build the metrics' variables and return every key that `evaluate` reports."""
        x, y = (array[:1] for array in self.parts[""])
        self.model.compute_metrics(x, y, self.model(x))
        names = [name for name in self.model.get_metrics_result() if name != "loss"]
        return [part + name for part in self.parts for name in ("loss", "penalty", *names)]

    def has_random_layers(self) -> bool:
        """Tell whether the model draws random numbers while it trains, as dropout does."""
        return any("seed_generator_state" in v.path for v in self.model.non_trainable_variables)

    def _another(self) -> keras.Model:
        fresh = self.build_model()
        if fresh is self.model:
            raise ValueError("`model` must build a new Keras model at each call.")
        return fresh

    def initialize(self, seed: int) -> None:
        """Give the model the weights (and random layers' seeds) that a new model would have."""
        for variable, value in zip(self.model.variables, self._initial[seed], strict=True):
            variable.assign(value)

    def build_model(self) -> keras.Model:
        """Return a new model of this architecture."""
        return new_model(self.build, self.task)

    def compile(self) -> None:
        """Compile the evaluation, if that is not done yet."""
        if self._compiled is None:
            function = tf.function(self._evaluate, autograph=False)
            self._compiled = function.get_concrete_function()

    def evaluate(self) -> dict[str, float]:
        """Return data loss, penalty and metrics on all rows, in inference mode."""
        return dict(zip(self.keys, self._compiled().numpy().tolist(), strict=True))

    def _evaluate(self) -> tf.Tensor:
        x, y = self.parts[""]
        some = (tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in (x, y))
        # Traced once for any number of rows: the model's layers cost Python at each trace.
        measure = tf.function(self._measure, input_signature=list(some), autograph=False)
        parts = self.parts.values()
        return tf.stack([v for x, y in parts for v in self._evaluate_part(measure, x, y)])

    def _evaluate_part(self, measure: Callable, x: tf.Tensor, y: tf.Tensor) -> list[tf.Tensor]:
        self.model.reset_metrics()
        rows = x.shape[0]
        loss = penalty = 0.0
        for start in range(0, rows, ROWS_PER_EVALUATION):
            some_x, some_y = (a[start : start + ROWS_PER_EVALUATION] for a in (x, y))
            some_loss, some_penalty = measure(some_x, some_y)
            share = some_x.shape[0] / rows
            loss += share * some_loss
            penalty += share * some_penalty
        results = self.model.get_metrics_result()
        results.pop("loss", None)
        return [loss, penalty, *(tf.cast(value, tf.float32) for value in results.values())]

    def _measure(self, x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return data loss and penalty on some rows, and update the metrics."""
        prediction = self.predict(x, training=False)
        self.model.compute_metrics(x, y, prediction)
        return tf.cast(self.task.loss(y, prediction), tf.float32), self.penalty()

    def predict(self, x: tf.Tensor, *, training: bool) -> tf.Tensor:
        """Return the model's output, shape (rows, …)."""
        return self.model(x, training=training)

    def penalty(self) -> tf.Tensor:
        """Return the sum of the penalties that the last forward pass left in `model.losses`."""
        return tf.add_n([tf.cast(term, tf.float32) for term in self.model.losses] or [tf.zeros(())])


def values_of(variables: Iterable[keras.Variable]) -> list[tf.Tensor]:
    """Return copies of the variables' values, in the form that can be assigned the fastest."""
    return [tf.constant(variable.numpy()) for variable in variables]
