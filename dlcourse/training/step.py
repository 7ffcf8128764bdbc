"""Compiled training: one network, one optimizer, loops that stay inside TensorFlow.

`model.fit` comes back to Python for every batch, which costs far more than the arithmetic of a
small network. Here the rows live in TensorFlow, one compiled function runs all steps of an epoch
or of several, and a further seed re-assigns the variables and compiles nothing.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Collection

import keras
import numpy as np
import tensorflow as tf

from dlcourse.keras_internals.cloning import clone_optimizer, hyperparameters
from dlcourse.training.network import Network, values_of

# What a step can record: the data loss, what is minimized (data loss and penalty), and lengths.
RECORDED_PER_STEP = ("loss", "objective", "gradient_norm", "weight_norm")
# XLA makes a step about three times as fast and takes about a second to compile.
STEPS_THAT_PAY_FOR_XLA = 2_000


class Program:
    """A network and an optimizer, with the training step compiled once for all seeds.

    Args:
        network: the model and the data.
        optimizer: a Keras optimizer of the kind to train with; it is cloned.
        batch_size: rows per step; the last step of an epoch takes what is left.
        record: what to record per step besides the learning rate, out of RECORDED_PER_STEP.
        jit_compile: compile with XLA.
    """

    def __init__(
        self,
        network: Network,
        optimizer: keras.optimizers.Optimizer,
        batch_size: int,
        record: Collection[str],
        jit_compile: bool,
    ) -> None:
        self.network = network
        self.weights = network.model.trainable_variables
        self.optimizer = clone_optimizer(optimizer)
        self.optimizer.build(self.weights)
        self.keys = ("learning_rate", *(key for key in RECORDED_PER_STEP if key in record))
        self._initial: dict[int, list[tf.Tensor]] = {}
        rows = len(network.task.data.x_train)
        self.batch_size = min(batch_size, rows)
        self.steps_per_epoch = -(-rows // self.batch_size)
        self._function = tf.function(self._steps, autograph=False, jit_compile=jit_compile)
        self._compiled: dict[tuple[int, ...], Callable] = {}

    def initialize(self, optimizer: keras.optimizers.Optimizer, seed: int) -> None:
        """Put model and optimizer in the state of a new model and a new optimizer."""
        self.network.initialize(seed)
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
        # Some optimizers start from the weights (ScheduleFreeAdamW).
        fresh.build(self.weights)
        return values_of(fresh.variables)

    def compile(self, shape: tuple[int, ...]) -> None:
        """Compile the steps over an array of batches of this shape, if that is not done yet."""
        if shape not in self._compiled:
            number = tf.TensorSpec((), tf.int32)
            batches = tf.TensorSpec(shape, tf.int32)
            # Called directly, it costs a third of the Python that a tf.function does.
            function = self._function.get_concrete_function(batches, number, number)
            # XLA compiles in the first call, so that one takes no step.
            function(tf.zeros(shape, tf.int32), tf.constant(0), tf.constant(0))
            self._compiled[shape] = function

    def steps(self, batches: np.ndarray, start: int, stop: int) -> dict[str, np.ndarray]:
        """Train on `batches[start:stop]` and return what was recorded, by key.

        Args:
            batches: row indices, int32, shape (steps, batch_size), compiled before.
            start: the first step to take.
            stop: the step before which to stop.

        Returns:
            By key: float32, shape (stop - start,).
        """
        arguments = tf.constant(batches), tf.constant(start), tf.constant(stop)
        recorded = self._compiled[batches.shape](*arguments)
        return {key: r.numpy()[start:stop] for key, r in zip(self.keys, recorded, strict=True)}

    def _steps(self, batches: tf.Tensor, start: tf.Tensor, stop: tf.Tensor) -> list[tf.Tensor]:
        size = batches.shape[0]
        # XLA needs arrays of a known size, so each is as long as `batches`.
        arrays = [tf.TensorArray(tf.float32, size, element_shape=()) for _ in self.keys]

        def body(i: tf.Tensor, arrays: list[tf.TensorArray]) -> tuple:
            values = self._step(*self._batch(batches[i]))
            return i + 1, [a.write(i, v) for a, v in zip(arrays, values, strict=True)]

        loop = tf.while_loop(lambda i, _: i < stop, body, (start, arrays), parallel_iterations=1)
        return [array.stack() for array in loop[1]]

    def _batch(self, rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        x, y = self.network.parts[""]
        if self.steps_per_epoch == 1:
            return x, y
        return tf.gather(x, rows), tf.gather(y, rows)

    def _step(self, x: tf.Tensor, y: tf.Tensor) -> list[tf.Tensor]:
        """One step of training, as Keras's own train_step takes it."""
        with tf.GradientTape() as tape:
            prediction = self.network.predict(x, training=True)
            loss = self.network.task.loss(y, prediction)
            objective = loss + tf.cast(self.network.penalty(), loss.dtype)
            scaled = self.optimizer.scale_loss(objective)
        gradients = tape.gradient(scaled, self.weights)
        used = {"learning_rate": self.optimizer.learning_rate, "loss": loss, "objective": objective}
        # The rate is read before the step: Keras counts the step only afterwards.
        used = {key: tf.identity(value) for key, value in used.items()}
        self.optimizer.apply(gradients, self.weights)
        measures: dict[str, Callable[[], tf.Tensor]] = {
            "gradient_norm": lambda: tf.linalg.global_norm(gradients),
            "weight_norm": lambda: tf.linalg.global_norm([w.value for w in self.weights]),
        }
        values = (used[key] if key in used else measures[key]() for key in self.keys)
        return [tf.cast(value, tf.float32) for value in values]


def pays_for_xla(network: Network, steps: int) -> bool:
    """Tell whether a run of this many steps is to be compiled with XLA.

    Never with random layers: XLA draws other dropout masks than plain TensorFlow, and a run must
    not change with its length. Never on macOS, where XLA does not compile for the CPU.
    """
    if network.has_random_layers() or platform.system() == "Darwin":
        return False
    return steps >= STEPS_THAT_PAY_FOR_XLA
