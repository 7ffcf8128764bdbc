"""The fields of a result: checked against one another, copied, and frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from dlcourse.checks import expect, expect_integer


def checked_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `TrainingRuns` as frozen copies.

    Raises:
        ValueError: they do not agree with one another; the error names the field.
    """
    labels, seeds = _labels(given["labels"]), _seeds(given["seeds"])
    grid = len(labels), len(seeds)
    epochs = _epochs(given["epochs"])
    epochs_run = _counts("epochs_run", given["epochs_run"], grid, minimum=0)
    history = _series("history", given["history"], (*grid, epochs.size))
    steps = _series("steps", given["steps"], (*grid, _longest(given["steps"])))
    for key, values in history.items():
        stopped = epochs > epochs_run[..., np.newaxis]
        padded = np.isnan(values[stopped]).all()
        expect(padded, f"history[{key!r}]", "NaN after a run's last epoch", "other values")
    steps_per_epoch = _counts("steps_per_epoch", given["steps_per_epoch"], grid[:1], minimum=1)
    return {
        "labels": labels,
        "seeds": seeds,
        "epochs": epochs,
        "history": history,
        "steps": steps,
        "epochs_run": epochs_run,
        "seconds": _floats("seconds", given["seconds"], grid),
        "steps_per_epoch": steps_per_epoch,
        "models": _by_run("models", given["models"], labels, seeds),
        "weights": _snapshots("weights", given["weights"], labels, seeds, epochs.size),
        "updates": _snapshots("updates", given["updates"], labels, seeds, epochs.size),
    }


def _labels(labels: Iterable[str]) -> tuple[str, ...]:
    expected = "different, non-empty strings"
    expect(not isinstance(labels, str), "labels", expected, labels)
    labels = tuple(labels)
    texts = all(isinstance(label, str) and label for label in labels)
    expect(labels and texts and len(set(labels)) == len(labels), "labels", expected, labels)
    return labels


def _seeds(seeds: Iterable[int]) -> tuple[int, ...]:
    seeds = tuple(seeds)
    for seed in seeds:
        expect_integer("seeds", seed, minimum=0)
    different = len(set(seeds)) == len(seeds)
    expect(seeds and different, "seeds", "different integers, at least one", seeds)
    return tuple(int(seed) for seed in seeds)


def _epochs(epochs: Any) -> np.ndarray:
    epochs = np.asarray(epochs)
    whole = epochs.ndim == 1 and epochs.size > 0 and np.issubdtype(epochs.dtype, np.integer)
    increasing = whole and epochs[0] >= 1 and (np.diff(epochs) > 0).all()
    expect(increasing, "epochs", "increasing epoch numbers >= 1", epochs.tolist())
    return frozen(epochs)


def _series(name: str, series: Mapping[str, Any], shape: tuple[int, ...]) -> Mapping[str, Any]:
    expect(isinstance(series, Mapping), name, "a mapping of key to array", type(series).__name__)
    frozen_series = {
        key: _floats(f"{name}[{key!r}]", values, shape) for key, values in series.items()
    }
    return MappingProxyType(frozen_series)


def _longest(steps: Any) -> int:
    """The number of steps of the first array; `_series` then demands it of all."""
    first = next(iter(steps.values()), None) if isinstance(steps, Mapping) else None
    return 0 if first is None or np.ndim(first) == 0 else np.shape(first)[-1]


def _floats(name: str, values: Any, shape: tuple[int, ...]) -> np.ndarray:
    values = np.asarray(values)
    if np.issubdtype(values.dtype, np.integer):
        values = values.astype(float)
    numeric = np.issubdtype(values.dtype, np.floating)
    expect(numeric, f"{name}.dtype", "a real number type", str(values.dtype))
    expect(values.shape == shape, f"{name}.shape", str(shape), values.shape)
    return frozen(values)


def _counts(name: str, values: Any, shape: tuple[int, ...], *, minimum: int) -> np.ndarray:
    values = np.asarray(values)
    expect(values.shape == shape, f"{name}.shape", str(shape), values.shape)
    whole = np.issubdtype(values.dtype, np.integer)
    expect(whole and (values >= minimum).all(), name, f"integers >= {minimum}", values.tolist())
    return frozen(values)


def _by_run(name: str, given: Mapping[Any, Any], labels: tuple, seeds: tuple) -> Mapping[Any, Any]:
    for run in given:
        known = isinstance(run, tuple) and len(run) == 2 and run[0] in labels and run[1] in seeds
        expect(known, name, "a mapping whose keys are (label, seed) of these runs", run)
    return MappingProxyType(dict(given))


def _snapshots(
    name: str, given: Mapping[Any, Any], labels: tuple, seeds: tuple, measured: int
) -> Mapping[Any, Any]:
    by_run = _by_run(name, given, labels, seeds)
    for run, snapshots in by_run.items():
        expected = f"at most {measured} snapshots, one for each measured epoch"
        expect(len(snapshots) <= measured, f"{name}[{run!r}]", expected, len(snapshots))
    return MappingProxyType(
        {
            run: tuple(tuple(frozen(array) for array in snapshot) for snapshot in snapshots)
            for run, snapshots in by_run.items()
        }
    )


def frozen(array: Any) -> np.ndarray:
    """Return a copy that cannot be written to; a frozen array that owns its data is its own."""
    array = np.asarray(array)
    if array.flags.writeable or not array.flags.owndata:
        array = array.copy()
        array.setflags(write=False)
    return array


def equal_series(left: Mapping[str, np.ndarray], right: Mapping[str, np.ndarray]) -> bool:
    """Return whether two mappings hold the same arrays, where NaN equals NaN."""
    return left.keys() == right.keys() and all(
        np.array_equal(left[key], right[key], equal_nan=True) for key in left
    )
