"""Keras in float64, to compare the lab's engine with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture
def float64() -> Iterator[None]:
    """What Keras makes within the test has 64 bits."""
    import keras

    floatx, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(policy)
