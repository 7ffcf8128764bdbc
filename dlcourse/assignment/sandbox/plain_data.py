"""Values on their way between two processes that do not trust each other: JSON, never pickle.

Numbers, texts, arrays, tables and collections travel as copies. Anything else stays where it is and
travels as a handle, which whoever receives it can hand back.
"""

from __future__ import annotations

import base64
import itertools
import sys
from collections import deque
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, Set, ValuesView
from typing import Any

import numpy as np

MAX_DEPTH = 100  # of collections in each other
MAX_ITEMS = 1_000_000  # of a generator
CHANGEABLE = (dict, np.random.Generator)  # what a function is given to change
GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
NUMBERS_AND_TEXTS = "biufcUSmM"  # kinds of arrays that are nothing but bytes


class Encoder:
    """Turns values into what JSON can hold.

    A generator can be asked once only; its values are remembered, so that it can travel again.

    Args:
        keep: makes the description of a value that does not travel.

    >>> Encoder(keep=repr)((1, "one"))
    {'tuple': [1, 'one']}
    """

    def __init__(self, keep: Callable[[Any], Any]) -> None:
        self._keep = keep
        self._drained: dict[int, tuple[Any, list[Any]]] = {}  # with the generator: ids are reused

    def __call__(self, value: Any, depth: int = 0) -> Any:
        """Turn a value into what JSON can hold.

        Raises:
            RecursionError: it is nested more than 100 levels deep, or holds itself.
            ValueError: a generator gives more than a million values.
        """
        if depth > MAX_DEPTH:
            raise RecursionError(f"a value nested more than {MAX_DEPTH} levels deep")
        if value is None or (plain := _plain(value)) is not None:
            return None if value is None else plain
        table = self._table(value, depth + 1)
        if table:
            return table
        array = as_array(value)
        if array is not None:
            return self._array(array, isinstance(value, np.generic), depth + 1)
        return self._collection(value, depth + 1) or {"handle": self._keep(value)}

    def _array(self, array: np.ndarray, scalar: bool, depth: int) -> dict[str, Any]:
        if array.dtype.kind in NUMBERS_AND_TEXTS and array.dtype.itemsize:
            data = base64.b64encode(array.tobytes()).decode()
            return {"array": [array.dtype.str, list(array.shape), data, scalar]}
        return {"objects": [list(array.shape), [self(each, depth) for each in array.flat]]}

    def _table(self, value: Any, depth: int) -> dict[str, Any] | None:
        pandas = sys.modules.get("pandas")
        if pandas and isinstance(value, pandas.Series):
            parts = [value.to_numpy(), value.index.to_numpy(), value.name]
            return {"series": [self(each, depth) for each in parts]}
        if pandas and isinstance(value, pandas.DataFrame):
            columns = [value.iloc[:, number].to_numpy() for number in range(value.shape[1])]
            parts = [columns, value.index.to_numpy(), value.columns.to_numpy()]
            return {"frame": [self(each, depth) for each in parts]}
        return None

    def _collection(self, value: Any, depth: int) -> dict[str, Any] | None:
        if isinstance(value, Mapping):
            return {"dict": [[self(k, depth), self(v, depth)] for k, v in value.items()]}
        for kind, types in COLLECTIONS.items():
            if isinstance(value, types):
                return {kind: [self(each, depth) for each in value]}
        if isinstance(value, np.random.Generator):
            return {"random": [self(value.bit_generator.state, depth)]}
        if isinstance(value, Iterator):
            return {"list": [self(each, depth) for each in self._drain(value)]}
        return None

    def _drain(self, values: Iterator[Any]) -> list[Any]:
        if id(values) not in self._drained:
            taken = list(itertools.islice(values, MAX_ITEMS + 1))
            if len(taken) > MAX_ITEMS:
                raise ValueError(f"it gives more than {MAX_ITEMS:,} values")
            self._drained[id(values)] = values, taken
        return self._drained[id(values)][1]


def decode(data: Any, take: Callable[[Any], Any]) -> Any:
    """Turn it back.

    Args:
        data: what an `Encoder` returned, or a forgery.
        take: makes a value of a description.

    Raises:
        ValueError, TypeError, RecursionError: it is nothing that an `Encoder` returns.

    >>> decode(Encoder(keep=repr)({"w": np.arange(3.0)}), take=repr)
    {'w': array([0., 1., 2.])}
    """
    if not isinstance(data, dict):
        if isinstance(data, list):
            raise ValueError("a list without its kind")
        return data
    ((kind, content),) = data.items()
    if kind == "handle":
        return take(content)
    if kind == "dict":
        return {decode(key, take): decode(value, take) for key, value in content}
    if kind in FROM_TEXT:
        return FROM_TEXT[kind](*content)
    if kind == "objects":
        return _objects(content[0], [decode(each, take) for each in content[1]])
    if kind not in FROM_VALUES:
        raise ValueError(f"data of an unknown kind: {kind!r}")
    return FROM_VALUES[kind]([decode(each, take) for each in content])


def as_array(value: Any) -> np.ndarray | None:
    """Make an array of an array-like value, of whatever library; None of all else."""
    if isinstance(value, type) or not hasattr(value, "__array__"):
        return None
    try:
        array = np.asarray(value)
    except Exception:
        return None
    if array.dtype.name.startswith(("bfloat", "float8")):  # NumPy has no such numbers
        return array.astype("float32")
    if array.dtype.kind == "T":
        return array.astype(object)
    return None if array.dtype.kind == "V" else array


def _plain(value: Any) -> Any:
    """What JSON holds for a number, a text, bytes or a range; None for all else."""
    if isinstance(value, np.generic):  # some are Python's floats and texts, too
        return None
    if value is ...:
        return {"ellipsis": []}
    if isinstance(value, range):
        return {"range": [value.start, value.stop, value.step]}
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": [base64.b64encode(value).decode()]}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    for kind, convert in PLAIN.items():  # a class of the student's cannot overrule these
        if isinstance(value, kind):
            return convert(value)
    return None


def _array(dtype: str, shape: list[int], data: str, scalar: bool) -> Any:
    kind = np.dtype(dtype)
    raw = base64.b64decode(data, validate=True)
    if kind.kind not in NUMBERS_AND_TEXTS:
        raise ValueError(f"an array of {dtype!r}, not of numbers or texts")
    array = np.frombuffer(raw, kind).reshape(shape).copy()
    return array[()] if scalar else array


def _objects(shape: list[int], values: list[Any]) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):  # not at once: a list would be taken for a row
        array[place] = value
    return array.reshape(shape)


def _random(parts: list[Any]) -> np.random.Generator:
    (state,) = parts
    if state["bit_generator"] not in GENERATORS:
        raise ValueError(f"an unknown generator: {state['bit_generator']!r}")
    bits = getattr(np.random, state["bit_generator"])()
    bits.state = state
    return np.random.Generator(bits)


def _series(parts: list[Any]) -> Any:
    import pandas

    values, index, name = parts
    return pandas.Series(values, index=_index(index), name=name)


def _frame(parts: list[Any]) -> Any:
    import pandas

    columns, index, names = parts
    frame = pandas.DataFrame(dict(enumerate(columns)), index=_index(index))
    frame.columns = _index(names)
    return frame


def _index(labels: np.ndarray) -> Any:
    """An index from labels; from a list, since only so tuples make one of several levels."""
    import pandas

    return pandas.Index(labels.tolist() if labels.dtype == object else labels)


PLAIN: dict[type, Callable[[Any], Any]] = {
    bool: bool,
    int: int.__int__,
    float: float.__float__,
    str: str.__str__,
}
COLLECTIONS: dict[str, Any] = {
    "tuple": tuple,
    "list": (list, deque, ValuesView, ItemsView),
    "keys": KeysView,
    "set": Set,
}
FROM_TEXT: dict[str, Callable[..., Any]] = {
    "ellipsis": lambda: ...,
    "range": range,
    "bytes": lambda data: base64.b64decode(data, validate=True),
    "complex": complex,
    "array": _array,
}
FROM_VALUES: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": tuple,
    "list": list,
    "keys": lambda values: dict.fromkeys(values).keys(),
    "set": set,
    "random": _random,
    "series": _series,
    "frame": _frame,
}
