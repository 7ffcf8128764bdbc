"""An exercise: a question that checks its answer, gives hints and shows a solution."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dlcourse.checks import expect
from dlcourse.conformance.learner_code import held_back
from dlcourse.exercises.student_code import describe_crash, unfinished

Checker = Callable[[Any], "str | None"]

_OPENINGS = {
    "not attempted": "Not attempted yet. ",
    "noted": "Noted. ",
    "wrong": "Not yet: ",
    "surprise": "Surprise: ",
    "right": "Right. ",
}


class Text(str):
    """A text that a notebook shows as it is, without quotation marks, in lines of 88 columns.

    >>> from dlcourse.exercises import Text
    >>> Text("Hint 1 of 2: draw it.")
    Hint 1 of 2: draw it.
    """

    def __repr__(self) -> str:
        return "\n".join(textwrap.fill(line, 88) for line in self.splitlines())


@dataclass(frozen=True, repr=False)
class Verdict:
    """What a check found; true only if the answer is right.

    Args:
        state: "right", "wrong" or "not attempted"; for predictions also "noted" and "surprise".
        message: the reason, for the learner.
        printed: how many lines the answer printed while it was checked, and their beginning.

    Raises:
        ValueError: `state` is none of these.

    >>> from dlcourse.exercises import Verdict
    >>> Verdict("wrong", "the velocity has the wrong sign.")
    Not yet: the velocity has the wrong sign.
    """

    state: Literal["not attempted", "noted", "wrong", "surprise", "right"]
    message: str = ""
    printed: str = ""

    def __post_init__(self) -> None:
        known = isinstance(self.state, str) and self.state in _OPENINGS
        expect(known, "state", f"one of {', '.join(map(repr, _OPENINGS))}", self.state)
        expect_text("message", self.message, "a sentence")
        expect_text("printed", self.printed, "a sentence")

    def __bool__(self) -> bool:
        return self.state == "right"

    def __repr__(self) -> str:
        verdict = (_OPENINGS[self.state] + self.message).rstrip()
        return repr(Text(f"{verdict}\n{self.printed}".rstrip()))


class Exercise:
    """A question with a check, hints and a solution.

    Most exercises are made by `number`, `choice`, `function`, `rule` or `Prediction`; this class
    takes any check.

    Args:
        question: what is asked, as the lesson asks it.
        checker: a function of the answer: what is wrong with it, or None if it is right. Whatever
            the answer raises while it is checked is reported as the student's.
        hints: from a nudge to nearly the answer.
        solution: the worked answer, as text or as code.
        because: a sentence why it is right; shown with "Right." and with the solution.
        answer: the right answer, where it is a number or one of several options.

    Raises:
        ValueError: `checker` is no function, `hints` is a string, or a text is missing.

    >>> from dlcourse.exercises import Exercise
    >>> def even(answer):
    ...     return None if answer % 2 == 0 else f"{answer} leaves a remainder of 1."
    >>> exercise = Exercise("Name an even number.", even, hints=["Try 2."], solution="2")
    >>> exercise.check(3)
    Not yet: 3 leaves a remainder of 1.
    >>> exercise.check(4)
    Right.
    """

    def __init__(
        self,
        question: str,
        checker: Checker,
        *,
        hints: Sequence[str] = (),
        solution: str,
        because: str = "",
        answer: float | str | None = None,
    ) -> None:
        expect_text("question", question, "a sentence", empty=False)
        expect(callable(checker), "checker", "a function of the answer", checker)
        listed = isinstance(hints, (list, tuple)) and all(isinstance(hint, str) for hint in hints)
        expect(listed, "hints", "a list of sentences", hints)
        expect_text("solution", solution, "the worked answer", empty=False)
        expect_text("because", because, "a sentence")
        self.question = Text(question)
        self.hints = tuple(hints)
        self.solution_text = textwrap.dedent(solution).strip()
        self.because = because
        self.answer = answer
        self._checker = checker
        self._hints_shown = 0

    def __repr__(self) -> str:
        return repr(self.question)

    def check(self, answer: Any) -> Verdict:
        """Say whether the answer is right, and if not, what is wrong with it.

        What the answer prints meanwhile comes after the verdict, and only its beginning.

        Args:
            answer: the learner's number, choice or function; `...` while there is none.

        Returns:
            A verdict that reads as a sentence and is true if the answer is right.
        """
        with held_back() as printed:
            try:
                mistake = self._checker(answer)
            except (Exception, SystemExit) as error:
                mistake = describe_crash(error, self._checker)
        if mistake is None:
            return Verdict("right", self.because, str(printed))
        # Only now: an Ellipsis may be part of a right answer.
        if lacking := unfinished(answer):
            return Verdict("not attempted", lacking)
        return Verdict("wrong", mistake, str(printed))

    def hint(self) -> Text:
        """Show the next hint; each call shows one more."""
        if self._hints_shown == len(self.hints):
            return Text("There are no more hints. solution() shows a worked answer.")
        self._hints_shown += 1
        text = self.hints[self._hints_shown - 1]
        return Text(f"Hint {self._hints_shown} of {len(self.hints)}: {text}")

    def solution(self) -> Text:
        """Show the worked answer and why it is right."""
        return Text(f"{self.solution_text}\n\n{self.because}".rstrip())


def expect_text(name: str, value: Any, expected: str, *, empty: bool = True) -> None:
    """Raise unless `value` is a string, and not an empty one where that is not allowed."""
    expect(isinstance(value, str) and (empty or bool(value.strip())), name, expected, value)
