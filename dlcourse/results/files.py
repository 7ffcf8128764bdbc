"""A result in a file: NumPy's npz format, read back without pickle."""

from __future__ import annotations

import zipfile
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcourse.checks import expect

if TYPE_CHECKING:
    from dlcourse.results.training_runs import TrainingRuns

_ARRAYS = ("labels", "seeds", "epochs", "epochs_run", "seconds", "steps_per_epoch")
_SNAPSHOTS = ("weights", "updates")


def save(runs: TrainingRuns, path: str | PathLike[str]) -> None:
    """Write everything but the models.

    Entries are named "history/val_loss", "steps/learning_rate", and "weights/0/1/2/3" for
    method, seed, measured epoch and position in the model's list; updates likewise.
    """
    entries = {name: np.asarray(getattr(runs, name)) for name in _ARRAYS}
    entries |= {f"history/{key}": values for key, values in runs.history.items()}
    entries |= {f"steps/{key}": values for key, values in runs.steps.items()}
    for name in _SNAPSHOTS:
        for (label, seed), snapshots in getattr(runs, name).items():
            method, column = runs.labels.index(label), runs.seeds.index(seed)
            for epoch, snapshot in enumerate(snapshots):
                for position, array in enumerate(snapshot):
                    entries[f"{name}/{method}/{column}/{epoch}/{position}"] = array
    with open(path, "wb") as file:  # a file, not its name: NumPy would append ".npz"
        np.savez_compressed(file, **entries)


def read(path: str | PathLike[str]) -> dict[str, Any]:
    """Return the fields of `TrainingRuns` from a file that `save` wrote.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file was not written by `save`.
    """
    with open(path, "rb") as file:
        ours = zipfile.is_zipfile(file)
        file.seek(0)
        entries = dict(np.load(file, allow_pickle=False)) if ours else {}
    expected = "a file written by TrainingRuns.save"
    expect(set(_ARRAYS) <= entries.keys(), "path", expected, str(path))
    result: dict[str, Any] = {name: entries[name] for name in _ARRAYS}
    result["labels"], result["seeds"] = entries["labels"].tolist(), entries["seeds"].tolist()
    for name in ("history", "steps"):
        prefix = f"{name}/"
        result[name] = {
            key.removeprefix(prefix): values
            for key, values in entries.items()
            if key.startswith(prefix)
        }
    for name in _SNAPSHOTS:
        result[name] = _snapshots(name, entries, result["labels"], result["seeds"])
    return result


def _snapshots(
    name: str, entries: dict[str, np.ndarray], labels: list[str], seeds: list[int]
) -> dict[tuple[str, int], list[list[np.ndarray]]]:
    """Put the arrays of this name, in the order in which they were written, back into lists."""
    found: dict[tuple[str, int], list[list[np.ndarray]]] = {}
    for entry, array in entries.items():
        if entry.startswith(f"{name}/"):
            method, column, epoch, _ = map(int, entry.split("/")[1:])
            snapshots = found.setdefault((labels[method], seeds[column]), [])
            if epoch == len(snapshots):
                snapshots.append([])
            snapshots[epoch].append(array)
    return found
