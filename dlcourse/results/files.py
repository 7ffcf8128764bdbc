"""A result in a file: NumPy's npz format, read back without pickle, under a checksum."""

from __future__ import annotations

import io
import json
from os import PathLike
from typing import Any

import numpy as np

from dlcourse.checks import expect, expect_path
from dlcourse.results.arrays import RunArrays
from dlcourse.results.sealed_file import read_sealed, write_sealed

_ARRAYS = ("epochs", "epochs_run", "seconds", "steps_per_epoch")
_SERIES = ("history", "steps")
_SNAPSHOTS = ("weights", "updates")
_SEAL = b"dlcourse.TrainingRuns"  # stands before the checksum, at the file's end


def save(runs: RunArrays, path: str | PathLike[str]) -> None:
    """Write everything but the models, the task and the methods, in one step.

    What was there stays until the new file is whole. Arrays have numbered entries, such as
    "history/0"; the entry "about" is a JSON text that names them.
    """
    write_sealed(expect_path("path", path), _content(runs), _SEAL)


def _content(runs: RunArrays) -> bytes:
    about: dict[str, Any] = {"labels": runs.labels, "seeds": runs.seeds,
                             "places": dict(runs.places)}  # fmt: skip
    entries = {name: getattr(runs, name) for name in _ARRAYS}
    for name in _SERIES:
        about[name] = list(getattr(runs, name))
        entries |= {f"{name}/{i}": kept for i, kept in enumerate(getattr(runs, name).values())}
    for name in _SNAPSHOTS:
        kept = getattr(runs, name)
        about[name] = [[*run, [len(each) for each in kept[run]]] for run in kept]
        for number, snapshots in enumerate(kept.values()):
            arrays = [array for snapshot in snapshots for array in snapshot]
            entries |= {f"{name}/{number}/{i}": array for i, array in enumerate(arrays)}
    entries["about"] = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **entries)
    return buffer.getvalue()


def read(path: str | PathLike[str]) -> dict[str, Any]:
    """Return the fields of `RunArrays` from a file that `save` wrote.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file was not written by `save`, or was damaged since.
    """
    content = read_sealed(expect_path("path", path), _SEAL)
    whole = content is not None
    expect(whole, "path", "a whole file, as TrainingRuns.save wrote it", str(path))
    with np.load(io.BytesIO(content), allow_pickle=False) as entries:
        about = json.loads(entries["about"].tobytes())
        result = {name: entries[name] for name in _ARRAYS}
        result |= {name: about[name] for name in ("labels", "seeds", "places")}
        for name in _SERIES:
            result[name] = {key: entries[f"{name}/{i}"] for i, key in enumerate(about[name])}
        for name in _SNAPSHOTS:
            result[name] = {
                (label, seed): _snapshots(f"{name}/{number}", lengths, entries)
                for number, (label, seed, lengths) in enumerate(about[name])
            }
    return result


def _snapshots(prefix: str, lengths: list[int], entries: Any) -> list[list[np.ndarray]]:
    """Put numbered arrays back into one list for each snapshot."""
    ends = np.cumsum(lengths)
    return [
        [entries[f"{prefix}/{i}"] for i in range(end - length, end)]
        for length, end in zip(lengths, ends, strict=True)
    ]
