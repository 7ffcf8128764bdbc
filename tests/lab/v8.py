"""The lab's JavaScript, run from Python by V8, the engine of Chromium and Node."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from py_mini_racer import MiniRacer

from dlcourse.lab.modules import STATIC, script

# V8 alone lacks what browsers add; the lab needs this of it.
_ATOB = """
const atob = (text) => {
    const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let [bits, count, bytes] = [0, 0, ""];
    for (const letter of text.replaceAll("=", "")) {
        bits = ((bits << 6) | digits.indexOf(letter)) & 0xffff;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += String.fromCharCode((bits >> count) & 0xff);
    }
    return bytes;
};
"""
_context = MiniRacer()
_context.eval(
    _ATOB + script(*sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js")))
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
