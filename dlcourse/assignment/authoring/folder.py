"""An assignment's folder: NAME/NAME.py, the notebook to hand out, and the grader's key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from dlcourse.assignment.authoring.cells import Assignment, AssignmentError
from dlcourse.assignment.authoring.exercise_bank import exercise_source
from dlcourse.assignment.authoring.notebooks import key_notebook, student_notebook, write_notebook
from dlcourse.assignment.authoring.source import parse_source

SAMPLE = "digit_classifier.py"


def new_assignment(folder: Path, exercises: Sequence[str] = ()) -> Path:
    """Write a folder with an assignment to be changed, and build it.

    Args:
        folder: to be written; its name is the assignment's.
        exercises: those of the lessons that it asks, such as "07.largest_rate"; the sample
            assignment if there are none.

    Raises:
        AssignmentError: the name cannot be used, something of that name is there, or there is no
            such exercise.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", folder.name):
        expected = "an assignment's name is of lower-case letters, digits, - and _"
        raise AssignmentError(f"{expected}. Received: {folder.name}")
    if folder.exists():
        raise AssignmentError(f"{folder} is there already; `assignment build` rebuilds it")
    if exercises:
        text = exercise_source(folder.name, exercises)
    else:
        sample = resources.files("dlcourse.assignment.authoring") / "sample" / SAMPLE
        text = sample.read_text(encoding="utf-8")
    folder.mkdir(parents=True)
    (folder / f"{folder.name}.py").write_text(text, encoding="utf-8", newline="\n")
    build(folder)
    return folder


def build(folder: Path) -> Assignment:
    """Write the student's notebook and the key from the source; the source stays as it is.

    Raises:
        AssignmentError: there is no source, or it is wrong.
    """
    name = folder.absolute().name
    source = folder / f"{name}.py"
    if not source.is_file():
        raise AssignmentError(f"{source}: no such source")
    assignment = parse_source(source.read_text(encoding="utf-8"), name)
    write_notebook(student_notebook(assignment), folder / "student" / f"{name}.ipynb")
    write_notebook(key_notebook(assignment), key_path(folder))
    return assignment


def key_path(folder: Path) -> Path:
    """Return the place of an assignment's key."""
    return folder / "key" / f"{folder.absolute().name}.ipynb"
