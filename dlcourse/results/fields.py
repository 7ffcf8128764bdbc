"""The fields of a result: checked against one another, copied, and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from dlcourse.checks import expect, expect_integer, expect_labels, listed
from dlcourse.data.dataset import Dataset


def checked_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `RunArrays` as frozen copies.

    Raises:
        ValueError: they do not agree with one another; the error names the field.
    """
    labels, seeds = expect_labels("labels", given["labels"]), checked_seeds(given["seeds"])
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
        "seconds": floats("seconds", given["seconds"], grid),
        "steps_per_epoch": steps_per_epoch,
        "models": _by_run("models", given["models"], labels, seeds),
        "weights": _snapshots("weights", given["weights"], labels, seeds, epochs.size),
        "updates": _snapshots("updates", given["updates"], labels, seeds, epochs.size),
        "task": _task(given["task"]),
        "methods": _by_label("methods", given["methods"], labels),
        "places": _places(given["places"], labels),
    }


def checked_seeds(seeds: Any) -> tuple[int, ...]:
    """Return different integers >= 0, at least one, as a tuple; or raise."""
    expected = "different integers >= 0, at least one"
    given = listed("seeds", seeds, expected)
    for seed in given:
        expect_integer("seeds", seed, minimum=0)
    expect(bool(given) and len(set(given)) == len(given), "seeds", expected, seeds)
    return tuple(int(seed) for seed in given)


def floats(name: str, values: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return a frozen array of real numbers of this shape; integers become floats; or raise."""
    values = as_array(name, values)
    if values.dtype.kind in "iu":
        values = values.astype(float)
    numeric = np.issubdtype(values.dtype, np.floating)
    expect(numeric, f"{name}.dtype", "a real number type", str(values.dtype))
    expect(values.shape == shape, f"{name}.shape", str(shape), values.shape)
    return frozen(values)


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


def as_array(name: str, values: Any) -> np.ndarray:
    """Return an array; masked values become NaN, since nothing was measured there."""
    if isinstance(values, np.ma.MaskedArray):
        return values.astype(np.result_type(values.dtype, np.float32)).filled(np.nan)
    try:
        return np.asarray(values)
    except ValueError:  # rows of unequal length
        raise ValueError(f"`{name}` must be an array. Received: rows of unequal length") from None


def _epochs(epochs: Any) -> np.ndarray:
    array = as_array("epochs", epochs)
    whole = array.ndim == 1 and array.size > 0 and array.dtype.kind in "iu"
    increasing = whole and array[0] >= 1 and (array[1:] > array[:-1]).all()
    expect(increasing, "epochs", "increasing epoch numbers >= 1", epochs)
    return frozen(array)


def _series(name: str, series: Any, shape: tuple[int, ...]) -> Mapping[str, np.ndarray]:
    mapping = isinstance(series, Mapping)
    expect(mapping, name, "a mapping of key to array", type(series).__name__)
    for key in series:
        expect(isinstance(key, str) and key, name, "a mapping whose keys are strings", key)
    arrays = {key: floats(f"{name}[{key!r}]", values, shape) for key, values in series.items()}
    return MappingProxyType(arrays)


def _longest(steps: Any) -> int:
    """The number of steps of the first array; `_series` then demands it of all."""
    first = next(iter(steps.values()), None) if isinstance(steps, Mapping) else None
    shape = () if first is None else as_array("steps", first).shape
    return shape[-1] if shape else 0


def _counts(name: str, values: Any, shape: tuple[int, ...], *, minimum: int) -> np.ndarray:
    values = as_array(name, values)
    expect(values.shape == shape, f"{name}.shape", str(shape), values.shape)
    whole = values.dtype.kind in "iu"
    expect(whole and (values >= minimum).all(), name, f"integers >= {minimum}", values.tolist())
    return frozen(values)


def _by_run(name: str, given: Any, labels: tuple, seeds: tuple) -> Mapping[Any, Any]:
    expected = "a mapping whose keys are (label, seed) of these runs"
    expect(isinstance(given, Mapping), name, expected, given)
    for run in given:
        known = isinstance(run, tuple) and len(run) == 2 and run[0] in labels and run[1] in seeds
        expect(known, name, expected, run)
    return MappingProxyType(dict(given))


def _snapshots(
    name: str, given: Any, labels: tuple, seeds: tuple, measured: int
) -> Mapping[Any, Any]:
    kept = {}
    for run, snapshots in _by_run(name, given, labels, seeds).items():
        expected = f"at most {measured} lists of weight arrays, one for each measured epoch"
        snapshots = listed(f"{name}[{run!r}]", snapshots, expected)
        expect(len(snapshots) <= measured, f"{name}[{run!r}]", expected, len(snapshots))
        kept[run] = tuple(
            tuple(frozen(array) for array in listed(f"{name}[{run!r}]", snapshot, expected))
            for snapshot in snapshots
        )
    return MappingProxyType(kept)


def _task(task: Any) -> Any:
    """Return a Task; its class is not asked, for it is defined where TensorFlow is loaded."""
    ok = task is None or isinstance(getattr(task, "data", None), Dataset)
    expect(ok, "task", "a dlcourse.Task, or None", task)
    return task


def _by_label(name: str, given: Any, labels: tuple[str, ...]) -> Mapping[str, Any]:
    expected = "a mapping whose keys are labels of these runs"
    expect(isinstance(given, Mapping) and set(given) <= set(labels), name, expected, given)
    return MappingProxyType(dict(given))


def _places(places: Any, labels: tuple[str, ...]) -> Mapping[str, int]:
    given = _by_label("places", places, labels)
    for place in given.values():
        expect_integer("places", place, minimum=0)
    return MappingProxyType({label: given.get(label, i) for i, label in enumerate(labels)})
