"""A lesson's source, `lessons/src/NN_topic.py`, and the two notebooks that are made from it.

The source is written in jupytext's py:percent format. A cell tagged `stub` holds an unsolved
exercise, the cell tagged `solution` after it the worked answer. `lessons/NN_topic.ipynb` shows the
stubs, `lessons/solutions/NN_topic.ipynb` the solutions; everything else is in both.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from dlcourse.course.percent import LAYOUT_KEYS, cell_id

ROOT = Path(__file__).resolve().parent.parent
LESSONS = ROOT / "lessons"

# Without `comment_magics`, a comment that ends in "?" is not taken for IPython's help.
FORMAT = {
    "extension": ".py",
    "format_name": "percent",
    "comment_magics": False,
    "notebook_metadata_filter": "-all",
    "cell_metadata_filter": "tags",
}
TAGS = ("stub", "solution", "raises-exception")


class LessonError(Exception):
    """A lesson cannot be built, checked or pulled; the message is shown without a traceback."""


@dataclass(frozen=True)
class Variant:
    """One of the two notebooks of a lesson: where it goes and which cells it does not show."""

    folder: str
    hides: str


STUDENT = Variant(folder=".", hides="solution")
WORKED = Variant(folder="solutions", hides="stub")
VARIANTS = (STUDENT, WORKED)


@dataclass(frozen=True)
class LessonSource:
    """A lesson, named by the path of its source."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    def notebook_path(self, variant: Variant) -> Path:
        return self.path.parent.parent / variant.folder / f"{self.name}.ipynb"

    def cells(self) -> list[NotebookNode]:
        """All cells of the source, stubs and solutions included."""
        return parse(self.path.read_text(encoding="utf-8"), self.path.name)


def find_sources(folder: Path = LESSONS) -> list[LessonSource]:
    """The lessons in `folder`, in reading order."""
    return [LessonSource(source) for source in sorted((folder / "src").glob("[0-9][0-9]_*.py"))]


def tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def parse(text: str, name: str) -> list[NotebookNode]:
    """Cells of a source, validated, each with an id that depends on its content alone."""
    try:
        cells = jupytext.reads(text, fmt=dict(FORMAT)).cells
    except nbformat.ValidationError as error:
        raise LessonError(f"{name}: not a valid py:percent source: {error.message}") from error
    for number, cell in enumerate(cells, start=1):
        _check_header(cell, f"{name}: cell {number}, `{first_line(cell)}`")
    _check_exercises(cells, name)
    _assign_ids(cells)
    return cells


def render(cells: list[NotebookNode]) -> str:
    """The source that `parse` reads as these cells."""
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"jupytext": dict(FORMAT)})
    return jupytext.writes(notebook, fmt=dict(FORMAT))


def visible(cells: list[NotebookNode], variant: Variant) -> list[NotebookNode]:
    """The cells that the variant shows."""
    return [cell for cell in cells if variant.hides not in tags(cell)]


def content(cell: NotebookNode) -> tuple[str, list[str], str]:
    """What a contributor writes in a cell: its type, tags and text."""
    return cell.cell_type, tags(cell), cell.source


def first_line(cell: NotebookNode) -> str:
    return cell.source.strip().partition("\n")[0][:60]


def write_atomically(path: Path, text: str) -> None:
    """Replaces the file in one step: a crash or a full disk leaves the old one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _check_header(cell: NotebookNode, where: str) -> None:
    if cell.cell_type not in ("code", "markdown"):
        raise LessonError(f"{where}: a cell must be code or [markdown]. Received: {cell.cell_type}")
    unknown = sorted(set(cell.metadata) - LAYOUT_KEYS - {"tags"})
    if unknown:
        received = {key: cell.metadata[key] for key in unknown}
        raise LessonError(
            f'{where}: a header is `# %%`, [markdown], tags=["…"]. Received: {received}'
        )
    for tag in tags(cell):
        if tag not in TAGS:
            raise LessonError(f"{where}: a tag must be one of {', '.join(TAGS)}. Received: {tag}")
    if {"stub", "solution"} <= set(tags(cell)):
        raise LessonError(f"{where}: a cell must be a stub or a solution. Received: both tags")


def _check_exercises(cells: list[NotebookNode], name: str) -> None:
    """Stubs come before their solution, with nothing between."""
    kinds = [next((tag for tag in ("stub", "solution") if tag in tags(cell)), "") for cell in cells]
    for number, (before, kind) in enumerate(zip(["", *kinds], [*kinds, ""], strict=True), start=1):
        if before == "stub" and not kind:
            raise LessonError(f"{name}: the stub in cell {number - 1} has no solution after it")
        if kind == "solution" and not before:
            raise LessonError(f"{name}: the solution in cell {number} has no stub before it")


def _assign_ids(cells: list[NotebookNode]) -> None:
    taken: set[str] = set()
    for cell in cells:
        cell.id = cell_id(cell.cell_type, cell.source, taken)
        taken.add(cell.id)
