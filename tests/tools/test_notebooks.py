"""What must hold for each built notebook of the course, beyond what `pytest --nbval` compares."""

from __future__ import annotations

import pytest
from build_lessons import check, orphans
from lesson_source import LESSONS, LessonSource, find_sources


def test_there_are_lessons():
    assert find_sources()


def test_every_notebook_has_a_source():
    assert orphans(LESSONS) == []


@pytest.mark.parametrize("lesson", find_sources(), ids=lambda lesson: lesson.name)
def test_notebooks_are_as_built_and_keep_every_rule(lesson: LessonSource):
    assert check([lesson]) == [], "run `make lessons`"
