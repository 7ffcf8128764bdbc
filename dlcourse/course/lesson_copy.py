"""A learner's own copy of the lessons, which an update never takes away."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from pathlib import Path

DELIVERED = ".delivered.json"  # the digest of each notebook as it was last copied


def copy_lessons(source: Path, folder: Path, version: str) -> list[str]:
    """Bring a folder up to date with the lessons that the package holds.

    What is missing is copied, and what the learner has not touched is replaced. A notebook that
    was edited, or only run, stays as it is: if the package has a newer one, that is put beside it.

    Args:
        source: the lessons, with `solutions` below.
        folder: the learner's folder; made if there is none.
        version: for the name of a newer notebook.

    Returns:
        A line for each notebook that was kept although there is a newer one, and one if it is not
        known any more which notebooks were touched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told: list[str] = []
    delivered = _read_record(folder / DELIVERED, told)
    for original in sorted([*source.glob("*.ipynb"), *source.glob("solutions/*.ipynb")]):
        name = original.relative_to(source).as_posix()
        current = delivered.get(name)
        if _bring(original, folder, name, delivered):
            continue
        if current != _digest(original):
            told += _put_beside(original, folder, name, version, delivered)
    _write(folder / DELIVERED, (json.dumps(delivered, indent=1) + "\n").encode())
    return told


def _read_record(path: Path, told: list[str]) -> dict[str, str]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): str(digest) for name, digest in record.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError):
        told.append(f"{path} was damaged; each notebook that differs from today's is kept")
        return {}


def _bring(original: Path, folder: Path, name: str, delivered: dict[str, str]) -> bool:
    """Copy a notebook to its name unless the learner's own is there; tell whether that was done."""
    copy, new = folder / name, _digest(original)
    if copy.exists() and _digest(copy) not in (delivered.get(name), new):
        return False
    _write(copy, original.read_bytes())
    delivered[name] = new
    return True


def _put_beside(
    original: Path, folder: Path, name: str, version: str, delivered: dict[str, str]
) -> list[str]:
    """Copy a newer notebook to a name beside the learner's own; say so, once."""
    stem, new = name.removesuffix(".ipynb"), _digest(original)
    for count in itertools.count(1):
        beside = f"{stem}-{version}.ipynb" if count == 1 else f"{stem}-{version}-{count}.ipynb"
        if delivered.get(beside) == new:
            return []
        if _bring(original, folder, beside, delivered):
            return [f"{name} is as you left it; the new one is {beside}"]
    raise AssertionError("unreachable")


def _write(path: Path, content: bytes) -> None:
    """Write a file in one step: a half-copied lesson would look like one that was edited."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(content)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
