"""The lab's JavaScript, run from Python by V8, the engine of Chromium and Node."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from py_mini_racer import MiniRacer

from dlcourse.lab.modules import STATIC, script

_context = MiniRacer()
_context.eval(
    script(*(path.relative_to(STATIC).as_posix() for path in (STATIC / "engine").glob("*.js")))
)


def evaluate(expression: str, **values: Any) -> Any:
    """Return what an expression gives, in which the values stand under their names.

    Arrays arrive as Float64Arrays, and Float64Arrays come back as lists.
    """
    names = ", ".join(values)
    arguments = ", ".join(_literal(value) for value in values.values())
    plain = "(_, value) => ArrayBuffer.isView(value) ? Array.from(value) : value"
    text = _context.eval(f"JSON.stringify((({names}) => {expression})({arguments}), {plain})")
    return None if text is None else json.loads(text)


def _literal(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"Float64Array.from({json.dumps(value.ravel().tolist())})"
    return json.dumps(value)
