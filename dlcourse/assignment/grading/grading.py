"""Grading one submission, in processes of its own: whatever happens there is in its report."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcourse.assignment.authoring.cells import Assignment
from dlcourse.assignment.grading.report import STATES, QuestionResult, Report
from dlcourse.assignment.grading.submission import (
    Answers,
    Unreadable,
    copy_submission,
    find_answers,
    read_notebook,
)
from dlcourse.assignment.sandbox.isolation import Isolation, Limits
from dlcourse.assignment.sandbox.python_environment import PINS, search_path

EXAMINER = [sys.executable, "-P", "-m", "dlcourse.assignment.grading.examiner"]
GRACE_SECONDS = 15  # for the examiner to end by itself when a submission's time is over
WATCHDOG = 1  # the exit code of an examiner whose checks took too long


@dataclass(frozen=True)
class Grader:
    """All that is the same for each submission of a batch.

    Args:
        assignment: the key, as it was read.
        key: its file.
        limits: of each submission.
        isolation: the wall around a student's code.
    """

    assignment: Assignment
    key: Path
    limits: Limits
    isolation: Isolation

    def grade(self, submission: Path, student: str) -> Report:
        """Grade one submission.

        Args:
            submission: a notebook, or a folder that holds one.
            student: the identifier.
        """
        report = self.empty_report(submission, student)
        with tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as place:
            folder = Path(place, "submission")
            folder.mkdir()
            try:
                notebook = copy_submission(submission, folder)
                answers = find_answers(read_notebook(notebook), self.assignment, student)
            except (Unreadable, OSError) as error:
                for result in report.questions:
                    result.state, result.messages = "missing", ["no notebook to grade"]
                report.notes.append(str(error))
                return report
            report.notes += answers.notes
            attempted = sort_out(report, self.assignment, answers)
            if attempted:
                self.examine(report, attempted, student, folder)
        return report

    def empty_report(self, submission: Path, student: str) -> Report:
        """A report in which nothing is graded yet."""
        results = [
            QuestionResult(cell.question, self.assignment.points(cell), by_hand=cell.markdown)
            for cell in self.assignment.answers
        ]
        notes = [self.isolation.remark] if self.isolation.remark else []
        name = self.assignment.name
        return Report(name, student, submission.name, self.isolation.name, results, notes)

    def examine(self, report: Report, answers: dict[str, str], student: str, folder: Path) -> None:
        """Have answers graded, and take over what is found.

        Where a check of an answer ends the examiner, that question is settled, and another one
        goes on with those that are left.
        """
        end = time.monotonic() + self.limits.seconds
        waiting, again = set(answers), dict(answers)
        while True:
            findings, code = run_examiner(self._job(again, waiting, student, folder, end))
            last = take_over(report, findings, waiting)
            checked = last.get("checking")
            if checked not in waiting:
                break
            settle(report, checked, code)
            waiting.discard(checked)
            ended = [q.name for q in report.questions if q.state in ("timed out", "stopped")]
            again = {q: a for q, a in answers.items() if q not in ended or q == checked}
        if "done" not in last:
            report.graded = False
            reason = last.get("failed", f"its process ended with exit code {code}")
            report.notes.append(f"the grader failed, grade this again: {reason}")
            for result in report.questions:
                if result.name in waiting:
                    result.messages.append("grading stopped before this question")

    def _job(
        self, answers: dict[str, str], waiting: set[str], student: str, folder: Path, end: float
    ) -> dict[str, Any]:
        """What an examiner is told."""
        return {
            "key": str(self.key.absolute()),
            "folder": str(folder),
            "answers": answers,
            "settled": [question for question in answers if question not in waiting],
            "student": student,
            "isolation": self.isolation.name,
            "seconds": max(end - time.monotonic(), 0),
            "memory_gb": self.limits.memory_gb,
        }


def sort_out(report: Report, assignment: Assignment, answers: Answers) -> dict[str, str]:
    """Fill in what needs no examiner; return the answers that do."""
    attempted = {}
    for cell, result in zip(assignment.answers, report.questions, strict=True):
        text = answers.by_question.get(cell.question)
        if text is None:
            result.state, result.messages = "missing", [answers.missing[cell.question]]
        elif text.split() in ([], cell.stub.split()):
            result.state = "not attempted"
        elif cell.markdown:
            result.state, result.text = "to be read", text
        else:
            attempted[cell.question] = text
    return attempted


def run_examiner(job: dict[str, Any]) -> tuple[list[Any], int]:
    """Run an examiner to its end; return its findings and its exit code."""
    given = os.environ.get("PYTHONPATH", "")
    found = {"PYTHONPATH": os.pathsep.join([search_path(), given]), "PYTHONOPTIMIZE": ""}
    process = subprocess.Popen(
        EXAMINER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **PINS, **found},
        start_new_session=True,
    )
    line = json.dumps(job).encode() + b"\n"
    try:
        told, _ = process.communicate(line, timeout=max(job["seconds"], 0) + GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        told = _end(process)
    except BaseException:  # the teacher's Ctrl-C
        _end(process)
        raise
    return [_finding(line) for line in told.split(b"\n")[:-1]], process.returncode


def _finding(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _end(process: subprocess.Popen[bytes]) -> bytes:
    """End an examiner, which ends the student's process, or is killed; return what it told."""
    process.terminate()
    try:
        return process.communicate(timeout=2)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


def take_over(report: Report, findings: list[Any], waiting: set[str]) -> dict[str, Any]:
    """Fill in what an examiner found, each question once; return its last finding.

    A finding that cannot be ends the list: it is reported as the grader's failure.

    Args:
        report: to be filled in.
        findings: what the examiner told, line by line.
        waiting: the questions without a result; those that get one are taken out.
    """
    last: dict[str, Any] = {}
    for finding in findings:
        if not isinstance(finding, dict) or len(finding) != 1:
            return {"failed": "a finding that is none"}
        last = finding
        ((kind, told),) = finding.items()
        if kind == "note":
            report.notes.append(str(told))
        elif kind == "question":
            asked = [each for each in report.questions if each.name in waiting]
            result = next((each for each in asked if is_result(told, each)), None)
            if result is None:
                return {"failed": "a result that cannot be"}
            vars(result).update(told)
            waiting.discard(result.name)
        elif kind in ("done", "failed"):
            break
    return last


def is_result(told: Any, asked: QuestionResult) -> bool:
    """Tell whether this can be the result of that question."""
    if not isinstance(told, dict) or set(told) != set(vars(asked)):
        return False
    points, messages = told["points"], told["messages"]
    number = type(points) in (int, float) and 0 <= points <= asked.possible
    known = told["state"] in STATES and isinstance(messages, list)
    texts = known and all(isinstance(each, str) for each in [*messages, told["text"]])
    same = (told["name"], told["by_hand"]) == (asked.name, False) and not asked.by_hand
    return texts and number and same and math.isclose(told["possible"], asked.possible)


def settle(report: Report, question: str, code: int) -> None:
    """Give a result to a question whose check ended the examiner."""
    (result,) = [each for each in report.questions if each.name == question]
    if code == WATCHDOG:
        result.state, result.messages = "timed out", ["checking this answer took too long"]
    else:
        result.state = "stopped"
        result.messages = [f"checking this answer ended the checker, with exit code {code}"]
