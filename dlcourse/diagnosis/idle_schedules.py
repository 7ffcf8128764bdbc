"""The guard against schedules that never ran, or were over at once."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from numbers import Real
from typing import Any

import keras
import numpy as np

from dlcourse.diagnosis.schedules import NOTICEABLE, gone_from, unreached
from dlcourse.results.training_runs import TrainingRuns


def warn_of_idle_schedules(
    schedules: Mapping[str, Any], runs: TrainingRuns, *, stacklevel: int
) -> None:
    """Warn of each schedule that left the learning rate, as used, where it was, or at nothing.

    A constant rate is meant to stay, and is not looked at. A callback may act in some runs and not
    in others; it is idle if it acted in none.

    Args:
        schedules: label → schedule, number or callback.
        runs: what was recorded under these labels.
        stacklevel: whose line the warning names, as in `warnings.warn`.
    """
    for label, schedule in schedules.items():
        fault = None if isinstance(schedule, Real) else _fault(schedule, runs[label])
        if fault:
            warnings.warn(f"The schedule {label!r} {fault}", stacklevel=stacklevel)


def _fault(schedule: Any, runs: TrainingRuns) -> str | None:
    used = runs.steps["learning_rate"]  # (1, seeds, steps)
    low, high = np.nanmin(used, axis=-1), np.nanmax(used, axis=-1)
    if (high - low > NOTICEABLE * high).any():
        return _over_at_once(schedule, runs) or _cut_short(schedule, runs)
    low, high = low.min(), high.max()
    steps = f"{used.shape[-1]} steps"
    what = f"never changed the learning rate: all {steps} used {high:.3g}."
    if low < high:
        what = f"hardly changed the learning rate: {high:.6g} to {low:.6g} in {steps}."
    return f"{what} {_why_idle(schedule, runs)}"


def _over_at_once(schedule: Any, runs: TrainingRuns) -> str | None:
    epoch = int(runs.steps_per_epoch[0])
    used = [rates[~np.isnan(rates)] for rates in runs.steps["learning_rate"][0]]
    steps = [gone_from(rates, epoch) for rates in used]
    if None in steps:
        return None
    what = f"had the learning rate at nothing from step {max(steps)} on, within the first epoch of "
    counted = getattr(schedule, "decay_steps", None)
    why = "" if counted is None else f" It counts optimizer steps: decay_steps is {counted}."
    return f"{what}{epoch} steps.{why}"


def _cut_short(schedule: Any, runs: TrainingRuns) -> str | None:
    last = runs.steps["learning_rate"].shape[-1] - 1
    beyond = unreached(schedule, last)
    stopped = (runs.epochs_run < runs.epochs[-1]).any()
    if not beyond or stopped:
        return None
    return f"never reached its boundary at step {beyond[0]}: the last step was {last}."


def _why_idle(schedule: Any, runs: TrainingRuns) -> str:
    """Say why a schedule or callback changed nothing."""
    if isinstance(schedule, keras.callbacks.ReduceLROnPlateau):
        return _why_no_plateau(schedule, runs)
    if isinstance(schedule, keras.callbacks.LearningRateScheduler):
        return "Its function returned this rate at every epoch."
    if isinstance(schedule, keras.callbacks.Callback):
        return "The callback left the rate as it was."
    try:
        config = schedule.get_config()
    except Exception:  # a learner's own need not have any; what was trained is not lost for that
        config = {}
    return _why_too_slow(config, last=runs.steps["learning_rate"].shape[-1] - 1)


def _why_too_slow(config: Mapping[str, Any], last: int) -> str:
    """Explain a schedule of the step by the first step at which it would change the rate."""
    boundaries = list(config.get("boundaries", []))
    if boundaries and boundaries[0] >= last:
        first = boundaries[0]
        lies = "lies beyond" if first > last else "is"
        return f"Its first boundary, step {first}, {lies} the last step, {last}."
    decay_steps = config.get("decay_steps", config.get("first_decay_steps", 0))
    if decay_steps > last:
        return f"It counts optimizer steps: decay_steps is {decay_steps}, the last step {last}."
    return "Its hyperparameters leave the rate as it is."


def _why_no_plateau(callback: keras.callbacks.ReduceLROnPlateau, runs: TrainingRuns) -> str:
    epochs, patience = int(runs.epochs_run.max()), max(callback.patience, 1)
    if runs.steps["learning_rate"][0, 0, 0] <= np.float32(callback.min_lr):
        return f"The rate began at or below min_lr={callback.min_lr:g}."
    earliest = patience + 2  # the first epoch sets the best value, and `patience` more follow
    if earliest > epochs:
        return f"With patience={patience} it acts from epoch {earliest} on; there were {epochs}."
    return f"Before the last epoch {callback.monitor} was never {patience} epochs without progress."
