"""What must hold for each built notebook of the course, beyond what `pytest --nbval` compares."""

from __future__ import annotations

import pytest
from build_lessons import orphans
from fingerprint import changes, read_notebook
from lesson_rules import FORM_RULES, OUTPUT_RULES
from lesson_source import LESSONS, VARIANTS, Lesson, Variant, find_lessons
from nbformat import NotebookNode

BUILT = [
    pytest.param(lesson, variant, id=f"{variant.folder}/{lesson.name}")
    for lesson in find_lessons()
    for variant in VARIANTS
]


def test_there_are_lessons():
    assert find_lessons()


def test_every_notebook_has_a_source():
    assert orphans(LESSONS) == []


@pytest.mark.parametrize(("lesson", "variant"), BUILT)
def test_notebook_is_what_its_source_the_package_and_the_pins_give(
    lesson: Lesson, variant: Variant
):
    assert changes(lesson, variant, lesson.cells()) == [], "run `make lessons`"


@pytest.mark.parametrize("rule", OUTPUT_RULES + FORM_RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize(("lesson", "variant"), BUILT)
def test_notebook_keeps(lesson: Lesson, variant: Variant, rule):
    notebook: NotebookNode = read_notebook(lesson.notebook_path(variant))
    assert list(rule(notebook)) == []
