"""An assignment's source: a py:percent file that holds questions, solutions and hidden checks.

Every cell has a role, given by its tag:

- `student`: the line `student = "..."`, where the students write their identifier;
- `setup`: shown, and run for the hidden checks too;
- `stub`: where an answer goes; `question="name"` in its header names it, `seconds=60` is the time
  it may take. The next cell, tagged `solution`, is the worked answer;
- `hidden`: a check that students do not get, with `question="name" points=2`; without a question
  it only prepares the checks.

Other cells are shown as they are. A stub in Markdown is read and given points by a person:
`# %% [markdown] tags=["stub"] question="explain" points=5`.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jupytext
from nbformat import NotebookNode

from dlcourse.assignment.authoring.cells import Assignment, AssignmentError, Cell, defined_names
from dlcourse.course.percent import LAYOUT_KEYS, cell_id

ROLES = ("student", "setup", "stub", "solution", "hidden")
HEADER_KEYS = {"tags", "question", "points", "seconds"}


def parse_source(text: str, name: str) -> Assignment:
    """Read a source.

    Raises:
        AssignmentError: a cell's header or the order of the cells is wrong.
    """
    try:
        cells = jupytext.reads(text, fmt={"extension": ".py", "format_name": "percent"}).cells
    except Exception as error:  # jupytext lets nbformat's, YAML's and JSON's errors through
        told = " ".join(str(error).split())[:200]
        raise AssignmentError(f"{name}: not a py:percent source: {told}") from error
    read = []
    for number, cell in enumerate(filter(lambda cell: cell.source.strip(), cells), start=1):
        first_line = cell.source.strip().partition("\n")[0][:50]
        ids = {each.id for each in read}
        read.append(
            _read_cell(
                cell,
                cell_id(cell.cell_type, cell.source, ids),
                f"{name}: cell {number}, `{first_line}`",
            )
        )
    assignment = Assignment(name, tuple(_join_answers(read, name)))
    _expect_sound(assignment)
    return assignment


def _read_cell(cell: NotebookNode, id: str, where: str) -> Cell:
    """One cell as written; solutions keep the role `answer`, stubs have their text as stub."""
    header = {key: value for key, value in cell.metadata.items() if key not in LAYOUT_KEYS}
    unknown = sorted(set(header) - HEADER_KEYS)
    _expect(not unknown, where, f"a header holds {', '.join(sorted(HEADER_KEYS))}", unknown)
    tags = header.pop("tags", [])
    usual = isinstance(tags, list) and len(tags) <= 1 and set(tags) <= set(ROLES)
    _expect(usual, where, f"a cell has one tag of {', '.join(ROLES)}, or none", tags)
    role, markdown = (tags or ["shown"])[0], cell.cell_type == "markdown"
    textual = role in ("shown", "stub", "solution")
    _expect(not markdown or textual, where, f"a cell tagged {role} is code", "[markdown]")
    read = Cell(id, role, cell.source, markdown, **header)
    _expect_header(read, header, where)
    return read


def _expect_header(cell: Cell, header: dict[str, Any], where: str) -> None:
    role, question = cell.role, cell.question
    allowed = {"stub": {"question", "points", "seconds"}, "hidden": {"question", "points"}}
    surplus = sorted(set(header) - allowed.get(role, set()))
    _expect(not surplus, where, "only stubs and hidden checks have such a header", surplus)
    named = isinstance(question, str) and re.fullmatch(r"[a-z0-9_]{1,50}", question)
    _expect(bool(named) or (role != "stub" and question == ""), where,
            "a question's name is of lower-case letters, digits and _", question)  # fmt: skip
    for key in ("points", "seconds"):
        number = header.get(key, 1)
        real = isinstance(number, (int, float)) and not isinstance(number, bool)
        _expect(real and 0 < number < math.inf, where, f"{key} is a number > 0", number)
    by_hand = role == "stub" and cell.markdown
    checked = role == "hidden" and bool(question)
    _expect(("points" in header) == (by_hand or checked), where,
            "hidden checks of a question have points, and stubs in Markdown", header)  # fmt: skip
    if role == "stub" and not cell.markdown:
        _expect(bool(defined_names(cell.source)), where, "a stub defines a name", cell.source)
    if role in ("setup", "hidden"):
        told = _not_python(cell.source)
        _expect(not told, where, "what the checks run is plain Python without magics", told)
    if role == "student":
        alone = re.fullmatch(r"student = (\"[^\"]*\"|'[^']*')", cell.source.strip())
        _expect(bool(alone), where, 'this cell is `student = "..."`', cell.source)


def _not_python(source: str) -> str:
    """Say what Python has against a cell, its warnings included: of an assertion that always holds,
    for example."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", SyntaxWarning)
        try:
            compile(source, "<cell>", "exec", 0, True, optimize=0)
        except (SyntaxError, ValueError) as error:
            return f"line {getattr(error, 'lineno', None) or 1}: {getattr(error, 'msg', error)}"
    return ""


def _join_answers(cells: list[Cell], name: str) -> Iterator[Cell]:
    """Make one answer of each stub and the solution that follows it."""
    stub = None
    for cell in cells:
        if stub:
            follows = cell.role == "solution" and cell.markdown == stub.markdown
            _expect(follows, name, f"after the stub of `{stub.question}` comes its solution",
                    cell.source)  # fmt: skip
            yield replace(stub, id=f"answer-{stub.question}", role="answer", source=cell.source,
                          stub=stub.source)  # fmt: skip
            stub = None
        elif cell.role == "stub":
            stub = cell
        else:
            _expect(cell.role != "solution", name, "a solution follows a stub", cell.source)
            yield cell
    _expect(stub is None, name, "after a stub comes its solution", "nothing")


def _expect_sound(assignment: Assignment) -> None:
    """Raise where questions and checks do not fit each other."""
    asked: list[str] = []
    for cell in assignment.cells:
        if cell.role == "answer":
            once = cell.question not in asked
            _expect(once, assignment.name, "each question has one stub", cell.question)
            asked.append(cell.question)
            checked = cell.markdown or assignment.checks(cell.question)
            _expect(bool(checked), assignment.name, "each question has a hidden check",
                    cell.question)  # fmt: skip
        elif cell.question:
            known = cell.question == (asked or [""])[-1]
            _expect(known, assignment.name, "a hidden check stands after its question's answer",
                    cell.question)  # fmt: skip
    _expect(bool(asked), assignment.name, "an assignment has a stub, at least", "none")
    named = sum(cell.role == "student" for cell in assignment.cells)
    _expect(named == 1, assignment.name, "an assignment has one cell tagged student", named)


def _expect(condition: bool, where: str, expected: str, received: Any) -> None:
    if not condition:
        raise AssignmentError(f"{where}: {expected}. Received: {received!r}")
