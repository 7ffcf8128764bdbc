"""Plans become runs."""

from __future__ import annotations

from collections.abc import Sequence

from dlcourse.keras_internals.seeds import seeded
from dlcourse.results.training_runs import Run
from dlcourse.training.loop import TrainingPlan
from dlcourse.training.program_cache import ProgramCache
from dlcourse.training.progress import progress_bar


def run_plans(plans: Sequence[TrainingPlan]) -> list[Run]:
    """Train all plans; what one of them records does not depend on the others.

    Raises:
        ValueError: a model or a callback does not fit its task; nothing was trained.
    """
    with seeded(0):  # whatever else is drawn meanwhile, the caller's random state comes back
        programs = ProgramCache(plans)
        with progress_bar(sum(plan.epochs for plan in plans), "training") as bar:
            return [programs.train(plan, bar.update) for plan in plans]
