"""Where the lessons are: in the repository, or, where only the package is installed, inside it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from dlcourse.checks import expect

_PACKAGE = Path(__file__).parents[1]


@dataclass(frozen=True)
class Lesson:
    """A lesson as its first cell describes it.

    Args:
        path: the notebook.
        question: its title, without the number.
        minutes: how long it takes; empty if it does not say.
        readable: whether the file is a notebook.
    """

    path: Path
    question: str
    minutes: str
    readable: bool = True

    @property
    def number(self) -> str:
        return self.path.name[:2]

    @property
    def name(self) -> str:
        """What it is about, as in "weight penalties"."""
        return self.path.stem[3:].replace("_", " ")


def own_folder() -> Path:
    """Return the folder of the learner's own copy: below the clone, or below the user's home."""
    return _PACKAGE.parent / "my-lessons" if in_repository() else Path.home() / "dlcourse-lessons"


def lessons_folder() -> Path:
    """Return the folder of the notebooks; `in_repository` tells which kind it is.

    >>> lessons_folder().name
    'lessons'
    """
    repository = _PACKAGE.parent / "lessons"
    return repository if in_repository() else _PACKAGE / "lessons"


def in_repository() -> bool:
    """Tell whether the package is used from a clone, with the lessons' sources beside it."""
    return (_PACKAGE.parent / "lessons" / "src").is_dir()


def find_lessons(folder: Path) -> list[Lesson]:
    """Return the lessons in a folder, in reading order."""
    return [_read_lesson(path) for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))]


def select_lesson(lessons: list[Lesson], name: str) -> Lesson:
    """Return the lesson with a number, as "7" or "07", or a file's name.

    Raises:
        ValueError: there is none.

    >>> select_lesson(find_lessons(lessons_folder()), "7").name
    'momentum'
    """
    wanted = f"{int(name):02d}" if re.fullmatch(r"[0-9]{1,3}", name) else name
    found = [each for each in lessons if wanted in (each.number, each.path.stem, each.path.name)]
    known = ", ".join(lesson.number for lesson in lessons)
    expect(len(found) == 1, "lesson", f"one of {known or 'none, there are no lessons'}", name)
    return found[0]


def _read_lesson(path: Path) -> Lesson:
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        opening = "".join(cells[0]["source"]) if cells else ""
    except (OSError, ValueError, KeyError, TypeError):  # one damaged file must not hide the others
        return Lesson(path, "", "", readable=False)
    question = re.search(r"^# (?:\d+ · )?(.*)$", opening, re.MULTILINE)
    minutes = re.search(r"(\d+) min", opening)
    return Lesson(path, question[1] if question else "", minutes[1] if minutes else "")
