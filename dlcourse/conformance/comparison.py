"""Is a hand-written rule Keras's rule?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np

from dlcourse.checks import expect, expect_integer, expect_number
from dlcourse.conformance.explanations import explain_rates, explain_weights
from dlcourse.conformance.learner_code import held_back
from dlcourse.conformance.learner_rule import LearnerRule, RuleFailed, as_rate, as_weights
from dlcourse.conformance.reports import apart, in_lines
from dlcourse.conformance.schedule_values import (
    keras_rates,
    rates_agree,
    schedule_config,
    telling_steps,
)
from dlcourse.conformance.trajectories import KerasRun, agreement, follow, follow_in_turn, run_keras
from dlcourse.keras_internals.cloning import expect_clonable, hyperparameters

_MOST_STEPS = 10_000

Optimizer = keras.optimizers.Optimizer
Schedule = keras.optimizers.schedules.LearningRateSchedule


@dataclass(frozen=True, repr=False)
class Conformance:
    """The report of `conform`: true where the rule is Keras's, and readable.

    Args:
        keras_name: the Keras class.
        tolerance: what counts as the same.
        compared: what was compared.
        difference: the first difference, or what the rule did instead of an answer; empty if none.
        hint: what to look at; empty if nothing is known.
        mistake: the catalogue's name of what was done; empty if it is not in the catalogue.
        also_right: whether that is no mistake, but the form of a paper or of another library.
        printed: how many lines the rule printed meanwhile, and their beginning; empty if none.
    """

    keras_name: str
    tolerance: float
    compared: str
    difference: str = ""
    hint: str = ""
    mistake: str = ""
    also_right: bool = False
    printed: str = ""

    def __bool__(self) -> bool:
        return not self.difference

    def __repr__(self) -> str:
        size = f"{self.tolerance:g}".replace("e-0", "e-")
        verdict = f"Your rule is Keras's {self.keras_name}, to {size}: {self.compared}."
        if self.difference:
            but = ", but right in another form" if self.also_right else ""
            verdict = f"Your rule is not Keras's {self.keras_name}{but}."
        hint = self.hint and f"Hint: {self.hint}"
        return in_lines([verdict, self.difference, hint, self.printed])


def conform(
    rule: Any, keras_object: Any, *, steps: int = 12, tolerance: float = 1e-6
) -> Conformance:
    """Run a hand-written rule beside a Keras optimizer or schedule, and compare.

    It shows whether a rule that you wrote is the one that Keras runs, and if not, where the two
    part first, and often why.

    An update rule is a function of the weights, the gradient, a dict that starts empty and is kept
    between the steps (one for each variable), and hyperparameters by Keras's names; it returns the
    new weights. A schedule's rule is a function of the step, counted from 0, and hyperparameters;
    it returns the learning rate:

        def momentum(w, g, state, learning_rate, momentum):
            state["v"] = momentum * state.get("v", 0) - learning_rate * g
            return w + state["v"]

        def exponential(step, initial_learning_rate, decay_steps, decay_rate):
            return initial_learning_rate * decay_rate ** (step / decay_steps)

    The hyperparameters come from the Keras object; where its learning rate is a schedule, the rule
    gets the rate of the step. Update rules meet a scalar, a vector and a matrix, alone and in turn,
    with plain, alternating, zero, sparse, tiny and huge gradients. Schedules are compared in the
    first steps, around each step where something happens, and far beyond.

    Keras computes in float64 here, from the same code as in training, so that rounding to float32
    hides no difference.

    Args:
        rule: the hand-written rule.
        keras_object: a Keras optimizer or learning rate schedule; it stays as it is.
        steps: how many steps to take, from 2 to 10,000.
        tolerance: the largest difference that counts as none; for a weight relative to the largest
            it has been so far, for a learning rate relative to its size.

    Returns:
        A report that prints the verdict, and is true or false.

    Raises:
        ValueError: `rule` is no such function or asks for a hyperparameter that the Keras object
            has not, or another argument is unusable. What goes wrong inside the rule is reported.

    >>> import keras
    >>> from dlcourse import conform
    >>> def sgd(w, g, state, learning_rate):
    ...     return w - learning_rate * g
    >>> report = conform(sgd, keras.optimizers.SGD(learning_rate=0.1, momentum=0.9))
    >>> bool(report)
    False
    >>> report
    Your rule is not Keras's SGD.
    First difference: w after step 2 (w²/2 from w = 1): yours 0.81, Keras 0.72.
    Hint: No velocity is carried from step to step: keep it in `state`, and use `momentum`.
    """
    expect_integer("steps", steps, minimum=2)
    expect(steps <= _MOST_STEPS, "steps", f"an integer <= {_MOST_STEPS}", steps)
    expect_number("tolerance", tolerance, above=0)
    expect_comparable(keras_object)
    with held_back() as printed:
        report = _conform(rule, keras_object, steps, tolerance)
    return replace(report, printed=str(printed))


def expect_comparable(keras_object: Any) -> None:
    """Raise unless this is an optimizer or schedule that a rule can be compared with."""
    known = isinstance(keras_object, (Optimizer, Schedule))
    expect(known, "keras_object", "a Keras optimizer or learning rate schedule", keras_object)
    if isinstance(keras_object, Optimizer):
        expect_clonable("keras_object", keras_object)
        alone = "an optimizer without global_clipnorm, which no rule of one variable can follow"
        expect(keras_object.global_clipnorm is None, "keras_object", alone, keras_object)


def _conform(rule: Any, keras_object: Any, steps: int, tolerance: float) -> Conformance:
    try:
        if isinstance(keras_object, Schedule):
            return _conform_schedule(rule, keras_object, steps, tolerance)
        return _conform_optimizer(rule, keras_object, steps, tolerance)
    except RuleFailed as failure:
        name = type(keras_object).__name__
        return Conformance(name, tolerance, "", str(failure), failure.hint)


def _conform_optimizer(
    rule: Any, optimizer: Optimizer, steps: int, tolerance: float
) -> Conformance:
    name = type(optimizer).__name__
    learner = LearnerRule(rule, ("w", "g", "state"), name, hyperparameters(optimizer))

    def update(w: np.ndarray, g: np.ndarray, state: dict, h: Mapping[str, Any]) -> np.ndarray:
        return as_weights(learner(w, g, state, config=h), w.shape)

    run = run_keras(optimizer, steps)
    alone = [follow(update, way, run.hyperparameters) for way in run.trajectories]
    in_turn = follow_in_turn(update, run)
    compared = f"{steps} steps of a scalar, a vector and a matrix, alone and in turn, with "
    compared += ", ".join(run.kinds())
    difference = _first_weight(run, alone, tolerance)
    if not difference and (difference := _first_weight(run, in_turn, tolerance)):
        difference += " It agrees while the variables are not taken in turn."
    if not difference:
        return Conformance(name, tolerance, compared)
    own = _own_name(optimizer)
    found = explain_weights(own, update, run, alone, in_turn, learner.advice, tolerance)
    return Conformance(name, tolerance, compared, difference, **vars(found))


def _first_weight(run: KerasRun, yours: list[np.ndarray], tolerance: float) -> str:
    """Name the first weight that differs, in the first variable where one does."""
    for way, weights in zip(run.trajectories, yours, strict=True):
        differing = np.argwhere(~agreement(weights, way.weights, tolerance))
        if len(differing):
            step, *element = first = tuple(differing[0].tolist())
            values = apart(weights[first], "Keras", way.weights[first], digits=6)
            weight = f"w{element or ''} after step {step} ({way.kinds[*element]})"
            return f"First difference: {weight}: {values}."
    return ""


def _conform_schedule(rule: Any, schedule: Schedule, steps: int, tolerance: float) -> Conformance:
    name, config = type(schedule).__name__, schedule_config(schedule)
    learner = LearnerRule(rule, ("step",), name, config)
    at = telling_steps(config, steps)
    keras_way = keras_rates(schedule, at)
    yours = np.array([_rate(learner, step, config) for step in at])
    compared = f"{len(at)} steps, from 0 to {at[-1]}"
    differing = np.flatnonzero(~rates_agree(yours, keras_way, tolerance))
    if not len(differing):
        return Conformance(name, tolerance, compared)
    first = differing[0]
    values = apart(yours[first], "Keras", keras_way[first], digits=6)
    difference = f"First difference: the learning rate at step {at[first]}: {values}."
    own = _own_name(schedule)
    found = explain_rates(own, config, at, yours, keras_way, learner.advice, tolerance)
    return Conformance(name, tolerance, compared, difference, **vars(found))


def _own_name(keras_object: Any) -> str:
    """Return the class's name if it is Keras's own, whose mistakes are known."""
    kind = type(keras_object)
    return kind.__name__ if kind.__module__.startswith("keras.") else ""


def _rate(learner: LearnerRule, step: int, config: Mapping[str, Any]) -> float:
    try:
        return as_rate(learner(step, config=config))
    except RuleFailed as failure:
        raise failure.at(step) from failure.__cause__
