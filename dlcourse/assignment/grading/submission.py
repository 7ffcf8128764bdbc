"""A submission: a notebook, or a folder with one; its answers, and what was done to the rest.

Nothing of it is trusted: it may be no notebook, or one in which cells were deleted, copied or
changed. Only answers are taken from it, by the name of their question.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlcourse.assignment.authoring.cells import Assignment, Cell
from dlcourse.assignment.authoring.key import METADATA_KEY

MAX_BYTES = 50_000_000  # of a submission, all files together
LEFT_OVER = (".DS_Store", ".ipynb_checkpoints", "__MACOSX", "__pycache__", "Thumbs.db")
ANSWER = "answer-"  # how the ids of answer cells begin
IDENTIFIER = re.compile(r"""\s*student *= *(["'])(.*)\1\s*""")  # the cell with the identifier


class Unreadable(Exception):
    """A submission without answers that can be read; the message is for its report."""


@dataclass(frozen=True)
class SubmittedCell:
    """What is known of a cell in a submitted notebook."""

    id: str
    question: str
    kind: str
    source: str


@dataclass
class Answers:
    """What a submission answers.

    Args:
        by_question: an answer's text, as submitted.
        missing: why a question has no answer cell.
        notes: what else the student and the teacher should know.
    """

    by_question: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SubmittedNotebook:
    """A notebook as it was handed in, and the assignment that it says it is of."""

    assignment: str
    cells: list[SubmittedCell]


def student_of(submission: Path, assignment: str) -> str:
    """Tell a student's identifier by the path: a folder's name, or a file's.

    A file that still has the assignment's name is called by its folder.

    >>> student_of(Path("in/ada.ipynb"), "final"), student_of(Path("in/ada/final.ipynb"), "final")
    ('ada', 'ada')
    """
    path = Path(os.path.abspath(submission))
    if path.is_dir():
        name = path.name
    else:
        name = path.parent.name if path.stem == assignment else path.stem
    text = unicodedata.normalize("NFC", name.encode(errors="replace").decode())
    return "".join(each if each.isprintable() else "?" for each in text)


def copy_submission(submission: Path, folder: Path) -> Path:
    """Copy a submission into an empty folder; return the notebook's copy.

    A file comes alone: other submissions may lie beside it. What systems leave in a folder, and a
    folder around everything that unpacking left, is passed over.

    Raises:
        Unreadable: there is no notebook, or too much of everything.
    """
    base = _inside(submission) if submission.is_dir() else submission.parent
    files = list(_files(base)) if submission.is_dir() else [submission]
    for file in files:
        if file.is_symlink() or not file.is_file():
            kind = "a symbolic link" if file.is_symlink() else "no file"
            raise Unreadable(f"it holds `{file.name}`, which is {kind}")
    if sum(file.stat().st_size for file in files) > MAX_BYTES:
        raise Unreadable(f"it is larger than {MAX_BYTES / 1e6:g} MB")
    for file in files:
        copy = folder / file.relative_to(base)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    notebooks = sorted(folder.glob("*.ipynb"))
    if submission.is_dir() and len(notebooks) != 1:
        raise Unreadable(f"a folder must hold one notebook; this one holds {len(notebooks)}")
    return notebooks[0] if notebooks else folder / submission.name


def read_notebook(path: Path) -> SubmittedNotebook:
    """Read the cells of a submitted notebook, whatever it is.

    Raises:
        Unreadable: it is not a notebook, or one without cells.
    """
    try:
        content = path.read_bytes()
        notebook = json.loads(content)
    except (OSError, ValueError, RecursionError) as error:
        if zipfile.is_zipfile(path):
            raise Unreadable("a zip archive: unpack it, and grade the folder") from error
        raise Unreadable(f"not a notebook: {type(error).__name__}: {error}"[:200]) from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("not a notebook: it has no list of cells")
    read = [_read_cell(cell) for cell in cells if isinstance(cell, dict)]
    if not read:
        raise Unreadable("an empty notebook")
    return SubmittedNotebook(_ours(notebook, "assignment"), read)


def find_answers(notebook: SubmittedNotebook, assignment: Assignment, student: str) -> Answers:
    """Take the answers out of a submitted notebook, and note what was done to other cells."""
    answers, cells = Answers(), notebook.cells
    if notebook.assignment not in ("", assignment.name):
        answers.notes.append(f"the notebook is of another assignment, {notebook.assignment!r}")
    elif not any(cell.question or cell.id.startswith(ANSWER) for cell in cells):
        answers.notes.append(
            "no cell is named as one of the assignment's: was the text copied into a new notebook?"
        )
    for cell in assignment.cells:
        if cell.role == "answer":
            _find_answer(cells, cell, answers)
        elif cell.role == "student":
            answers.notes += _other_student(cells, student)
        elif cell.role != "hidden" and not cell.markdown:
            answers.notes += _changed(cells, cell)
    if _has_added(cells, assignment):
        answers.notes.append(
            "code cells were added; only answer cells are run, so what an answer needs must"
            " stand in it"
        )
    return answers


def _has_added(cells: list[SubmittedCell], assignment: Assignment) -> bool:
    ids = {cell.id for cell in assignment.cells}
    texts = {cell.source.strip() for cell in assignment.cells}
    return any(
        cell.kind == "code"
        and not cell.question
        and cell.id not in ids
        and cell.source.strip() not in {"", *texts}
        and not IDENTIFIER.fullmatch(cell.source)
        for cell in cells
    )


def _find_answer(cells: list[SubmittedCell], wanted: Cell, answers: Answers) -> None:
    question, kind = wanted.question, "markdown" if wanted.markdown else "code"
    found = [c for c in cells if c.question == question or c.id == wanted.id]
    fitting = [c for c in found if c.kind == kind]
    if not fitting:
        turned = f"was turned into a {found[0].kind} cell" if found else "was deleted"
        answers.missing[question] = f"the answer cell {turned}"
        return
    if len(fitting) > 1:
        answers.notes.append(f"question {question} has {len(fitting)} answer cells; one is graded")
    original = [c for c in fitting if c.id == wanted.id]
    answers.by_question[question] = (original or fitting)[0].source


def _changed(cells: list[SubmittedCell], original: Cell) -> Iterator[str]:
    if original.source.strip() not in (cell.source.strip() for cell in cells):
        first_line = original.source.strip().partition("\n")[0][:60]
        done = "changed" if original.id in (cell.id for cell in cells) else "deleted"
        yield f"the cell `{first_line}` was {done}; the original was run"


def _other_student(cells: list[SubmittedCell], student: str) -> Iterator[str]:
    written = [match[2].strip() for cell in cells if (match := IDENTIFIER.fullmatch(cell.source))]
    if fold(student) not in map(fold, written):
        said = f"says student = {written[0]!r}" if written else "does not say whose it is"
        yield f"the notebook {said}; graded as {student!r}"


def fold(name: str) -> str:
    """Return a name as file systems compare it that know neither case nor forms of accents.

    >>> fold("Jose\u0301") == fold("JOS\u00c9")
    True
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def is_left_over(path: Path) -> bool:
    """Tell whether a file or folder is what a system, Jupyter or Python leaves behind."""
    return path.name.startswith("._") or path.name in LEFT_OVER


def _inside(folder: Path) -> Path:
    """The folder itself, or the only one in it."""
    content = [each for each in folder.iterdir() if not is_left_over(each)]
    alone = len(content) == 1 and content[0].is_dir() and not content[0].is_symlink()
    return _inside(content[0]) if alone else folder


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        folders[:] = [name for name in folders if not is_left_over(Path(name))]
        paths = (Path(parent, name) for name in [*names, *links])
        yield from (path for path in paths if not is_left_over(path))


def _read_cell(cell: dict[str, Any]) -> SubmittedCell:
    source = cell.get("source")
    lines = source if isinstance(source, list) else [source]
    text = "".join(each for each in lines if isinstance(each, str))
    id, kind = (_text(cell.get(key)) for key in ("id", "cell_type"))
    return SubmittedCell(
        id, _ours(cell, "question"), kind, text.replace("\r\n", "\n").replace("\r", "\n")
    )


def _ours(part: dict[str, Any], key: str) -> str:
    """What a notebook's or a cell's metadata hold of ours."""
    metadata = part.get("metadata")
    ours = metadata.get(METADATA_KEY) if isinstance(metadata, dict) else None
    return _text(ours.get(key)) if isinstance(ours, dict) else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
