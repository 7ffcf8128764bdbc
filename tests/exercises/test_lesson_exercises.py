"""Every checker of every lesson, proven on right and wrong answers."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from exercise_cases import Case, load_cases

from dlcourse.exercises import Prediction, choice, every_exercise, number
from dlcourse.exercises.catalogue import lesson_numbers

EVERY = every_exercise()


@pytest.mark.parametrize("lesson", lesson_numbers())
def test_each_exercise_has_a_case(lesson) -> None:
    assert set(load_cases(lesson)) == {name for number, name in EVERY if number == lesson}


@pytest.mark.parametrize(("lesson", "name"), EVERY)
def test_checker(lesson, name, record_property) -> None:
    exercise, case = EVERY[lesson, name], load_cases(lesson)[name]
    # For the table at the end of the tests' output, which `checker_proof` prints.
    killed = len(case.wrong) - len(case.survivors(exercise))
    record_property("checker", (lesson, len(case.right), len(case.wrong), killed))
    assert case.problems(exercise) == []


@pytest.mark.parametrize(("lesson", "name"), EVERY)
def test_solution_is_right_and_said_why(lesson, name) -> None:
    exercise = EVERY[lesson, name]
    assert exercise.because, "a sentence why it is right"
    if isinstance(exercise, Prediction):
        return
    assert exercise.hints, "no hint"
    if "def " in exercise.solution_text:
        space = {"np": np, "tf": tf, "keras": keras, "SGD": keras.optimizers.SGD}
        space["Dense"] = keras.layers.Dense
        exec(exercise.solution_text, space)
        verdict = exercise.check(list(space.values())[-1])
        assert verdict, verdict


# The proof itself: each kind of fault is found.

RATE = number("Rate?", 0.5, wrong={0.25: "half of it", 2.0: "the inverse"}, solution="0.5")
GOOD = {
    "right": {"number": 0.5, "fraction": 1 / 2},
    "wrong": {
        "half": (0.25, "half of it"),
        "inverse": (2, "the inverse"),
        "large": (9, "too large"),
    },
}


def test_good_cases_pass() -> None:
    assert Case(**GOOD).problems(RATE) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"right": {"number": 0.5}}, "fewer than two right or three wrong answers"),
        ({"wrong": {"half": (0.25, "half of it")}}, "fewer than two right or three wrong answers"),
        ({"right": {"a": 0.5, "b": 0.6}}, "right answer rejected (b): Not yet: 0.6 is too large."),
        (
            {"wrong": {**GOOD["wrong"], "half": (0.25, "the double")}},
            "wrong answer without its message (half): Not yet: half of it",
        ),
        (
            {"wrong": {**GOOD["wrong"], "accepted": (0.501, "too exact")}},
            "wrong answer without its message (accepted): Right.",
        ),
        (
            {"wrong": {**GOOD["wrong"], "same": (8, "too large")}},
            "two wrong answers expect the same message",
        ),
        ({"untouched": 0.1}, "untouched: Not yet: 0.1 is too small."),
    ],
)
def test_faults_are_found(change, problem) -> None:
    assert Case(**{**GOOD, **change}).problems(RATE) == [problem]


def test_predictions_are_followed_to_their_comparison() -> None:
    faster = Prediction("Faster?", ["plain", "momentum", "neither"], because="Steps add up.")
    answers = {
        "right": {"guess": "momentum", "again": "momentum"},
        "wrong": {
            "plain": ("plain", "you predicted 'plain', and it is 'momentum'"),
            "neither": ("neither", "you predicted 'neither'"),
            "no option": ("both", "choose one of"),
        },
    }
    assert Case(**answers, outcome="momentum").problems(faster) == []
    assert len(Case(**answers, outcome="plain").problems(faster)) == 3


def test_a_choice_that_accepts_everything_is_found() -> None:
    exercise = choice("Which?", "a", {"b": "no", "c": "never"}, solution="a")
    exercise._checker = lambda answer: None
    case = Case(
        right={"a": "a", "A": "a"},
        wrong={"b": ("b", "no"), "c": ("c", "never"), "d": ("d", "choose")},
    )
    assert len(case.problems(exercise)) == 4  # untouched and three wrong answers
