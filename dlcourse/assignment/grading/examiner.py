"""The process that grades one submission: it alone holds the hidden checks and gives points.

The student's code runs in another process (`StudentProcess`), behind a wall; what the checks see
are copies of its answers, and functions whose calls run over there. So nothing that the student's
code changes, in dlcourse, in Keras or in Python, changes a check. Each result is handed on at once,
and nothing that happens later takes it back. Run by `grading`, as
`python -m dlcourse.assignment.grading.examiner`.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from dlcourse.assignment.authoring.cells import Assignment, Cell, defined_names
from dlcourse.assignment.authoring.key import read_key
from dlcourse.assignment.grading.report import QuestionResult, shorten
from dlcourse.assignment.sandbox.channel import Channel
from dlcourse.assignment.sandbox.isolation import Limits
from dlcourse.assignment.sandbox.limits import limit
from dlcourse.assignment.sandbox.student_process import NotStarted, Stopped, StudentProcess
from dlcourse.assignment.sandbox.walls import ISOLATIONS

PREPARING_SECONDS = 10


class Examiner:
    """Goes through an assignment, cell by cell.

    Args:
        assignment: the key.
        answers: the submitted answers that are code, by question.
        settled: questions whose result is known: their answers are run for those that follow.
        student: the identifier.
        process: the student's.
        seconds: for the whole submission.
    """

    def __init__(
        self,
        assignment: Assignment,
        answers: dict[str, str],
        settled: list[str],
        student: str,
        process: StudentProcess,
        seconds: float,
    ) -> None:
        self._assignment, self._answers, self._process = assignment, answers, process
        self._settled, self._student = settled, f"student = {student!r}"
        self._end = time.monotonic() + seconds
        self._open: dict[str, QuestionResult] = {}  # whose checks are still to be run
        self._ends: dict[str, float] = {}  # when the time of their checks is over
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
        source = self._student if cell.role == "student" else cell.source
        if cell.role in ("student", "setup"):
            self._execute(source, cell, self._enough())
        named = f"the cell `{source.partition(chr(10))[0][:60]}`"
        try:
            problem = self._process.run(source, named, self._left(cell))
        except Stopped as stopped:
            problem = str(stopped)
        if problem:
            yield {"note": f"{named} failed: {problem}"}

    def _run_answer(self, answer: Cell) -> Iterator[dict[str, Any]]:
        """Run an answer; its result is open until its checks were run, or it cannot be checked."""
        question, source = answer.question, self._answers[answer.question]
        result = QuestionResult(question, self._assignment.points(answer))
        try:
            crash = self._process.run(source, f"answer {question}", self._left(answer))
            defined = self._process.fetch(answer.names)
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
        usable = result.state == "not graded"
        if usable:
            self._names += answer.names
        if question in self._settled:
            return
        for command in self._process.commands:
            yield {"note": f"question {question}: `!{command}` was left out, there is no shell"}
        if usable:
            self._open[question] = result
            self._ends[question] = time.monotonic() + answer.seconds + self._process.seconds_left
        else:
            yield {"question": asdict(result)}

    def _run_hidden(self, cell: Cell) -> Iterator[dict[str, Any]]:
        result = self._open.get(cell.question)
        if not cell.question:
            self._execute(cell.source, cell, self._enough())
        elif result:
            yield {"checking": cell.question}
            try:
                self._values.update(self._process.fetch(self._names))
                self._execute(cell.source, cell, min(self._ends[cell.question], self._end))
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

    def _execute(self, source: str, cell: Cell, end: float) -> None:
        """Run what the author wrote; if it is not through at `end`, this process is over.

        An assertion asserts at any level of optimization. The watchdog ends what Python itself
        cannot: a loop within C, say of `sum(range(answer))`.
        """
        code = compile(source, f"<{cell.role} {cell.question}>", "exec", 0, True, optimize=0)
        with _watchdog(end - time.monotonic()):
            exec(code, self._values)

    def _enough(self) -> float:
        """The end for what only prepares checks: a student's long answers must not stop it."""
        return max(self._end, time.monotonic() + PREPARING_SECONDS)

    def _left(self, cell: Cell) -> float:
        return min(cell.seconds, self._end - time.monotonic())


@contextlib.contextmanager
def _watchdog(seconds: float) -> Iterator[None]:
    """End this process at once, with exit code 1, if the block takes longer."""
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(max(seconds, 0.01), exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


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
    if shorten(message) not in result.messages:
        result.messages.append(shorten(message))


def _leave(number: int, frame: Any) -> NoReturn:
    sys.exit("the grader was told to end")


def main() -> None:
    signal.signal(signal.SIGTERM, _leave)
    channel = Channel()
    job = next(channel.requests())
    limits = Limits(job["seconds"], job["memory_gb"])
    limit(limits.memory_gb, int(limits.seconds) + 1)
    process = StudentProcess(ISOLATIONS[job["isolation"]](), Path(job["folder"]), limits)
    assignment = read_key(Path(job["key"]))
    examiner = Examiner(
        assignment, job["answers"], job["settled"], job["student"], process, job["seconds"]
    )
    try:
        for finding in examiner.findings():
            channel.reply(finding)
        channel.reply({"done": True})
    except (Exception, SystemExit, NotStarted) as error:  # the author's, or the machine's
        channel.reply({"failed": shorten(f"{type(error).__name__}: {error}")})
    finally:
        process.close()


if __name__ == "__main__":
    main()
