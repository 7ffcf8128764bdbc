"""The record of a single run, and how the records of many become the arrays of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.checks import expect


@dataclass(frozen=True)
class Run:
    """What one training of one method from one seed recorded.

    Args:
        label: the name of the method.
        seed: the seed of the run.
        history: key → one value for each measured epoch, up to where the run stopped.
        steps: key → one value for each step, up to where the run stopped.
        epochs_run: how many epochs were trained.
        seconds: wall time of the steps, without compiling and measuring.
        steps_per_epoch: how many steps an epoch has.
        model: the trained model, if it is kept.
        weights: for each measured epoch the model's list of weight arrays, if they are kept.
        updates: the same for what the epoch's last step changed.
    """

    label: str
    seed: int
    history: Mapping[str, Sequence[float]]
    steps: Mapping[str, Sequence[float]]
    epochs_run: int
    seconds: float
    steps_per_epoch: int
    model: Any = None
    weights: Sequence[Sequence[np.ndarray]] | None = None
    updates: Sequence[Sequence[np.ndarray]] | None = None


def stack_runs(runs: Sequence[Run], epochs: Sequence[int]) -> dict[str, Any]:
    """Return the fields of `TrainingRuns`, padding with NaN the runs that stopped early.

    Raises:
        ValueError: a run is missing or appears twice, or the runs recorded other quantities.
    """
    labels = list(dict.fromkeys(run.label for run in runs))
    seeds = list(dict.fromkeys(run.seed for run in runs))
    by_run = {(run.label, run.seed): run for run in runs}
    complete = len(runs) == len(by_run) == len(labels) * len(seeds)
    given = [(run.label, run.seed) for run in runs]
    expect(runs and complete, "runs", "exactly one run for each method and seed", given)
    grid = [[by_run[label, seed] for seed in seeds] for label in labels]
    return {
        "labels": labels,
        "seeds": seeds,
        "epochs": epochs,
        "history": _stack("history", grid, length=len(epochs)),
        "steps": _stack("steps", grid),
        "epochs_run": [[run.epochs_run for run in row] for row in grid],
        "seconds": [[run.seconds for run in row] for row in grid],
        "steps_per_epoch": [_only_steps_per_epoch(row) for row in grid],
        "models": _kept("model", by_run),
        "weights": _kept("weights", by_run),
        "updates": _kept("updates", by_run),
    }


def _kept(name: str, by_run: Mapping[tuple[str, int], Run]) -> dict[tuple[str, int], Any]:
    """Return what the runs that kept it have under this name."""
    found = {key: getattr(run, name) for key, run in by_run.items()}
    return {key: value for key, value in found.items() if value is not None}


def _stack(name: str, grid: list[list[Run]], length: int | None = None) -> dict[str, np.ndarray]:
    """Stack one record of all runs, each array padded to `length`, or to the longest."""
    records = [[getattr(run, name) for run in row] for row in grid]
    keys = list(records[0][0])
    for record in (record for row in records for record in row):
        expect(record.keys() == set(keys), name, f"the same keys {keys} in each run", list(record))
    return {key: _pad(name, key, records, length) for key in keys}


def _pad(name: str, key: str, records: list[list[Any]], length: int | None) -> np.ndarray:
    arrays = [[np.asarray(record[key]) for record in row] for row in records]
    every = [array for row in arrays for array in row]
    longest = max(array.size for array in every)
    length = longest if length is None else length
    expect(longest <= length, f"{name}[{key!r}]", f"at most {length} values", longest)
    dtype = np.result_type(np.float32, *every)
    padded = np.full((len(arrays), len(arrays[0]), length), np.nan, dtype)
    for method, row in enumerate(arrays):
        for seed, array in enumerate(row):
            padded[method, seed, : array.size] = array
    return padded


def _only_steps_per_epoch(row: list[Run]) -> int:
    counts = {run.steps_per_epoch for run in row}
    expect(len(counts) == 1, "steps_per_epoch", "the same for each seed", sorted(counts))
    return counts.pop()
