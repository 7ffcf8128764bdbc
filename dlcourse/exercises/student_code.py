"""Reading a student's answer: is it unfinished, and where did it crash?"""

from __future__ import annotations

import dis
import inspect
import linecache
import os
import sysconfig
import textwrap
import traceback
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

_PACKAGE = str(Path(__file__).parents[1])
_PYTHON = [sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")]
_NOT_THEIRS = ("<frozen", *(folder + os.sep for folder in (_PACKAGE, *_PYTHON)))
_DOES_NOTHING = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}


def unfinished(answer: Any) -> bool:
    """Tell whether an answer is a stub: `...`, nothing, or code with a `...` left in it.

    Args:
        answer: a value, a collection of values, a function or a class.

    >>> def momentum(w, g, state, learning_rate, momentum):
    ...     state["v"] = ...
    ...     return w + state["v"]
    >>> unfinished(momentum), unfinished([0.5, ...]), unfinished(0.5)
    (True, True, False)
    """
    if answer is None or answer is ...:
        return True
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, (list, tuple)):
        return any(map(unfinished, answer))
    if inspect.isclass(answer):
        return any(map(unfinished, filter(inspect.isfunction, vars(answer).values())))
    return inspect.isfunction(answer) and _is_stub(answer.__code__)


def describe_crash(error: BaseException, checker: Callable | None = None) -> str:
    """Report an exception that an answer caused: what it was, and the student's line, if any.

    Args:
        error: an exception that was raised while an answer was checked.
        checker: the function that checked; no line of the file it stands in is the student's.

    >>> try:
    ...     int("seven")
    ... except ValueError as error:
    ...     print(describe_crash(error).split(" with ", 1)[1])
    ValueError: invalid literal for int() with base 10: 'seven'
    """
    what = " ".join("".join(traceback.format_exception_only(error)).split())
    what = textwrap.shorten(what, 300, placeholder=" ...")
    checker_file = checker.__code__.co_filename if inspect.isfunction(checker) else None
    steps = traceback.walk_tb(error.__traceback__)
    theirs = [step for step in steps if _is_theirs(step[0].f_code.co_filename, checker_file)]
    if not theirs:  # not a line of theirs: a call with arguments that their function lacks, say
        return f"the check could not use your answer: {what}"
    frame, number = theirs[-1]
    code = frame.f_code
    text = linecache.getline(code.co_filename, number, frame.f_globals).strip()
    line = f" (`{text}`)" if text else ""
    return f"your code stopped in line {number}{line} of `{code.co_name}` with {what}"


def _is_stub(code: CodeType) -> bool:
    """Tell whether code holds a `...`, or does nothing but return None."""
    if ... in code.co_consts:
        return True
    if any(_is_stub(inner) for inner in code.co_consts if isinstance(inner, CodeType)):
        return True
    constants = all(value is None or isinstance(value, str) for value in code.co_consts)
    return constants and {step.opname for step in dis.get_instructions(code)} <= _DOES_NOTHING


def _is_theirs(file: str, checker_file: str | None) -> bool:
    """Tell whether a file is the student's: no library's, not the course's, not the check's."""
    return not file.startswith(_NOT_THEIRS) and file != checker_file
