"""One small assignment, and the batch of honest and hostile submissions that is graded once."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from small_assignment import ISOLATION, LIMITS, NAME, SOURCE
from submissions import hand_in

from dlcourse.assignment.authoring.folder import build, key_path
from dlcourse.assignment.grading.batch import grade_batch


@pytest.fixture(scope="session")
def small(tmp_path_factory) -> Path:
    """The folder of the small assignment, built."""
    folder = tmp_path_factory.mktemp("assignments") / NAME
    folder.mkdir()
    (folder / f"{NAME}.py").write_text(SOURCE, encoding="utf-8")
    build(folder)
    return folder


@pytest.fixture
def student_notebook(small) -> Path:
    return small / "student" / f"{NAME}.ipynb"


@pytest.fixture(scope="session")
def batch(small, tmp_path_factory) -> SimpleNamespace:
    """Every submission graded, in one go: reports as written, by student, and the table's rows."""
    folder, output = tmp_path_factory.mktemp("submitted"), tmp_path_factory.mktemp("reports")
    submissions = hand_in(small / "student" / f"{NAME}.ipynb", folder)
    yielded = list(grade_batch(submissions, key_path(small), output, LIMITS, ISOLATION))
    rows = list(csv.DictReader((output / "class.csv").open(encoding="utf-8")))
    return SimpleNamespace(
        reports={path.stem: json.loads(path.read_text("utf-8")) for path in output.glob("*.json")},
        texts={path.stem: path.read_text("utf-8") for path in output.glob("*.md")},
        rows={row["student"]: row for row in rows},
        submissions=submissions,
        yielded=yielded,
        output=output,
    )
