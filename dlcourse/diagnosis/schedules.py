"""Symptoms of schedules: rates that never changed, were gone at once, or have two masters."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from dlcourse.diagnosis.recording import Evidence, Recording
from dlcourse.keras_internals.cloning import hyperparameters

# Schedules whose rates stay within this fraction of the highest one have changed nothing.
NOTICEABLE = 0.01
# A rate that has fallen to this fraction of the highest one moves nothing any more.
GONE = 1e-3
SETTERS = keras.callbacks.LearningRateScheduler | keras.callbacks.ReduceLROnPlateau


def schedule_never_acted(run: Recording) -> Evidence | None:
    """The rate was to change, and did not, or by less than one percent."""
    used = run.rates
    if used.size < 2 or np.ptp(used) > NOTICEABLE * used.max():
        return None
    planned = _planned(run)
    if not planned and np.ptp(used) == 0:  # a constant rate, as far as anybody knows
        return None
    text = (planned or "what was to change it") + " left the learning rate where it was: all "
    text += "{steps} steps used {low}" + ("" if np.ptp(used) == 0 else " to {high}")
    numbers = {"steps": used.size, "low": used.min(), "high": used.max()}
    return Evidence(text, numbers, certain=True)


def _planned(run: Recording) -> str:
    """Name what was to change the rate; a plateau that never came is no fault."""
    if run.method is None:
        return ""
    rate = hyperparameters(run.method.optimizer)["learning_rate"]
    if not isinstance(rate, float):
        return type(rate).__name__
    return " and ".join(
        type(each).__name__
        for each in run.method.callbacks
        if isinstance(each, keras.callbacks.LearningRateScheduler)
        or (isinstance(each, keras.callbacks.ReduceLROnPlateau) and _too_patient(each, run))
    )


def _too_patient(callback: keras.callbacks.ReduceLROnPlateau, run: Recording) -> bool:
    # The first epoch sets the best value, `patience` more follow, and one is trained after that.
    return max(callback.patience, 1) + 2 > run.epochs[-1]


def schedule_over_at_once(run: Recording) -> Evidence | None:
    """The rate was as good as 0 before the first epoch was over, and stayed so."""
    step = gone_from(run.rates, run.steps_per_epoch)
    if step is None:
        return None
    text = "the learning rate fell from {high} to {low} or less by step {step}, within the first "
    text += "epoch of {steps} steps, and {epochs} epochs were trained" + _decay_steps(run)
    numbers = {"high": run.rates.max(), "low": run.rates[step], "step": step}
    numbers |= {"steps": run.steps_per_epoch, "epochs": int(run.epochs[-1])}
    return Evidence(text, numbers, certain=True)


def gone_from(rates: np.ndarray, steps_per_epoch: int) -> int | None:
    """Return the step from which on a rate is as good as 0, if that is in the first of epochs.

    >>> gone_from(np.array([0.1, 0.05, 0.0, 0.0, 0.0, 0.0]), steps_per_epoch=3)
    2
    """
    alive = np.flatnonzero(rates > GONE * rates.max(initial=0))
    several = rates.size >= 2 * steps_per_epoch
    first = int(alive[-1]) + 1 if alive.size else 0
    return first if several and alive.size and first < steps_per_epoch else None


def _schedule(run: Recording) -> Any:
    return None if run.method is None else hyperparameters(run.method.optimizer)["learning_rate"]


def _decay_steps(run: Recording) -> str:
    schedule = (
        None if run.method is None else hyperparameters(run.method.optimizer)["learning_rate"]
    )
    counted = getattr(schedule, "decay_steps", None)
    return "" if counted is None else f"; decay_steps={counted} counts steps, not epochs"


def boundary_never_reached(run: Recording) -> Evidence | None:
    """A schedule with boundaries changed the rate, but not as often as it was to."""
    if run.method is None or run.stopped_early or run.rates.size == 0:
        return None
    beyond = unreached(_schedule(run), run.rates.size - 1)
    if not beyond or schedule_never_acted(run) is not None:
        return None
    text = "the schedule changes the learning rate after step {boundary}, and the last step was "
    text += "{last}"
    return Evidence(text, {"boundary": beyond[0], "last": run.rates.size - 1}, certain=True)


def unreached(schedule: Any, last: int) -> list[int]:
    """Return the boundaries of a schedule that the last step does not go beyond.

    >>> unreached(keras.optimizers.schedules.PiecewiseConstantDecay([5, 90], [3, 2, 1]), last=50)
    [90]
    """
    if not isinstance(schedule, keras.optimizers.schedules.PiecewiseConstantDecay):
        return []
    return [boundary for boundary in schedule.boundaries if boundary >= last]


def schedule_and_callback(run: Recording) -> Evidence | None:
    """Two of them set the rate: what one sets, the other overwrites."""
    setters = [] if run.method is None else rate_setters(run.method)
    if len(setters) < 2:
        return None
    names = " and ".join(type(each).__name__ for each in setters)
    return Evidence(f"{names} set the learning rate of one training", {}, certain=True)


def rate_setters(method: Any) -> list[Any]:
    """Return all that set a method's rate: its schedule, and its callbacks."""
    rate = hyperparameters(method.optimizer)["learning_rate"]
    schedules = [] if isinstance(rate, float) else [rate]
    return schedules + [each for each in method.callbacks if isinstance(each, SETTERS)]
