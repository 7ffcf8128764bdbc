"""Clones of optimizers: same hyperparameters, nothing of the state."""

from __future__ import annotations

import inspect
import re

import keras
import numpy as np
import pytest

from dlcourse.keras_internals.cloning import (
    clone_optimizer,
    expect_clonable,
    hyperparameters,
    with_learning_rate,
)

SCHEDULE = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=5, decay_rate=0.5)


class Unregistered(keras.optimizers.schedules.LearningRateSchedule):
    """A learner's schedule: Keras cannot serialize it."""

    def __call__(self, step):
        return 0.5


class Heavy(keras.optimizers.SGD):
    """A learner's optimizer that keeps a hyperparameter to itself."""

    def __init__(self, learning_rate=0.01, mass=0.9, **settings):
        super().__init__(learning_rate, **settings)
        self.mass = mass


class Strict(keras.optimizers.SGD):
    """One that does not take what Keras puts into every configuration."""

    def __init__(self, learning_rate=0.01):
        super().__init__(learning_rate)


def keras_optimizers():
    kinds = vars(keras.optimizers).values()
    kinds = [kind for kind in kinds if inspect.isclass(kind)]
    kinds = [kind for kind in kinds if issubclass(kind, keras.optimizers.Optimizer)]
    wrappers = keras.optimizers.LossScaleOptimizer, keras.optimizers.MultiOptimizer
    return [kind for kind in kinds if kind not in (keras.Optimizer, *wrappers)]


@pytest.mark.parametrize("kind", keras_optimizers())
def test_every_optimizer_of_keras_can_be_cloned(kind):
    expect_clonable("optimizer", kind())


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        (Heavy(mass=0.5), "an optimizer whose get_config() returns 'mass'"),
        (Strict(), "an optimizer that from_config(get_config()) can rebuild"),
        (
            keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD()),
            "a single optimizer",
        ),
        ("sgd", "a Keras optimizer object"),
    ],
)
def test_an_optimizer_that_would_lose_hyperparameters_is_refused(optimizer, expected):
    with pytest.raises(ValueError, match=re.escape(f"`it` must be {expected}")):
        expect_clonable("it", optimizer)


def first_step(optimizer):
    weight = keras.Variable(np.ones(3, "float32"))
    optimizer.apply([np.array([1.0, -2.0, 3.0], "float32")], [weight])
    return weight.numpy()


@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        keras.optimizers.Adam(0.1, epsilon=1e-3, amsgrad=True),
        keras.optimizers.RMSprop(SCHEDULE, centered=True),
        keras.optimizers.SGD(Unregistered()),
        keras.optimizers.SGD(lambda: 0.25),
    ],
    ids=["SGD", "Adam", "schedule", "own schedule", "function"],
)
def test_a_clone_steps_like_a_new_optimizer(optimizer):
    clone = clone_optimizer(optimizer)
    expected = first_step(optimizer)
    np.testing.assert_array_equal(first_step(clone), expected)
    # the used one has a state by now, and its clone has none
    np.testing.assert_array_equal(first_step(clone_optimizer(optimizer)), expected)


def test_a_schedule_is_handed_on_as_it_is():
    optimizer = keras.optimizers.SGD(SCHEDULE)
    assert hyperparameters(optimizer)["learning_rate"] is SCHEDULE
    assert optimizer._learning_rate is SCHEDULE  # and still in its place


def test_weights_excluded_from_decay_stay_excluded():
    optimizer = keras.optimizers.AdamW(weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    weight = keras.Variable(np.ones(2, "float32"), name="bias")
    clone = with_learning_rate(optimizer, 1.0)
    clone.apply([np.zeros(2, "float32")], [weight])
    np.testing.assert_array_equal(weight.numpy(), [1, 1])


def test_only_the_rate_differs():
    other = with_learning_rate(keras.optimizers.SGD(SCHEDULE, momentum=0.5), 0.2)
    assert other.momentum == 0.5
    assert float(other.learning_rate.numpy()) == pytest.approx(0.2)
