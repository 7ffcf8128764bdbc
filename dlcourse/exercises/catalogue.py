"""Every exercise of the course, by lesson and name."""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from dlcourse.checks import expect
from dlcourse.exercises.exercise import Exercise


class LessonExercises(Mapping[str, Exercise]):
    """The exercises of one lesson by name, as attributes too; a notebook lists them.

    Args:
        module: what declares them.

    >>> from dlcourse.exercises import lesson_07
    >>> list(lesson_07)
    ['which_direction', 'largest_rate', 'steady_step', 'torch_momentum']
    >>> lesson_07.largest_rate.check(0.076)
    Right. Rate times curvature must stay below 2 (1 + β).
    """

    def __init__(self, module: ModuleType) -> None:
        self.number = module.__name__.rpartition("_")[2]
        self._exercises = {n: e for n, e in vars(module).items() if isinstance(e, Exercise)}

    def __getitem__(self, name: str) -> Exercise:
        return self._exercises[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._exercises)

    def __len__(self) -> int:
        return len(self._exercises)

    def __getattr__(self, name: str) -> Exercise:
        exercises = vars(self).get("_exercises", {})
        if name not in exercises:
            listed = ", ".join(exercises)
            raise AttributeError(f"no exercise is called {name!r}; there are {listed}", name=name)
        return exercises[name]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self})

    def __repr__(self) -> str:
        width = max(map(len, self))
        rows = [
            textwrap.shorten(f"{name} {exercise.question}", 86, placeholder=" ...")
            for name, exercise in self.items()
        ]
        names_and_questions = (row.split(" ", 1) for row in rows)
        listed = [f"  {name:<{width}}  {question}" for name, question in names_and_questions]
        return "\n".join([f"Exercises of lesson {self.number}:", *listed])


def lesson_numbers() -> list[str]:
    """Return the numbers of the lessons that have exercises.

    >>> lesson_numbers()[:2]
    ['01', '02']
    """
    modules = Path(__file__).parent.glob("lesson_*.py")
    return sorted(module.stem.removeprefix("lesson_") for module in modules)


def find(name: str) -> Exercise:
    """Return an exercise of the course by its lesson's number and its name.

    Args:
        name: number and name with a dot between, such as "07.largest_rate".

    Raises:
        ValueError: there is no such exercise; those of the lesson are named.

    >>> from dlcourse.exercises import find
    >>> find("07.largest_rate").check(2 / 50)
    Not yet: that is the limit without momentum. Momentum widens the range.
    """
    expect(isinstance(name, str), "name", "a lesson and an exercise, as '07.largest_rate'", name)
    number, _, short = name.partition(".")
    known = lesson_numbers()
    expect(number in known, "name", f"'LESSON.NAME' with a lesson of {', '.join(known)}", name)
    lesson = _lesson(number)
    listed = ", ".join(f"'{number}.{each}'" for each in lesson)
    expect(short in lesson, "name", f"one of {listed}", name)
    return lesson[short]


def every_exercise() -> dict[tuple[str, str], Exercise]:
    """Return all exercises of the course by lesson and name.

    >>> from dlcourse.exercises import every_exercise
    >>> ("07", "largest_rate") in every_exercise()
    True
    """
    lessons = map(_lesson, lesson_numbers())
    return {(lesson.number, name): lesson[name] for lesson in lessons for name in lesson}


def _lesson(number: str) -> LessonExercises:
    return LessonExercises(importlib.import_module(f"{__package__}.lesson_{number}"))
