"""The class's points, one row a student, as CSV for a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

from dlcourse.assignment.cells import Assignment
from dlcourse.assignment.report import Report

FORMULA = ("=", "+", "-", "@")  # a cell that begins so, a spreadsheet computes
UNREMARKABLE = ("right", "partly right", "wrong", "to be read")


def write_class_table(assignment: Assignment, reports: list[Report], path: Path) -> None:
    """Write points in total and per question, and what crashed, timed out or is missing."""
    questions = [answer.question for answer in assignment.answers]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["student", "points", "possible", "by_hand", *questions, "remarks"])
        for report in reports:
            name = f"'{report.student}" if report.student.startswith(FORMULA) else report.student
            points = ["" if q.by_hand else f"{q.points:g}" for q in report.questions]
            totals = [f"{n:g}" for n in (report.points, report.possible, report.by_hand)]
            table.writerow([name, *totals, *points, _remarks(report)])


def _remarks(report: Report) -> str:
    states = [f"{q.name}: {q.state}" for q in report.questions if q.state not in UNREMARKABLE]
    return "; ".join(states + ["not graded to the end"] * (not report.graded))
