"""Compiled training: one network, one optimizer, loops that stay inside TensorFlow.

`model.fit` comes back to Python for every batch, which costs far more than the arithmetic of a
small network. Here the rows live in TensorFlow, one compiled function runs all steps of an epoch
or of several, and a further seed re-assigns the variables and compiles nothing.
"""

from __future__ import annotations

import platform
import warnings
from collections.abc import Callable, Iterable

import keras
import numpy as np
import tensorflow as tf

from dlcourse.keras_internals.cloning import clone_optimizer, hyperparameters
from dlcourse.keras_internals.graphs import traced_for_itself
from dlcourse.keras_internals.randomness import expect_restorable
from dlcourse.keras_internals.steps import compile_with, supports_jit
from dlcourse.training.batches import Batches
from dlcourse.training.network import Network, values_of
from dlcourse.training.plan import TrainingPlan
from dlcourse.training.step import RECORDED_PER_STEP, Step

# XLA makes a step about three times as fast and takes about a second to compile.
STEPS_THAT_PAY_FOR_XLA = 2_000


class Program:
    """A network and an optimizer, with the training step compiled once for all seeds and rates.

    Args:
        network: the model and the data.
        plan: the optimizer, which is cloned, and what to record; the seed is not looked at.
        by_batch: whether callbacks act on batches, so that steps are taken one by one.
    """

    def __init__(self, network: Network, plan: TrainingPlan, *, by_batch: bool) -> None:
        self.network, self.by_batch = network, by_batch
        model, task = network.model, network.task
        optimizer = clone_optimizer(plan.method.optimizer)
        compile_with(model, optimizer, task.loss, task.metrics)
        self.optimizer = model.optimizer  # Keras wraps it where the policy is mixed_float16
        self.weights = model.trainable_variables
        self.optimizer.build(self.weights)
        self.metrics = model.metrics
        self._initial: dict[int, list[tf.Tensor]] = {}
        record = tuple(key for key in RECORDED_PER_STEP if key in plan.record)
        self._keys = ("learning_rate", *record)
        self._step = Step(model, task, record, logs=by_batch)
        self._automatic = plan.jit_compile == "auto"
        # XLA compiles in the first call, which must not be a step that counts.
        pays = not by_batch and pays_for_xla(network, plan.steps)
        self._jit = pays if self._automatic else plan.jit_compile
        self._compiled: dict[tuple[int, int | None], Callable] = {}

    def initialize(self, optimizer: keras.optimizers.Optimizer, seed: int) -> None:
        """Put model and optimizer in the state of a new model and a new optimizer."""
        self.network.initialize(seed)
        self.network.model.optimizer = self.optimizer
        if seed not in self._initial:
            self._initial[seed] = self._initial_state(optimizer)
        for variable, value in zip(self.optimizer.variables, self._initial[seed], strict=True):
            variable.assign(value)
        rate = hyperparameters(optimizer)["learning_rate"]
        if isinstance(rate, float):  # all else is the same for all that share this program
            self.optimizer.learning_rate = rate

    def _initial_state(self, optimizer: keras.optimizers.Optimizer) -> list[tf.Tensor]:
        """Return a new optimizer's variables, built beside the weights that the model has now."""
        known = list(self._initial.values())[:2]
        # Alike for two networks, the state does not depend on the weights; to build it takes long.
        if len(known) == 2 and all(map(np.array_equal, *known)):
            return known[0]
        fresh = clone_optimizer(optimizer)
        if isinstance(self.optimizer, keras.optimizers.LossScaleOptimizer):
            fresh = keras.optimizers.LossScaleOptimizer(fresh)
        # Some optimizers start from the weights (ScheduleFreeAdamW).
        fresh.build(self.network.model.trainable_variables)
        return values_of(fresh.variables)

    def reset_metrics(self) -> None:
        """Forget the batches that the logs have counted, as Keras does before each epoch."""
        for metric in self.metrics:
            metric.reset_state()

    def compile(self, batches: Batches) -> None:
        """Compile the steps over batches of this shape, if that is not done yet."""
        shape = (1, batches.shape[1]) if self.by_batch else batches.shape
        if shape in self._compiled:
            return
        self.network.model.optimizer = self.optimizer
        try:
            self._compiled[shape] = self._function(*shape)
        except Exception as error:
            if not self._jit:
                raise
            expect_automatic(self._automatic, error)
            self._jit = False
            self._compiled[shape] = self._function(*shape)

    def _function(self, count: int, size: int | None) -> Callable:
        number = tf.TensorSpec((), tf.int32)
        rows = [] if size is None else [tf.TensorSpec((count, size), tf.int32)]

        def steps(start: tf.Tensor, stop: tf.Tensor, *rows: tf.Tensor) -> tuple[dict, dict]:
            return self._loop(count, start, stop, *rows)

        def one_step(*rows: tf.Tensor) -> tuple[dict, dict]:
            return self._step(*self._batch(0, *rows))

        function = one_step if self.by_batch else steps
        numbers = [] if self.by_batch else [number, number]
        function = tf.function(function, autograph=False, jit_compile=self._jit)
        # Called directly, it costs a third of the Python that a tf.function does.
        with traced_for_itself():
            compiled = function.get_concrete_function(*numbers, *rows)
        expect_restorable(compiled.graph, self._own_variables())
        if self._jit and not self.by_batch:
            # XLA compiles in the first call, so that one takes no step.
            zeros = [tf.zeros(spec.shape, spec.dtype) for spec in (*numbers, *rows)]
            compiled(*zeros)
        return compiled

    def _own_variables(self) -> Iterable[keras.Variable]:
        metrics = [variable for metric in self.metrics for variable in metric.variables]
        return [*self.network.model.variables, *self.optimizer.variables, *metrics]

    def take(self, batches: Batches, start: int, stop: int) -> dict[str, np.ndarray]:
        """Train on `batches[start:stop]` and return what was recorded.

        Returns:
            By key: float32, shape (stop - start,).
        """
        arguments = [tf.constant(start), tf.constant(stop)]
        if batches.rows is not None:
            arguments.append(tf.constant(batches.rows))
        recorded = self._compiled[batches.shape](*arguments)
        return {key: recorded[key].numpy()[start:stop] for key in self._keys}

    def take_one(
        self, batches: Batches, i: int
    ) -> tuple[dict[str, np.ndarray], dict[str, tf.Tensor]]:
        """Train on one of the batches; return what was recorded, shape (1,), and Keras's logs."""
        rows = [] if batches.rows is None else [tf.constant(batches.rows[i : i + 1])]
        recorded, logs = self._compiled[1, batches.shape[1]](*rows)
        return {key: recorded[key].numpy().reshape(1) for key in self._keys}, logs

    def _loop(self, count: int, start: tf.Tensor, stop: tf.Tensor, *rows: tf.Tensor) -> dict:
        # XLA needs arrays of a known size, so each is as long as there are batches.
        arrays = [tf.TensorArray(tf.float32, count, element_shape=()) for _ in self._keys]

        def body(i: tf.Tensor, arrays: list[tf.TensorArray]) -> tuple:
            recorded, _ = self._step(*self._batch(i, *rows))
            return i + 1, [
                array.write(i, recorded[key]) for key, array in zip(self._keys, arrays, strict=True)
            ]

        _, arrays = tf.while_loop(
            lambda i, _: i < stop, body, (start, arrays), parallel_iterations=1
        )
        return {key: array.stack() for key, array in zip(self._keys, arrays, strict=True)}

    def _batch(self, i: tf.Tensor | int, *rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        x, y = self.network.parts[""]
        if not rows:
            return x, y
        return tf.gather(x, rows[0][i]), tf.gather(y, rows[0][i])


def expect_automatic(automatic: bool, error: Exception) -> None:
    """Say that XLA is left out where that was left to us; raise where it was asked for."""
    message = f"a layer or the optimizer cannot be compiled by XLA ({type(error).__name__})"
    if not automatic:
        expected = f'False or "auto", since {message}'
        raise ValueError(f"`jit_compile` must be {expected}. Received: jit_compile=True") from error
    warnings.warn(f"Training goes on without XLA: {message}.", stacklevel=2)


def pays_for_xla(network: Network, steps: int) -> bool:
    """Tell whether a run of this many steps is to be compiled with XLA.

    Never with random layers: XLA draws other dropout masks than plain TensorFlow, and a run must
    not change with its length. Never on macOS, where XLA does not compile for the CPU.
    """
    if network.has_random_layers() or platform.system() == "Darwin":
        return False
    return steps >= STEPS_THAT_PAY_FOR_XLA and supports_jit(network.model)
