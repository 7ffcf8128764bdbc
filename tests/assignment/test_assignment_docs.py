"""The page on assignments: its example is an assignment, and its words are the grader's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_assignment import ISOLATION

from dlcourse.assignment.authoring.folder import build, key_path
from dlcourse.assignment.authoring.source import ROLES
from dlcourse.assignment.grading.batch import grade_batch
from dlcourse.assignment.sandbox.isolation import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "assignments.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assignments") / "example"
    folder.mkdir()
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (folder / "example.py").write_text(code, encoding="utf-8")
    return folder


def test_the_example_is_an_assignment_that_its_solution_solves(example):
    assignment = build(example)
    stated = int(re.search(r"\((\d+) points\)", assignment.cells[0].source)[1])
    assert sum(assignment.points(answer) for answer in assignment.answers) == stated
    (report,) = grade_batch(
        [key_path(example)], key_path(example), example / "out", Limits(60, 2), ISOLATION
    )
    assert (report.points, report.possible, report.by_hand) == (4, 4, 5)


def test_every_tag_is_explained():
    explained = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert explained == list(ROLES)
