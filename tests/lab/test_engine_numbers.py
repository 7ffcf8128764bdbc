"""Elementary functions and random numbers of the engine."""

from __future__ import annotations

import numpy as np
import pytest
from v8 import evaluate

RANDOM = "new engine_random.Random"


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("exp", -700, 700), ("log", 1e-9, 1e9), ("cos", 0, 2 * np.pi), ("tanh", -20, 20)],
)
def test_elementary_function_equals_numpys(name, low, high):
    x = np.linspace(low, high, 5001)
    ours = np.array(evaluate(f"x.map(engine_elementary.{name})", x=x), dtype=float)
    np.testing.assert_allclose(ours, getattr(np, name)(x), rtol=1e-14, atol=1e-15)


def test_error_function_equals_keras(float64):
    import keras

    x = np.linspace(-7, 7, 1001)
    ours = evaluate("x.map(engine_elementary.erf)", x=x)
    np.testing.assert_allclose(ours, keras.ops.erf(x), rtol=0, atol=1e-14)


def test_beyond_the_range_of_numbers():
    limits = evaluate("[710, -800].map(engine_elementary.exp).map(String)")
    assert limits == ["Infinity", "0"]
    assert evaluate("[0, -1, Infinity].map(engine_elementary.log).map(String)") == [
        "-Infinity",
        "NaN",
        "Infinity",
    ]


def test_random_bits_are_those_of_sfc32():
    """Against the algorithm as published, written with NumPy's 32-bit integers."""
    with np.errstate(over="ignore"):
        a, b, c, count = (np.uint32(value) for value in (7, 2, 0, 1))
        drawn = []
        for _ in range(15 + 20):
            total = a + b + count
            count += np.uint32(1)
            a = b ^ (b >> np.uint32(9))
            b = c + (c << np.uint32(3))
            c = ((c << np.uint32(21)) | (c >> np.uint32(11))) + total
            drawn.append(int(total))
    ours = evaluate(f"((r) => Array.from({{length: 20}}, () => r.bits()))({RANDOM}(7, 2))")
    assert ours == drawn[15:]


def test_normal_draws_are_normal():
    drawn = np.array(evaluate(f"{RANDOM}(0).normals(20000)"))
    assert abs(drawn.mean()) < 0.03
    assert abs(drawn.std() - 1) < 0.03
    assert abs((np.abs(drawn) < 1).mean() - 0.6827) < 0.01
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.03


def test_a_seed_fixes_the_draws_and_streams_differ():
    first, again, other, stream = (
        evaluate(f"{RANDOM}({seed}).normals(5)") for seed in ("3", "3", "4", "3, 1")
    )
    assert first == again
    assert len({tuple(each) for each in (first, other, stream)}) == 3


def test_an_order_holds_each_row_once():
    order = evaluate(f"{RANDOM}(0).shuffled(50)")
    assert sorted(order) == list(range(50))
    assert order != sorted(order)
