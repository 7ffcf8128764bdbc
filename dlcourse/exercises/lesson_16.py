"""Exercises of lesson 16: gradient accumulation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlcourse.exercises import Prediction, function, number
from dlcourse.exercises.arrays import explain_array

when_it_ends = Prediction(
    "A schedule should end after 100 updates. You accumulate 4 micro-batches. When does it end?",
    ["after 25 updates", "after 100 updates", "after 400 updates"],
    because="The schedule counts every micro-batch, and there are four to an update.",
)

raised_rate = number(
    "Batches of 32 ran well at learning_rate=0.05. Now gradient_accumulation_steps=8. Which "
    "learning_rate does the linear rule give?",
    0.4,
    wrong={
        0.05: "that is the old rate. The mean of 8 gradients is no longer than one of them.",
        3.2: "that scales the rate twice: the batch grew 8-fold, not 64-fold.",
        0.05 * 8**0.5: "that is the square-root rule.",
        0.05 / 8: "Keras has divided by 8 already, and larger batches bear larger rates.",
    },
    hints=["How many rows are behind one update, and how many were there before?"],
    solution="0.05 * 8 = 0.4",
    because="The batch is 8 times larger, so the linear rule takes 8 times the rate, once.",
)


def _check_combine(answer: Any) -> str | None:
    random = np.random.default_rng(16)
    for rows in ([32, 32, 32, 32], [32, 32, 32, 4], [7]):
        gradients = list(random.normal(size=(len(rows), 3)))
        weighted = sum(n * g for n, g in zip(rows, gradients, strict=True))
        k, total, largest = len(rows), sum(rows), max(rows)
        mistakes = {
            "it is the sum of the means: divide.": np.sum(gradients, axis=0),
            "dividing by the number of micro-batches lets a row of the small one count more.": (
                np.mean(gradients, axis=0)),
            "the sum is not divided by the number of rows.": weighted,
            "each mean has its weight in rows; divide by all rows, not by the micro-batches.": (
                weighted / k),
            "it divides by the rows that full micro-batches would have.": weighted / (k * largest),
        }  # fmt: skip
        mistake = explain_array(answer(gradients, rows), weighted / total, mistakes)
        if mistake:
            return f"with rows = {rows} {mistake}"
    return None


combine = function(
    "Write combine(gradients, rows): the gradient of the large batch, from the micro-batches' mean "
    "gradients and their numbers of rows.",
    _check_combine,
    hints=[
        "A mean times its number of rows is a sum over rows, and sums may be added.",
        "Divide the sum of n · g by the number of all rows.",
    ],
    solution="""
def combine(gradients, rows):
    return sum(n * g for n, g in zip(rows, gradients)) / sum(rows)
""",
    because="Every row now has the weight 1 / (all rows), whichever micro-batch it came in.",
)

Rule = Callable[..., Any]
_RATE, _STEPS = 0.5, 3
_GRADIENTS = np.random.default_rng(61).normal(1, 1, size=(8, 2))


def _path(rule: Rule) -> np.ndarray:
    """Return the weights after each of eight micro-batches, two whole cycles and a part."""
    w, state, path = np.zeros(2), {}, []
    for g in _GRADIENTS:
        w = rule(w.copy(), g.copy(), state, learning_rate=_RATE, gradient_accumulation_steps=_STEPS)
        if w is None or w is ...:
            raise ValueError("the rule must return the weights after every call.")
        w = np.array(w, dtype=float)
        path.append(w)
    return np.array(path)


def _in_cycles(gradient: Callable[[np.ndarray, int], np.ndarray], offset: int = 0) -> np.ndarray:
    """Return the path of a rule that updates once per cycle with `gradient(all so far, step)`."""
    w, path = np.zeros(2), []
    for step in range(1, len(_GRADIENTS) + 1):
        if (step + offset) % _STEPS == 0:
            w = w - _RATE * gradient(_GRADIENTS[:step], step)
        path.append(w)
    return np.array(path)


def _running(gradients: Sequence[np.ndarray]) -> np.ndarray:
    return -_RATE * np.cumsum(gradients, axis=0)


def _check_accumulating_sgd(answer: Any) -> str | None:
    k = _STEPS
    mistakes = {
        "the sum is not divided by gradient_accumulation_steps.": _in_cycles(
            lambda seen, step: seen[-k:].sum(axis=0)
        ),
        "the sum is never cleared: it must start from zero after each update.": _in_cycles(
            lambda seen, step: seen.sum(axis=0) / k
        ),
        "only the last gradient is left at the update: clear the sum after updates only.": (
            _in_cycles(lambda seen, step: seen[-1] / k)
        ),
        "the last gradient of a cycle comes too late: add it before the update.": _in_cycles(
            lambda seen, step: seen[max(step - k - 1, 0) : -1].sum(axis=0) / k
        ),
        "the last gradient of each cycle is lost: add it before the update.": _in_cycles(
            lambda seen, step: seen[step - k : -1].sum(axis=0) / k
        ),
        "the first update comes at the first micro-batch: count from 1.": _in_cycles(
            lambda seen, step: seen[-k:].sum(axis=0) / k, offset=-1
        ),
        "it updates at every micro-batch: wait for a whole cycle.": _running(_GRADIENTS / k),
        "it does not accumulate: this is plain SGD.": _running(_GRADIENTS),
    }
    right = _in_cycles(lambda seen, step: seen[-k:].mean(axis=0))
    return explain_array(_path(answer), right, mistakes)


accumulating_sgd = function(
    "Write accumulating_sgd(w, g, state, learning_rate, gradient_accumulation_steps): it is called "
    "once per micro-batch and does what Keras's SGD does.",
    _check_accumulating_sgd,
    hints=[
        "Keep two things in state: the sum of the gradients, and how many there are.",
        "Return w unchanged until the count reaches gradient_accumulation_steps; then clear both.",
    ],
    solution="""
def accumulating_sgd(w, g, state, learning_rate, gradient_accumulation_steps):
    state["sum"] = state.get("sum", 0.0) + g
    state["count"] = state.get("count", 0) + 1
    if state["count"] < gradient_accumulation_steps:
        return w
    step = learning_rate * state["sum"] / gradient_accumulation_steps
    state["sum"], state["count"] = 0.0, 0
    return w - step
""",
    because="It adds up, divides once, updates once, and clears only then.",
)
