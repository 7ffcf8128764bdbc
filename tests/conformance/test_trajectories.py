"""What a rule is compared with is Keras."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, Nadam, RMSprop
from keras.optimizers.schedules import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)

from dlcourse.conformance.schedule_values import keras_rates, rates_agree, telling_steps
from dlcourse.conformance.trajectories import agreement, run_keras


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        (SGD(0.1), [0.9, 0.81, 0.729]),
        (SGD(0.1, momentum=0.9), [0.9, 0.72, 0.486]),
        (Adagrad(0.1), [0.90465, 0.83934, 0.78751]),
        (RMSprop(0.1), [0.68377, 0.49887, 0.36918]),
        (Adam(0.1), [0.9, 0.80041, 0.70159]),
    ],
)
def test_the_parabola_gives_keras_known_values(optimizer, expected):
    way = run_keras(optimizer, steps=3).trajectories[0]
    np.testing.assert_allclose(way.weights, [1, *expected], atol=5e-6)
    np.testing.assert_array_equal(way.gradients, way.weights[:-1])


@pytest.mark.parametrize(
    "optimizer",
    [
        SGD(0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
        Adagrad(0.1),
        RMSprop(0.1, momentum=0.9, centered=True),
        Adadelta(1.0),
        Adam(0.1, amsgrad=True),
        Adamax(0.1),
        Nadam(0.1),
        AdamW(CosineDecay(0.1, 5)),
        Lion(0.1),
    ],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_it_is_the_run_that_keras_makes_in_float32(optimizer):
    run = run_keras(optimizer, steps=12)
    clone = type(optimizer).from_config(optimizer.get_config())
    ways = run.trajectories
    variables = [keras.Variable(way.weights[0], dtype="float32") for way in ways]
    for step in range(12):
        assert run.hyperparameters[step]["learning_rate"] == float(clone.learning_rate)
        clone.apply([way.gradients[step].astype("float32") for way in ways], variables)
    for way, variable in zip(ways, variables, strict=True):
        # Keras's float32 rounds 1 - 0.999**step to five digits.
        assert agreement(variable.numpy(), way.weights, 2e-5)[-1].all()


@pytest.mark.parametrize(
    "schedule",
    [
        PiecewiseConstantDecay([100, 110], [1.0, 0.5, 0.1]),
        ExponentialDecay(0.1, 100, 0.96, staircase=True),
        InverseTimeDecay(1.0, 1, 0.1),
        PolynomialDecay(0.1, 100, power=2.0, cycle=True),
        CosineDecay(0.01, 100, warmup_target=0.1, warmup_steps=10),
        CosineDecayRestarts(0.1, 10, t_mul=2.0, m_mul=0.9),
        CosineDecayRestarts(0.1, 100, t_mul=1.2),
    ],
    ids=lambda schedule: type(schedule).__name__,
)
def test_the_rates_are_those_that_keras_gives_in_float32(schedule):
    steps = telling_steps(schedule.get_config(), first=12)
    rates = [float(schedule(keras.ops.convert_to_tensor(step))) for step in steps]
    np.testing.assert_allclose(keras_rates(schedule, steps), rates, rtol=0, atol=5e-7)


def test_the_rates_are_more_exact_than_float32():
    exact = 0.1 * 0.96 ** (299 / 100)
    (rate,) = keras_rates(ExponentialDecay(0.1, 100, 0.96), [299])
    assert rate == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize(
    ("schedule", "events"),
    [
        (PiecewiseConstantDecay([100_000, 110_000], [1.0, 0.5, 0.1]), [100_000, 110_000]),
        (ExponentialDecay(0.1, 100, 0.9), [100, 200, 300]),
        (PolynomialDecay(0.1, 50, cycle=True), [50, 100]),
        (CosineDecay(0.1, 100, warmup_target=1.0, warmup_steps=20), [20, 120]),
        (CosineDecayRestarts(0.1, 10, t_mul=2.0), [10, 30, 70]),
    ],
)
def test_the_steps_include_every_event_and_both_its_neighbors(schedule, events):
    steps = telling_steps(schedule.get_config(), first=3)
    assert {0, 1, 2} <= {*steps}
    assert {event + shift for event in events for shift in (-1, 0, 1)} <= {*steps}
    assert max(steps) >= 10 * max(events)
    assert steps == sorted({*steps})


def test_a_restart_that_only_rounding_decides_is_left_out():
    """Keras's float32 restarts at step 220 one step late, where its float64 does not."""
    schedule = CosineDecayRestarts(1.0, 100, t_mul=1.2)
    late = float(schedule(keras.ops.convert_to_tensor(220)))
    (exact,) = keras_rates(schedule, [220])
    assert (round(late, 3), round(exact, 3)) == (0, 1)
    steps = telling_steps(schedule.get_config(), first=12)
    assert 219 in steps
    assert 221 in steps
    assert not {100, 220, 364} & {*steps}


def test_agreement_is_relative_to_the_largest_that_a_weight_has_been():
    keras_way = np.array([[1e-9, 1.0], [1.0, 1e-9], [1000.0, 1e-9]])
    yours = keras_way + np.array([[1e-9, 1e-9], [1e-9, 1e-9], [1e-3, 1e-3]])
    expected = [[False, True], [True, True], [True, False]]
    np.testing.assert_array_equal(agreement(yours, keras_way, 1e-5), expected)


def test_nan_agrees_with_nan_and_infinity_with_itself_alone():
    keras_way = np.array([1.0, np.nan, np.inf, 2.0])
    yours = np.array([1.0, np.nan, np.inf, 2.1])
    np.testing.assert_array_equal(agreement(yours, keras_way, 1e-6), [True, True, True, False])
    assert not agreement(np.array([1.0, 5.0]), np.array([1.0, np.inf]), 1e-6)[1]


def test_rates_agree_relative_to_each():
    keras_way = np.array([1.0, 1e-5, 0.0])
    assert rates_agree(keras_way * (1 + 1e-7), keras_way, 1e-6).all()
    assert not rates_agree(np.array([1.0, 1.1e-5, 0.0]), keras_way, 1e-6).all()
    assert rates_agree(np.array([1.0, 1e-5, 6e-17]), keras_way, 1e-6).all()
    assert not rates_agree(np.array([1.0, 1e-5, 1e-9]), keras_way, 1e-6).all()
