"""The README's table of lessons is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = sorted((ROOT / "lessons" / "src").glob("[0-9][0-9]_*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_lesson_is_listed_with_its_question_and_minutes(source) -> None:
    text = source.read_text(encoding="utf-8")
    number, question = re.search(r"^# # (\d\d) · (.+)$", text, re.MULTILINE).groups()
    minutes = re.search(r"\*\*About (\d+) minutes", text).group(1)
    (row,) = re.findall(rf"^\| \*\*{number}\*\* \|.*$", README, re.MULTILINE)
    assert f"(lessons/{source.stem}.ipynb)" in row
    assert re.search(rf"\| {re.escape(question)} \| {minutes} \| \d+ s \|$", row)


def test_no_lesson_is_missing() -> None:
    assert len(SOURCES) == len(re.findall(r"^\| \*\*\d\d\*\* \|", README, re.MULTILINE)) == 17


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", README))
def test_link_leads_somewhere(target) -> None:
    assert (ROOT / target).exists()
