"""Fresh copies of Keras optimizers, a learner's own ones included."""

from __future__ import annotations

import inspect
from collections.abc import Hashable
from typing import Any

import keras
import numpy as np

from dlcourse.checks import expect

_PLAIN = bool | int | float | complex | str | bytes | np.generic | np.ndarray | None
# What differs between a used optimizer and a fresh one, or between any two.
_STATE = ("built", "name", "_lock", "_loss_scale")


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
    stand_in = object.__new__(type(optimizer))
    stand_in.__dict__.update(vars(optimizer), _learning_rate=None)
    return {**stand_in.get_config(), "learning_rate": rate}


def excluded_names(optimizer: keras.optimizers.Optimizer) -> str | None:
    """Return the pattern of names that `exclude_from_weight_decay(var_names=…)` was given.

    It is not part of the configuration.

    >>> optimizer = keras.optimizers.AdamW()
    >>> optimizer.exclude_from_weight_decay(var_names=["bias"])
    >>> excluded_names(optimizer)
    'bias'
    """
    pattern = getattr(optimizer, "_exclude_from_weight_decay_pattern", None)
    return pattern and pattern.pattern


def compiled_constants(optimizer: keras.optimizers.Optimizer) -> Hashable:
    """Return what a compiled step holds fixed: all of an optimizer but a constant learning rate.

    Two optimizers have equal constants only if every hyperparameter is exactly the same: numbers
    and arrays by value, other objects if they are one and the same object.

    >>> slow, fast = keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2)
    >>> compiled_constants(slow) == compiled_constants(fast)
    True
    >>> compiled_constants(slow) == compiled_constants(keras.optimizers.SGD(0.1, momentum=0.5))
    False
    """
    config = hyperparameters(optimizer)
    del config["name"]
    if isinstance(config["learning_rate"], float):
        del config["learning_rate"]
    return type(optimizer), _exactly(config), excluded_names(optimizer)


def _exactly(value: Any) -> Hashable:
    """Return a key that only an exactly equal value shares."""
    if isinstance(value, np.ndarray | np.generic) and value.dtype != object:
        return type(value), value.dtype.str, value.shape, value.tobytes()
    if isinstance(value, _PLAIN) and not isinstance(value, np.ndarray):
        return type(value), repr(value)  # of a number, all digits; 0.0 is not -0.0
    if isinstance(value, dict):
        return dict, tuple((_exactly(key), _exactly(value[key])) for key in value)
    if isinstance(value, list | tuple):
        return type(value), tuple(map(_exactly, value))
    return type(value), id(value)


def expect_clonable(name: str, optimizer: object) -> None:
    """Raise unless `optimizer` is a Keras optimizer that can be copied with all that it was told.

    A learner's own may know more than its `get_config` returns: copies would train with defaults.

    >>> expect_clonable("optimizer", "sgd")
    Traceback (most recent call last):
    ValueError: `optimizer` must be a Keras optimizer object. Received: optimizer='sgd'
    """
    expect(isinstance(optimizer, keras.Optimizer), name, "a Keras optimizer object", optimizer)
    _expect_single(name, optimizer)
    by_variable = getattr(optimizer, "_exclude_from_weight_decay", None)
    expected = (
        "an optimizer that excludes weights from decay by name, as in "
        'exclude_from_weight_decay(var_names=["bias"]), since each run has variables of its own'
    )
    expect(not by_variable, name, expected, optimizer)
    config = hyperparameters(optimizer)
    parameters = inspect.signature(type(optimizer).__init__).parameters.values()
    named = {p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    _expect_none_lost(name, optimizer, (named | {"learning_rate"}) - {"self", *config})
    clone = _clone_if_possible(optimizer, config)
    expected = "an optimizer that from_config(get_config()) can rebuild"
    expect(clone is not None, name, expected, optimizer)
    _expect_none_lost(name, optimizer, _attributes_that_differ(optimizer, clone))


def _clone_if_possible(
    optimizer: keras.optimizers.Optimizer, config: dict[str, Any]
) -> keras.optimizers.Optimizer | None:
    try:
        return _rebuild(optimizer, config)
    except TypeError:
        return None


def _expect_single(name: str, optimizer: keras.optimizers.Optimizer) -> None:
    wrappers = keras.optimizers.LossScaleOptimizer, keras.optimizers.MultiOptimizer
    expected = (
        "a single optimizer (a model with the policy mixed_float16 gets its LossScaleOptimizer "
        "by itself, as in model.compile)"
    )
    expect(not isinstance(optimizer, wrappers), name, expected, optimizer)


def _expect_none_lost(name: str, optimizer: keras.optimizers.Optimizer, lost: set[str]) -> None:
    listed = ", ".join(map(repr, sorted(lost)))
    expect(not lost, name, f"an optimizer whose get_config() returns {listed}", optimizer)


def _attributes_that_differ(one: object, other: object) -> set[str]:
    """Return the names of plain attributes, such as numbers, in which two objects differ."""
    plain = {
        name: value
        for name, value in vars(one).items()
        if name not in _STATE and isinstance(value, _PLAIN)
    }
    return {
        name
        for name, value in plain.items()
        if name in vars(other) and _exactly(value) != _exactly(vars(other)[name])
    }


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

    Args:
        optimizer: a Keras optimizer, used or not; it is not changed.
        learning_rate: a number, or a Keras schedule.

    Raises:
        ValueError: `optimizer` is no Keras optimizer.

    >>> import keras
    >>> from dlcourse import with_learning_rate
    >>> float(with_learning_rate(keras.optimizers.SGD(0.5), 0.25).learning_rate.numpy())
    0.25
    """
    known = isinstance(optimizer, keras.Optimizer)
    expect(known, "optimizer", "a Keras optimizer object", optimizer)
    return _rebuild(optimizer, {**hyperparameters(optimizer), "learning_rate": learning_rate})


def recipe(optimizer: keras.optimizers.Optimizer) -> tuple[type, dict[str, Any], str | None]:
    """Return what `from_recipe` makes a fresh clone from; it can be pickled, an optimizer cannot.

    >>> from_recipe(*recipe(keras.optimizers.SGD(0.5, momentum=0.9))).momentum
    0.9
    """
    return type(optimizer), hyperparameters(optimizer), excluded_names(optimizer)


def from_recipe(
    kind: type, config: dict[str, Any], excluded: str | None
) -> keras.optimizers.Optimizer:
    """Return a fresh optimizer made from its `recipe`."""
    optimizer = kind.from_config(config)
    if excluded:
        optimizer.exclude_from_weight_decay(var_names=[excluded])
    return optimizer


def _rebuild(
    optimizer: keras.optimizers.Optimizer, config: dict[str, Any]
) -> keras.optimizers.Optimizer:
    return from_recipe(type(optimizer), config, excluded_names(optimizer))
