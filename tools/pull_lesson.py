"""Brings an edit that a contributor made to a notebook in Jupyter back into the lesson's source."""

from __future__ import annotations

import ast
from copy import deepcopy
from itertools import zip_longest

from fingerprint import KEY, is_edited, read_notebook, source_digest
from lesson_source import (
    VARIANTS,
    LessonError,
    LessonSource,
    Variant,
    content,
    first_line,
    parse,
    render,
    tags,
    visible,
    write_atomically,
)
from nbformat import NotebookNode, from_dict


def pull(lesson: LessonSource) -> str:
    """Rewrites the source from the lesson's edited notebook; says what was done.

    The source is replaced only after the new text was read back and found to hold every cell of
    the notebook, and every stub or solution that the notebook does not show.
    """
    cells = lesson.cells()
    edited = [variant for variant in VARIANTS if _is_edited(lesson, variant, cells)]
    if not edited:
        return f"{lesson.name}: nothing to pull, no cell was edited"
    if len(edited) > 1:
        raise LessonError("both notebooks were edited; pull takes the edit of one only")
    variant = edited[0]
    notebook = read_notebook(lesson.notebook_path(variant))
    if notebook.metadata.get(KEY, {}).get("source") != source_digest(visible(cells, variant)):
        raise LessonError(
            "the source changed after this notebook was built; set the change aside "
            f"(git stash), pull, and bring it back: {lesson.path.name}"
        )
    pulled = restore_hidden(cells, _source_cells(notebook, cells), variant.hides)
    text = render(pulled)
    _expect_same(pulled, parse(text, lesson.path.name))
    write_atomically(lesson.path, text)
    return f"{lesson.path.name}: rewritten from the notebook; see git diff, then build it"


def restore_hidden(
    cells: list[NotebookNode], shown: list[NotebookNode], hides: str
) -> list[NotebookNode]:
    """The shown cells, each hidden one beside the cell it stood beside in `cells`."""
    step = 1 if hides == "solution" else -1  # a solution follows its stub, a stub precedes it
    beside: dict[str, list[NotebookNode]] = {}
    anchor = ""
    for cell in cells[::step]:
        if hides in tags(cell):
            beside.setdefault(anchor, []).append(cell)
        else:
            anchor = cell.id
    restored = []
    for cell in shown[::step]:
        restored += [cell, *beside.pop(cell.id, [])]
    if beside:
        lost = first_line(next(iter(beside.values()))[0])
        raise LessonError(
            f"the cell beside the {hides} `{lost}` was deleted; delete the exercise in the source"
        )
    return restored[::step]


def _is_edited(lesson: LessonSource, variant: Variant, cells: list[NotebookNode]) -> bool:
    path = lesson.notebook_path(variant)
    return path.exists() and is_edited(read_notebook(path), visible(cells, variant))


def _source_cells(notebook: NotebookNode, cells: list[NotebookNode]) -> list[NotebookNode]:
    """The notebook's cells as the source holds them: text, tags and the layout they had there."""
    known = {cell.id: cell for cell in cells}
    pulled = []
    for cell in notebook.cells:
        if cell.get("attachments"):
            raise LessonError(f"`{first_line(cell)}` holds a pasted picture, a source cannot")
        _expect_python(cell)
        original = known.get(cell.id)
        if original and content(original) == content(cell):
            pulled.append(deepcopy(original))
        elif cell.source.strip():
            metadata = dict(original.metadata) if original else {}
            metadata["tags"] = tags(cell)
            text = cell.source.lstrip("\n").rstrip()
            pulled.append(from_dict({**cell, "source": text, "metadata": metadata}))
    return pulled


def _expect_python(cell: NotebookNode) -> None:
    try:
        ast.parse(cell.source if cell.cell_type == "code" else "")
    except SyntaxError as error:
        raise LessonError(f"`{first_line(cell)}` is not plain Python: {error.msg}") from error


def _expect_same(written: list[NotebookNode], reread: list[NotebookNode]) -> None:
    for cell, read in zip_longest(written, reread):
        if cell is None or read is None or content(cell) != content(read):
            lost = first_line(cell or read)
            raise LessonError(f"`{lost}` cannot be written as a cell of the source")
