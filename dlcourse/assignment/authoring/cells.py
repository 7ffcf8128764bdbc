"""An assignment: its cells, its questions, and what each is worth."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

SECONDS = 60  # a question's time, unless its stub says otherwise


class AssignmentError(ValueError):
    """A source, a key or a path that cannot be used; the message is one line."""


@dataclass(frozen=True)
class Cell:
    """A cell of an assignment.

    Args:
        id: its id in every notebook made from the source.
        role: what it is for; a stub and its solution are one answer.
        source: its text; an answer's is the solution.
        markdown: whether it is text.
        question: the question that it answers or checks.
        points: what a check gives, or an answer that a person reads.
        seconds: how long an answer and its checks may take.
        stub: what the student finds in place of the answer.
    """

    id: str
    role: Literal["shown", "student", "setup", "answer", "hidden"]
    source: str
    markdown: bool = False
    question: str = ""
    points: float = 0
    seconds: float = SECONDS
    stub: str = ""

    @property
    def names(self) -> list[str]:
        """What an answer must define: the names that its stub does."""
        return [] if self.markdown else defined_names(self.stub)


@dataclass(frozen=True)
class Assignment:
    """A name and cells; `answers` are its questions, in order."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def answers(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.role == "answer"]

    def checks(self, question: str) -> list[Cell]:
        return [c for c in self.cells if c.role == "hidden" and c.question == question]

    def points(self, answer: Cell) -> float:
        """The points of a question, whoever gives them."""
        return answer.points or sum(check.points for check in self.checks(answer.question))

    @property
    def checked_points(self) -> float:
        """The points that checks give, all together."""
        return sum(self.points(answer) for answer in self.answers if not answer.markdown)


def defined_names(source: str) -> list[str]:
    """Return the names that a cell defines, in order.

    >>> defined_names("def momentum(w): ...\\nrate, loss = ..., ...")
    ['momentum', 'rate', 'loss']
    """
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return []
    return list(dict.fromkeys(name for each in statements for name in _names(each)))


def _names(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
        stores = (n for n in ast.walk(statement) if isinstance(n, ast.Name))
        yield from (name.id for name in stores if isinstance(name.ctx, ast.Store))
