"""Reports as files: one for programs and one to be read, each written in one step."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

from dlcourse.assignment.grading.report import Report

LONGEST = 100  # characters of a file's name that came from a student


def write_report(report: Report, folder: Path) -> None:
    """Write NAME.json and NAME.md.

    Raises:
        OSError: one of them cannot be written.
    """
    text = json.dumps(report.to_dict(), indent=2, ensure_ascii=False) + "\n"
    for suffix, content in (("json", text), ("md", report.to_markdown())):
        replace_file(folder / f"{file_name(report.student)}.{suffix}", content)


def read_reports(folder: Path, assignment: str) -> dict[str, Report]:
    """Read an assignment's reports from a folder, by student; other files are left alone."""
    read = {}
    for path in sorted(folder.glob("*.json"), key=lambda path: path.stem):
        try:
            report = Report.from_dict(json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            continue
        if report.assignment == assignment and path.stem == file_name(report.student):
            read[report.student] = report
    return read


def replace_file(path: Path, text: str) -> None:
    """Write a file so that at any moment the old one or the new one is there."""
    new = path.with_name(f".new-{os.getpid()}")
    try:
        new.write_text(text, encoding="utf-8", errors="replace", newline="\n")
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)


def file_name(student: str) -> str:
    """Return a name that any file system takes: the student's, or one made from it.

    >>> file_name("ada"), file_name("a:b")
    ('ada', 'a_b-6783a31e')
    """
    safe = re.sub(r'[<>:"/\\|?*\x00-\x1f]|^[.\s-]|[.\s]$', "_", student)[:LONGEST]
    if safe == student:
        return student
    return f"{safe}-{hashlib.sha256(student.encode(errors='replace')).hexdigest()[:8]}"
