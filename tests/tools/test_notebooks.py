"""What must hold for each built notebook of the course, beyond what `pytest --nbval` compares."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import nbformat
import pytest
from build_lessons import check, orphans
from execution import execute, new_notebook
from fingerprint import read_notebook
from lesson_source import LESSONS, STUDENT, LessonSource, find_sources
from student_notebook import Outputs, outputs_of, own_cells, own_outputs


def test_there_are_lessons():
    assert find_sources()


def test_every_notebook_has_a_source():
    assert orphans(LESSONS) == []


@pytest.mark.parametrize("lesson", find_sources(), ids=lambda lesson: lesson.name)
def test_notebooks_are_as_built_and_keep_every_rule(lesson: LessonSource):
    assert check([lesson]) == [], "run `make lessons`"


@pytest.fixture(scope="module")
def run_again(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outputs]:
    """The students' own outputs, run in one kernel for all lessons, which forgets in between."""
    cells = []
    for lesson in find_sources():
        for cell in own_cells(lesson.cells()):
            cells.append(nbformat.from_dict({**cell, "id": f"{lesson.name[:2]}-{cell.id}"}))
        cells.append(nbformat.v4.new_code_cell("get_ipython().reset(new_session=False)"))
    notebook = new_notebook(cells)
    asyncio.run(execute(notebook, tmp_path_factory.mktemp("lessons")))
    found: dict[str, Outputs] = defaultdict(dict)
    for id, outputs in outputs_of(notebook).items():
        found[id[:2]][id[3:]] = outputs
    return found


@pytest.mark.parametrize("lesson", find_sources(), ids=lambda lesson: lesson.name)
def test_a_student_s_own_outputs_come_out_again(lesson: LessonSource, run_again):
    """All others are the worked notebook's, which nbval runs."""
    stored = outputs_of(read_notebook(lesson.notebook_path(STUDENT)))
    outputs = run_again[lesson.name[:2]]
    own = own_outputs(lesson.cells(), stored)
    assert own == {id: outputs[id] for id in own}
