"""Whatever is given to `conform` and `check_gradient` works, or the error names the argument."""

from __future__ import annotations

import warnings

import keras
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_calls import calls, fault, odd

import dlcourse as dl


def sgd(w, g, state, learning_rate):
    return w - learning_rate * g


RULE = {"rule": sgd, "keras_object": keras.optimizers.SGD(0.1), "steps": 2, "tolerance": 1e-6}
CHECK = {"f": lambda w: (w * w).sum(), "gradient": lambda w: 2 * w, "at": np.array([0.3, 2.0])}
CALLS = calls((dl.conform, RULE, RULE), *[(dl.check_gradient, CHECK, CHECK)] * 2)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.sampled_from(CALLS), odd)
def test_odd_values_work_or_are_named(call, value):
    if call[2] == "steps" and isinstance(value, int) and value > 100:
        value = 10**9  # as many steps as are allowed take a while
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert fault(*call, value) == ""
