"""Exercises of lesson 02: backpropagation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.conformance.gradient_check import check_gradient
from dlcourse.data.loaders import spirals
from dlcourse.exercises import Exercise, Prediction, function, number

cost = Prediction(
    "Backpropagation computes all 195 slopes at once. What does it cost, in multiplications?",
    ["about 3 forward passes", "about 30 forward passes", "about 400 forward passes"],
    because="Each product of the forward pass comes back as two: one for its weights, one for its"
    " inputs.",
)

used_twice = number(
    "f = (a + b) · a, at a = 3 and b = 2. What is the gradient of f at a?",
    8,
    wrong={
        5: "that is the path on which a is a factor. a is also part of the sum.",
        3: "that is the path through the sum. a is also a factor of the product.",
        15: "that is the value of f, or the two paths multiplied. Paths are added.",
        6: "that is the gradient of a · a; b changes it, too.",
    },
    hints=[
        "× gives each input the gradient times the other input; + hands it on as it is.",
        "As a factor a gets a + b. Through the sum it gets a · 1.",
    ],
    solution="(3 + 2) + 3 * 1 = 8",
    because="a is used twice, so two paths lead back to it, and they add up.",
)


def _check_linear_gradient(answer: Any) -> str | None:
    random = np.random.default_rng(0)
    x, y, w = (random.standard_normal(shape) for shape in ((7, 3), (7, 1), (3, 1)))
    report = check_gradient(lambda w: ((x @ w - y) ** 2).mean(), lambda w: answer(w, x, y), at=w)
    return None if report else f"{report.found} {report.hint}".rstrip()


linear_gradient = function(
    "Write linear_gradient(W, x, y): the gradient of ((x @ W - y) ** 2).mean() at W.",
    _check_linear_gradient,
    hints=[
        "First the gradient at the outputs x @ W: the slope of a square, divided by the rows.",
        "Back through x @ W it is x.T @ d_outputs.",
    ],
    solution="""
def linear_gradient(W, x, y):
    d_outputs = 2 * (x @ W - y) / len(x)
    return x.T @ d_outputs
""",
    because="A mean of squares has the slope 2 / rows times the difference, brought back by x.T.",
)


def _check_faster_spiral(answer: Any) -> str | None:
    if not isinstance(answer, Mapping) or set(answer) != {"learning_rate", "first_size"}:
        return f"the answer is a dict of 'learning_rate' and 'first_size', not {answer!r}."
    for name, value in answer.items():
        if not (isinstance(value, (int, float, np.number)) and 0 < value < np.inf):
            return f"{name!r} is a number above 0, not {value!r}."
    rate, size = float(answer["learning_rate"]), float(answer["first_size"])
    shares = [_spiral_learned(rate, size, seed) for seed in range(3)]
    if min(shares) >= 0.97:
        return None
    found = f"the worst of three seeds gets {min(shares):.0%} of the new points right."
    if size > 10:
        return f"{found} Such large first weights saturate tanh: its derivative is nearly 0."
    if rate < 1 and size < 2:
        return f"{found} That is no faster than the lesson's own training."
    return f"{found} Try another rate, or other first weights."


def _spiral_learned(rate: float, size: float, seed: int) -> float:
    """Train the lesson's 2-32-3 network for 300 steps; the share of new points that are right."""
    data, random = spirals(winding=1), np.random.default_rng(seed)
    x, targets = data.x_train.astype(float), np.eye(3)[data.y_train]
    w1, w2 = size * random.standard_normal((2, 32)), 0.1 * random.standard_normal((32, 3))
    b1, b2 = np.zeros(32), np.zeros(3)
    for _ in range(300):
        hidden = np.tanh(x @ w1 + b1)
        logits = hidden @ w2 + b2
        scores = np.exp(logits - logits.max(axis=1, keepdims=True))
        d_logits = (scores / scores.sum(axis=1, keepdims=True) - targets) / len(x)
        d_sums = d_logits @ w2.T * (1 - hidden**2)
        w1, b1 = w1 - rate * x.T @ d_sums, b1 - rate * d_sums.sum(axis=0)
        w2, b2 = w2 - rate * hidden.T @ d_logits, b2 - rate * d_logits.sum(axis=0)
    return float(np.mean((np.tanh(data.x_val @ w1 + b1) @ w2 + b2).argmax(axis=1) == data.y_val))


faster_spiral = Exercise(
    "Get 97 % of the new points right in 300 steps, for each of three seeds.",
    _check_faster_spiral,
    hints=[
        "A larger rate alone makes the boundary jump about. Which units can make a sharp bend: "
        "those with small first weights, or with large ones?",
        "A first size of 3 and a rate of 2.",
    ],
    solution='{"learning_rate": 2.0, "first_size": 3.0}',
    because="Larger first weights give each unit a sharper bend to start from.",
)


def _check_repair_walk_back(answer: Any) -> str | None:
    twice = {"s": ["a", "b"], "f": ["s", "a"]}
    derivatives = {("s", "a"): 1.0, ("s", "b"): 1.0, ("f", "s"): 3.0, ("f", "a"): 5.0}
    found = answer(dict(twice), dict(derivatives))
    if not isinstance(found, Mapping) or set(found) != {"f", "s", "a", "b"}:
        return f"return a gradient for each of 'a', 'b', 's' and 'f'. Received: {found!r}."
    if np.isclose(float(found["a"]), 3.0):
        return "a is used twice, and its second gradient takes the place of the first: add them up."
    expected = {"f": 1.0, "s": 3.0, "a": 8.0, "b": 3.0}
    for name, value in expected.items():
        if not np.isclose(float(found[name]), value):
            return f"the gradient at {name!r} must be {value:g}. Received: {float(found[name]):g}."
    longer = {"u": ["a"], "v": ["a"], "w": ["u", "v"], "f": ["w", "a"]}
    slopes = {("u", "a"): 2.0, ("v", "a"): 3.0, ("w", "u"): 5.0, ("w", "v"): 7.0, ("f", "w"): 11.0}
    if not np.isclose(float(answer(longer, slopes | {("f", "a"): 13.0})["a"]), 354.0):
        return "with a used three times, 11 (5·2 + 7·3) + 13 = 354 must arrive at a."
    return None


repair_walk_back = function(
    "Repair walk_back(circuit, derivatives): a value that is used twice gets a wrong gradient.",
    _check_repair_walk_back,
    hints=[
        "How many paths lead back to a? What happens to the gradient of the first?",
        "g.get(each, 0.0) is what has arrived so far.",
    ],
    solution="""
def walk_back(circuit, derivatives):
    g = {list(circuit)[-1]: 1.0}
    for name in reversed(circuit):
        for each in circuit[name]:
            g[each] = g.get(each, 0.0) + g[name] * derivatives[name, each]
    return g
""",
    because="Each use is a path, and paths add up: the += of every tape.",
)
