"""A network on a task: a model, its initial weights by seed, and its evaluation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import keras
import tensorflow as tf

from dlcourse.checks import expect
from dlcourse.experiment.building import build_model, new_model
from dlcourse.experiment.task import ModelBuilder, Task
from dlcourse.keras_internals.seeds import reseed, seeded
from dlcourse.keras_internals.steps import compile_with
from dlcourse.training.evaluation import Evaluation


class Network:
    """One architecture on one task: the model, its initial weights by seed, its evaluation.

    The weights of all seeds are drawn at once, before any training: setting TensorFlow's seed
    empties its caches, and every compiled function would have to be set up anew.

    Args:
        task: the data, the loss and the metrics.
        build: the function that builds the model.
        seeds: the seeds to train from.
        parts: prefix of the keys, "" or "val_" → the task's rows and labels.

    Raises:
        ValueError: the model, the loss, the metrics and the labels do not fit together.
    """

    def __init__(
        self,
        task: Task,
        build: ModelBuilder,
        seeds: Sequence[int],
        parts: dict[str, tuple[tf.Tensor, tf.Tensor]],
    ) -> None:
        self.task, self.build, self.parts = task, build, parts
        with seeded(seeds[0]):
            self.model = build_model(build, task)
            self._initial = {seeds[0]: values_of(self.model.variables)}
            for seed in seeds[1:]:
                reseed(seed)
                self._initial[seed] = values_of(self.another_model().variables)
        compile_with(self.model, None, task.loss, task.metrics)
        self.evaluate = Evaluation(self.model, task, parts)

    @property
    def keys(self) -> list[str]:
        """Every key that `evaluate` reports."""
        return self.evaluate.keys

    def has_random_layers(self) -> bool:
        """Tell whether the model draws random numbers while it trains, as dropout does."""
        return any("seed_generator_state" in v.path for v in self.model.non_trainable_variables)

    def another_model(self) -> keras.Model:
        """Return a new model of this architecture."""
        model = new_model(self.build, self.task)
        shapes, others = (_shapes(each) for each in (self.model, model))
        expect(shapes == others, "model", "a function that builds the same at each call", others)
        return model

    def initialize(self, seed: int) -> None:
        """Give the model the weights (and random layers' seeds) that a new model would have."""
        for variable, value in zip(self.model.variables, self._initial[seed], strict=True):
            variable.assign(value)


def values_of(variables: Iterable[keras.Variable]) -> list[tf.Tensor]:
    """Return copies of the variables' values, in the form that can be assigned the fastest."""
    return [tf.constant(variable.numpy()) for variable in variables]


def _shapes(model: keras.Model) -> list[tuple[int, ...]]:
    return [tuple(variable.shape) for variable in model.variables]
