"""Grading a batch: one submission after the other, each with its report, and a table of all.

What one submission does, be it an endless loop, a crash or a name that no file can have, ends in
its own report; the batch goes on.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from dlcourse.assignment.authoring.key import read_key
from dlcourse.assignment.grading.class_table import write_class_tables
from dlcourse.assignment.grading.grading import Grader
from dlcourse.assignment.grading.report import Report
from dlcourse.assignment.grading.report_files import read_reports, write_report
from dlcourse.assignment.grading.submission import fold, student_of
from dlcourse.assignment.sandbox.isolation import Isolation, IsolationError, Limits
from dlcourse.assignment.sandbox.walls import ISOLATIONS


def grade_batch(
    submissions: list[Path],
    key: Path,
    output: Path,
    limits: Limits,
    isolation: str = "bubblewrap",
) -> Iterator[Report]:
    """Grade submissions, one after the other; write each report and the class's table at once.

    Reports of earlier runs stay in the table; grading a submission again replaces its own.

    Args:
        submissions: notebooks, or folders that each hold one.
        key: the notebook that `assignment build` wrote.
        output: a folder for the reports and the tables.
        limits: of each submission.
        isolation: a key of `ISOLATIONS`.

    Yields:
        Each report, once it is written; `graded` tells whether all went well.

    Raises:
        AssignmentError: the key cannot be read.
        IsolationError: there is no such isolation here.
        OSError: the table cannot be written; all else is done then.
    """
    assignment = read_key(key)
    wall = make_isolation(isolation)
    wall.expect_usable([key.parent.parent, output, *submissions])
    grader = Grader(assignment, key, limits, wall)
    output.mkdir(parents=True, exist_ok=True)
    reports = read_reports(output, assignment.name)
    names = name_reports(submissions, assignment.name, output, reports)
    try:
        for submission, name in names.items():
            report = _grade(grader, submission, name)
            report.origin = origin_of(submission, output)
            reports[name] = report
            _write(report, output)
            with contextlib.suppress(OSError):  # it is tried again below
                write_class_tables(assignment, list(reports.values()), output)
            yield report
    finally:
        others = read_reports(output, assignment.name)  # of a run that went on beside this one
        write_class_tables(assignment, list((reports | others | reports).values()), output)


def make_isolation(name: str) -> Isolation:
    """Make an isolation by its name.

    Raises:
        IsolationError: there is none of that name.
    """
    if name not in ISOLATIONS:
        known = ", ".join(ISOLATIONS)
        raise IsolationError(f"`isolation` must be one of {known}. Received: isolation={name!r}")
    return ISOLATIONS[name]()


def name_reports(
    submissions: list[Path], assignment: str, output: Path, known: dict[str, Report]
) -> dict[Path, str]:
    """Give each submission a name for its report: the student's, with a number if that is taken.

    A submission that was graded before keeps its name. Names that differ by case only, or by the
    way an accent is written, are one to many file systems, so they count as the same.
    """
    before = {report.origin: name for name, report in known.items()}
    students = {path: student_of(path, assignment) for path in submissions}
    taken = {fold(name) for name in known}
    called = {fold(student) for student in students.values()}
    names: dict[Path, str] = {}
    for path, student in students.items():
        name = before.get(origin_of(path, output), student)
        if name == student and fold(name) in taken and origin_of(path, output) not in before:
            numbered = (
                f"{student}-{number}" for number in range(2, len(students) + len(known) + 3)
            )
            name = next(each for each in numbered if fold(each) not in taken | called)
        taken.add(fold(name))
        names[path] = name
    return names


def origin_of(submission: Path, output: Path) -> str:
    """Where a submission lies, as seen from the reports: it stays if all is moved together."""
    with contextlib.suppress(ValueError):  # another drive, on Windows
        return Path(os.path.relpath(submission.absolute(), output.absolute())).as_posix()
    return submission.absolute().as_posix()


def _grade(grader: Grader, submission: Path, name: str) -> Report:
    student = student_of(submission, grader.assignment.name)
    try:
        report = grader.grade(submission, student)
    except Exception as error:  # of ours, or of the machine's
        report = grader.empty_report(submission, student)
        report.graded = False
        report.notes.append(f"the grader failed, grade this again: {type(error).__name__}: {error}")
    if name != student:
        report.notes.append(f"another submission is called {student}, too; this one is {name}")
        report.student = name
    return report


def _write(report: Report, output: Path) -> None:
    try:
        write_report(report, output)
    except OSError as error:
        report.graded = False
        report.notes.append(f"its report could not be written: {error.strerror}")
