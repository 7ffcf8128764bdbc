"""Students' notebook and key: what is in which, and that nothing leaks."""

from __future__ import annotations

import json

import nbformat
import pytest
from small_assignment import NAME, SOURCE

from dlcourse.assignment.authoring.folder import build, key_path, new_assignment
from dlcourse.assignment.authoring.key import read_key
from dlcourse.assignment.authoring.notebooks import key_notebook, student_notebook
from dlcourse.assignment.authoring.source import parse_source

SECRETS = [
    "2 * x",  # a solution
    "data.mean()",
    "Because it is so.",
    "double(4)",  # a hidden check
    "must take an array",
    "rows",  # what prepares them
    "hidden",
    "points",
]


@pytest.fixture(scope="module")
def assignment():
    return parse_source(SOURCE, NAME)


def test_no_secret_is_in_the_student_s_notebook(assignment):
    text = nbformat.writes(student_notebook(assignment))
    assert [secret for secret in SECRETS if secret in text] == []
    assert [
        secret for secret in SECRETS if secret not in nbformat.writes(key_notebook(assignment))
    ] == []


def test_the_student_s_notebook(assignment):
    notebook = student_notebook(assignment)
    nbformat.validate(notebook)
    answers = [cell for cell in notebook.cells if "dlcourse" in cell.metadata]
    assert [cell.metadata.dlcourse for cell in answers] == [
        {"question": name} for name in ("double", "mean", "step", "explain")
    ]
    assert answers[0].source == "def double(x): ..."
    kept = [cell.source for cell in notebook.cells if cell.metadata.get("deletable") is False]
    assert kept == ['student = "your identifier"', *(cell.source for cell in answers)]


def test_the_key_is_read_back(assignment, tmp_path):
    notebook = key_notebook(assignment)
    nbformat.validate(notebook)
    nbformat.write(notebook, tmp_path / "key.ipynb")
    assert read_key(tmp_path / "key.ipynb") == assignment


def test_the_key_runs_as_a_notebook(assignment):
    values: dict = {}
    for cell in key_notebook(assignment).cells:
        if cell.cell_type == "code":
            exec(cell.source, values)
    assert values["double"](1) == 2


def test_rebuilding_changes_nothing(small):
    before = {path: path.read_bytes() for path in small.rglob("*.*")}
    build(small)
    assert {path: path.read_bytes() for path in small.rglob("*.*")} == before


def test_a_new_assignment_is_the_sample(tmp_path):
    folder = new_assignment(tmp_path / "final")
    assert read_key(key_path(folder)).name == "final"
    student = json.loads((folder / "student" / "final.ipynb").read_text(encoding="utf-8"))
    assert student["metadata"]["dlcourse"] == {"assignment": "final"}
    text = json.dumps(student)
    for secret in ("np.roll", "keras.layers.Dense(128", "better = ", "beta_2**t"):
        assert secret in (folder / "final.py").read_text(encoding="utf-8")
        assert secret not in text
