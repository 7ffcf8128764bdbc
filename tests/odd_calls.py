"""Values that an argument may be given by mistake, and the one answer to them: its name.

A table of calls that work, one argument after the other replaced: the call still works, or raises
a ValueError or TypeError that names the argument.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from hypothesis import strategies as st

Call = tuple[Callable, Mapping[str, Any], str]


class Opaque:
    """An object that is nothing in particular."""


VALUES = [
    *(None, ..., True, False, 0, 1, -1, 2, 3, 10**9, 10**400, 0.0, 0.5, -0.5, 1e300, 1e-300),
    *(float("nan"), float("inf"), float("-inf"), 1 + 2j, "", " ", "a", "adam", b"bytes", "1.5"),
    *([], (), {}, set(), [1], [1, 2], (0.5, 1.5), [[1, 2], [3]], ["a"], ["a", "b"], [None], [...]),
    *({"a": 1}, {"a": "b"}, {1: 2}, {1: "b"}, {"a": None}, {None: "b"}, {"w": np.ones(2)}, {1, 2}),
    *(np.float32(0.5), np.int64(2), np.bool_(True), np.float64("nan"), np.array(0.5)),
    *(np.array([]), np.ones(2), np.ones((2, 2)), np.array(["a"]), np.array([None, 1], object)),
    *(np.ma.masked_array([1.0, 2.0], [True, False]), range(3), iter([1, 2]), object(), Opaque()),
    *(len, max, print, int, str, dict, Opaque, np.sin, np, ValueError("x"), NotImplemented),
    *(lambda: None, lambda x: x, lambda x: None, lambda *a, **k: 1.0, lambda w, g, state: w),
]

odd = st.one_of(
    st.sampled_from(VALUES), st.integers(), st.floats(), st.text(max_size=8), st.lists(st.floats())
)


def calls(*working: tuple[Callable, Mapping[str, Any], Iterable[str]]) -> list[Call]:
    """Return each argument of each call on its own."""
    return [(call, given, name) for call, given, names in working for name in names]


def fault(call: Callable, given: Mapping[str, Any], name: str, value: Any) -> str:
    """Say what is wrong with the answer to an odd value; nothing if all is well."""
    try:
        call(**{**given, name: value})
    except (ValueError, TypeError) as error:
        # Two arguments may contradict each other: then either may be named.
        told = str(error)
        named = any(f"`{each}" in told or f"'{each}'" in told for each in {*given, name})
        called = getattr(value, "__name__", None)  # what the caller named is named so
        if named or (called and f"`{called}(" in told) or _own(error):
            return ""
        return f"{name}={value!r} is not named: {type(error).__name__}: {error}"
    except Exception as error:
        return f"{name}={value!r} raises {type(error).__name__}: {error}"
    return ""


def _own(error: Exception) -> bool:
    """Tell whether it is the test's own function that could not use its arguments."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return "/tests/" in last.filename and last.name != "fault"
