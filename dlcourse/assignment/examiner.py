"""The process that grades one submission: it alone holds the hidden checks and gives points.

The student's code runs in another process (`Candidate`); what the checks see are copies of its
answers, and functions whose calls run over there. So nothing that the student's code changes, in
dlcourse, in Keras or in Python, changes a check. Each result is handed on at once, and nothing that
happens later takes it back. Run by `grading`, as `python -m dlcourse.assignment.examiner`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dlcourse.assignment.candidate_process import Candidate, Confinement, Stopped
from dlcourse.assignment.cells import Assignment, Cell, defined_names
from dlcourse.assignment.channel import Channel
from dlcourse.assignment.key import read_key
from dlcourse.assignment.processes import adopt_orphans, kill_descendants
from dlcourse.assignment.report import QuestionResult


class Examiner:
    """Goes through an assignment, cell by cell.

    Args:
        assignment: the key.
        answers: the submitted answers that are code, by question.
        student: the identifier.
        candidate: the student's process.
        seconds: for the whole submission.
    """

    def __init__(
        self,
        assignment: Assignment,
        answers: dict[str, str],
        student: str,
        candidate: Candidate,
        seconds: float,
    ) -> None:
        self._assignment, self._answers, self._candidate = assignment, answers, candidate
        self._student = f"student = {student!r}"
        self._end = time.monotonic() + seconds
        self._open: dict[str, QuestionResult] = {}  # whose checks are still to be run
        self._names: list[str] = []  # what the answers so far define
        self._values: dict[str, Any] = {"__name__": "__main__"}  # what the checks see

    def findings(self) -> Iterator[dict[str, Any]]:
        """Yield each question's result, and a note for each shown cell that failed."""
        for cell in self._assignment.cells:
            if cell.role == "answer":
                if cell.question in self._answers:
                    yield from self._run_answer(cell)
            elif cell.role == "hidden":
                yield from self._run_hidden(cell)
            elif not cell.markdown:
                yield from self._prepare(cell)

    def _prepare(self, cell: Cell) -> Iterator[dict[str, Any]]:
        """Run a shown cell over there, and here if the checks need it too."""
        if cell.role == "student":
            exec(self._student, self._values)
        elif cell.role == "setup":
            self._execute(cell)
        source = self._student if cell.role == "student" else cell.source
        first_line = source.partition("\n")[0][:60]
        try:
            problem = self._candidate.run(source, f"the cell `{first_line}`", self._left(cell))
        except Stopped as stopped:
            problem = str(stopped)
        if problem:
            yield {"note": f"the cell `{first_line}` failed: {problem}"}

    def _run_answer(self, answer: Cell) -> Iterator[dict[str, Any]]:
        """Run an answer; its result is open until its checks were run, or it cannot be checked."""
        question, source = answer.question, self._answers[answer.question]
        result = QuestionResult(question, self._assignment.points(answer))
        try:
            crash = self._candidate.run(source, f"answer {question}", self._left(answer))
            defined = self._candidate.fetch(answer.names)
        except (Stopped, Exception) as error:
            _add(result, error)
        else:
            missing = [name for name in answer.names if name not in defined]
            if crash:
                result.messages.append(f"your code raised {crash}")
            elif missing:
                result.messages.append(_not_defined(missing, source))
            if missing:
                result.state = "crashed" if crash else "wrong"
        if result.state == "not graded":
            self._open[question] = result
            self._names += answer.names
        else:
            yield {"question": asdict(result)}

    def _run_hidden(self, cell: Cell) -> Iterator[dict[str, Any]]:
        result = self._open.get(cell.question)
        if not cell.question:
            self._execute(cell)
        elif result:
            try:
                self._values.update(self._candidate.fetch(self._names))
                self._execute(cell)
                result.points += cell.points
            except (Stopped, Exception) as error:
                _add(result, error)
            if cell is self._assignment.checks(cell.question)[-1]:
                yield {"question": asdict(self._close(self._open.pop(cell.question)))}

    def _close(self, result: QuestionResult) -> QuestionResult:
        """Give a result its state, once all checks were run."""
        (answer,) = [a for a in self._assignment.answers if a.question == result.name]
        untouched = [name for name in answer.names if self._values.get(name) is ...]
        if result.points == result.possible:
            result.state = "right"
        elif result.points:
            result.state = "partly right"
        elif untouched:
            result.state, result.messages = "not attempted", [f"still `...`: {untouched[0]}"]
        return result

    def _execute(self, cell: Cell) -> None:
        exec(compile(cell.source, f"<{cell.role} {cell.question}>", "exec"), self._values)

    def _left(self, cell: Cell) -> float:
        return min(cell.seconds, self._end - time.monotonic())


def _not_defined(missing: list[str], source: str) -> str:
    wanted = ", ".join(f"`{name}`" for name in missing)
    others = ", ".join(f"`{name}`" for name in defined_names(source))
    return f"the answer does not define {wanted}" + (f"; it defines {others}" if others else "")


def _add(result: QuestionResult, error: BaseException) -> None:
    """Add what went wrong: in the student's process or code, or by what a check found."""
    if isinstance(error, Stopped):
        state, message = "timed out" if error.timed_out else "stopped", str(error)
    elif hasattr(error, "told"):
        state, message = "crashed", f"your code raised {error.told}"
    elif isinstance(error, AssertionError):
        state, message = "wrong", str(error) or "a hidden check failed"
    else:
        told = f"{type(error).__name__}: {error}"
        state, message = "wrong", f"the check could not use your answer: {told}"
    if result.state in ("not graded", "wrong"):
        result.state = state
    if message not in result.messages:
        result.messages.append(message)


def main() -> None:
    channel = Channel()
    job = next(channel.requests())
    adopt_orphans()
    candidate = Candidate(Confinement(**job["confinement"]))
    assignment = read_key(Path(job["key"]))
    examiner = Examiner(assignment, job["answers"], job["student"], candidate, job["seconds"])
    try:
        for finding in examiner.findings():
            channel.reply(finding)
        channel.reply({"done": True})
    except Exception as error:  # the author's: a set-up or a check without a question
        channel.reply({"failed": f"{type(error).__name__}: {error}"})
    finally:
        candidate.close()
        kill_descendants()


if __name__ == "__main__":
    main()
