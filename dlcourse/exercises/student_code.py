"""Reading a student's answer: is it unfinished, and where did it crash?"""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
import traceback
from collections.abc import Callable
from typing import Any

from dlcourse.conformance.learner_code import own_line

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def unfinished(answer: Any) -> str:
    """Say what an answer still lacks: in it, or in its code, is a `...`, or there is nothing.

    Args:
        answer: a value, a collection of values, a function or a class.

    Returns:
        A sentence to the student; empty if the answer is an attempt.

    >>> unfinished([0.5, ...])
    'Put your answer in place of `...` and run the cell again.'
    >>> unfinished(None)
    'The answer is still None: give one and run the cell again.'
    >>> unfinished(0.5)
    ''
    """
    if answer is None:
        return "The answer is still None: give one and run the cell again."
    if answer is ...:
        return "Put your answer in place of `...` and run the cell again."
    if isinstance(answer, (dict, list, tuple)):
        parts = answer.values() if isinstance(answer, dict) else answer
    elif inspect.isclass(answer):
        parts = filter(inspect.isfunction, vars(answer).values())
    else:
        return _lacking(answer) if inspect.isfunction(answer) else ""
    return next(filter(None, map(unfinished, parts)), "")


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
    checker = inspect.unwrap(checker) if checker else None
    checker_file = checker.__code__.co_filename if inspect.isfunction(checker) else None
    own = own_line(error, checker_file)
    if own is None:  # not a line of theirs: a call with arguments that their function lacks, say
        return f"the check could not use your answer: {what}"
    name, number, text = own
    line = f" (`{text}`)" if text else ""
    return f"your code stopped in line {number}{line} of `{name}` with {what}"


def _lacking(function: Callable) -> str:
    """Say what a function's source lacks; nothing where the source is not known."""
    found = [node for node in _syntax_of_file(function) if _is(function, node)]
    if not found:
        return ""
    if all(map(_is_empty, found)):
        return f"`{function.__name__}` does nothing yet: write its body and run the cell again."
    return unfinished(...) if all(map(_has_gap, found)) else ""


def _syntax_of_file(function: Callable) -> list[Function]:
    """Return all functions in the file or cell that a function is written in."""
    lines = linecache.getlines(function.__code__.co_filename, function.__globals__)
    try:
        nodes = ast.walk(ast.parse("".join(lines)))
    except SyntaxError:
        return []
    return [node for node in nodes if isinstance(node, Function)]


def _is(function: Callable, node: Function) -> bool:
    """Tell whether a function was written here: in its line, with its parameters."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
    parameters = [each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)]
    code = function.__code__
    return code.co_firstlineno == first and {*parameters} <= {*code.co_varnames}


def _is_empty(node: Function) -> bool:
    """Tell whether a function's body is a docstring, `pass`, `return` or `return None`."""
    return isinstance(node.body, list) and all(map(_does_nothing, node.body))


def _does_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Return(None) | ast.Return(ast.Constant(None)):
            return True
        case ast.Expr(ast.Constant(str())):
            return True
    return False


def _has_gap(node: Function) -> bool:
    """Tell whether a function holds a `...` that is not an index, as in `x[..., 0]`."""
    inner = list(ast.walk(node))
    slices = [each.slice for each in inner if isinstance(each, ast.Subscript)]
    indices = {id(part) for each in slices for part in ast.walk(each)}
    gaps = (each for each in inner if isinstance(each, ast.Constant) and each.value is ...)
    return any(id(gap) not in indices for gap in gaps)
