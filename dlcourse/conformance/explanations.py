"""Why a rule is not Keras's: a known mistake if it runs the same way, else what the numbers say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from dlcourse.conformance.mistakes import CATALOGUE, DECAY, Mistake
from dlcourse.conformance.rules import RULES
from dlcourse.conformance.schedule_rules import SCHEDULE_RULES, WAVE
from dlcourse.conformance.schedule_values import rates_agree
from dlcourse.conformance.trajectories import KerasRun, Update, agreement, double_precision, follow

# What a kind of gradients shows when all others agree.
_ONLY = {
    "tiny gradients": "Only tiny gradients tell the two apart: look at where epsilon stands.",
    "huge gradients": "Only huge gradients tell the two apart: is something clipped?",
    "zero and sparse gradients": "They part where a gradient is zero: averages go on all the same.",
}


@dataclass(frozen=True)
class Explanation:
    """What `conform` says beyond the first difference."""

    hint: str
    mistake: str = ""
    also_right: bool = False


def explain_weights(
    keras_name: str,
    update: Update,
    run: KerasRun,
    alone: list[np.ndarray],
    in_turn: list[np.ndarray],
    advice: str,
    tolerance: float,
) -> Explanation:
    """Explain why an update rule's weights differ from Keras's.

    Args:
        keras_name: the Keras class; empty if it is not Keras's own.
        update: the rule.
        run: what Keras did.
        alone: the rule's weights, one variable after the other.
        in_turn: the same, with the variables taken in turn.
        advice: what to say, if anything, where no known mistake is found.
        tolerance: what counts as the same.
    """
    if not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(alone, in_turn, strict=True)):
        return Explanation(
            "It does not give the same answer again. What lasts from step to step belongs in"
            " `state`, which each variable has for itself, and nowhere else."
        )
    if mistake := _recognized(keras_name, update, run, alone, tolerance):
        return Explanation(mistake.hint, mistake.name, mistake.also_right)
    return Explanation(advice or _evidence(run, alone, tolerance))


def explain_rates(
    keras_name: str,
    config: Mapping[str, Any],
    steps: Sequence[int],
    yours: np.ndarray,
    keras_rates: np.ndarray,
    advice: str,
    tolerance: float,
) -> Explanation:
    """Explain why a schedule rule's rates, at these steps, differ from Keras's."""
    h = SimpleNamespace(**{k: double_precision(v) for k, v in config.items()}, **WAVE)
    for mistake in _concerning(keras_name, CATALOGUE):
        with np.errstate(all="ignore"):
            wrong = [mistake.rule(SCHEDULE_RULES[keras_name], step, h) for step in steps]
        if rates_agree(yours, np.array(wrong), tolerance).all():
            return Explanation(mistake.hint, mistake.name, mistake.also_right)
    factor = _factor(yours, keras_rates, tolerance)
    hint = f"Every rate is {factor}" if factor else ""
    return Explanation(advice or hint)


def _recognized(
    keras_name: str, update: Update, run: KerasRun, yours: list[np.ndarray], tolerance: float
) -> Mistake | None:
    """Return the known mistake that runs as the rule does.

    Two mistakes can coincide, as 1 - momentum and a learning rate of 0.1 do at momentum 0.9. Then
    other hyperparameters tell them apart.
    """
    alike = _alike(_mistaken_updates(keras_name), run, yours, tolerance)
    if len(alike) > 1:
        shifted = replace(run, hyperparameters=tuple(map(_shifted, run.hyperparameters)))
        yours = [follow(update, way, shifted.hyperparameters) for way in run.trajectories]
        alike = _alike(alike, shifted, yours, tolerance) or alike
    return alike[0][0] if alike else None


def _alike(
    mistaken: Iterable[tuple[Mistake, Update]],
    run: KerasRun,
    yours: list[np.ndarray],
    tolerance: float,
) -> list[tuple[Mistake, Update]]:
    """Return the mistakes that take the same way as the rule with every variable."""

    def is_alike(update: Update) -> bool:
        wrong = (follow(update, way, run.hyperparameters) for way in run.trajectories)
        pairs = zip(yours, wrong, strict=True)
        return all(agreement(mine, theirs, tolerance).all() for mine, theirs in pairs)

    with np.errstate(all="ignore"):
        return [(mistake, update) for mistake, update in mistaken if is_alike(update)]


def _shifted(h: Mapping[str, Any]) -> dict[str, Any]:
    return {name: 0.9 * value if isinstance(value, float) else value for name, value in h.items()}


def _concerning(keras_name: str, mistakes: Sequence[Mistake]) -> list[Mistake]:
    return [mistake for mistake in mistakes if keras_name in mistake.concerns]


def _mistaken_updates(keras_name: str) -> Iterator[tuple[Mistake, Update]]:
    """Yield the known mistakes, each with epsilon as in Keras and as in the paper."""
    right = RULES.get(keras_name)
    for mistakes, decay in ((CATALOGUE, _decayed), (DECAY, lambda w, h: w)):
        for mistake in _concerning(keras_name, mistakes):
            for paper in (False, True):

                def update(w, g, state, h, mistake=mistake, decay=decay, paper=paper):
                    h = _namespace(h, paper)
                    return mistake.rule(right, decay(w, h), g, state, h)

                yield mistake, update


def _namespace(h: Mapping[str, Any], paper: bool) -> SimpleNamespace:
    decay = h["weight_decay"] or 0.0
    return SimpleNamespace(**{**h, "weight_decay": decay, "paper": paper})


def _decayed(w: np.ndarray, h: SimpleNamespace) -> np.ndarray:
    return w * (1 - h.learning_rate * h.weight_decay)


def _evidence(run: KerasRun, yours: list[np.ndarray], tolerance: float) -> str:
    """Say what the numbers show about a mistake that is not known."""
    pairs = list(zip(run.trajectories, yours, strict=True))
    same = [agreement(weights, way.weights, tolerance) for way, weights in pairs]
    differing = {
        kind
        for way, agrees in zip(run.trajectories, same, strict=True)
        for kind in way.kinds[~agrees.all(axis=0)].tolist()
    }
    if len(differing) == 1 and differing <= {*_ONLY}:
        return _ONLY[differing.pop()]
    _, vector, _ = pairs
    plain = vector[0].kinds == "plain gradients"
    factor = _factor(vector[1][:, plain], vector[0].weights[:, plain], tolerance)
    if factor:
        return f"With plain gradients every step is {factor}"
    if all(agrees[:2].all() for agrees in same):
        return (
            "The first step agrees and a later one does not: look at what `state` carries, and at"
            " what depends on the number of the step."
        )
    return (
        "With some gradients the first step differs already: look at signs, roots and the learning"
        " rate."
    )


def _factor(yours: np.ndarray, keras_values: np.ndarray, tolerance: float) -> str:
    """Say by which factor all values differ, if there is one."""
    moved = keras_values != 0
    if not moved.any():
        return ""
    factors = yours[moved] / keras_values[moved]
    constant = np.allclose(factors, factors[0], rtol=tolerance, atol=0)
    return f"{factors[0]:.4g} times Keras's." if constant else ""
