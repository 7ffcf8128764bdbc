"""Reading the grader's key, which `notebooks` writes."""

from __future__ import annotations

import json
from pathlib import Path

from dlcourse.assignment.authoring.cells import Assignment, AssignmentError, Cell

METADATA_KEY = "dlcourse"  # where a notebook's and a cell's metadata hold ours


def read_key(path: Path) -> Assignment:
    """Read an assignment back from its key.

    Raises:
        AssignmentError: the file is no key.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = tuple(Cell(**cell["metadata"][METADATA_KEY]["key"]) for cell in notebook["cells"])
        name = notebook["metadata"][METADATA_KEY]["assignment"]
    except OSError as error:
        raise AssignmentError(f"{path}: {error.strerror}") from error
    except Exception as error:
        raise AssignmentError(f"{path}: not a key that `assignment build` wrote") from error
    return Assignment(name, cells)
