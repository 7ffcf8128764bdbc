"""One finished run in a file of its own, written whole or not at all, with a checksum."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from dlcourse.results.run import Run
from dlcourse.results.sealed_file import read_sealed, write_sealed

_SEAL = b"dlcourse.Run"


def write(path: Path, run: Run, parts: Mapping[str, Any]) -> None:
    """Write a run and what was trained.

    Args:
        path: the file; another one in its place stays until the new one is complete.
        run: the run; of its model, the weights are kept.
        parts: what was trained, as JSON can hold it.
    """
    arrays: list[np.ndarray] = []
    if run.model is not None and not isinstance(run.model, list):
        run = replace(run, model=run.model.get_weights())
    tree = {field.name: _flatten(getattr(run, field.name), arrays) for field in fields(Run)}
    text = json.dumps({"parts": dict(parts), "run": tree})
    buffer = io.BytesIO()
    np.savez_compressed(buffer, json=np.array(text), *arrays)  # noqa: B026
    write_sealed(path, buffer.getvalue(), _SEAL)


def read(path: Path) -> tuple[dict[str, Any], Run]:
    """Return what was trained, and the run with the list of its model's weights.

    Raises:
        ValueError: the file is damaged.
    """
    content = read_sealed(path, _SEAL)
    if content is None:
        raise ValueError(f"The stored run {str(path)!r} is damaged.")
    with np.load(io.BytesIO(content), allow_pickle=False) as entries:
        stored = json.loads(str(entries["json"]))
        arrays = [entries[f"arr_{i}"] for i in range(len(entries.files) - 1)]
    return stored["parts"], Run(**_unflatten(stored["run"], arrays))


def _flatten(value: Any, arrays: list[np.ndarray]) -> Any:
    """Return nested lists and mappings with the number of an array in the place of each."""
    if isinstance(value, Mapping):
        return {key: _flatten(item, arrays) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_flatten(item, arrays) for item in value]
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    return value


def _unflatten(tree: Any, arrays: list[np.ndarray]) -> Any:
    if isinstance(tree, list):
        return [_unflatten(item, arrays) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.keys() == {"array"} and isinstance(tree["array"], int):
        return arrays[tree["array"]]
    return {key: _unflatten(item, arrays) for key, item in tree.items()}
