"""Every schedule that may be chosen equals the Keras object whose code it gives."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from v8 import evaluate

SCHEDULES = evaluate("Object.keys(engine_schedules.SCHEDULES)")
STEPS = 300


def settings(name: str) -> dict:
    if name == "drawn":
        return {"points": [[0, 0.02], [30, 0.4], [31, 0.1], [200, 0.0]]}
    known = evaluate(f"engine_schedules.SCHEDULES[{name!r}].parameters")
    return {key: limits["value"] for key, limits in known.items()}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedule_equals_keras(name, float64):
    p = settings(name)
    code, ours = evaluate(
        """{
            const { keras, rate } = engine_schedules.SCHEDULES[name];
            return [keras(p), Array.from({ length: steps }, (_, step) => rate(step, p))];
        }""",
        name=name,
        p=p,
        steps=STEPS,
    )
    space = {"keras": keras}
    exec(evaluate("engine_schedules.PIECEWISE_LINEAR"), space)
    schedule = eval(code, space)
    constant = isinstance(schedule, float)
    theirs = [schedule if constant else float(schedule(step)) for step in range(STEPS)]
    assert constant or np.ptp(theirs) > 0.01
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-7)  # Keras's have 32 bits


@pytest.mark.parametrize("name", SCHEDULES)
def test_an_optimizer_takes_the_schedule(name):
    code = evaluate("engine_schedules.SCHEDULES[name].keras(p)", name=name, p=settings(name))
    space = {"keras": keras}
    exec(evaluate("engine_schedules.PIECEWISE_LINEAR"), space)
    optimizer = keras.optimizers.SGD(eval(code, space))
    again = keras.optimizers.SGD.from_config(optimizer.get_config(), custom_objects=space)
    assert float(again.learning_rate) == float(optimizer.learning_rate)


def test_boundaries_out_of_order_are_put_in_order():
    p = {"learning_rate": 1.0, "boundary_1": 20, "boundary_2": 10, "factor": 0.5}
    rates = evaluate(
        "[10, 11, 20, 21].map((t) => engine_schedules.SCHEDULES['piecewise constant'].rate(t, p))",
        p=p,
    )
    assert rates == [1.0, 0.5, 0.5, 0.25]
