"""Pickles for other processes: notebook functions travel, large arrays are left out by hash."""

from __future__ import annotations

import copyreg
import hashlib
import io
import pickle
from collections.abc import Mapping
from typing import Any

import cloudpickle
import keras
import numpy as np

# Smaller arrays travel inside the pickle.
LARGE_BYTES = 50_000


def pack(thing: Any) -> tuple[bytes, dict[str, np.ndarray]]:
    """Return a pickle without large arrays, and these arrays by the hash of their content.

    >>> packed, arrays = pack({"x": np.zeros(100_000), "again": np.zeros(100_000)})
    >>> len(packed) < 1_000, len(arrays)
    (True, 1)
    >>> unpack(packed, arrays)["again"].shape
    (100000,)
    """
    buffer = io.BytesIO()
    pickler = _Pickler(buffer)
    pickler.dump(thing)
    return buffer.getvalue(), pickler.arrays


def unpack(packed: bytes, arrays: Mapping[str, np.ndarray]) -> Any:
    """Return what was packed."""
    unpickler = _Unpickler(io.BytesIO(packed))
    unpickler.arrays = arrays
    return unpickler.load()


def array_hash(array: np.ndarray) -> str:
    """Return a hash of an array's type, shape and values.

    >>> array_hash(np.zeros(3)) == array_hash(np.zeros(3, "float32"))
    False
    """
    digest = hashlib.sha256(f"{array.dtype.str} {array.shape} ".encode())
    digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


class _Pickler(cloudpickle.Pickler):
    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.arrays: dict[str, np.ndarray] = {}

    def persistent_id(self, thing: Any) -> str | None:
        plain = type(thing) is np.ndarray and not thing.dtype.hasobject
        if not plain or thing.nbytes < LARGE_BYTES:
            return None
        key = array_hash(thing)
        self.arrays[key] = thing
        return key

    def reducer_override(self, thing: Any) -> Any:
        # Keras pickles these as saved files, which a class that is not registered cannot leave.
        if isinstance(thing, keras.losses.Loss):
            return copyreg.__newobj__, (type(thing),), dict(vars(thing))
        if isinstance(thing, keras.metrics.Metric):
            return type(thing).from_config, (thing.get_config(),)
        return super().reducer_override(thing)


class _Unpickler(pickle.Unpickler):
    arrays: Mapping[str, np.ndarray]

    def persistent_load(self, key: str) -> np.ndarray:
        return self.arrays[key]
