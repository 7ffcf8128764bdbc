"""One training, from its first callback to what it recorded."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from dlcourse.experiment.method import Method
from dlcourse.experiment.task import ModelBuilder, Task
from dlcourse.keras_internals.seeds import batch_order
from dlcourse.results.training_runs import Run
from dlcourse.training.step import RECORDED_PER_STEP, Program

# One call into TensorFlow takes no more steps, so that a run can be interrupted.
STEPS_PER_CALL = 1_000
_BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")


@dataclass(frozen=True)
class TrainingPlan:
    """One training, written down: what is recorded is a pure function of these fields.

    Args:
        label: the method's name in the comparison.
        method: the optimizer and the method's own settings.
        task: data, model and loss.
        seed: decides the initial weights, the order of the rows and the dropout masks.
        epochs: passes over the training rows.
        batch_size: rows per step.
        evaluate_every: epochs between two measurements.
        record: what to record besides losses, metrics and the learning rate.
        jit_compile: compile with XLA or not; "auto" decides by the number of steps.
    """

    label: str
    method: Method
    task: Task
    seed: int
    epochs: int
    batch_size: int
    evaluate_every: int = 1
    record: tuple[str, ...] = ()
    jit_compile: bool | str = "auto"

    @property
    def build(self) -> ModelBuilder:
        """The function that builds the model: the method's, if it has its own."""
        return self.method.model or self.task.model

    @property
    def steps(self) -> int:
        """Optimizer steps in all."""
        return self.epochs * -(-len(self.task.data.x_train) // self.batch_size)


def measured_epochs(epochs: int, evaluate_every: int) -> np.ndarray:
    """Return the epochs, counted from 1, at whose end losses are measured.

    >>> measured_epochs(7, 3)
    array([3, 6, 7])
    """
    every = np.arange(1, epochs + 1)
    return every[(every % evaluate_every == 0) | (every == epochs)]


class TrainingLoop:
    """A training in progress; the model starts from the state that `program` is in.

    Args:
        plan: what to train.
        program: the compiled network and optimizer, initialized for the plan's seed.
        progress: called with the number of epochs that were done.
    """

    def __init__(
        self, plan: TrainingPlan, program: Program, progress: Callable[[int], Any]
    ) -> None:
        self.plan, self.program, self.progress = plan, program, progress
        self.model = program.network.model
        self.model.optimizer = program.optimizer
        self.callbacks = keras.callbacks.CallbackList(
            copy.deepcopy(list(plan.method.callbacks)),
            model=self.model,
            epochs=plan.epochs,
            steps=program.steps_per_epoch,
        )
        self.calls_back_by_step = any(map(acts_on_batches, plan.method.callbacks))
        self.epochs_per_call = self._epochs_that_share_a_call()
        self.measured = set(measured_epochs(plan.epochs, plan.evaluate_every).tolist())
        self.history: list[dict[str, float]] = []
        self.recorded: list[dict[str, np.ndarray]] = []
        self.snapshots: list[list[np.ndarray]] = []
        self.updates: list[list[np.ndarray]] = []
        self.before_last_step: list[np.ndarray] = []
        self.seconds = 0.0

    def run(self) -> Run:
        """Train to the end, or until a callback stops the training."""
        self.program.network.compile()
        for batches in self._batches(epoch=0):
            self.program.compile(batches.shape)
        self.model.stop_training = False
        self.callbacks.on_train_begin()
        done = 0
        while done < self.plan.epochs and not self.model.stop_training:
            done = self._advance(done)
        if self.program.optimizer.use_ema:
            self.program.optimizer.finalize_variable_values(self.program.weights)
        self.callbacks.on_train_end()
        self.progress(self.plan.epochs - done)
        return self._result(done)

    def _epochs_that_share_a_call(self) -> int:
        """Return 1 where callbacks act between epochs, or a smaller last batch has its own call."""
        rows = len(self.plan.task.data.x_train)
        if self.plan.method.callbacks or rows % self.program.batch_size:
            return 1
        most = max(1, STEPS_PER_CALL // self.program.steps_per_epoch)
        return min(most, self.plan.evaluate_every, self.plan.epochs)

    def _advance(self, epoch: int) -> int:
        """Train from `epoch` (counted from 0) on, in one call; return the epochs done."""
        every = self.plan.evaluate_every
        measured_next = min(epoch - epoch % every + every, self.plan.epochs)
        done = min(epoch + self.epochs_per_call, measured_next)
        self.callbacks.on_epoch_begin(epoch)
        began = time.perf_counter()
        for batches in self._batches(epoch):
            steps = (done - epoch) * self.program.steps_per_epoch
            self._train(batches, min(steps, len(batches)))
        self.seconds += time.perf_counter() - began
        self.callbacks.on_epoch_end(epoch, self._measure() if done in self.measured else {})
        self.progress(done - epoch)
        return done

    def _batches(self, epoch: int) -> list[np.ndarray]:
        """Return a call's row indices: whole batches, shape (steps, batch_size), and the rest.

        A full batch needs no indices; its array only says how many steps one call may take.
        """
        if self.program.steps_per_epoch == 1:
            return [np.zeros((self.epochs_per_call, 1), np.int32)]
        rows, size = len(self.plan.task.data.x_train), self.program.batch_size
        epochs = range(epoch, epoch + self.epochs_per_call)
        order = np.concatenate(
            [batch_order(rows, size, seed=self.plan.seed, epoch=e) for e in epochs]
        )
        whole = len(order) - rows % size
        parts = [order[:whole].reshape(-1, size), order[whole:].reshape(1, -1)]
        return [part for part in parts if part.size]

    def _train(self, batches: np.ndarray, steps: int) -> None:
        """Take the steps in one call, or one by one where a callback acts on batches."""
        if not self.calls_back_by_step:
            self._take(batches, 0, steps)
            return
        for i in range(steps):
            if self.model.stop_training:
                return
            step = len(self.recorded) % self.program.steps_per_epoch
            self.callbacks.on_train_batch_begin(step)
            self._take(batches, i, i + 1)
            self.callbacks.on_train_batch_end(step, {"loss": self._mean_objective(step + 1)})

    def _take(self, batches: np.ndarray, start: int, stop: int) -> None:
        """Take steps; where updates are asked for, keep the weights as they are before the last."""
        if "updates" in self.plan.record:
            if stop - start > 1:
                self.recorded.append(self.program.steps(batches, start, stop - 1))
            self.before_last_step = self.model.get_weights()
            start = stop - 1
        self.recorded.append(self.program.steps(batches, start, stop))

    def _mean_objective(self, steps: int) -> float:
        """Return the mean of the minimized loss over the epoch's steps so far, as Keras logs it."""
        rows, size = len(self.plan.task.data.x_train), self.program.batch_size
        weights = [min(size, rows - step * size) for step in range(steps)]
        values = [record["objective"][0] for record in self.recorded[-steps:]]
        return float(np.average(values, weights=weights))

    def _measure(self) -> dict[str, float]:
        """Record losses, metrics and weights; return the logs as Keras would report them."""
        measured = self.program.network.evaluate()
        self.history.append(measured)
        if "weights" in self.plan.record:
            self.snapshots.append(self.model.get_weights())
        if "updates" in self.plan.record:
            pairs = zip(self.model.get_weights(), self.before_last_step, strict=True)
            self.updates.append([after - before for after, before in pairs])
        logs = {key: value for key, value in measured.items() if not key.endswith("penalty")}
        for part in {key.removesuffix("penalty") for key in measured if key.endswith("penalty")}:
            logs[part + "loss"] += measured[part + "penalty"]
        return logs

    def _result(self, epochs: int) -> Run:
        history = {key: [row[key] for row in self.history] for key in self.program.network.keys}
        # The weights' penalty is the same for training and validation rows.
        history.pop("val_penalty", None)
        asked = (key for key in RECORDED_PER_STEP if key in self.plan.record)
        kept = ("learning_rate", *asked)
        steps = {key: np.concatenate([record[key] for record in self.recorded]) for key in kept}
        return Run(
            label=self.plan.label,
            seed=self.plan.seed,
            history={key: np.array(values) for key, values in history.items()},
            steps=steps,
            epochs_run=epochs,
            seconds=self.seconds,
            steps_per_epoch=self.program.steps_per_epoch,
            model=self._trained_model() if "model" in self.plan.record else None,
            weights=self.snapshots if "weights" in self.plan.record else None,
            updates=self.updates if "updates" in self.plan.record else None,
        )

    def _trained_model(self) -> keras.Model:
        """Return a model of its own with the trained weights: the program's is used again."""
        model = self.program.network.build_model()
        model.set_weights(self.model.get_weights())
        return model


def acts_on_batches(callback: keras.callbacks.Callback) -> bool:
    """Tell whether a callback wants to be called at each step, which costs speed."""

    def replaced(hook: str) -> bool:
        method = getattr(callback, hook)
        return getattr(method, "__func__", method) is not getattr(keras.callbacks.Callback, hook)

    return any(map(replaced, _BATCH_HOOKS))
