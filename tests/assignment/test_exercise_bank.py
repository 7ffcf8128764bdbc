"""The lessons' exercises in an assignment: each by its name, some with own numbers."""

from __future__ import annotations

import math

import pytest

from dlcourse.assignment.authoring.cells import AssignmentError
from dlcourse.assignment.authoring.exercise_bank import exercise_source
from dlcourse.assignment.authoring.own_numbers import OWN, own_exercise, own_numbers
from dlcourse.assignment.authoring.source import parse_source
from dlcourse.exercises import every_exercise, find

# Their answers are no code, or a compiled model, which does not leave the student's process.
NOT_TO_BE_GRADED = {"01.small_network", "01.repair_the_loss"}
NAMES = [f"{lesson}.{name}" for lesson, name in every_exercise()]


@pytest.mark.parametrize("name", OWN)
def test_the_lesson_s_numbers_have_the_lesson_s_answer(name):
    own = OWN[name]
    first = {key: values[0] for key, values in own.choices.items()}
    assert math.isclose(own.right(**first), find(name).answer, rel_tol=0.01)


@pytest.mark.parametrize("name", OWN)
def test_each_student_has_numbers_that_another_s_answer_does_not_fit(name):
    students = [f"student {number}" for number in range(40)]
    drawn = [own_exercise(name, student) for student in students]
    assert all(exercise.check(exercise.answer) for exercise in drawn)
    assert sum(bool(exercise.check(drawn[0].answer)) for exercise in drawn) < 20
    for exercise, student in zip(drawn, students, strict=True):
        numbers = own_numbers(name, student)
        assert own_numbers(name, student) == numbers
        assert all(f"{value:g}" in exercise.question for value in numbers.values())


@pytest.mark.parametrize("name", sorted({*NAMES} - NOT_TO_BE_GRADED))
def test_every_exercise_becomes_a_question_that_its_answer_passes(name):
    assignment = parse_source(exercise_source("an exam", [name]), "exam")
    (answer,) = assignment.answers
    (check,) = assignment.checks(answer.question)
    assert assignment.points(answer) == 2
    values: dict = {}
    for cell in assignment.cells:
        if cell.role in ("student", "setup") or (cell.role == "hidden" and not cell.question):
            exec(cell.source, values)
    with pytest.raises(AssertionError):
        exec(f"{answer.stub}\n{check.source}", dict(values))
    exec(f"{answer.source}\n{check.source}", values)


def test_the_student_sees_neither_answer_nor_check():
    names = ["07.largest_rate", "07.torch_momentum"]
    assignment = parse_source(exercise_source("an exam", names), "exam")
    shown = [cell.stub or cell.source for cell in assignment.cells if cell.role != "hidden"]
    text = "\n".join(shown)
    assert "own_numbers('07.largest_rate', student)" in text
    assert "has curvature `curvature` and momentum=`momentum`." in " ".join(text.split())
    assert "def torch_momentum(w, g, state, learning_rate, momentum): ..." in text
    for secret in ("own_exercise", ".check(", "state.get", "verdict"):
        assert secret not in text


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["07.largest_rat"], "must be one of '07.which_direction'"),
        (["99.x"], "with a lesson of 01"),
        (["07.largest_rate", "07.largest_rate"], "each exercise can be named once"),
        (["01.small_network"], "01.small_network has no worked answer that could be run"),
    ],
)
def test_what_cannot_be_asked(names, told):
    with pytest.raises(AssignmentError, match=told):
        exercise_source("an exam", names)
