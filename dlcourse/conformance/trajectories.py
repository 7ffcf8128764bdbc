"""Where a rule and a Keras optimizer go from the same start with the same gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from dlcourse.conformance.learner_rule import RuleFailed
from dlcourse.keras_internals.cloning import hyperparameters

Hyperparameters = Mapping[str, Any]
# (weights, gradient, state, this step's hyperparameters) -> the new weights
Update = Callable[[np.ndarray, np.ndarray, dict[str, Any], Hyperparameters], np.ndarray]


@dataclass(frozen=True)
class Case:
    """One variable: where it starts, and the stream of gradients it gets.

    Args:
        kinds: what each weight's gradients are like, the shape of the weights.
        start: the first weights.
        gradients: shape (steps, *shape of the weights); None for the gradient of w²/2, which is w.
    """

    kinds: np.ndarray
    start: np.ndarray
    gradients: np.ndarray | None


@dataclass(frozen=True)
class Trajectory:
    """One variable's way, with the gradients that it got.

    Args:
        kinds: what each weight's gradients are like, the shape of the weights.
        gradients: shape (steps, *shape of the weights).
        weights: shape (steps + 1, *shape of the weights), the start first.
    """

    kinds: np.ndarray
    gradients: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True)
class KerasRun:
    """What a Keras optimizer did with every variable.

    Args:
        trajectories: one for each variable.
        hyperparameters: for each step, Keras's by name; `learning_rate` is the rate it used then.
    """

    trajectories: tuple[Trajectory, ...]
    hyperparameters: tuple[Hyperparameters, ...]

    def kinds(self) -> list[str]:
        """Return what gradients can be like, in order of appearance."""
        return list(dict.fromkeys(kind for way in self.trajectories for kind in way.kinds.flat))


def cases(steps: int) -> tuple[Case, ...]:
    """Return what every rule is tried on: a scalar, a vector and a matrix.

    The vector starts at zero, where the weights are the sum of the steps, so that no error hides
    beside them; weight decay shows in the others.
    """
    rng = np.random.default_rng(0)
    step = np.arange(steps)[:, None]
    sign = np.where(step % 2, -1.0, 1.0)[..., None]
    one_of_five = (step > 0) & (step % 5 == np.arange(5))
    streams = {
        "plain gradients": np.ones(5),
        "zero and sparse gradients": one_of_five,
        "tiny gradients": np.full(5, 1e-12),
        "huge gradients": np.full(5, 1e12),
    }
    sizes = np.hstack([np.broadcast_to(size, (steps, 5)) for size in streams.values()])
    alternating = sign * rng.uniform(0.5, 1.5, size=(steps, 3, 2))
    return (
        Case(np.array("w²/2 from w = 1"), np.ones(()), None),
        Case(np.repeat([*streams], 5), np.zeros(20), sizes * rng.normal(size=(steps, 20))),
        Case(np.full((3, 2), "alternating gradients"), rng.normal(size=(3, 2)), alternating),
    )


def double_precision(value: Any) -> Any:
    """Turn Python floats, which Keras rounds to float32, into float64 scalars, which it keeps."""
    if isinstance(value, (list, tuple)):
        return [double_precision(item) for item in value]
    return np.float64(value) if isinstance(value, float) else value


def run_keras(optimizer: keras.optimizers.Optimizer, steps: int) -> KerasRun:
    """Run a clone of the optimizer in float64, on all variables at once.

    An optimizer with a loss_scale_factor gets gradients of that times the loss, as in training.

    Raises:
        ValueError: the optimizer does not run in float64, as Keras's own do but for Muon.
    """
    config, given = hyperparameters(optimizer), cases(steps)
    clone = type(optimizer).from_config({k: double_precision(v) for k, v in config.items()})
    variables = [keras.Variable(case.start, dtype="float64", name="w") for case in given]
    weights, gradients, used = [[case.start for case in given]], [], []
    for step in range(steps):
        here = zip(given, weights[-1], strict=True)
        gradients.append([w if c.gradients is None else c.gradients[step] for c, w in here])
        rate = float(keras.ops.convert_to_tensor(clone.learning_rate))
        used.append({**config, "learning_rate": rate})
        try:
            clone.apply([(clone.loss_scale_factor or 1) * g for g in gradients[-1]], variables)
        except Exception as error:
            expected = "an optimizer that runs in float64, which Muon for one does not"
            raise ValueError(f"`keras_object` must be {expected}. It said: {error}") from error
        weights.append([variable.numpy() for variable in variables])
    kinds = [case.kinds for case in given]
    ways = zip(kinds, _by_variable(gradients), _by_variable(weights), strict=True)
    return KerasRun(tuple(Trajectory(*way) for way in ways), tuple(used))


def _by_variable(by_step: Sequence[Sequence[np.ndarray]]) -> list[np.ndarray]:
    return [np.array(variable) for variable in zip(*by_step, strict=True)]


def walk(
    update: Update, keras_way: Trajectory, used: Sequence[Hyperparameters]
) -> Iterator[np.ndarray]:
    """Yield Keras's start, then the weights after each step of an update rule."""
    w, state = keras_way.weights[0], {}
    yield w
    for step, (g, h) in enumerate(zip(keras_way.gradients, used, strict=True), start=1):
        try:
            w = update(np.array(w), np.array(g), state, h)
        except RuleFailed as failure:
            raise failure.at(step) from failure.__cause__
        yield w


def follow(update: Update, keras_way: Trajectory, h: Sequence[Hyperparameters]) -> np.ndarray:
    """Return the weights along an update rule's way, shape (steps + 1, *shape of the weights)."""
    return np.array(list(walk(update, keras_way, h)))


def follow_in_turn(update: Update, run: KerasRun) -> list[np.ndarray]:
    """Follow all variables at once, a step of each in turn, as an optimizer does."""
    walks = [walk(update, way, run.hyperparameters) for way in run.trajectories]
    return _by_variable(list(zip(*walks, strict=True)))


def agreement(yours: np.ndarray, keras_weights: np.ndarray, tolerance: float) -> np.ndarray:
    """Tell which weights agree, each relative to the largest it has been on Keras's way so far."""
    sizes = np.where(np.isfinite(keras_weights), np.abs(keras_weights), 0)
    scale = np.maximum.accumulate(sizes)
    return np.isclose(yours, keras_weights, rtol=0, atol=tolerance * scale, equal_nan=True)
