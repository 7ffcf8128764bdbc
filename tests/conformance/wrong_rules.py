"""Wrong rules as learners write them, and what `conform` must call them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dlcourse.conformance import conform
from dlcourse.conformance.mistakes import Mistake


class WrongRules(list):
    """Parameters of a test: a rule, the Keras object, the mistake's name, a part of the hint."""

    def __call__(self, keras_object: Any, mistake: str, says: str) -> Callable[[Any], Any]:
        def record(rule: Callable) -> Callable:
            parameters = rule, keras_object, mistake, says
            self.append(pytest.param(*parameters, id=f"{type(keras_object).__name__}: {mistake}"))
            return rule

        return record

    def names(self) -> set[str]:
        return {parameter.values[2] for parameter in self}


def assert_recognized(rule: Callable, keras_object: Any, mistake: str, says: str) -> None:
    report = conform(rule, keras_object)
    assert not report
    assert report.mistake == mistake
    assert says in report.hint
    assert report.difference.startswith("First difference: ")


def names(mistakes: list[Mistake]) -> set[str]:
    return {mistake.name for mistake in mistakes}
