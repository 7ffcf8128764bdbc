"""Assignments: written once as a source, handed out as a notebook, graded on one machine, offline.

`dlcourse assignment new NAME` writes a complete one to start from. In a student's notebook, what
differs from student to student is drawn from their own seed:

>>> from dlcourse.assignment import student_seed
>>> student_seed("ada") == student_seed("ada"), student_seed("ada") == student_seed("grace")
(True, False)
"""

from __future__ import annotations

from dlcourse.assignment.authoring.student_seed import student_seed

__all__ = ["student_seed"]
