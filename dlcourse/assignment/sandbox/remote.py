"""Objects of a student's process, as the examiner holds them: called here, run there."""

from __future__ import annotations

import builtins
import contextlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any


class Crashed(Exception):
    """The student's code raised an exception that is none of Python's own."""


class Remote:
    """An object that stays in the student's process; it can be called and looped over, if there so.

    It looks like the function: it has its `__name__` and its signature.

    Args:
        description: what the process tells of the object.
        act: calls an object of the process, or loops over it, by its id.
    """

    def __init__(self, description: dict[str, Any], act: Callable[..., Any]) -> None:
        self.__name__ = str(description.get("name") or description["type"])
        self.id = int(description["id"])
        self._type, self._act = str(description["type"]), act
        self._callable = description["callable"] is True
        if description["parameters"] is not None:
            parameters = [_parameter(*each) for each in description["parameters"]]
            self.__signature__ = inspect.Signature(parameters)

    def __repr__(self) -> str:
        return f"<{self._type} {self.__name__}>"

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        if not self._callable:
            raise TypeError(f"'{self._type}' object is not callable")
        return self._act("call", self.id, *arguments, **named)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._act("iterate", self.id))


def as_exception(error: Any) -> Exception:
    """Make Python's own exception of that name, so that its type still tells; else `Crashed`.

    `StopIteration` is none to pass on: it would end a check's `all(map(answer, values))` early.
    Its attribute `told` says that it comes from the student, and how it reads there.
    """
    told = tell(error)
    raised = Crashed(told)
    kind = getattr(builtins, str(error.get("type")), None) if isinstance(error, dict) else None
    stops = (StopIteration, StopAsyncIteration)
    if isinstance(kind, type) and issubclass(kind, Exception) and not issubclass(kind, stops):
        with contextlib.suppress(TypeError):  # UnicodeDecodeError wants more than a message
            raised = kind(told.removeprefix(f"{kind.__name__}: "))
    raised.told = told
    return raised


def tell(error: Any) -> str:
    """Write an exception in one line, with the student's line."""
    if not isinstance(error, dict):
        return "it failed without telling how"
    told = f"{str(error.get('type'))[:60]}: {str(error.get('message'))[:300]}".removesuffix(": ")
    return f"{told} ({str(error['line'])[:200]})" if error.get("line") else told


def _parameter(name: str, kind: str, optional: bool) -> inspect.Parameter:
    default = ... if optional else inspect.Parameter.empty
    return inspect.Parameter(name, getattr(inspect.Parameter, kind), default=default)
