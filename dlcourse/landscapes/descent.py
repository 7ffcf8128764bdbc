"""Run an update rule, hand-written or Keras's, on a landscape and record its path."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.checks import as_floats, expect, expect_integer, expect_number
from dlcourse.landscapes.landscape import Landscape
from dlcourse.landscapes.path import DescentPath

RULE = "a function (w, g, state, ...) or a Keras optimizer"
_MOST_STEPS = 1_000_000
_OWN = ("on", "start", "steps", "label")

# (weights, gradient, step counted from 0) -> (new weights, the learning rate used)
Update = Callable[[np.ndarray, np.ndarray, int], tuple[np.ndarray, float]]


def descend(
    rule: Any,
    *,
    on: Landscape,
    start: ArrayLike,
    steps: int,
    label: str | None = None,
    **hyperparameters: Any,
) -> DescentPath:
    """Take steps on a landscape and record where they lead.

    It shows what an update rule does, one step at a time, where everything can be seen. A
    hand-written rule has this form, with Keras's names for its hyperparameters:

        def momentum(w, g, state, learning_rate, momentum):
            state["v"] = momentum * state.get("v", 0) - learning_rate * g
            return w + state["v"]  # the new weights

    `w` and `g` are arrays of shape (d,); `state` is a dict that starts empty and is kept between
    the steps. As in Keras, `learning_rate` may be a number or a schedule, a function of the step
    (counted from 0). Hand-written rules run in float64.

    A Keras optimizer brings its own hyperparameters and runs in Keras's float type, float32
    unless you set another; the path is recorded in float64 either way. It is cloned, so your
    object stays as it is.

    Steps that leave the range of floating-point numbers are a result, not an error: NaN pads the
    path, and its `diverged` is true.

    Args:
        rule: a hand-written rule or a Keras optimizer.
        on: the landscape.
        start: the first weights, shape (d,); for one weight a number will do.
        steps: how many steps to take, from 1 to a million.
        label: the path's name in plots. Defaults to the rule's or the optimizer's name.
        **hyperparameters: what a hand-written rule needs beyond `w`, `g` and `state`; none of them
            may be called as one of the arguments above.

    Returns:
        The path, with the start as its point 0.

    Raises:
        ValueError: the rule is not one, lacks a hyperparameter or is given one it does not know,
            or returns something else than the new weights; or another argument is unusable.

    See also:
        conform: whether a rule is Keras's. plot_paths, plot_values: pictures of several paths.

    >>> from dlcourse import descend, parabola
    >>> def sgd(w, g, state, learning_rate):
    ...     return w - learning_rate * g
    >>> path = descend(sgd, on=parabola(), start=1.0, steps=3, learning_rate=0.1)
    >>> path.points[:, 0].round(3)
    array([1.   , 0.9  , 0.81 , 0.729])
    """
    expect(isinstance(on, Landscape), "on", "a Landscape, such as bumpy()", on)
    expect_integer("steps", steps, minimum=1)
    expect(steps <= _MOST_STEPS, "steps", f"an integer <= {_MOST_STEPS}", steps)
    expect(label is None or isinstance(label, str), "label", "a text", label)
    w = _first_weights(start, on.dimensions)
    make_update = _keras_update if hasattr(rule, "get_config") else _rule_update
    update = make_update(rule, w, hyperparameters)
    return _follow(update, on, w, steps, label or _name(rule))


def _follow(update: Update, on: Landscape, w: np.ndarray, steps: int, label: str) -> DescentPath:
    """Take the steps, until a number is no longer finite."""
    points, gradients = np.full((2, steps + 1, w.size), np.nan)
    values, learning_rates = np.full(steps + 1, np.nan), np.full(steps, np.nan)
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            points[step], values[step], gradients[step] = w, on.function(w), on.gradient(w)
            finite = np.isfinite([*w, values[step], *gradients[step]]).all()
            if step == steps or not finite:
                break
            w, learning_rates[step] = update(w, gradients[step], step)
    return DescentPath(label, on, points, values, gradients, learning_rates)


def _rule_update(rule: Callable, w: np.ndarray, hyperparameters: dict[str, Any]) -> Update:
    """Wrap a hand-written rule: it gets copies, so that it may change them in place."""
    expect(callable(rule) and not inspect.isclass(rule), "rule", RULE, rule)
    arguments = _bind(rule, w, hyperparameters)
    learning_rate = arguments.get("learning_rate", np.nan)
    if "learning_rate" in arguments and not callable(learning_rate):
        expect_number("learning_rate", learning_rate)
    state: dict[str, Any] = {}

    def update(w: np.ndarray, g: np.ndarray, step: int) -> tuple[np.ndarray, float]:
        used = dict(hyperparameters)
        if callable(learning_rate):
            used["learning_rate"] = _rate_at(learning_rate, step)
        returned = rule(w.copy(), g.copy(), state, **used)
        new = as_floats(returned)
        expected = f"the new weights, an array of shape {w.shape}"
        expect(new.shape == w.shape, f"{_name(rule)}(w, g, state, ...)", expected, returned)
        return new, used.get("learning_rate", learning_rate)

    return update


def _bind(rule: Callable, w: np.ndarray, hyperparameters: dict[str, Any]) -> dict[str, Any]:
    """Return what the rule will be called with, its defaults included, or say what is amiss."""
    try:
        signature = inspect.signature(rule)
    except ValueError:  # a built-in function that does not say what it takes
        signature = inspect.Signature()
    taken = ", ".join(name for name in _OWN if name in signature.parameters)
    other = f"a function whose hyperparameters have other names than {taken}, which descend takes"
    expect(not taken, "rule", other, f"{_name(rule)}{signature}")
    try:
        signature.bind_partial(w, w, {})
    except TypeError:
        raise ValueError(f"`rule` must be {RULE}. Received: {_name(rule)}{signature}") from None
    try:
        bound = signature.bind(w, w, {}, **hyperparameters)
    except TypeError as error:
        expected = f"those of {_name(rule)}{signature} ({error})"
        message = f"`hyperparameters` must be {expected}. Received: {hyperparameters=}"
        raise ValueError(message) from None
    bound.apply_defaults()
    return {**bound.arguments, **hyperparameters}


def _rate_at(learning_rate: Callable, step: int) -> float:
    try:
        rate = as_floats(learning_rate(step))
    except TypeError as error:
        raise ValueError(f"`learning_rate` must be a function of the step. {error}") from error
    expected = "a function of the step that returns a number"
    expect(rate.shape == () and not np.isnan(rate), "learning_rate", expected, learning_rate)
    return float(rate)


def _keras_update(optimizer: Any, w: np.ndarray, hyperparameters: dict[str, Any]) -> Update:
    """Wrap a clone of a Keras optimizer and one variable; compiled, as `fit` would."""
    import keras
    import tensorflow as tf

    from dlcourse.keras_internals.cloning import clone_optimizer, expect_clonable

    expect(isinstance(optimizer, keras.optimizers.Optimizer), "rule", RULE, optimizer)
    expect_clonable("rule", optimizer)
    own = "empty for a Keras optimizer, which brings its own"
    expect(not hyperparameters, "hyperparameters", own, hyperparameters)
    clone = clone_optimizer(optimizer)
    variable = keras.Variable(w, dtype=keras.config.floatx(), name="w")
    clone.build([variable])

    @tf.function
    def apply(gradient: tf.Tensor) -> tf.Tensor:
        learning_rate = tf.identity(clone.learning_rate)  # before `apply` counts the step
        clone.apply([gradient], [variable])
        return learning_rate

    def update(w: np.ndarray, g: np.ndarray, step: int) -> tuple[np.ndarray, float]:
        learning_rate = apply(tf.constant(g, dtype=variable.dtype))
        return variable.numpy().astype(float), float(learning_rate)

    return update


def _first_weights(start: ArrayLike, dimensions: int) -> np.ndarray:
    """Return the start as a float64 array, or say what is amiss."""
    w = np.atleast_1d(as_floats(start))
    count = "1 finite number" if dimensions == 1 else f"{dimensions} finite numbers"
    ok = w.shape == (dimensions,) and bool(np.isfinite(w).all())
    expect(ok, "start", f"{count}, the landscape's weights", start)
    return w


def _name(rule: Callable) -> str:
    return getattr(rule, "__name__", type(rule).__name__)
