"""Exercises by lesson and name."""

from __future__ import annotations

import importlib

import pytest

import dlcourse
from dlcourse.exercises import Exercise, every_exercise, find, function


def test_a_lesson_lists_its_exercises_however_it_was_loaded() -> None:
    module = importlib.import_module("dlcourse.exercises.lesson_07")
    lesson = dlcourse.exercises.lesson_07
    lines = repr(lesson).splitlines()
    assert lines[0] == "Exercises of lesson 07:"
    assert [line.split()[0] for line in lines[1:]] == list(lesson)
    assert all(lesson[name] is getattr(module, name) for name in lesson)
    assert max(map(len, lines)) <= 100 and "A direction has curvature 50" in lines[2]


def test_every_exercise_is_found_by_its_name() -> None:
    every = every_exercise()
    assert len({number for number, _ in every}) >= 17
    assert [name for number, name in every if number == "07"] == list(dlcourse.exercises.lesson_07)
    for (number, name), exercise in every.items():
        assert isinstance(exercise, Exercise)
        assert find(f"{number}.{name}") is exercise


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("07.largest", "`name` must be one of '07.which_direction', '07.largest_rate'"),
        ("07", "`name` must be one of '07.which_direction'"),
        ("7.largest_rate", "`name` must be 'LESSON.NAME' with a lesson of 01, 02"),
        (7, "`name` must be a lesson and an exercise, as '07.largest_rate'"),
    ],
)
def test_an_unknown_name_is_told_the_known_ones(name, told) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        find(name)
    assert told in str(error.value)


def test_a_lesson_names_its_exercises_where_one_is_missing() -> None:
    with pytest.raises(AttributeError, match="no exercise is called 'rate'; there are which_dir"):
        _ = dlcourse.exercises.lesson_07.rate
    with pytest.raises(AttributeError, match="has no attribute 'lesson_99'"):
        _ = dlcourse.exercises.lesson_99
    assert "largest_rate" in dir(dlcourse.exercises.lesson_07)


@pytest.mark.parametrize("nothing", [None, ...])
def test_a_function_that_returns_nothing_is_told_so(nothing) -> None:
    exercise = function("Write f.", lambda f: f(2) != 2 or None, solution="def f(x): return x")
    assert exercise.check(lambda x: x)
    assert exercise.check(lambda x: nothing).message.startswith("it returns nothing: end it with")
    assert exercise.check(3).message == "the answer is a function, not 3."
