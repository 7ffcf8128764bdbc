"""The lessons are found, described and named."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dlcourse.course.files import find_lessons, in_repository, lessons_folder, select_lesson

ROOT = Path(__file__).parents[2]


@pytest.fixture
def lessons(tmp_path):
    openings = {
        "10_optimizer_race": "# 10 · Which optimizer should I pick?\n\n**About 40 minutes.** You",
        "07_weight_penalties": "# Why does it help?\n\n*35 min*",
        "notes": "# No lesson",
    }
    for name, text in openings.items():
        cell = {"cell_type": "markdown", "source": text.splitlines(keepends=True)}
        (tmp_path / f"{name}.ipynb").write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    return find_lessons(tmp_path)


def test_lessons_are_described_in_reading_order(lessons):
    assert [(each.number, each.name, each.question, each.minutes) for each in lessons] == [
        ("07", "weight penalties", "Why does it help?", "35"),
        ("10", "optimizer race", "Which optimizer should I pick?", "40"),
    ]


@pytest.mark.parametrize(
    "name", ["7", "07", "007", "07_weight_penalties", "07_weight_penalties.ipynb"]
)
def test_a_lesson_is_selected(lessons, name):
    assert select_lesson(lessons, name) is lessons[0]


@pytest.mark.parametrize("name", ["8", "0", "seven", "07_", "../07", "-7", "٧", "1e1", ""])
def test_no_such_lesson(lessons, name):
    message = re.escape(f"`lesson` must be one of 07, 10. Received: lesson={name!r}")
    with pytest.raises(ValueError, match=message):
        select_lesson(lessons, name)


def test_no_lesson_at_all(tmp_path):
    with pytest.raises(ValueError, match="there are no lessons"):
        select_lesson(find_lessons(tmp_path), "7")


def test_the_repository_s_lessons_say_question_and_minutes():
    assert in_repository() and lessons_folder() == ROOT / "lessons"
    found = find_lessons(lessons_folder())
    assert len(found) >= 7
    for lesson in found:
        assert lesson.question.endswith("?"), lesson.path.name
        assert 10 <= int(lesson.minutes) <= 90, lesson.path.name
