"""One training, from its first callback to what it recorded."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from dlcourse.checks import expect
from dlcourse.results.run import Run
from dlcourse.training.batches import Batches, batches_of
from dlcourse.training.callbacks import copies_of
from dlcourse.training.plan import TrainingPlan, measured_epochs
from dlcourse.training.program import Program
from dlcourse.training.step import RECORDED_PER_STEP

# One call into TensorFlow takes no more steps, so that a run can be interrupted.
STEPS_PER_CALL = 1_000


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
        self.callbacks = keras.callbacks.CallbackList(
            copies_of(plan.callbacks),
            add_history=bool(plan.callbacks),
            model=self.model,
            verbose=0,
            epochs=plan.epochs,
            steps=plan.steps_per_epoch,
        )
        self.epochs_per_call = epochs_per_call(plan)
        self.measured = set(measured_epochs(plan.epochs, plan.evaluate_every).tolist())
        self.history: list[dict[str, float]] = []
        self.recorded: list[dict[str, np.ndarray]] = []
        self.snapshots: list[list[np.ndarray]] = []
        self.updates: list[list[np.ndarray]] = []
        self.before_last_step: list[np.ndarray] = []
        self.seconds = 0.0

    def run(self) -> Run:
        """Train to the end, or until a callback stops the training."""
        self.model.stop_training = False
        self.callbacks.on_train_begin()
        self._expect_same_weights()
        done, logs = 0, {}
        while done < self.plan.epochs:
            done, logs = self._advance(done)
            if self.model.stop_training:
                break
        self.program.optimizer.finalize_variable_values(self.model.trainable_variables)
        self.callbacks.on_train_end(logs)
        self.progress(self.plan.epochs - done)
        return self._result(done)

    def _expect_same_weights(self) -> None:
        """Raise where a callback froze or unfroze layers: the step is compiled already."""
        now = [id(variable) for variable in self.model.trainable_variables]
        compiled = [id(variable) for variable in self.program.weights]
        expected = "callbacks that leave `trainable` as the builder set it"
        expect(now == compiled, "callbacks", expected, list(self.plan.callbacks))

    def _advance(self, epoch: int) -> tuple[int, dict[str, float]]:
        """Train from `epoch` (counted from 0) on, in one call; return the epochs done and logs."""
        every = self.plan.evaluate_every
        measured_next = min(epoch - epoch % every + every, self.plan.epochs)
        done = min(epoch + self.epochs_per_call, measured_next)
        if self.program.by_batch:
            self.program.reset_metrics()
        self.callbacks.on_epoch_begin(epoch)
        began = time.perf_counter()
        for batches in call_batches(self.plan, epoch):
            self._train(batches, min((done - epoch) * self.plan.steps_per_epoch, batches.count))
        self.seconds += time.perf_counter() - began
        logs = self._measure() if done in self.measured else {}
        self.callbacks.on_epoch_end(epoch, logs)
        self.progress(done - epoch)
        return done, logs

    def _train(self, batches: Batches, steps: int) -> None:
        """Take the steps in one call, or one by one where a callback acts on batches."""
        if self.program.by_batch:
            self._train_by_batch(batches, steps)
        elif self.model.stop_training:  # before the first batch: Keras looks after each one
            self._take(batches, 0, 1)
        elif "updates" in self.plan.record:
            if steps > 1:
                self._take(batches, 0, steps - 1)
            self.before_last_step = self.model.get_weights()
            self._take(batches, steps - 1, steps)
        else:
            self._take(batches, 0, steps)

    def _take(self, batches: Batches, start: int, stop: int) -> None:
        self.recorded.append(self.program.take(batches, start, stop))

    def _train_by_batch(self, batches: Batches, steps: int) -> None:
        for i in range(steps):
            step = len(self.recorded) % self.plan.steps_per_epoch
            if step and self.model.stop_training:
                return
            self.callbacks.on_train_batch_begin(step)
            if "updates" in self.plan.record:
                self.before_last_step = self.model.get_weights()
            recorded, logs = self.program.take_one(batches, i)
            self.recorded.append(recorded)
            self.callbacks.on_train_batch_end(step, logs)

    def _measure(self) -> dict[str, float]:
        """Record losses, metrics and weights; return the logs as Keras would report them."""
        if "weights" in self.plan.record:
            self.snapshots.append(self.model.get_weights())
        if "updates" in self.plan.record:
            pairs = zip(self.model.get_weights(), self.before_last_step, strict=True)
            self.updates.append([after - before for after, before in pairs])
        return self._evaluate() if self.plan.has_validation else self._measured()

    def _evaluate(self) -> dict[str, float]:
        """Measure between the hooks that Keras calls around its evaluation of validation rows."""
        self.callbacks.on_test_begin()
        self.callbacks.on_test_batch_begin(0)
        logs = self._measured()
        validation = {k[4:]: value for k, value in logs.items() if k.startswith("val_")}
        self.callbacks.on_test_batch_end(0, validation)
        self.callbacks.on_test_end(validation)
        return logs

    def _measured(self) -> dict[str, float]:
        measured = self.program.network.evaluate()
        self.history.append(measured)
        return as_keras_logs(measured)

    def _result(self, epochs: int) -> Run:
        history = {key: [row[key] for row in self.history] for key in self.program.network.keys}
        # The weights' penalty is the same for training and validation rows.
        history.pop("val_penalty", None)
        asked = (key for key in RECORDED_PER_STEP if key in self.plan.record)
        kept = ("learning_rate", *asked)
        return Run(
            label=self.plan.label,
            seed=self.plan.seed,
            history={key: np.array(values) for key, values in history.items()},
            steps={key: np.concatenate([r[key] for r in self.recorded]) for key in kept},
            epochs_run=epochs,
            seconds=self.seconds,
            steps_per_epoch=self.plan.steps_per_epoch,
            model=self._trained_model() if "model" in self.plan.record else None,
            weights=self.snapshots if "weights" in self.plan.record else None,
            updates=self.updates if "updates" in self.plan.record else None,
        )

    def _trained_model(self) -> keras.Model:
        """Return a model of its own with the trained weights: the program's is used again."""
        model = self.program.network.another_model()
        model.set_weights(self.model.get_weights())
        return model


def epochs_per_call(plan: TrainingPlan) -> int:
    """Return how many epochs run without a look at them; 1 where a smaller last batch is left."""
    if plan.batch_size < plan.rows and plan.rows % plan.batch_size:
        return 1
    most = max(1, STEPS_PER_CALL // plan.steps_per_epoch)
    return min(most, plan.evaluate_every, plan.epochs)


def call_batches(plan: TrainingPlan, epoch: int) -> list[Batches]:
    """Return the batches of the epochs that share a call, from `epoch` on."""
    return batches_of(
        plan.rows, plan.batch_size, seed=plan.seed, epoch=epoch, epochs=epochs_per_call(plan)
    )


def as_keras_logs(measured: dict[str, float]) -> dict[str, float]:
    """Return losses with the penalty, as Keras reports them, and the metrics.

    >>> as_keras_logs({"loss": 2.0, "penalty": 0.5, "accuracy": 0.75})
    {'loss': 2.5, 'accuracy': 0.75}
    """
    logs = {key: value for key, value in measured.items() if not key.endswith("penalty")}
    for part in {key.removesuffix("penalty") for key in measured if key.endswith("penalty")}:
        logs[part + "loss"] += measured[part + "penalty"]
    return logs
