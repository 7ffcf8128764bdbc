"""Values of many kinds, and the promise about them: they are legitimate, or refused by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

NUMBERS = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(width=32), st.complex_numbers(),
    st.sampled_from([10**400, -(2**63), Decimal("1.5"), np.float16(2), np.int8(-1), np.bool_(1)]),
)  # fmt: skip
TEXTS = st.sampled_from(["", " ", "loss", "val_loss", "SGD", "log", "é\0", "$x_{$", b"loss"])
ARRAYS = st.sampled_from(
    [np.zeros(0), np.ones(2), np.ones((1, 2, 2)), np.array([np.nan, np.inf]), np.array("a"),
     np.ma.masked_equal([1.0, 2.0], 1.0), np.array([1, "a", None], dtype=object),
     np.array(["2020-01-01"], dtype="M8[D]"), np.array([2**60, 1]), np.arange(3) * 1j],
)  # fmt: skip
OTHERS = st.sampled_from([object(), type, len, ..., Path("x"), lambda: None, np, {1, 2}, range(2)])
ONE = st.one_of(NUMBERS, TEXTS, ARRAYS, OTHERS)
ODD = st.one_of(
    ONE, st.lists(ONE, max_size=3), st.lists(st.lists(NUMBERS, max_size=2), max_size=2),
    st.dictionaries(st.one_of(TEXTS, st.integers(0, 1)), ONE, max_size=2), st.tuples(ONE, ONE),
)  # fmt: skip


def is_legitimate_or_refused_by_name(
    call: Callable[..., Any], arguments: Mapping[str, Any], name: str, value: Any
) -> bool:
    """Call with one argument changed, and return whether the promise was kept."""
    try:
        call(**{**arguments, name: value})
    except (ValueError, TypeError) as error:
        named = (f"`{each}" in str(error) for each in arguments)
        return any(named)  # where arguments must agree, either may be named
    return True
