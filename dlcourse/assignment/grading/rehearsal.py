"""An assignment graded before it is handed out: would it give points to nobody, or everybody?"""

from __future__ import annotations

import ast
import tempfile
from pathlib import Path

from dlcourse.assignment.authoring.cells import AssignmentError, Cell
from dlcourse.assignment.authoring.key import read_key
from dlcourse.assignment.grading.grading import Grader
from dlcourse.assignment.grading.report import Report
from dlcourse.assignment.sandbox.isolation import Isolation, Limits


def rehearse(key: Path, limits: Limits) -> list[str]:
    """Grade an assignment's own solution, its stubs, and empty answers.

    Args:
        key: the notebook that `assignment build` wrote.
        limits: of one grading.

    Returns:
        Warnings: what passes that should perhaps not.

    Raises:
        AssignmentError: the solution does not get every point, or an untouched stub gets some.
    """
    assignment = read_key(key)
    grader = Grader(assignment, key, limits, Isolation())  # the code is the author's own
    coded = [cell for cell in assignment.answers if not cell.markdown]
    solved = _graded(grader, {cell.question: cell.source for cell in coded})
    for result in solved.questions:
        if not result.by_hand and result.state != "right":
            told = "; ".join([result.state, *result.messages])
            raise AssignmentError(f"the solution of `{result.name}` does not pass: {told}")
    stubs = _graded(grader, {cell.question: cell.stub for cell in coded})
    for result in stubs.questions:
        if result.points:
            raise AssignmentError(f"a check of `{result.name}` passes where nothing is answered")
    empty = _graded(grader, {cell.question: empty_answer(cell) for cell in coded})
    passed = [
        f"a check of `{q.name}` passes on an empty answer" for q in empty.questions if q.points
    ]
    return [*(note for note in solved.notes if note != Isolation.remark), *passed]


def _graded(grader: Grader, answers: dict[str, str]) -> Report:
    report = grader.empty_report(grader.key, "your identifier")
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as place:
        folder = Path(place, "submission")
        folder.mkdir()
        grader.examine(report, answers, report.student, folder)
    if not report.graded:
        raise AssignmentError(report.notes[-1])
    return report


def empty_answer(answer: Cell) -> str:
    """Return an answer that defines what the stub does, with nothing in it.

    >>> empty_answer(Cell("", "answer", "", stub="def double(x): ...\\nlosses = {'SGD': ...}"))
    'def double(*values, **named): return []\\nlosses = {}'
    """
    lines = []
    for statement in ast.parse(answer.stub).body:
        if isinstance(statement, ast.FunctionDef):
            lines.append(f"def {statement.name}(*values, **named): return []")
        elif isinstance(statement, ast.ClassDef):
            lines.append(f"class {statement.name}: pass")
        elif isinstance(statement, ast.Assign):
            lines += [_emptied(target, statement.value) for target in statement.targets]
    return "\n".join(lines)


def _emptied(target: ast.expr, value: ast.expr) -> str:
    if isinstance(target, ast.Tuple):
        return "; ".join(f"{ast.unparse(each)} = []" for each in target.elts)
    return f"{ast.unparse(target)} = {'{}' if isinstance(value, ast.Dict) else '[]'}"
