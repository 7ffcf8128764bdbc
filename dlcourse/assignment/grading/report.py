"""What grading one submission found: points per question, messages, and what else to know."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass, field, fields
from typing import Any

WITHIN_REPORT = 2000  # characters of a text that a person is to read
STATES = (
    "right", "partly right", "wrong", "crashed", "timed out", "stopped", "not attempted",
    "missing", "to be read", "not graded",
)  # fmt: skip


@dataclass
class QuestionResult:
    """One question of one student.

    Args:
        name: the question's name.
        possible: its points.
        by_hand: whether a person gives them.
        state: one of `STATES`.
        points: what was given.
        messages: what was wrong.
        text: an answer that a person is to read.
    """

    name: str
    possible: float
    by_hand: bool = False
    state: str = "not graded"
    points: float = 0
    messages: list[str] = field(default_factory=list)
    text: str = ""


@dataclass
class Report:
    """One student's report.

    Args:
        assignment: its name.
        student: the identifier.
        submission: the name of the file or folder.
        isolation: what kept the student's code apart.
        questions: in the order of the assignment.
        notes: what was done to other cells, and what the grader met.
        graded: false if the grader itself failed.
        origin: where the submission lies, as seen from the reports.
    """

    assignment: str
    student: str
    submission: str
    isolation: str
    questions: list[QuestionResult]
    notes: list[str] = field(default_factory=list)
    graded: bool = True
    origin: str = ""

    @property
    def points(self) -> float:
        return sum(question.points for question in self.questions)

    @property
    def possible(self) -> float:
        """The points that the checks can give."""
        return sum(each.possible for each in self.questions if not each.by_hand)

    @property
    def by_hand(self) -> float:
        """The points that a person can give."""
        return sum(each.possible for each in self.questions if each.by_hand)

    def to_dict(self) -> dict[str, Any]:
        """Everything, for JSON."""
        totals = {"points": self.points, "possible": self.possible, "by_hand": self.by_hand}
        return {**asdict(self), **totals}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Report:
        """Read back what `to_dict` gave.

        Raises:
            KeyError, TypeError: it is something else.
        """
        known = {each.name: told[each.name] for each in fields(cls)}
        known["questions"] = [QuestionResult(**each) for each in told["questions"]]
        return cls(**known)

    def to_markdown(self) -> str:
        """The report as a student reads it."""
        lines = [f"# {self.assignment}: {self.student}", "", self.summary() + "."]
        for question in self.questions:
            lines += ["", f"## {question.name}: {_points(question)}", "", question.state]
            lines += _quoted(question.messages) + _quoted([question.text] if question.text else [])
        if self.notes:
            lines += ["", "## Notes", *_quoted(self.notes)]
        return "\n".join(lines) + "\n"

    def summary(self) -> str:
        """The points in one line."""
        read = f", and {self.by_hand:g} to be given by hand" if self.by_hand else ""
        return f"{self.points:g} of {self.possible:g} points{read}"


def shorten(text: str) -> str:
    """Cut a text that is longer than a person reads, and say so.

    >>> shorten("word " * 1000)[-37:]
    'word word ... (cut: 5,000 characters)'
    """
    if len(text) <= WITHIN_REPORT:
        return text
    return f"{text[: WITHIN_REPORT - 50].rstrip()} ... (cut: {len(text):,} characters)"


def _points(question: QuestionResult) -> str:
    if question.by_hand:
        return f"up to {question.possible:g} points, by hand"
    return f"{question.points:g} of {question.possible:g} points"


def _quoted(texts: list[str]) -> list[str]:
    """Texts set off as code, so that nothing in them can look like a part of the report."""
    lines = []
    for text in texts:
        wrapped = [textwrap.wrap(line, 100) or [""] for line in shorten(text).splitlines()]
        lines += ["", *(f"    {line}" for part in wrapped for line in part)]
    return lines
