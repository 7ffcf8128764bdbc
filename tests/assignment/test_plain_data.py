"""Values travel between processes unchanged, and forgeries are refused."""

from __future__ import annotations

import base64
import itertools
import json
from collections import deque

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


@pytest.mark.parametrize(
    "value",
    [
        range(2, 9, 3), {1, "a"}, frozenset({2}), b"bytes", 2 + 3j, np.str_("SGD"), np.bool_(True),
        np.int64(3), np.datetime64("2026-01-02"), np.str_(""), {"SGD": np.float32(0.5)},
    ],
)  # fmt: skip
def test_values_of_python_and_numpy_arrive_equal(value):
    copied = travel(value)
    assert copied == value
    assert type(copied) is (set if isinstance(value, frozenset) else type(value))


def test_texts_and_mixed_values_in_arrays():
    texts = np.array([["SGD", "Adam"], ["", "é"]])
    assert np.array_equal(travel(texts), texts)
    assert np.array_equal(travel(np.array(["a", "b"], dtype=np.dtypes.StringDType())), ["a", "b"])
    mixed = np.array(["a", None, [1, 2]], dtype=object)
    assert travel(mixed).tolist() == ["a", None, [1, 2]] and travel(mixed).shape == (3,)
    assert travel(np.array([[1], [None]], dtype=object)).shape == (2, 1)


def test_what_is_gone_through_once_can_travel_twice():
    keep = Encoder(repr)
    for once in (iter([1, 2]), (x for x in (1, 2)), map(int, "12"), zip("12", strict=True)):
        first, second = keep(once), keep(once)
        assert first == second
        assert len(decode(first, repr)) == 2
    assert travel(deque([1, 2])) == [1, 2]
    with pytest.raises(ValueError, match="it gives more than 1,000,000 values"):
        keep(itertools.count())


def test_views_of_a_dict():
    values = {"a": 1, "b": [2]}
    assert travel(values.keys()) == values.keys() == {"a", "b"}
    assert travel(values.values()) == [1, [2]]
    assert travel(values.items()) == [("a", 1), ("b", [2])]


def test_tables_of_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"loss": [0.5, 0.25], "method": ["SGD", "Adam"]}, index=["x", "y"])
    pandas.testing.assert_frame_equal(travel(frame), frame, check_dtype=False)
    pandas.testing.assert_series_equal(travel(frame["loss"]), frame["loss"])
    assert travel(frame["loss"]).name == "loss"
    pairs = frame.set_index("method", append=True)
    pandas.testing.assert_frame_equal(travel(pairs), pairs, check_names=False)
    assert np.array_equal(travel(frame.index), ["x", "y"])


def test_tensors():
    import tensorflow as tf

    assert np.array_equal(travel(tf.constant([1.5, 2.0])), [1.5, 2.0])
    half = travel(tf.cast([1.5, 2.0], tf.bfloat16))
    assert half.dtype == "float32" and np.array_equal(half, [1.5, 2.0])
    assert travel(tf.constant(["a"])).tolist() == [b"a"]


def test_a_number_of_an_own_class_is_the_number():
    class Liar(float):
        def __float__(self):
            return 0.0

        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    class Text(str):
        def __str__(self):
            return "other"

    class Whole(int):
        def __int__(self):
            return 0

    copied = travel([Liar(7.0), Text("said"), Whole(3), True])
    assert copied == [7.0, "said", 3, True]
    assert list(map(type, copied)) == [float, str, int, bool]


def test_a_random_generator_goes_on_where_it_was():
    random = np.random.default_rng(3)
    random.normal()
    assert travel(random).normal() == random.normal()
    assert travel(np.random.Generator(np.random.MT19937(1))).random() == (
        np.random.Generator(np.random.MT19937(1)).random()
    )


@pytest.mark.parametrize("levels", [98, 102])
def test_depth_is_limited(levels):
    value = []
    for _ in range(levels):
        value = [value]
    if levels < 100:
        assert travel(value) == value
    else:
        with pytest.raises(RecursionError, match="nested more than 100 levels deep"):
            travel(value)


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
        {"random": [{"dict": [["bit_generator", "seed"]]}]},
        {"random": [{"dict": [["bit_generator", "Generator"]]}]},
        {"set": [{"list": []}]},
    ],
)
def test_forgeries_are_refused(forged):
    with pytest.raises((ValueError, TypeError)):
        decode(forged, take=lambda told: told)
