"""What grading one submission found: points per question, messages, and what else to know."""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass, field
from typing import Any

WITHIN_REPORT = 2000  # characters of a text that a person is to read


@dataclass
class QuestionResult:
    """One question of one student.

    Args:
        name: the question's name.
        possible: its points.
        by_hand: whether a person gives them.
        state: "right", "partly right", "wrong", "crashed", "timed out", "stopped",
            "not attempted", "missing", "to be read" or "not graded".
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
        questions: in the order of the assignment.
        notes: what was done to other cells, and what the grader met.
        graded: false if the grader itself failed.
    """

    assignment: str
    student: str
    submission: str
    questions: list[QuestionResult]
    notes: list[str] = field(default_factory=list)
    graded: bool = True

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


def _points(question: QuestionResult) -> str:
    if question.by_hand:
        return f"up to {question.possible:g} points, by hand"
    return f"{question.points:g} of {question.possible:g} points"


def _quoted(texts: list[str]) -> list[str]:
    """Texts set off as code, so that nothing in them can look like a part of the report."""
    lines = []
    for text in texts:
        wrapped = [textwrap.wrap(line, 100) or [""] for line in text[:WITHIN_REPORT].splitlines()]
        lines += ["", *(f"    {line}" for part in wrapped for line in part)]
    return lines
