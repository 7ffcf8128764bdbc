"""Compiled programs, kept so that no method is compiled twice."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from dlcourse.checks import expect
from dlcourse.keras_internals.cloning import exclusions, hyperparameters
from dlcourse.results.training_runs import Run
from dlcourse.training.loop import TrainingLoop, TrainingPlan, acts_on_batches
from dlcourse.training.network import Network
from dlcourse.training.step import Program, pays_for_xla


class ProgramCache:
    """The networks and programs of some plans, kept by what they were compiled for.

    Args:
        plans: every plan that will be trained; its network is built, nothing is compiled yet.

    Raises:
        ValueError: a model does not fit its task, or a callback waits for what nobody measures.
    """

    def __init__(self, plans: Sequence[TrainingPlan]) -> None:
        alike = defaultdict(list)
        for plan in plans:
            alike[self._architecture(plan)].append(plan)
        self._networks = {
            key: Network(same[0].task, same[0].build, list(dict.fromkeys(p.seed for p in same)))
            for key, same in alike.items()
        }
        self._programs: dict[tuple, Program] = {}
        for plan in plans:
            _expect_monitors(plan, self._network(plan).keys)

    def train(self, plan: TrainingPlan, progress: Callable[[int], Any]) -> Run:
        """Train one of the plans; `progress` is called with the number of epochs just done."""
        # For callbacks that draw numbers; weights and batches have their own seeds.
        random.seed(plan.seed)
        np.random.seed(plan.seed)  # noqa: NPY002
        program = self._program(plan)
        program.initialize(plan.method.optimizer, plan.seed)
        return TrainingLoop(plan, program, progress).run()

    @staticmethod
    def _architecture(plan: TrainingPlan) -> tuple:
        return id(plan.task), id(plan.build)

    def _network(self, plan: TrainingPlan) -> Network:
        return self._networks[self._architecture(plan)]

    def _program(self, plan: TrainingPlan) -> Program:
        network, optimizer = self._network(plan), plan.method.optimizer
        jit = plan.jit_compile
        if jit == "auto":
            jit = pays_for_xla(network, plan.steps)
        record = set(plan.record)
        if any(map(acts_on_batches, plan.method.callbacks)):
            record.add("objective")  # Keras logs it at each step
        key = (
            id(network), plan.batch_size, frozenset(record), jit, _compiled_constants(optimizer)
        )  # fmt: skip
        if key not in self._programs:
            self._programs[key] = Program(network, optimizer, plan.batch_size, record, jit)
        return self._programs[key]


def _compiled_constants(optimizer: keras.optimizers.Optimizer) -> tuple:
    """Return what a compiled step holds fixed: all of an optimizer but a constant rate."""
    config = hyperparameters(optimizer)
    del config["name"]
    rate = config.pop("learning_rate")
    # A constant is assigned anew for each run. Schedules may look alike in print: a long table is
    # cut short.
    schedule = None if isinstance(rate, float) else id(rate)
    settings = tuple((key, repr(value)) for key, value in config.items())
    return type(optimizer), schedule, settings, repr(exclusions(optimizer))


def _expect_monitors(plan: TrainingPlan, keys: Sequence[str]) -> None:
    """Raise for a callback that waits for a value nobody measures: Keras would only warn."""
    logged = [key for key in keys if not key.endswith("penalty")]
    for callback in plan.method.callbacks:
        monitor = getattr(callback, "monitor", logged[0])
        expect(monitor in logged, "monitor", f"one of {', '.join(map(repr, logged))}", monitor)
