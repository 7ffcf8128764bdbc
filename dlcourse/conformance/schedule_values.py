"""The steps at which a schedule's rule is compared with Keras's, and Keras's rates there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import keras
import numpy as np

from dlcourse.checks import expect
from dlcourse.conformance.trajectories import double_precision

Schedule = keras.optimizers.schedules.LearningRateSchedule


def schedule_config(schedule: Schedule) -> dict[str, Any]:
    """Return a schedule's hyperparameters by name, or say that it does not tell them."""
    try:
        config = dict(schedule.get_config())
        type(schedule).from_config(config)
    except (NotImplementedError, TypeError):
        config = None
    expected = "a schedule that from_config(get_config()) can rebuild"
    expect(config is not None, "keras_object", expected, schedule)
    return config


def telling_steps(config: Mapping[str, Any], first: int) -> list[int]:
    """Return the first steps, those around everything that happens later, and one far beyond.

    Args:
        config: the schedule's hyperparameters by Keras's names.
        first: how many steps to take from step 0 on.

    >>> telling_steps({"boundaries": [10], "values": [1.0, 0.1]}, first=3)
    [0, 1, 2, 9, 10, 11, 100]
    """
    events = list(_events(config))
    around = {max(0, round(event) + shift) for event in events for shift in (-1, 0, 1)}
    beyond = round(10 * max(first, *events))
    return sorted({*range(first), *around, beyond} - _doubtful(config))


def _events(config: Mapping[str, Any]) -> Iterable[float]:
    """Yield the steps at which the known schedules turn, and some between them."""
    yield from config.get("boundaries", ())
    warmup = config.get("warmup_steps") or 0
    yield warmup
    if "decay_steps" in config:
        yield from (warmup + part * config["decay_steps"] for part in (0.5, 1, 1.5, 2, 3))
    if "first_decay_steps" in config:
        yield from _restarts(config)
        yield config["first_decay_steps"] / 2


def _restarts(config: Mapping[str, Any]) -> list[float]:
    lengths = config["first_decay_steps"] * np.float64(config["t_mul"]) ** np.arange(3)
    return np.cumsum(lengths).tolist()


def _doubtful(config: Mapping[str, Any]) -> set[int]:
    """Return the restarts of which rounding decides whether Keras sees them a step late.

    Keras finds the period by floor(log(...) / log(t_mul)), which is exact for 1 and 2 only.
    """
    exact = config.get("t_mul", 1) in (1, 2)
    return set() if exact else {round(restart) for restart in _restarts(config)}


def keras_rates(schedule: Schedule, steps: list[int]) -> np.ndarray:
    """Return Keras's rates at these steps, computed in float64."""
    config = {name: double_precision(value) for name, value in schedule.get_config().items()}
    clone = type(schedule).from_config(config)
    rates = [clone(keras.ops.convert_to_tensor(step, dtype="int64")) for step in steps]
    return np.array([float(rate) for rate in rates])


def rates_agree(yours: np.ndarray, keras_rates: np.ndarray, tolerance: float) -> np.ndarray:
    """Tell which rates agree, each relative to its own size.

    The floor is for rates that are zero but for rounding, as at the end of a cosine.
    """
    floor = 1e-12 * np.max(np.abs(keras_rates), where=np.isfinite(keras_rates), initial=0)
    return np.isclose(yours, keras_rates, rtol=tolerance, atol=floor, equal_nan=True)
