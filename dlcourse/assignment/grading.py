"""Grading a batch: one submission after the other, each in processes of its own.

What one submission does, be it an endless loop, a crash of its process or no notebook at all, ends
in its own report; the batch goes on.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dlcourse.assignment.cells import Assignment
from dlcourse.assignment.class_table import write_class_table
from dlcourse.assignment.key import read_key
from dlcourse.assignment.processes import kill_tree
from dlcourse.assignment.report import QuestionResult, Report
from dlcourse.assignment.submission import (
    Answers,
    Unreadable,
    copy_submission,
    find_answers,
    read_notebook,
    student_of,
)
from dlcourse.environment import PINS

# For the student's process, too: on the CPU, sets in a fixed order, no windows, no progress bars.
GRADING_PINS = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "MPLBACKEND": "Agg",
    "PYTHONHASHSEED": "0",
    "TQDM_DISABLE": "1",
}
GRACE_SECONDS = 15  # for the examiner to end by itself when a submission's time is over


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Args:
        seconds: by the clock, all questions together.
        memory_gb: address space of the student's process, in GB. TensorFlow alone reserves 3.
    """

    seconds: float = 900
    memory_gb: float = 8


def grade_batch(
    submissions: list[Path], key: Path, output: Path, limits: Limits
) -> Iterator[Report]:
    """Grade submissions, one after the other; write each report at once, the class's table last.

    Args:
        submissions: notebooks, or folders that each hold one.
        key: the notebook that `assignment build` wrote.
        output: a folder for the reports and `class.csv`.
        limits: of each submission.

    Yields:
        Each report, once it is written.
    """
    assignment = read_key(key)
    output.mkdir(parents=True, exist_ok=True)
    private = (key.parent, key.parent.parent / f"{assignment.name}.py", output, *submissions)
    reports: list[Report] = []
    try:
        for submission in submissions:
            report = grade(submission, key, assignment, limits, private)
            report.student = _unused(report.student, [each.student for each in reports])
            reports.append(report)
            _write(report, output)
            yield report
    finally:
        write_class_table(assignment, reports, output / "class.csv")


def grade(
    submission: Path, key: Path, assignment: Assignment, limits: Limits, private: Iterable[Path]
) -> Report:
    """Grade one submission; whatever goes wrong is in the report."""
    student = student_of(submission, assignment.name)
    results = [
        QuestionResult(cell.question, assignment.points(cell), by_hand=cell.markdown)
        for cell in assignment.answers
    ]
    report = Report(assignment.name, student, submission.name, results)
    with tempfile.TemporaryDirectory(prefix="grading-", ignore_cleanup_errors=True) as folder:
        try:
            notebook = copy_submission(submission, Path(folder))
            answers = find_answers(read_notebook(notebook), assignment, student)
        except (Unreadable, OSError) as error:
            for result in report.questions:
                result.state, result.messages = "missing", ["no notebook to grade"]
            report.notes.append(str(error))
            return report
        report.notes += answers.notes
        attempted = _sort_out(report, assignment, answers)
        confinement = {
            "folder": folder,
            "private": [str(path.absolute()) for path in private],
            "memory_gb": limits.memory_gb,
            "cpu_seconds": limits.seconds,
        }
        job = {
            "key": str(key.absolute()),
            "answers": attempted,
            "student": student,
            "seconds": limits.seconds,
            "confinement": confinement,
        }
        if attempted:
            _examine(report, job)
    return report


def _sort_out(report: Report, assignment: Assignment, answers: Answers) -> dict[str, str]:
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


def _examine(report: Report, job: dict[str, Any]) -> None:
    """Have the answers graded in a process of its own, and take over what it finds."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "dlcourse.assignment.examiner"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **PINS, **GRADING_PINS},
        start_new_session=True,
    )
    line = json.dumps(job).encode() + b"\n"
    try:
        found, _ = process.communicate(line, timeout=job["seconds"] + GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        kill_tree(process)
        found, _ = process.communicate()
    except BaseException:  # the teacher's Ctrl-C
        kill_tree(process)
        raise
    whole_lines = found.split(b"\n")[:-1]
    _take_over(report, job, [json.loads(line) for line in whole_lines])


def _take_over(report: Report, job: dict[str, Any], findings: list[dict[str, Any]]) -> None:
    last = findings[-1] if findings else {}
    graded = [each["question"] for each in findings if "question" in each]
    results = {each["name"]: each for each in graded}
    report.notes += [each["note"] for each in findings if "note" in each]
    for number, result in enumerate(report.questions):
        if result.name in results:
            report.questions[number] = replace(result, **results[result.name])
        elif result.name in job["answers"]:
            result.messages.append("grading stopped before this question")
    if "done" not in last:
        report.graded = False
        reason = last.get("failed", "its process was ended, perhaps by the student's code")
        report.notes.append(f"the grader failed, grade this again: {reason}")


def _unused(student: str, taken: list[str]) -> str:
    """The identifier, with a number if it was handed in before."""
    known = {each.casefold() for each in taken}
    names = (student, *(f"{student}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name.casefold() not in known)


def _write(report: Report, output: Path) -> None:
    text = json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n"
    for suffix, content in (("json", text), ("md", report.to_markdown())):
        path = output / f"{report.student}.{suffix}"
        path.write_text(content, encoding="utf-8", errors="replace", newline="\n")
