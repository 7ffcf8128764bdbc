"""Code that a learner still writes: its line is named, its prints wait, an interrupt is short."""

from __future__ import annotations

import io
import linecache
import os
import sys
import sysconfig
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import FrameType
from typing import Any

_PACKAGE = str(Path(__file__).parents[1])
_PYTHON = [sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")]
_NOT_THEIRS = ("<frozen", *(folder + os.sep for folder in (_PACKAGE, *_PYTHON)))
_KEPT = 300  # characters of what is printed


class Interrupted(KeyboardInterrupt):
    """An interrupt of a check, which a notebook shows in one line."""

    def _render_traceback_(self) -> list[str]:
        return ["Interrupted: the check was stopped before it came to a verdict."]


class Printed(io.TextIOBase):
    """What was printed meanwhile: its beginning is kept, its lines are counted.

    >>> printed = Printed()
    >>> print("w is", 1.0, file=printed)
    >>> str(printed)
    'It printed 1 line: w is 1.0'
    """

    def __init__(self) -> None:
        self.beginning, self.lines = "", 0

    def write(self, text: str) -> int:
        self.beginning += text[: _KEPT - len(self.beginning)]
        self.lines += text.count("\n")
        return len(text)

    def __str__(self) -> str:
        shown = " / ".join(self.beginning.split("\n")[:3]).strip(" /")
        if not shown:
            return ""
        if self.lines <= 3:
            return f"It printed {max(self.lines, 1)} line{'s' if self.lines > 1 else ''}: {shown}"
        return f"It printed {self.lines:,} lines, which begin: {shown}"


@contextmanager
def held_back() -> Iterator[Printed]:
    """Hold back what is printed, so that the verdict is read first; tell an interrupt shortly."""
    printed = sys.stdout if isinstance(sys.stdout, Printed) else Printed()  # a check in a check
    try:
        with redirect_stdout(printed):
            yield printed
    except KeyboardInterrupt:
        raise Interrupted from None


def own_line(error: BaseException, *other_files: str | None) -> tuple[str, int, str] | None:
    """Return the learner's function, line number and line in which an exception came up, if any.

    Args:
        error: what was raised.
        *other_files: files whose lines are not the learner's, beside Python's, libraries' and the
            course's.
    """
    steps = [step for step in traceback.walk_tb(error.__traceback__) if _is_theirs(*step)]
    steps = [step for step in steps if step[0].f_code.co_filename not in other_files]
    if not steps:
        return None
    frame, number = steps[-1]
    text = linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()
    return frame.f_code.co_name, number, text


def _is_theirs(frame: FrameType, _: Any) -> bool:
    return not frame.f_code.co_filename.startswith(_NOT_THEIRS)
