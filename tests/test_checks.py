"""The one form of error."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dlcourse.checks import expect_integer, expect_number


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
