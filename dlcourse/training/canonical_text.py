"""One text for each object, the same in every process: what is written down of code and data."""

from __future__ import annotations

import ast
import dis
import hashlib
import importlib.util
import linecache
import re
import sysconfig
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import keras
import numpy as np

_LIBRARIES = tuple(Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib"))


class Canonical:
    """Writes objects as text; equal texts mean equal code and data.

    >>> Canonical().text({"b": [1, 2.5], "a": np.zeros(2)}).startswith("{'a': array(<f8, (2,), ")
    True
    """

    def __init__(self) -> None:
        self._arrays: dict[int, tuple[np.ndarray, str]] = {}
        self._path: list[int] = []

    def text(self, thing: Any) -> str:
        """Return the text of an object.

        Raises:
            TypeError: it holds something without content of its own, such as an open file.
        """
        if thing is None or type(thing) in (bool, int, float, complex, str, bytes):
            return repr(thing)
        if id(thing) in self._path:  # a function that calls itself, for one
            return f"<again {len(self._path) - self._path.index(id(thing))}>"
        self._path.append(id(thing))
        try:
            return self._written(thing)
        finally:
            self._path.pop()

    def _written(self, thing: Any) -> str:
        for kinds, write in (
            (np.ndarray, self._array),
            (Mapping, self._mapping),
            ((list, tuple), lambda items: f"[{', '.join(map(self.text, items))}]"),
            ((set, frozenset), lambda items: f"{{{', '.join(sorted(map(self.text, items)))}}}"),
            (ModuleType, lambda module: module.__name__),
            (type, self._class),
            (FunctionType, self._function),
            (MethodType, lambda method: self.text([method.__func__, method.__self__])),
            ((staticmethod, classmethod), lambda method: self.text(method.__func__)),
            (property, lambda found: self.text([found.fget, found.fset])),
            (partial, lambda made: self.text([made.func, made.args, made.keywords])),
            (CodeType, self._code),
            (keras.Variable, lambda variable: self.text(np.asarray(variable))),
            (keras.Layer, self._layer),
        ):
            if isinstance(thing, kinds):
                return write(thing)
        return self._object(thing)

    def _array(self, array: np.ndarray) -> str:
        if array.dtype.hasobject:
            return self.text([array.shape, array.ravel().tolist()])
        if id(array) not in self._arrays:
            digest = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
            text = f"array({array.dtype.str}, {array.shape}, {digest})"
            self._arrays[id(array)] = array, text  # kept, so that no other gets its id
        return self._arrays[id(array)][1]

    def _mapping(self, items: Mapping[Any, Any]) -> str:
        pairs = sorted((self.text(key), self.text(value)) for key, value in items.items())
        return f"{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"

    def _class(self, kind: type) -> str:
        name = f"{kind.__module__}.{kind.__qualname__}"
        if _is_library(kind.__module__):
            return name
        own = {
            key: value
            for key, value in vars(kind).items()
            if isinstance(value, (FunctionType, staticmethod, classmethod, property))
            or not (key.startswith("__") or key == "_abc_impl")
        }
        return f"class {kind.__qualname__}({self.text([kind.__bases__, own])})"

    def _function(self, function: FunctionType) -> str:
        cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        closed = {name: _content(cell) for name, cell in cells}
        given = [function.__defaults__, function.__kwdefaults__, closed]
        typed = function.__code__.co_filename.startswith("<")  # not in a file, so in no library
        if _is_library(function.__module__) and not typed:
            return f"{function.__module__}.{function.__qualname__}({self.text(given)})"
        used = {
            name: function.__globals__[name]
            for name in sorted(_global_names(function.__code__))
            if name in function.__globals__
        }
        source = _source(function.__code__) or self._code(function.__code__)
        return f"({source}, {self.text([*given, used])})"

    def _code(self, code: CodeType) -> str:
        return self.text([code.co_code, code.co_names, code.co_varnames, code.co_consts])

    def _layer(self, layer: keras.Layer) -> str:
        # Keras counts the names of layers up, from one model to the next.
        config = re.sub(r"(?<=[a-z])_\d+(?=')", "", self._configured(layer))
        return f"{config} with {self.text([np.asarray(weight) for weight in layer.weights])}"

    def _configured(self, thing: Any) -> str:
        return f"{self.text(type(thing))}({self.text(thing.get_config())})"

    def _object(self, thing: Any) -> str:
        """Write what an object of a library says of itself, or else what its attributes are."""
        if isinstance(thing, (keras.losses.Loss, keras.metrics.Metric)):
            return f"{self.text(type(thing))}({self.text(_attributes(thing))})"
        if hasattr(thing, "get_config") and _is_library(type(thing).__module__):
            return self._configured(thing)
        if hasattr(thing, "__array__"):
            return self.text(np.asarray(thing))
        reduced = thing.__reduce_ex__(4)
        if isinstance(reduced, str):
            return reduced
        return self.text([list(part) if isinstance(part, Iterator) else part for part in reduced])


def _attributes(thing: keras.losses.Loss | keras.metrics.Metric) -> dict[str, Any]:
    """Return the attributes of a loss or metric, without what Keras keeps beside them."""
    tracked = "_tracker", "_variables", "_metrics"
    attributes = {
        name: value
        for name, value in vars(thing).items()
        if name not in tracked and not isinstance(value, keras.Variable)
    }
    return attributes | {"name": re.sub(r"_\d+$", "", thing.name)}  # Keras counts names up


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet: a function that is being defined
        return None


def _global_names(code: CodeType) -> set[str]:
    """Return the global names that a function or one inside it loads."""
    names = {i.argval for i in dis.get_instructions(code) if i.opname.startswith("LOAD_GLOBAL")}
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return names.union(*map(_global_names, inner))


def _source(code: CodeType) -> str | None:
    """Return a function's source without comments and layout, where it is sure to be its own."""
    source = "".join(linecache.getlines(code.co_filename))
    found = [node for node in _functions(source) if _matches(node, code)]
    return ast.unparse(found[0]) if len(found) == 1 else None


@cache
def _functions(source: str) -> tuple[ast.AST, ...]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ()
    kinds = ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda
    return tuple(node for node in ast.walk(tree) if isinstance(node, kinds))


def _matches(node: Any, code: CodeType) -> bool:
    name = getattr(node, "name", "<lambda>")
    lines: Iterable[Any] = [node, *getattr(node, "decorator_list", ())]
    return name == code.co_name and min(n.lineno for n in lines) == code.co_firstlineno


@cache
def _is_library(module: str | None) -> bool:
    """Tell whether code is installed, so that its version says what it does."""
    if module is None or module in ("__main__", "__mp_main__"):
        return False
    top = module.split(".")[0]
    if top == "dlcourse":
        return True
    try:
        spec = importlib.util.find_spec(top)
    except ValueError:
        return False
    if spec is None:
        return False
    if spec.origin in ("built-in", "frozen"):
        return True
    place = Path(spec.origin or next(iter(spec.submodule_search_locations or ["/"]))).resolve()
    return any(place.is_relative_to(folder.resolve()) for folder in _LIBRARIES)
