"""Answers that prove the exercises' checkers: one module per lesson, `CASES` in each.

CASES = {
    "critical_rate": Case(
        right={"number": 0.02, "fraction": 2 / 100},
        wrong={"1 / curvature": (0.01, "one step lands"), ...},
    ),
}
"""

from __future__ import annotations

import copy
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlcourse.exercises import Exercise, Prediction, Verdict


@dataclass(frozen=True)
class Case:
    """Answers to one exercise, each under a label.

    Args:
        right: at least two right answers, written differently.
        wrong: at least three typical wrong answers, each with a part of the message meant for it.
        untouched: what the lesson's stub leaves as answer.
        repair: whether the stub is a broken training, which the check must find wrong.
        outcome: for a prediction, the outcome to compare with; a wrong guess is then a surprise.
    """

    right: Mapping[str, Any]
    wrong: Mapping[str, tuple[Any, str]]
    untouched: Any = ...
    outcome: str | None = None
    repair: bool = False

    def verdict(self, exercise: Exercise, answer: Any) -> Verdict:
        """Answer the exercise as a learner would, a prediction up to its comparison."""
        exercise = copy.deepcopy(exercise)  # a prediction stays what it was when it was compared
        verdict = exercise.check(answer)
        if isinstance(exercise, Prediction) and verdict.state == "noted":
            return exercise.compare(self.outcome)
        return verdict

    def problems(self, exercise: Exercise) -> list[str]:
        """List what the checker gets wrong on these answers, and which answers are missing."""
        found = []
        if len(self.right) < 2 or len(self.wrong) < 3:
            found.append("fewer than two right or three wrong answers")
        if len({part for _, part in self.wrong.values()}) < len(self.wrong):
            found.append("two wrong answers expect the same message")
        expected = "wrong" if self.repair else "not attempted"
        if (untouched := self.verdict(exercise, self.untouched)).state != expected:
            found.append(f"untouched: {untouched}")
        for label, answer in self.right.items():
            if not (verdict := self.verdict(exercise, answer)):
                found.append(f"right answer rejected ({label}): {verdict}")
        return found + self.survivors(exercise)

    def survivors(self, exercise: Exercise) -> list[str]:
        """List the wrong answers that are not rejected with the message meant for them."""
        found = []
        for label, (answer, part) in self.wrong.items():
            verdict = self.verdict(exercise, answer)
            if verdict.state not in ("wrong", "surprise") or part not in verdict.message:
                found.append(f"wrong answer without its message ({label}): {verdict}")
        return found


def load_cases(lesson: str) -> Mapping[str, Case]:
    """Return the cases of a lesson, such as "07", by the exercise's name."""
    return importlib.import_module(f"exercise_cases.lesson_{lesson}").CASES
