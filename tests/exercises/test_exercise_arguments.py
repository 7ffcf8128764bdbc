"""Whatever an exercise is made of or answered with works, or the error names the argument."""

from __future__ import annotations

import copy

import keras
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_calls import calls, fault, odd

from dlcourse.exercises import (
    Exercise,
    Prediction,
    Verdict,
    choice,
    every_exercise,
    find,
    function,
    number,
    rule,
)

TEXTS = {"hints": ["Look."], "solution": "1", "because": "So it is."}
WRONG = {"wrong": {2: "no"}}
faster = Prediction("Faster?", ["plain", "momentum"])

CALLS = calls(
    (number, {"question": "?", "right": 1, "tolerance": 0.1, **WRONG, **TEXTS},
     ["question", "right", "tolerance", "wrong", *TEXTS]),
    (choice, {"question": "?", "right": "a", "wrong": {"b": "no"}, **TEXTS},
     ["question", "right", "wrong", *TEXTS]),
    (function, {"question": "?", "checker": len, **TEXTS}, ["question", "checker", *TEXTS]),
    (Exercise, {"question": "?", "checker": len, **TEXTS}, ["question", "checker", *TEXTS]),
    (rule, {"question": "?", "keras_object": keras.optimizers.SGD(), **TEXTS},
     ["question", "keras_object", *TEXTS]),
    (Prediction, {"question": "?", "options": ["a", "b"], "because": ""},
     ["question", "options", "because"]),
    (faster.compare, {}, ["outcome"]),
    (Verdict, {"state": "right", "message": "", "printed": ""}, ["state", "message", "printed"]),
    (find, {}, ["name"]),
)  # fmt: skip


@settings(max_examples=600, derandomize=True, deadline=None)
@given(st.sampled_from(CALLS), odd)
def test_odd_values_work_or_are_named(call, value):
    assert fault(*call, value) == ""


EVERY = [copy.deepcopy(exercise) for exercise in every_exercise().values()]


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.sampled_from(EVERY), odd)
def test_any_answer_gets_a_verdict(exercise, answer):
    verdict = exercise.check(answer)
    assert isinstance(verdict, Verdict) and repr(verdict)
