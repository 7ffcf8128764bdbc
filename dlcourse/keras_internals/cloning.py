"""Fresh copies of Keras optimizers, a learner's own ones included."""

from __future__ import annotations

import inspect
from typing import Any

import keras

from dlcourse.checks import expect

# `exclude_from_weight_decay()` leaves its choice here and not in the configuration.
_EXCLUSIONS = ("_exclude_from_weight_decay", "_exclude_from_weight_decay_pattern")


def hyperparameters(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """Return an optimizer's configuration, a schedule as the object it is.

    Keras would serialize a schedule or a function, which fails for a learner's own that are not
    registered. They are pure functions of the step, so handing on the object is safe.

    >>> hyperparameters(keras.optimizers.SGD(0.5, momentum=0.9))["momentum"]
    0.9
    """
    rate = optimizer._learning_rate
    if isinstance(rate, keras.Variable):
        return optimizer.get_config()
    try:
        optimizer.__dict__["_learning_rate"] = None
        return {**optimizer.get_config(), "learning_rate": rate}
    finally:
        optimizer.__dict__["_learning_rate"] = rate


def exclusions(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """Return what `exclude_from_weight_decay()` chose, by attribute."""
    return {name: getattr(optimizer, name) for name in _EXCLUSIONS if hasattr(optimizer, name)}


def expect_clonable(name: str, optimizer: object) -> None:
    """Raise unless `optimizer` is a Keras optimizer that can be copied with its hyperparameters.

    A learner's own may take more than its `get_config` returns: copies would train with defaults.

    >>> expect_clonable("optimizer", "sgd")
    Traceback (most recent call last):
    ValueError: `optimizer` must be a Keras optimizer object. Received: optimizer='sgd'
    """
    expect(isinstance(optimizer, keras.Optimizer), name, "a Keras optimizer object", optimizer)
    parameters = inspect.signature(type(optimizer).__init__).parameters.values()
    named = {p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    config = hyperparameters(optimizer)
    lost = ", ".join(map(repr, sorted((named | {"learning_rate"}) - {"self", *config})))
    expect(not lost, name, f"an optimizer whose get_config() returns {lost}", optimizer)
    try:
        _rebuild(optimizer, config)
    except TypeError:
        expected = "an optimizer that from_config(get_config()) can rebuild"
        expect(False, name, expected, optimizer)


def clone_optimizer(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """Return an unused optimizer with the same hyperparameters.

    Args:
        optimizer: a Keras optimizer, used or not; it is not changed.

    >>> import numpy as np
    >>> used = keras.optimizers.SGD(0.5, momentum=0.9)
    >>> used.apply([np.ones(2)], [keras.Variable(np.zeros(2))])
    >>> clone = clone_optimizer(used)
    >>> clone.momentum, int(clone.iterations.numpy())
    (0.9, 0)
    """
    return _rebuild(optimizer, hyperparameters(optimizer))


def with_learning_rate(
    optimizer: keras.optimizers.Optimizer, learning_rate: float
) -> keras.optimizers.Optimizer:
    """Return an unused optimizer that differs only in its learning rate.

    >>> float(with_learning_rate(keras.optimizers.SGD(0.5), 0.25).learning_rate.numpy())
    0.25
    """
    return _rebuild(optimizer, {**hyperparameters(optimizer), "learning_rate": learning_rate})


def _rebuild(
    optimizer: keras.optimizers.Optimizer, config: dict[str, Any]
) -> keras.optimizers.Optimizer:
    clone = type(optimizer).from_config(config)
    for name, value in exclusions(optimizer).items():
        setattr(clone, name, value)
    return clone
