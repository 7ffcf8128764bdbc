"""What a notebook was built from, kept in its metadata, and what has changed since.

The fingerprint has two parts: `source` (the cells it shows) and `content` (the notebook itself,
outputs and pictures included). The package and the versions it was built with are not part of it:
that the stored outputs are still true, nbval proves.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import nbformat
from lesson_source import LessonError, LessonSource, Variant, content, visible
from nbformat import NotebookNode

KEY = "dlcourse"
EDITED = "its cells were edited in Jupyter"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def source_digest(cells: list[NotebookNode]) -> str:
    return digest(json.dumps([content(cell) for cell in cells]))


def content_digest(notebook: NotebookNode) -> str:
    metadata = {key: value for key, value in notebook.metadata.items() if key != KEY}
    return digest(json.dumps({**notebook, "metadata": metadata}, sort_keys=True))


def stamp(notebook: NotebookNode) -> None:
    """Writes the fingerprint into a notebook that has just been executed."""
    notebook.metadata[KEY] = {
        "source": source_digest(notebook.cells),
        "content": content_digest(notebook),
    }


def read_notebook(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat lets JSON, validation and key errors through
        raise LessonError("cannot be read (a merge conflict?); `--force` rebuilds it") from error


def is_edited(notebook: NotebookNode, cells: list[NotebookNode]) -> bool:
    """Does the notebook hold text that is neither what was built nor what the source says now?"""
    built = notebook.metadata.get(KEY, {}).get("source")
    return source_digest(notebook.cells) not in (built, source_digest(cells))


def changes(lesson: LessonSource, variant: Variant, cells: list[NotebookNode]) -> list[str]:
    """Why the notebook does not match; empty if it does. `cells` are all cells of the source."""
    path = lesson.notebook_path(variant)
    if not path.exists():
        return ["not built yet"]
    notebook = read_notebook(path)
    shown = visible(cells, variant)
    if is_edited(notebook, shown):
        return [EDITED]
    built = notebook.metadata.get(KEY)
    if built is None:
        return ["not built by tools/build_lessons.py"]
    if built["source"] != source_digest(shown):
        return [f"source changed ({lesson.path.name})"]
    if built["content"] != content_digest(notebook):
        return ["its outputs were re-run or edited after the build"]
    return []
