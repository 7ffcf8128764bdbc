"""Answers to the exercises of lesson 14."""

from __future__ import annotations

import keras
import numpy as np

from exercise_cases import Case


def untouched(x, gamma, beta, state, training, momentum, epsilon): ...


def all_axes_but_the_last(x, gamma, beta, state, training, momentum, epsilon):
    axes = tuple(range(x.ndim - 1))
    mean, variance = state.get("moving_mean", 0.0), state.get("moving_variance", 1.0)
    if training:
        old_mean, old_variance = mean, variance
        mean, variance = x.mean(axis=axes), x.var(axis=axes)
        state["moving_mean"] = momentum * old_mean + (1 - momentum) * mean
        state["moving_variance"] = momentum * old_variance + (1 - momentum) * variance
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


def keras_layer(x, gamma, beta, state, training, momentum, epsilon):
    """Keras itself, so that the checker's own numbers are proven to be Keras's."""
    if "layer" not in state:
        constant = [keras.initializers.Constant(value) for value in (gamma, beta)]
        state["layer"] = keras.layers.BatchNormalization(
            momentum=momentum,
            epsilon=epsilon,
            gamma_initializer=constant[0],
            beta_initializer=constant[1],
            dtype="float64",
        )
    return state["layer"](x, training=training)


class Mistaken:
    """The rule with one mistake in it."""

    def __init__(self, axes=(0, 1, 2), ddof=0, moving_ddof=0, divisor=None, reverse=False, **flags):
        self.axes, self.ddof, self.moving_ddof, self.reverse = axes, ddof, moving_ddof, reverse
        self.divisor = divisor or (lambda variance, epsilon: np.sqrt(variance + epsilon))
        self.flags = flags

    def __call__(self, x, gamma, beta, state, training, momentum, epsilon):
        keep = 1 - momentum if self.reverse else momentum
        old_mean, old_variance = state.get("mean", 0.0), state.get("variance", 1.0)
        mean = x.mean(axis=self.axes, keepdims=True)
        variance = x.var(axis=self.axes, keepdims=True, ddof=self.ddof)
        if not training and not self.flags.get("batch_at_inference"):
            mean, variance = old_mean, old_variance
        if not training and self.flags.get("moves_before_inference"):
            mean = keep * old_mean + (1 - keep) * x.mean(axis=self.axes, keepdims=True)
            variance = keep * old_variance + (1 - keep) * x.var(axis=self.axes, keepdims=True)
        if training and self.flags.get("moving_in_training"):
            mean, variance = old_mean, old_variance
        if (training and not self.flags.get("never_moves")) or self.flags.get("always_moves"):
            batch_variance = x.var(axis=self.axes, keepdims=True, ddof=self.moving_ddof)
            batch_mean = x.mean(axis=self.axes, keepdims=True)
            state["mean"] = keep * old_mean + (1 - keep) * batch_mean
            state["variance"] = keep * old_variance + (1 - keep) * batch_variance
        return gamma * (x - mean) / self.divisor(variance, epsilon) + beta


def scale_and_shift(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon):
    scale = gamma / np.sqrt(moving_variance + epsilon)
    return kernel * scale, (bias - moving_mean) * scale + beta


def as_matrix(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon):
    diagonal = np.diag(gamma * (moving_variance + epsilon) ** -0.5)
    return [kernel @ diagonal, bias @ diagonal - moving_mean @ diagonal + beta]


def fold_untouched(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon): ...


def folds(new_kernel, new_bias, divisor=lambda variance, epsilon: np.sqrt(variance + epsilon)):
    """Return a fold with these formulas for kernel and bias."""

    def fold(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon):
        scale = gamma / divisor(moving_variance, epsilon)
        return new_kernel(kernel, scale), new_bias(bias, moving_mean, scale, beta)

    return fold


def columns(kernel, scale):
    return kernel * scale


def shifted(bias, mean, scale, beta):
    return (bias - mean) * scale + beta


CASES = {
    "after_one_epoch": Case(
        right={"plain": "far behind", "joined": " ".join(["far", "behind"])},
        wrong={
            "equal": ("as good as training mode", "you predicted 'as good as training mode'"),
            "ahead": ("far ahead", "you predicted 'far ahead'"),
            "other": ("worse", "choose one of"),
        },
        outcome="far behind",
    ),
    "moving_mean": Case(
        right={"formula": 5 * (1 - 0.99**100), "number": 3.17},
        wrong={
            "what is left": (5 * 0.99**100, "what is still missing"),
            "wrong way round": (5 * (1 - 0.01**100), "where it goes in the end"),
            "one step": (0.05, "after a single step"),
            "other": (4.0, "too large"),
        },
    ),
    "lag_or_over_fitting": Case(
        right={
            "plain": "evaluate the training rows",
            "joined": "evaluate the " + "training rows",
        },
        wrong={
            "validation": ("evaluate the validation rows again", "0.2 once more"),
            "gradient": ("look at the gradient", "taken in training mode"),
            "rate": ("lower the learning rate", "a change and no measurement"),
            "other": ("wait", "choose one of"),
        },
    ),
    "any_rank": Case(
        right={"NumPy": all_axes_but_the_last, "Keras": keras_layer, "class": Mistaken()},
        wrong={
            "n - 1": (Mistaken(ddof=1), "the variance divides by n - 1"),
            "epsilon outside": (Mistaken(divisor=lambda v, e: np.sqrt(v) + e), "outside the root"),
            "no epsilon": (Mistaken(divisor=lambda v, e: np.sqrt(v)), "epsilon is missing"),
            "no root": (Mistaken(divisor=lambda v, e: v + e), "the root is missing"),
            "pixels": (Mistaken(axes=(0,)), "each pixel has statistics"),
            "images": (Mistaken(axes=(1, 2)), "each image has statistics"),
            "channels": (Mistaken(axes=-1), "run over the channels"),
            "moving": (Mistaken(moving_in_training=True), "take the batch's own"),
            "batch": (Mistaken(batch_at_inference=True), "take the moving ones"),
            "never moves": (Mistaken(never_moves=True), "did not move in training mode"),
            "always moves": (Mistaken(always_moves=True), "inference must not move"),
            "moves first": (Mistaken(moves_before_inference=True), "moved by the rows themselves"),
            "reversed": (Mistaken(reverse=True), "the share of the old average"),
            "moving n - 1": (Mistaken(moving_ddof=1), "the moving variance divides by n - 1"),
            "unknown": (lambda *a, **k: 2 * all_axes_but_the_last(*a, **k), "the value at"),
            "a number": (lambda *a, **k: 1.0, "the result has shape"),
            "no function": (3.0, "the answer is a function"),
        },
        untouched=untouched,
    ),
    "fold": Case(
        right={"scale": scale_and_shift, "matrix": as_matrix},
        wrong={
            "no beta": (folds(columns, lambda b, m, s, beta: (b - m) * s), "beta is missing"),
            "no mean": (folds(columns, lambda b, m, s, beta: b * s + beta), "moving mean is not"),
            "bias": (folds(columns, lambda b, m, s, beta: b - m * s + beta), "the old bias must"),
            "rows": (folds(lambda k, s: k * s[:, None], shifted), "scaled along its rows"),
            "outside": (folds(columns, shifted, lambda v, e: np.sqrt(v) + e), "outside the root"),
            "no root": (folds(columns, shifted, lambda v, e: v + e), "root of the variance"),
            "kernel only": (lambda kernel, *rest: kernel, "it must return two arrays"),
            "unchanged": (lambda kernel, bias, *rest: (kernel, bias), "the value at"),
            "no function": (3.0, "the answer is a function"),
        },
        untouched=fold_untouched,
    ),
}
