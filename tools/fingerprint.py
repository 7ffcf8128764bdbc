"""What a notebook was built from, kept in its metadata, and what has changed since.

The fingerprint has four parts: `source` (the cells it shows), `package` (each dlcourse module that
was loaded when the last cell had run), `pins` (requirements.lock) and `content` (the notebook
itself, outputs and pictures included).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import nbformat
from lesson_source import ROOT, Lesson, LessonError, Variant, content, visible
from nbformat import NotebookNode

LOCK = ROOT / "requirements.lock"
KEY = "dlcourse"
EDITED = "its cells were edited in Jupyter"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def source_digest(cells: list[NotebookNode]) -> str:
    return digest(json.dumps([content(cell) for cell in cells]))


def package_digests(modules: list[str]) -> dict[str, str]:
    """Digest of each module, by its dotted name; empty where the module no longer exists."""
    return {module: _module_digest(module) for module in sorted(modules)}


def pins_digest() -> str:
    return _file_digest(LOCK)


def content_digest(notebook: NotebookNode) -> str:
    metadata = {key: value for key, value in notebook.metadata.items() if key != KEY}
    return digest(json.dumps({**notebook, "metadata": metadata}, sort_keys=True))


def stamp(notebook: NotebookNode, modules: list[str]) -> None:
    """Writes the fingerprint into a notebook that has just been executed."""
    notebook.metadata[KEY] = {
        "source": source_digest(notebook.cells),
        "package": package_digests(modules),
        "pins": pins_digest(),
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


def changes(lesson: Lesson, variant: Variant, cells: list[NotebookNode]) -> list[str]:
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
    found = []
    if built["source"] != source_digest(shown):
        found.append(f"source changed ({lesson.source.name})")
    now = package_digests(list(built["package"]))
    changed = [module for module, value in now.items() if value != built["package"][module]]
    if changed:
        found.append(f"package changed ({', '.join(changed)})")
    if built["pins"] != pins_digest():
        found.append(f"pins changed ({LOCK.name})")
    if not found and built["content"] != content_digest(notebook):
        found.append("its outputs were re-run or edited after the build")
    return found


def _module_digest(module: str) -> str:
    path = ROOT.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if file.exists():
            return _file_digest(file)
    return ""


def _file_digest(path: Path) -> str:
    """Digest of a text file, the same whatever line ends git checked it out with."""
    try:
        return digest(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LessonError(f"{path.name} is missing") from None
