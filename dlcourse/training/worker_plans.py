"""The plans of a sweep as a worker process keeps them, with all that it compiled for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from dlcourse.results.run import Run
from dlcourse.training.packing import unpack
from dlcourse.training.plan import TrainingPlan
from dlcourse.training.program_cache import ProgramCache, Rows


class WorkerPlans:
    """Plans, unpacked once, and the programs that were compiled for them so far.

    Args:
        packed: what `pack` made of the list of plans.
        arrays: the large arrays that it left out.
    """

    def __init__(self, packed: bytes, arrays: Mapping[str, np.ndarray]) -> None:
        self.packed = packed
        self._plans: list[TrainingPlan] = unpack(packed, arrays)
        self._programs: dict[tuple[int, int], ProgramCache] = {}
        self._rows: dict[int, Rows] = {}
        # Once and not for each run: to set TensorFlow's seed empties its caches, and compiled
        # functions take long to set up anew.
        keras.utils.set_random_seed(0)

    def train(self, index: int, progress: Callable[[int], Any]) -> Run:
        """Train one plan; return its run with the model's weights in the place of the model."""
        plan = self._plans[index]
        run = self._programs_of(plan).train(plan, progress)
        return run if run.model is None else replace(run, model=run.model.get_weights())

    def _programs_of(self, plan: TrainingPlan) -> ProgramCache:
        """Return the programs of this architecture; other workers may never need them."""
        key = id(plan.task), id(plan.build)
        if key not in self._programs:
            alike = [other for other in self._plans if (id(other.task), id(other.build)) == key]
            self._programs[key] = ProgramCache(alike, self._rows)
        return self._programs[key]
