"""Values travel between processes unchanged, and forgeries are refused."""

from __future__ import annotations

import base64
import json

import keras
import numpy as np
import pytest

from dlcourse.assignment.sandbox.plain_data import Encoder, decode


def travel(value):
    """Send a value there and back; what does not travel is kept in a list."""
    kept: list = []

    def keep(each):
        kept.append(each)
        return len(kept) - 1

    return decode(json.loads(json.dumps(Encoder(keep)(value))), kept.__getitem__)


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, -0.1, 10**100, "text \u00e9\n", ..., (1, [2, {"three": (4,)}], {}),
        {1: "one", (2, 3): None, "a": {"b": []}}, float("inf"),
    ],
)  # fmt: skip
def test_plain_values(value):
    copied = travel(value)
    assert copied == value
    assert type(copied) is type(value)


@pytest.mark.parametrize("dtype", ["float64", "float32", "int32", "uint8", "bool", ">f8"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_arrays(dtype, shape):
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    copied = travel(array)
    assert copied.dtype == array.dtype and copied.shape == shape
    assert np.array_equal(copied, array)
    copied[...] = 0  # it can be written


def test_numbers_of_numpy_and_values_of_keras():
    assert isinstance(travel(np.float32(0.1)), np.float32)
    assert travel(np.float32(0.1)) == np.float32(0.1)
    assert np.isnan(travel(float("nan")))
    assert np.array_equal(travel(keras.ops.arange(3)), [0, 1, 2])
    assert np.array_equal(travel(keras.Variable([1.0, 2.0])), [1, 2])


def test_what_is_no_data_stays_where_it_is():
    for value in (travel, object(), np.ndarray):
        assert travel([value])[0] is value


@pytest.mark.parametrize(
    "forged",
    [
        [1, 2],
        {},
        {"tuple": [1], "list": [2]},
        {"pickle": "gASVCw=="},
        {"tuple": 3},
        {"dict": [[1]]},
        {"dict": [[{"list": []}, 1]]},
        {"array": ["<f8", [3], ""]},
        {"array": ["<f8", [3], base64.b64encode(bytes(8)).decode(), False]},
        {"array": ["<f8", [-1, -1], base64.b64encode(bytes(8)).decode(), False]},
        {"array": ["O", [1], base64.b64encode(bytes(8)).decode(), False]},
        {"array": ["<f8", [1], "not base64!", False]},
        {"array": ["V8", [1], base64.b64encode(bytes(8)).decode(), False]},
        {"objects": [[3], [1, 2]]},
        {"bytes": ["not base64!"]},
        {"range": [0, 1, 0]},
        {"set": [{"list": []}]},
    ],
)
def test_forgeries_are_refused(forged):
    with pytest.raises((ValueError, TypeError)):
        decode(forged, take=lambda told: told)
