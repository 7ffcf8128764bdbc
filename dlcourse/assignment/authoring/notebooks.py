"""The two notebooks of an assignment: what students get, and the grader's key.

The key is a notebook, too: the worked answers with the hidden checks between them. It runs in
Jupyter, can be graded like a submission (and must get every point), and holds in its metadata all
that the grader needs.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from dlcourse.assignment.authoring.cells import Assignment, Cell
from dlcourse.assignment.authoring.key import METADATA_KEY
from dlcourse.course.percent import NOTEBOOK_METADATA


def student_notebook(assignment: Assignment) -> NotebookNode:
    """Make the notebook to hand out: with stubs, without solutions and hidden checks."""
    cells = []
    for cell in assignment.cells:
        if cell.role != "hidden":
            answer = cell.role == "answer"
            made = _new_cell(cell, cell.stub if answer else cell.source)
            if answer:
                made.metadata[METADATA_KEY] = {"question": cell.question}
            if cell.role in ("answer", "student"):
                made.metadata["deletable"] = False  # JupyterLab keeps it from being deleted
            cells.append(made)
    return _new_notebook(assignment, cells)


def key_notebook(assignment: Assignment) -> NotebookNode:
    """Make the grader's key: the solutions and the hidden checks, with all that they are worth."""
    cells = []
    for cell in assignment.cells:
        made = _new_cell(cell, cell.source)
        made.metadata[METADATA_KEY] = {"key": asdict(cell)}
        if cell.role == "answer":
            made.metadata[METADATA_KEY]["question"] = cell.question
        if cell.role == "hidden":
            made.metadata["tags"] = ["hidden"]
        cells.append(made)
    return _new_notebook(assignment, cells)


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")


def _new_notebook(assignment: Assignment, cells: list[NotebookNode]) -> NotebookNode:
    metadata = {**NOTEBOOK_METADATA, METADATA_KEY: {"assignment": assignment.name}}
    notebook = nbformat.v4.new_notebook(metadata=metadata, cells=cells)
    notebook.nbformat_minor = 5
    return notebook


def _new_cell(cell: Cell, text: str) -> NotebookNode:
    new = nbformat.v4.new_markdown_cell if cell.markdown else nbformat.v4.new_code_cell
    return new(text, id=cell.id)
