"""Exercises of lesson 14: batch normalization."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.exercises import Prediction, choice, function, number
from dlcourse.exercises.arrays import explain_array

after_one_epoch = Prediction(
    "After 20 steps, measured on the training rows: how good is inference mode?",
    ["as good as training mode", "far behind", "far ahead"],
    because="After 20 steps the moving statistics are still mostly their start, 0 and 1.",
)

moving_mean = number(
    "Every batch has mean 5, and momentum=0.99. What is moving_mean after 100 steps?",
    5 * (1 - 0.99**100),
    wrong={
        5 * 0.99**100: "that is what is still missing. It starts at 0 and grows toward 5.",
        5: "that is where it goes in the end. Each step keeps 99 % of the old value.",
        0.05: "that is after a single step.",
    },
    hints=[
        "What is missing to 5 shrinks by the same factor in each step.",
        "After one step 0.99 · 5 is missing, after two 0.99² · 5.",
    ],
    solution="5 * (1 - 0.99**100) = 3.17",
    because="After t steps 0.99^t of the start is left: here 37 %.",
)

lag_or_over_fitting = choice(
    "After one epoch fit reports an accuracy of 0.9 and a val_accuracy of 0.2. Which measurement "
    "tells lagging statistics from over-fitting?",
    "evaluate the training rows",
    {
        "evaluate the validation rows again": "that gives 0.2 once more, for either reason.",
        "look at the gradient": "gradients are taken in training mode: they see no moving average.",
        "lower the learning rate": "that is a change and no measurement, and may cure neither.",
    },
    hints=["In which mode does model.evaluate run, and which rows can be over-fitted?"],
    because="evaluate runs in inference mode: a low value on rows it trained on is the statistics.",
)


_GAMMA, _BETA = np.array([1.0, 2.0, 0.5]), np.array([0.0, 1.0, -1.0])
_MOMENTUM, _EPSILON = 0.75, 0.5  # far from the defaults, so that mistakes with them are visible


def _check_any_rank(answer: Any) -> str | None:
    state: dict = {}

    def call(x: np.ndarray, training: bool) -> Any:
        return answer(x, _GAMMA, _BETA, state, training, momentum=_MOMENTUM, epsilon=_EPSILON)

    # Three batches of shape (rows, height, width, channels).
    first, second, third = np.random.default_rng(14).normal(2, 3, size=(3, 2, 2, 2, 3))
    right = _output(first, *_moments(first))
    mistake = explain_array(call(first, True), right, _in_training(first))
    if mistake:
        return f"in training mode {mistake}"
    call(second, True)
    right = _output(third, *_moving(first, second))
    mistake = explain_array(call(third, False), right, _at_inference(first, second, third))
    if mistake:
        return f"in inference mode {mistake}"
    if explain_array(call(third, False), right, {}):
        return "a second look at the same rows differs: inference must not move the statistics."
    return None


def _moments(x: np.ndarray, axes: Any = (0, 1, 2), ddof: int = 0) -> tuple[Any, Any]:
    return x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True, ddof=ddof)


def _moving(*batches: np.ndarray, momentum: float = _MOMENTUM, ddof: int = 0) -> tuple[Any, Any]:
    """Return the moving statistics after these batches."""
    mean, variance = 0.0, 1.0
    for batch_mean, batch_variance in (_moments(batch, ddof=ddof) for batch in batches):
        mean = momentum * mean + (1 - momentum) * batch_mean
        variance = momentum * variance + (1 - momentum) * batch_variance
    return mean, variance


def _output(x: np.ndarray, mean: Any, variance: Any) -> np.ndarray:
    return _GAMMA * (x - mean) / np.sqrt(variance + _EPSILON) + _BETA


def _in_training(x: np.ndarray) -> dict[str, np.ndarray]:
    """Return what typical mistakes make of a batch, by the message for each."""
    mean, variance = _moments(x)

    def divided_by(divisor: np.ndarray) -> np.ndarray:
        return _GAMMA * (x - mean) / divisor + _BETA

    return {
        "the variance divides by n - 1. Keras divides by n.": _output(x, *_moments(x, ddof=1)),
        "epsilon is outside the root. It belongs to the variance.": divided_by(
            np.sqrt(variance) + _EPSILON
        ),
        "epsilon is missing under the root.": divided_by(np.sqrt(variance)),
        "the root is missing.": divided_by(variance + _EPSILON),
        "each pixel has statistics of its own. The pixels of a channel share theirs.": _output(
            x, *_moments(x, 0)
        ),
        "each image has statistics of its own. They run over the rows, too.": _output(
            x, *_moments(x, (1, 2))
        ),
        "the statistics run over the channels, which is layer normalization.": _output(
            x, *_moments(x, -1)
        ),
        "the moving statistics are used: take the batch's own.": _output(x, 0.0, 1.0),
    }


def _at_inference(
    first: np.ndarray, second: np.ndarray, third: np.ndarray
) -> dict[str, np.ndarray]:
    """Return what typical mistakes make of a third batch, by the message for each."""
    statistics = {
        "the batch's own statistics are used: take the moving ones.": _moments(third),
        "the moving statistics did not move in training mode.": (0.0, 1.0),
        "the moving statistics are moved by the rows themselves: only training may move them.": (
            _moving(first, second, third)
        ),
        "`momentum` is the share of the old average that is kept.": _moving(
            first, second, momentum=1 - _MOMENTUM
        ),
        "the moving variance divides by n - 1. Keras divides by n.": _moving(first, second, ddof=1),
    }
    return {message: _output(third, *pair) for message, pair in statistics.items()}


any_rank = function(
    "Write batch_normalization(x, gamma, beta, state, training, momentum, epsilon) for images too.",
    _check_any_rank,
    hints=[
        "Over how many values is one channel's mean taken, of 32 images of 8 × 8 pixels?",
        "All axes but the last: axes = tuple(range(x.ndim - 1)).",
    ],
    solution="""
def batch_normalization(x, gamma, beta, state, training, momentum, epsilon):
    axes = tuple(range(x.ndim - 1))
    mean, variance = state.get("moving_mean", 0.0), state.get("moving_variance", 1.0)
    if training:
        old_mean, old_variance = mean, variance
        mean, variance = x.mean(axis=axes), x.var(axis=axes)
        state["moving_mean"] = momentum * old_mean + (1 - momentum) * mean
        state["moving_variance"] = momentum * old_variance + (1 - momentum) * variance
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta
""",
    because="A channel has one mean and one variance, taken over rows, height and width.",
)


def _check_fold(answer: Any) -> str | None:
    random = np.random.default_rng(41)
    x, kernel = random.normal(size=(4, 3)), random.normal(size=(3, 3))
    bias, gamma, beta, mean = random.normal(1, 1, size=(4, 3))
    variance, epsilon = np.array([0.2, 1.0, 4.0]), 0.5
    folded = answer(kernel, bias, gamma, beta, mean, variance, epsilon)
    if not (isinstance(folded, (tuple, list)) and len(folded) == 2):
        return "it must return two arrays: the new kernel and the new bias."
    scale = gamma / np.sqrt(variance + epsilon)

    def output(scale: np.ndarray, shift: np.ndarray) -> np.ndarray:
        return x @ kernel * scale + shift

    outside, squared = gamma / (np.sqrt(variance) + epsilon), gamma / (variance + epsilon)
    shift = (bias - mean) * scale + beta
    mistakes = {
        "beta is missing in the new bias.": output(scale, shift - beta),
        "the moving mean is not subtracted.": output(scale, bias * scale + beta),
        "the old bias must be scaled, too.": output(scale, bias - mean * scale + beta),
        "the kernel is scaled along its rows: there is one scale for each unit, a column.": (
            x @ (kernel * scale[:, None]) + shift),
        "epsilon is outside the root.": output(outside, (bias - mean) * outside + beta),
        "the root of the variance is missing.": output(squared, (bias - mean) * squared + beta),
    }  # fmt: skip
    result = x @ np.asarray(folded[0], float) + np.asarray(folded[1], float)
    mistake = explain_array(result, output(scale, shift), mistakes)
    return mistake and f"the folded layer gives another output: {mistake}"


fold = function(
    "Write fold(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon): the kernel and "
    "bias of one Dense layer that does, at inference, what Dense and BatchNormalization did.",
    _check_fold,
    hints=[
        "At inference gamma / sqrt(moving_variance + epsilon) is one constant for each unit.",
        "Call it s. Then the output is s · (x @ kernel + bias - moving_mean) + beta.",
    ],
    solution="""
def fold(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon):
    scale = gamma / np.sqrt(moving_variance + epsilon)
    return kernel * scale, (bias - moving_mean) * scale + beta
""",
    because="At inference the layer only scales and shifts each unit, as a Dense layer can.",
)
