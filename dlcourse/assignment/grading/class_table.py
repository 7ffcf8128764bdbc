"""The class's points, one row a student: for a spreadsheet, and for Canvas and Moodle."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from dlcourse.assignment.authoring.cells import Assignment
from dlcourse.assignment.grading.report import Report
from dlcourse.assignment.grading.report_files import replace_file

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so, a spreadsheet computes
UNREMARKABLE = ("right", "partly right", "wrong", "to be read")
CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def write_class_tables(assignment: Assignment, reports: list[Report], folder: Path) -> None:
    """Write class.csv, and the points alone as the grade imports of Canvas and Moodle take them.

    Raises:
        OSError: one of them cannot be written.
    """
    tables = {
        "class": _class_rows(assignment, reports),
        "canvas": _canvas_rows(assignment, reports),
        "moodle": _moodle_rows(assignment, reports),
    }
    for name, rows in tables.items():
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        replace_file(folder / f"{name}.csv", text.getvalue())


def _class_rows(assignment: Assignment, reports: list[Report]) -> Iterable[list[str]]:
    """Points in total and per question, and what crashed, timed out or is missing."""
    questions = [answer.question for answer in assignment.answers]
    yield ["student", "points", "possible", "by_hand", *questions, "isolation", "remarks"]
    for report in reports:
        found = {each.name: each for each in report.questions if not each.by_hand}
        points = [_number(found[q].points) if q in found else "" for q in questions]
        totals = [_number(n) for n in (report.points, report.possible, report.by_hand)]
        yield [_name(report), *totals, *points, report.isolation, _remarks(report)]


def _canvas_rows(assignment: Assignment, reports: list[Report]) -> Iterable[list[str]]:
    """Canvas finds a student by the login; the second row holds what is possible."""
    yield [*CANVAS, assignment.name]
    yield ["Points Possible", "", "", "", "", _number(assignment.checked_points)]
    for report in reports:
        yield [_name(report), "", "", _name(report), "", _number(report.points)]


def _moodle_rows(assignment: Assignment, reports: list[Report]) -> Iterable[list[str]]:
    yield ["username", assignment.name]
    for report in reports:
        yield [_name(report), _number(report.points)]


def _name(report: Report) -> str:
    return f"'{report.student}" if report.student.startswith(FORMULA) else report.student


def _number(points: float) -> str:
    return f"{points:.10g}"


def _remarks(report: Report) -> str:
    states = [f"{q.name}: {q.state}" for q in report.questions if q.state not in UNREMARKABLE]
    return "; ".join(states + ["not graded to the end"] * (not report.graded))
