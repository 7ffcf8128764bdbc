"""The guard against schedules that never ran: what was used is compared with what was meant."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from dlcourse.results.training_runs import TrainingRuns

# Schedules whose rates stay within this fraction of the highest one have changed nothing.
NOTICEABLE = 0.01


def warn_of_idle_schedules(
    schedules: Mapping[str, Any], runs: TrainingRuns, *, stacklevel: int
) -> None:
    """Warn of each schedule that left the learning rate, as used, where it was.

    A constant rate is meant to stay, and is not looked at. A callback may act in some runs and not
    in others; it is idle if it acted in none.

    Args:
        schedules: label → schedule, number or callback.
        runs: what was recorded under these labels.
        stacklevel: whose line the warning names, as in `warnings.warn`.
    """
    for label, schedule in schedules.items():
        used = runs[label].steps["learning_rate"]  # (1, seeds, steps)
        low, high = np.nanmin(used, axis=-1), np.nanmax(used, axis=-1)
        if isinstance(schedule, (int, float)) or (high - low > NOTICEABLE * high).any():
            continue
        low, high = low.min(), high.max()
        steps = f"{used.shape[-1]} steps"
        what = f"never changed the learning rate: all {steps} used {high:.3g}."
        if low < high:
            what = f"hardly changed the learning rate: {high:.6g} to {low:.6g} in {steps}."
        why = _why_idle(schedule, runs[label])
        warnings.warn(f"The schedule {label!r} {what} {why}", stacklevel=stacklevel)


def _why_idle(schedule: Any, runs: TrainingRuns) -> str:
    """Say why a schedule or callback changed nothing."""
    if isinstance(schedule, keras.callbacks.ReduceLROnPlateau):
        return _why_no_plateau(schedule, runs)
    if isinstance(schedule, keras.callbacks.LearningRateScheduler):
        return "Its function returned this rate at every epoch."
    if isinstance(schedule, keras.callbacks.Callback):
        return "The callback left the rate as it was."
    return _why_too_slow(schedule.get_config(), last=runs.steps["learning_rate"].shape[-1] - 1)


def _why_too_slow(config: Mapping[str, Any], last: int) -> str:
    """Explain a schedule of the step by the first step at which it would change the rate."""
    if config.get("boundaries") and config["boundaries"][0] >= last:
        first = config["boundaries"][0]
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
