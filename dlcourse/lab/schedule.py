"""The schedule widget: choose or draw a learning-rate schedule, see the rates and a noisy run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from matplotlib.figure import Figure

from dlcourse.checks import as_floats, expect, expect_integer, expect_number
from dlcourse.display.tables import format_number
from dlcourse.lab.widget import Widget

schedules = keras.optimizers.schedules
Points = Sequence[tuple[int, float]]

# What the controls hold for each schedule until it is changed; the same as in the front end.
_PARAMETERS: dict[str, dict[str, Any]] = {
    "constant": {"learning_rate": 0.1},
    "warm-up, then constant": {"learning_rate": 0.1, "warmup_steps": 20},
    "linear to zero": {"learning_rate": 0.1, "decay_steps": 200},
    "cosine": {"learning_rate": 0.1, "decay_steps": 200},
    "warm-up, then cosine": {"learning_rate": 0.1, "warmup_steps": 20, "decay_steps": 180},
    "warm-up, stable, decay": {
        **{"learning_rate": 0.1, "warmup_steps": 20},
        **{"stable_steps": 120, "decay_steps": 60},
    },
    "exponential": {"learning_rate": 0.1, "decay_steps": 50, "decay_rate": 0.5},
    "piecewise constant": {
        **{"learning_rate": 0.1, "boundary_1": 100, "boundary_2": 150},
        "factor": 0.1,
    },
    "drawn": {"points": [[0, 0.0], [20, 0.1], [120, 0.1], [200, 0.0]]},
}


class ScheduleWidget(Widget):
    """What `schedule` returns; `settings` follows what the learner does."""

    entry = "widgets/schedule.js"


def schedule(
    learning_rate: float | Points | schedules.LearningRateSchedule = 0.1,
    *,
    steps: int = 200,
    steps_per_epoch: int = 20,
) -> ScheduleWidget:
    """Choose or draw a learning-rate schedule; see each step's rate and a noisy run under it.

    It shows why rates rise at first and fall at the end: large rates get far, and small ones settle
    the noise. It says when a boundary lies beyond the run, which is what happens when epochs are
    given where Keras counts steps. Every schedule equals Keras's; "Copy as Keras code" gives it.

    Args:
        learning_rate: what to begin with: a constant rate; Keras's `CosineDecay` (with or without
            warm-up from 0), `PolynomialDecay` (straight to 0), `ExponentialDecay`; or a schedule
            of your own as points (step, rate), joined by straight lines.
        steps: how many steps the run has, from 10 to 400.
        steps_per_epoch: how many of them are an epoch.

    Returns:
        The widget; as a cell's last line it is shown.

    Raises:
        ValueError: an argument is wrong.

    Example:
        >>> import keras
        >>> from dlcourse import lab
        >>> cosine = keras.optimizers.schedules.CosineDecay(0.1, decay_steps=200)
        >>> lab.schedule(cosine, steps=200)
        Schedule cosine over 200 steps, 10 epochs of 20 steps.
        Rate: 0.1 at step 0, 0.05 at step 100, 6.17e-06 at step 199.

    See also:
        `dlcourse.trace_schedule` for any Keras schedule, `dlcourse.compare_schedules` to train.
    """
    expect_integer("steps", steps, minimum=10)
    expect(steps <= 400, "steps", "at most 400", steps)
    expect_integer("steps_per_epoch", steps_per_epoch, minimum=1)
    name, parameters = _known(learning_rate)
    rates = _rates(learning_rate, steps)
    epochs = format_number(steps / steps_per_epoch)
    told = ", ".join(
        f"{format_number(rates[step])} at step {step}" for step in (0, steps // 2, steps - 1)
    )
    return ScheduleWidget(
        title="Learning-rate schedule",
        data={},
        settings={
            "schedule": name,
            "parameters": {**_PARAMETERS, name: parameters},
            "steps": int(steps),
            "steps_per_epoch": int(steps_per_epoch),
        },
        text=f"Schedule {name} over {steps} steps, {epochs} epochs of {steps_per_epoch} steps."
        f"\nRate: {told}.",
        figure=lambda: _draw(name, rates),
    )


def _known(given: Any) -> tuple[str, dict[str, Any]]:
    """The lab's name of a schedule, and its parameters there."""
    if isinstance(given, schedules.LearningRateSchedule):
        return _known_keras(given)
    if isinstance(given, Sequence):
        return "drawn", {"points": _points(given)}
    expect_number("learning_rate", given, above=0)
    return "constant", {"learning_rate": float(given)}


def _known_keras(given: schedules.LearningRateSchedule) -> tuple[str, dict[str, Any]]:
    config = given.get_config()
    decay = {key: config[key] for key in ("decay_steps", "decay_rate") if key in config}
    rate = {"learning_rate": float(config.get("initial_learning_rate", 0))} | decay
    kind = type(given)
    if kind is schedules.CosineDecay and config["alpha"] == 0:
        if config["warmup_target"] is None:
            return "cosine", rate
        if config["initial_learning_rate"] == 0:
            peak, warm = float(config["warmup_target"]), int(config["warmup_steps"])
            return "warm-up, then cosine", {**rate, "learning_rate": peak, "warmup_steps": warm}
    straight = {"end_learning_rate": 0, "power": 1, "cycle": False}
    if kind is schedules.PolynomialDecay and straight.items() <= config.items():
        return "linear to zero", rate
    if kind is schedules.ExponentialDecay and not config["staircase"]:
        return "exponential", rate
    known = "a rate, points, CosineDecay, PolynomialDecay to 0 or ExponentialDecay"
    expect(False, "learning_rate", known, given)
    raise AssertionError


def _points(given: Sequence) -> list[list[float]]:
    points = as_floats(given)
    shape = points.ndim == 2 and points.shape[1] == 2 and 2 <= len(points) <= 8
    ok = shape and np.isfinite(points).all() and (points >= 0).all()
    steps = points[:, 0] if ok else np.zeros(2)
    ok = ok and (np.diff(steps) > 0).all() and (steps == steps.round()).all()
    expect(ok, "learning_rate", "2 to 8 points (step, rate) with growing whole steps", given)
    return [[int(step), float(rate)] for step, rate in points]


def _rates(given: Any, steps: int) -> np.ndarray:
    if isinstance(given, schedules.LearningRateSchedule):
        return np.array([float(given(step)) for step in range(steps)])
    if isinstance(given, Sequence):
        return np.interp(np.arange(steps), *np.transpose(given))
    return np.full(steps, float(given))


def _draw(name: str, rates: np.ndarray) -> Figure:
    figure = Figure(figsize=(6.4, 3.6), dpi=100, layout="constrained")
    ax = figure.subplots()
    ax.plot(rates)
    ax.set(title=f"Schedule: {name}", xlabel="step", ylabel="learning rate", ylim=(0, None))
    return figure
