"""A learner's own copy of the lessons, which an update never takes away."""

from __future__ import annotations

import hashlib
import json
import shutil
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
        A line for each notebook that was kept although there is a newer one.
    """
    record = folder / DELIVERED
    delivered = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    kept = []
    for original in sorted(source.rglob("*.ipynb")):
        name = original.relative_to(source).as_posix()
        copy, new = folder / name, _digest(original)
        if not copy.exists() or _digest(copy) in (delivered.get(name), new):
            _copy(original, copy)
            delivered[name] = new
        elif delivered.get(name) != new:
            beside = copy.with_name(f"{copy.stem}-{version}.ipynb")
            if not beside.exists():
                _copy(original, beside)
                kept.append(f"{name} is as you left it; the new one is {beside.name}")
    folder.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(delivered, indent=1) + "\n", encoding="utf-8")
    return kept


def _copy(original: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(original, copy)  # without the original's mode, which may be read-only


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
