"""Which submissions are meant: notebooks and folders as they are named, or one folder of all."""

from __future__ import annotations

from pathlib import Path

from dlcourse.assignment.authoring.cells import AssignmentError
from dlcourse.assignment.grading.submission import is_left_over


def find_submissions(named: list[Path], assignment: str) -> list[Path]:
    """Return the submissions that are meant.

    Several paths are submissions, each. One folder alone is a submission if it holds one notebook;
    if it holds several, or folders of them, each of these is one.

    Args:
        named: the paths, as the teacher wrote them.
        assignment: its name: a folder of that name in a student's folder is what unpacking left.

    Raises:
        AssignmentError: a path is not there, or it is not clear what is meant.
    """
    missing = [str(path) for path in named if not path.exists()]
    if missing:
        raise AssignmentError(f"no such submission: {', '.join(missing)}")
    if len(named) > 1 or not named[0].is_dir():
        return list(dict.fromkeys(named))
    (folder,) = named
    inside = sorted(path for path in folder.iterdir() if not is_left_over(path))
    notebooks = [path for path in inside if path.suffix == ".ipynb"]
    folders = [path for path in inside if path.is_dir() and any(path.rglob("*.ipynb"))]
    if len(notebooks) == 1 and folders:
        raise AssignmentError(
            f"{folder} holds a notebook and folders with notebooks: name the submissions one by one"
        )
    archives = [path for path in inside if path.suffix == ".zip"]
    unpacked = [path.name for path in folders] == [assignment]
    if len(notebooks) == 1 or unpacked or not (notebooks or folders or archives):
        return [folder]
    return [path for path in inside if path.is_dir() or path in notebooks or path in archives]
