"""Compiled programs, kept so that no network is built twice and no method compiled twice."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from dlcourse.checks import expect
from dlcourse.experiment.task import Task
from dlcourse.keras_internals.cloning import compiled_constants
from dlcourse.keras_internals.steps import replaces
from dlcourse.results.run import Run
from dlcourse.training.callbacks import acts_on_batches, expect_fit_for_run
from dlcourse.training.loop import TrainingLoop, as_keras_logs, call_batches
from dlcourse.training.network import Network
from dlcourse.training.plan import TrainingPlan
from dlcourse.training.program import Program
from dlcourse.training.step import KNOWN_IN_KERAS_STEP

Rows = dict[str, tuple[tf.Tensor, tf.Tensor]]


class ProgramCache:
    """The networks and programs of some plans, kept by what they were compiled for.

    It is made, and used, inside `seeded`.

    Args:
        plans: every plan that will be trained; all are checked, and nothing is compiled yet.
        rows: by the task's id, rows that are in TensorFlow already, to which new ones are added.

    Raises:
        ValueError: a plan cannot be trained as `model.fit` would do it.
    """

    def __init__(self, plans: Sequence[TrainingPlan], rows: dict[int, Rows] | None = None) -> None:
        rows = {} if rows is None else rows
        for task in {id(plan.task): plan.task for plan in plans}.values():
            if id(task) not in rows:
                rows[id(task)] = rows_of(task)
        alike = defaultdict(list)
        for plan in plans:
            alike[_architecture(plan)].append(plan)
        self._networks = {
            key: Network(
                same[0].task,
                same[0].build,
                list(dict.fromkeys(plan.seed for plan in same)),
                rows[id(same[0].task)],
            )
            for key, same in alike.items()
        }
        self._plans = plans
        self._programs: dict[Hashable, Program] = {}
        for plan in plans:
            self._expect_trainable(plan)

    def compile(self) -> None:
        """Compile all plans, so that what cannot be compiled is known before any training."""
        for plan in self._plans:
            self._program(plan)

    def train(self, plan: TrainingPlan, progress: Callable[[int], Any]) -> Run:
        """Train one plan; what is recorded depends on the plan alone.

        Args:
            plan: one of the plans that the cache was made for.
            progress: called with the number of epochs that were done.
        """
        # For callbacks that draw numbers; weights and batches have their own seeds.
        random.seed(plan.seed)
        np.random.seed(plan.seed)  # noqa: NPY002
        program = self._program(plan)
        program.initialize(plan.method.optimizer, plan.seed)
        return TrainingLoop(plan, program, progress).run()

    def _expect_trainable(self, plan: TrainingPlan) -> None:
        each_epoch = plan.evaluate_every == 1 or not plan.callbacks
        expect(each_epoch, "evaluate_every", "1 where callbacks are used", plan.evaluate_every)
        network = self._networks[_architecture(plan)]
        logged = list(as_keras_logs(dict.fromkeys(network.keys, 0.0)))
        expect_fit_for_run(plan.callbacks, plan.method.optimizer, logged)
        unknown = [key for key in plan.record if key in KNOWN_IN_KERAS_STEP]
        known = not unknown or not replaces(network.model, "train_step")
        expected = f"without {unknown} for a model with a train_step of its own"
        expect(known, "record", expected, list(plan.record))

    def _program(self, plan: TrainingPlan) -> Program:
        network = self._networks[_architecture(plan)]
        by_batch = any(map(acts_on_batches, plan.callbacks))
        key = (
            id(network),
            frozenset(plan.record),
            plan.jit_compile,
            plan.steps,
            by_batch,
            compiled_constants(plan.method.optimizer),
        )
        if key not in self._programs:
            self._programs[key] = Program(network, plan, by_batch=by_batch)
        for batches in call_batches(plan, epoch=0):
            self._programs[key].compile(batches)
        return self._programs[key]


def _architecture(plan: TrainingPlan) -> Hashable:
    return id(plan.task), id(plan.build)


def rows_of(task: Task) -> Rows:
    """Return the rows and labels of training and validation, by the prefix of their keys."""
    data = task.data
    parts = {"": (tf.constant(data.x_train), tf.constant(data.y_train))}
    if data.x_val is not None:
        parts["val_"] = (tf.constant(data.x_val), tf.constant(data.y_val))
    return parts
