"""Plans become runs."""

from __future__ import annotations

from collections.abc import Sequence

from dlcourse.keras_internals.forks import expect_not_forked
from dlcourse.keras_internals.seeds import seeded
from dlcourse.results.run import Run
from dlcourse.training.plan import TrainingPlan
from dlcourse.training.program_cache import ProgramCache
from dlcourse.training.progress import progress_bar


def run_plans(plans: Sequence[TrainingPlan]) -> list[Run]:
    """Train all plans; what one of them records does not depend on the others.

    A second thread waits for its turn.

    Raises:
        ValueError: a plan cannot be trained as `model.fit` would do it; nothing was trained.
        RuntimeError: the process was forked after TensorFlow had started.
    """
    expect_not_forked()
    with seeded(0):  # whatever else is drawn meanwhile, the caller's random state comes back
        programs = ProgramCache(plans)
        programs.compile()
        with progress_bar(sum(plan.epochs for plan in plans), "training") as bar:
            return [programs.train(plan, bar.update) for plan in plans]
