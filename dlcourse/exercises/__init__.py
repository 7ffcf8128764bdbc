"""Exercises that check an answer on the spot; one module per lesson declares them.

>>> from dlcourse.exercises import number
>>> largest_rate = number(
...     "Plain descent on w² / 2 · 4: from which learning rate on does it diverge?",
...     right=0.5,
...     wrong={0.25: "At 1 / curvature one step lands in the minimum. It can be twice that."},
...     hints=["One step multiplies w by (1 - learning_rate · curvature)."],
...     solution="2 / 4 = 0.5",
...     because="Beyond it the factor is below -1, so each step ends farther out.",
... )
>>> largest_rate.check(...)
Not attempted yet. Put your answer in place of `...` and run the cell again.
>>> largest_rate.check(0.25)
Not yet: At 1 / curvature one step lands in the minimum. It can be twice that.
>>> largest_rate.hint()
Hint 1 of 1: One step multiplies w by (1 - learning_rate · curvature).
>>> largest_rate.check(1 / 2)
Right. Beyond it the factor is below -1, so each step ends farther out.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from dlcourse.exercises.answers import choice, function, number, rule
from dlcourse.exercises.catalogue import LessonExercises, every_exercise, find, lesson_numbers
from dlcourse.exercises.exercise import Exercise, Text, Verdict
from dlcourse.exercises.prediction import Prediction

__all__ = [
    "Exercise",
    "LessonExercises",
    "Prediction",
    "Text",
    "Verdict",
    "choice",
    "every_exercise",
    "find",
    "function",
    "number",
    "rule",
]


class _Exercises(ModuleType):
    """This folder: a lesson in it is its exercises, which a notebook lists, and no module."""

    def __getattr__(self, name: str) -> LessonExercises:
        """Load a lesson's exercises on first use, as in `dl.exercises.lesson_07`."""
        if name.removeprefix("lesson_") not in lesson_numbers():
            raise AttributeError(f"module 'dlcourse.exercises' has no attribute '{name}'")
        importlib.import_module(f"{__name__}.{name}")
        return vars(self)[name]

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("lesson_") and isinstance(value, ModuleType):
            value = LessonExercises(value)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Exercises
