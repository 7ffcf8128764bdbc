"""Exercises of lesson 03: activations."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from dlcourse.exercises import Exercise, Prediction, function, number

linear_with_adam = Prediction(
    "What happens to the linear network on the spiral if it gets Adam, too?",
    ["it catches up", "it gets halfway", "it stays near one half"],
    because="Its borders are straight lines, and both optimizers find the ones of lowest loss.",
)

share_left = number(
    "Slopes alone: what share of a gradient is left, at most, after six sigmoid layers?",
    0.25**6,
    wrong={
        0.25 * 6: "the slopes are multiplied with each other, not added up.",
        0.25: "that is what one layer leaves.",
        0.25 / 6: "every layer takes a quarter of what is left, not a sixth.",
        4**6: "that is what the gradient is divided by; the share is its inverse.",
        0.5**6: "1/2 is sigmoid's value at 0. Its slope there is 1/4.",
    },
    hints=["What is left after one layer? After two?", "Multiply 1/4 six times."],
    solution="0.25 ** 6 = 0.000244",
    because="Each layer multiplies by its slope, so shares are multiplied.",
)


def _check_collapse(answer: Any) -> str | None:
    random = np.random.default_rng(0)
    sizes = [3, 5, 2, 4]
    stack = [
        (random.normal(size=(a, b)), random.normal(size=b)) for a, b in itertools.pairwise(sizes)
    ]
    for depth in (1, 2, 3):
        mistake = _compare_collapsed(answer, stack[:depth])
        if mistake:
            return f"for {depth} layer{'s' * (depth > 1)}, {mistake}"
    return None


def _compare_collapsed(answer: Any, stack: list[tuple[np.ndarray, np.ndarray]]) -> str | None:
    result = answer([(W.copy(), b.copy()) for W, b in stack])
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        return "return the two arrays W and b."
    kernel, bias = (np.asarray(array, dtype=float) for array in result)
    right = np.linalg.multi_dot([np.eye(3), *(W for W, _ in stack)])
    zero = np.zeros((1, 3))
    for W, b in stack:
        zero = zero @ W + b
    if kernel.shape != right.shape:
        return f"W must have the shape {right.shape}. Received: {kernel.shape}."
    if not np.allclose(kernel, right):
        return "W is wrong: it is the product of all kernels, the first layer's on the left."
    if np.shape(bias.ravel()) != np.shape(zero.ravel()):
        return f"b must have the shape {zero.ravel().shape}. Received: {bias.shape}."
    if np.allclose(bias, stack[-1][1]) and not np.allclose(zero, stack[-1][1]):
        return "b is only the last bias: the earlier ones go through the layers behind them."
    if not np.allclose(bias, zero):
        return "W is right and b is not: what does the stack answer for x = 0?"
    return None


collapse = function(
    "Write collapse(stack): the one (W, b) that does what a list of linear layers does.",
    _check_collapse,
    hints=[
        "Begin with two layers: the equation is in the section The idea.",
        "Keep one (W, b) and merge the layers into it one after another: the new b is "
        "b @ next_W + next_b.",
    ],
    solution="""
def collapse(stack):
    W, b = stack[0]
    for next_W, next_b in stack[1:]:
        W, b = W @ next_W, b @ next_W + next_b
    return W, b
""",
    because="Kernels multiply in their order, and a bias goes through all the layers behind it.",
)


def _check_five_hinges(answer: Any) -> str | None:
    try:
        places = np.sort(np.asarray(answer, dtype=float).ravel())
    except (TypeError, ValueError):
        return f"the answer is a list of five numbers, not {answer!r}."
    if places.size != 5:
        return f"name five places. Received: {places.size}."
    if not (np.abs(places) <= 1).all():
        return "each place lies between -1 and 1."
    x = np.linspace(-1, 1, 401)
    target = np.sin(np.pi * x)
    columns = np.column_stack([*(np.maximum(x - each, 0) for each in places), np.ones_like(x)])
    weights, *_ = np.linalg.lstsq(columns, target, rcond=None)
    error = float(np.abs(columns @ weights - target).max())
    if error < 0.09:
        return None
    if places[0] > -0.95:
        return f"the largest error is {error:.2f}: left of your first hinge the sum is flat."
    return f"the largest error is {error:.2f}. Put corners where the sine is curved most."


five_hinges = Exercise(
    "Place five hinges between -1 and 1 so that they fit the sine with an error below 0.09.",
    _check_five_hinges,
    hints=[
        "The sum is flat left of the first hinge, and the sine is not: one belongs at -1.",
        "The sine is curved most around -0.5 and 0.5: the others go around these.",
    ],
    solution="[-1, -0.6, -0.3, 0.3, 0.6]",
    because="Corners belong where the curve bends most; in between, straight pieces are enough.",
)


def _check_repair_build(answer: Any) -> str | None:
    import keras

    model = answer()
    if not isinstance(model, keras.Model):
        return f"build() must return a Keras model. Received: {model!r}."
    dense = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    x = np.random.default_rng(0).uniform(-1, 1, size=(50, 2)).astype("float32")
    outputs = np.asarray(model(x), dtype=float)
    if outputs.shape != (50, 3) or len(dense) < 2:
        return "keep two inputs, hidden layers and three outputs."
    middle = np.asarray(model((x[:25] + x[25:]) / 2), dtype=float)
    if np.allclose(middle, (outputs[:25] + outputs[25:]) / 2, atol=1e-4):
        return "the network is still linear: its hidden layers lack an activation."
    if (outputs >= 0).all():
        return "the logits cannot become negative: the last layer must have no activation."
    return None


repair_build = function(
    "Repair build(): three layers that get half of the spiral right.",
    _check_repair_build,
    hints=[
        "What are three layers without activations worth? And what does ReLU do to a logit?",
        "Hidden layers get activation='relu', the last one gets none.",
    ],
    solution="""
def build():
    layers = keras.layers
    return keras.Sequential(
        [keras.Input((2,)), layers.Dense(100, "relu"), layers.Dense(100, "relu"), layers.Dense(3)]
    )
""",
    because="Hidden layers need a nonlinearity, and logits must be free to be negative.",
)
