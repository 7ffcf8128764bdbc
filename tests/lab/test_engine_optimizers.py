"""Every update rule that may be chosen equals Keras's, over 100 steps in float64."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from v8 import evaluate

RULES = evaluate("Object.keys(engine_optimizers.OPTIMIZERS)")
STEPS = 100


def other_settings(name: str) -> dict[str, float]:
    """Every hyperparameter away from its default."""
    known = evaluate(f"engine_optimizers.OPTIMIZERS[{name!r}].hyperparameters")
    return {key: 0.25 if key == "learning_rate" else 0.7 for key in known}


def keras_path(code: str, w: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    optimizer = eval(code, {"keras": keras})
    variable = keras.Variable(w)
    points = []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        points.append(variable.numpy().copy())
    return np.array(points)


@pytest.mark.parametrize("settings", ["defaults", "others"])
@pytest.mark.parametrize("name", RULES)
def test_rule_equals_keras(name, settings, float64):
    h = other_settings(name)
    if settings == "defaults":
        h = evaluate("engine_optimizers.defaults(name)", name=name)
    h = {key: float(np.float32(value)) for key, value in h.items()}  # Keras casts them to 32 bits
    rng = np.random.default_rng(0)
    w, gradients = rng.normal(size=7), rng.normal(size=(STEPS, 7))
    gradients[:, 3] *= 1e-3
    gradients[::3, 4] = 0
    code = evaluate("engine_optimizers.kerasOptimizer(name, h)", name=name, h=h)
    ours = evaluate(
        """{
            const step = engine_optimizers.createOptimizer(name, h, w.length);
            return gradients.map((g) => (step(w, Float64Array.from(g)), [...w]));
        }""",
        name=name,
        h=h,
        w=w,
        gradients=gradients.tolist(),
    )
    theirs = keras_path(code, w, gradients)
    assert np.ptp(theirs[:, 0]) > 1e-3, "the weights must move"
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-8)


def test_the_rules_are_the_courses():
    assert [
        *("SGD", "Momentum", "Nesterov", "AdaGrad", "RMSprop", "AdaDelta"),
        *("Adam", "AdamW", "Lion"),
    ] == RULES


@pytest.mark.parametrize("name", RULES)
def test_a_default_lies_within_its_limits(name):
    for limits in evaluate(f"engine_optimizers.OPTIMIZERS[{name!r}].hyperparameters").values():
        assert limits["low"] <= limits["value"] <= limits["high"]


def test_the_rate_may_change_while_it_runs(float64):
    schedule = keras.optimizers.schedules.PolynomialDecay(0.5, 10, 0.0)
    optimizer = keras.optimizers.Adam(schedule, beta_1=0.5, beta_2=0.75)
    w = keras.Variable(np.ones(2))
    for _ in range(10):
        optimizer.apply([keras.ops.convert_to_tensor(np.ones(2))], [w])
    ours = evaluate(
        """{
            const w = new Float64Array([1, 1]);
            const h = { beta_1: 0.5, beta_2: 0.75 };
            const step = engine_optimizers.createOptimizer("Adam", h, 2);
            for (let t = 0; t < 10; t += 1) step(w, [1, 1], 0.5 * (1 - t / 10));
            return w;
        }"""
    )
    np.testing.assert_allclose(ours, w.numpy(), rtol=0, atol=1e-7)
