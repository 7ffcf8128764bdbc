"""The one form of error."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlcourse.checks import expect_integer, expect_number, expect_path, listed, real_numbers


@pytest.mark.parametrize("value", [3, 0, np.int64(7)])
def test_integers_pass(value):
    expect_integer("epochs", value, minimum=0)


@pytest.mark.parametrize("value", [-1, 1.0, True, "1", None, np.nan])
def test_anything_else_does_not(value):
    message = f"`epochs` must be an integer >= 0. Received: epochs={value!r}"
    with pytest.raises(ValueError, match=re.escape(message)):
        expect_integer("epochs", value, minimum=0)


@pytest.mark.parametrize("value", [0, 0.5, np.float32(0.9)])
def test_numbers_in_range_pass(value):
    expect_number("rate", value, minimum=0, below=1)


@pytest.mark.parametrize("value", [-0.1, 1, 1.5, np.nan, np.inf, True, "0.5", None])
def test_other_numbers_do_not(value):
    message = f"`rate` must be a number >= 0 and < 1. Received: rate={value!r}"
    with pytest.raises(ValueError, match=re.escape(message)):
        expect_number("rate", value, minimum=0, below=1)


@pytest.mark.parametrize("values", ["ab", b"ab", {"a": 1}, {"a"}, 3, None, np.array(1)])
def test_what_is_no_list(values):
    with pytest.raises(ValueError, match="`keys` must be a list of keys"):
        listed("keys", values, "a list of keys")


@pytest.mark.parametrize("values", [[[1], [1, 2]], ["1"], [1j], [10**400], object()])
def test_what_are_no_real_numbers(values):
    with pytest.raises(ValueError, match="`samples` must be real numbers"):
        real_numbers("samples", values)


def test_real_numbers_may_be_integers_truths_or_missing():
    assert real_numbers("samples", [True, 2, 0.5]).tolist() == [1, 2, 0.5]
    masked = real_numbers("samples", np.ma.masked_equal([1, 2], 2))
    np.testing.assert_array_equal(masked, [1, np.nan])


@pytest.mark.parametrize("path", [0, None, "", b"runs"])
def test_what_is_no_path(path):
    with pytest.raises(ValueError, match="`path` must be a path"):
        expect_path("path", path)
