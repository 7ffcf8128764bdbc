"""Plans become runs: in this process or on an executor's workers, and only those not stored yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from os import PathLike
from typing import Any

from dlcourse.experiment.building import new_model
from dlcourse.keras_internals.forks import expect_not_forked
from dlcourse.keras_internals.seeds import seeded
from dlcourse.results.run import Run
from dlcourse.training.plan import TrainingPlan
from dlcourse.training.program_cache import ProgramCache
from dlcourse.training.progress import progress_bar
from dlcourse.training.resume import RunFolder


def run_plans(
    plans: Sequence[TrainingPlan],
    *,
    executor: Executor | None = None,
    resume: str | PathLike[str] | None = None,
) -> list[Run]:
    """Train all plans; what one of them records does not depend on the others, nor on where.

    A second thread waits for its turn.

    Args:
        plans: what to train.
        executor: whose workers train; None for this process.
        resume: a folder that keeps each run as it is finished, so that the same call again trains
            only what is missing.

    Raises:
        ValueError: a plan cannot be trained as `model.fit` would do it, or the folder holds runs of
            other trainings; nothing was trained.
        RuntimeError: a worker ended, or this process was forked after TensorFlow had started.
    """
    expect_not_forked()
    folder = None if resume is None else RunFolder(resume, plans)
    runs = {} if folder is None else folder.stored_runs()
    missing = [plan for plan in plans if (plan.label, plan.seed) not in runs]
    with progress_bar(sum(plan.epochs for plan in plans), "training") as bar:
        bar.update(sum(plan.epochs for plan in plans) - sum(plan.epochs for plan in missing))
        try:
            for plan, run in _trained(missing, executor, bar.update):
                if folder is not None:
                    folder.store(plan, run)
                runs[plan.label, plan.seed] = run
        except KeyboardInterrupt:
            kept = "" if folder is None else f" and are kept in {str(folder.path)!r}"
            message = f"Interrupted: {len(runs)} of {len(plans)} runs are finished{kept}."
            raise KeyboardInterrupt(message) from None
    return _with_models(plans, [runs[plan.label, plan.seed] for plan in plans])


def _trained(
    plans: Sequence[TrainingPlan], executor: Executor | None, progress: Callable[[int], Any]
) -> Iterator[tuple[TrainingPlan, Run]]:
    if not plans:
        return
    if executor is None:
        yield from _train_here(plans, progress)
        return
    from dlcourse.training.executors import train_on

    first = {plan.label: plan for plan in reversed(plans)}
    with seeded(0):
        ProgramCache(list(first.values()))  # what does not fit is refused before anything trains
    yield from train_on(executor, plans, progress)


def _train_here(
    plans: Sequence[TrainingPlan], progress: Callable[[int], Any]
) -> Iterator[tuple[TrainingPlan, Run]]:
    with seeded(0):  # whatever else is drawn meanwhile, the caller's random state comes back
        programs = ProgramCache(plans)
        programs.compile()
        for plan in plans:
            try:
                run = programs.train(plan, progress)
            except Exception as error:
                error.add_note(f"While training {plan.title}.")
                raise
            yield plan, run


def _with_models(plans: Sequence[TrainingPlan], runs: Sequence[Run]) -> list[Run]:
    """Return the runs with models where weights of a model came from a worker or a file."""
    if not any(isinstance(run.model, list) for run in runs):
        return list(runs)
    with seeded(0):
        return [_with_model(plan, run) for plan, run in zip(plans, runs, strict=True)]


def _with_model(plan: TrainingPlan, run: Run) -> Run:
    if not isinstance(run.model, list):
        return run
    model = new_model(plan.build, plan.task)
    model.set_weights(run.model)
    return replace(run, model=model)
