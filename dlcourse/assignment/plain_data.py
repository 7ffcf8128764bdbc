"""Values on their way between two processes that do not trust each other: JSON, never pickle.

Numbers, texts, arrays, tuples, lists and dicts travel as copies. Anything else stays where it is
and travels as a handle, which whoever receives it can hand back.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import numpy as np


def encode(value: Any, keep: Callable[[Any], dict[str, Any]]) -> Any:
    """Turn a value into what JSON can hold.

    Args:
        value: anything.
        keep: makes the description of a value that does not travel.

    >>> encode((1, "one"), keep=repr)
    {'tuple': [1, 'one']}
    """
    if value is None or type(value) in (bool, int, float, str):
        return value
    if value is ...:
        return {"ellipsis": True}
    if isinstance(value, (tuple, list)):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [encode(each, keep) for each in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(k, keep), encode(v, keep)] for k, v in value.items()]}
    array = _as_array(value)
    if array is None:
        return {"handle": keep(value)}
    data = base64.b64encode(array.tobytes()).decode()
    return {"array": [array.dtype.str, list(array.shape), data, isinstance(value, np.generic)]}


def decode(data: Any, take: Callable[[Any], Any]) -> Any:
    """Turn it back.

    Args:
        data: what `encode` returned, or a forgery.
        take: makes a value of a description.

    Raises:
        ValueError: it is nothing that `encode` returns.

    >>> decode(encode({"w": np.arange(3.0)}, keep=repr), take=repr)
    {'w': array([0., 1., 2.])}
    """
    if not isinstance(data, dict):
        if isinstance(data, list):
            raise ValueError("a list without its kind")
        return data
    ((kind, content),) = data.items()
    if kind == "ellipsis":
        return ...
    if kind in ("tuple", "list"):
        return (tuple if kind == "tuple" else list)(decode(each, take) for each in content)
    if kind == "dict":
        return {decode(key, take): decode(value, take) for key, value in content}
    if kind == "array":
        return _array(*content)
    if kind == "handle":
        return take(content)
    raise ValueError(f"data of an unknown kind: {kind!r}")


def _as_array(value: Any) -> np.ndarray | None:
    """An array of numbers, of whatever library; None for all else."""
    if isinstance(value, type) or not hasattr(value, "__array__"):
        return None
    try:
        array = np.asarray(value)
    except Exception:
        return None
    return array if array.dtype.kind in "biuf" else None


def _array(dtype: str, shape: list[int], data: str, scalar: bool) -> Any:
    kind = np.dtype(dtype)
    raw = base64.b64decode(data, validate=True)
    if kind.kind not in "biuf":
        raise ValueError(f"an array of {dtype!r}, not of numbers")
    array = np.frombuffer(raw, kind).reshape(shape).copy()
    return array[()] if scalar else array
