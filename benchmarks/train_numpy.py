"""Full-batch gradient descent on one hidden layer in NumPy by hand, in float32 and in place."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from benchmarks.works import Outcome, Work, glorot_weights


def train(
    work: Work,
    *,
    initial_weights: Callable[[tuple[int, ...], int], list[np.ndarray]] = glorot_weights,
) -> Outcome:
    """Do the work: plain SGD on all rows, `work.epochs` steps.

    Args:
        work: what to train; one seed, layers (inputs, hidden, outputs).
        initial_weights: from layers and seed to kernels (inputs, units) and biases (units,).
    """
    data = work.dataset()
    began = time.perf_counter()
    x, labels = data.x_train, data.y_train
    weights = [array.copy() for array in initial_weights(work.layers, 0)]
    one_hot = np.eye(work.layers[-1], dtype=np.float32)[labels]
    hidden, back = np.empty((2, work.rows, work.layers[1]), np.float32)
    output = np.empty_like(one_hot)
    rate = np.float32(work.optimizers["SGD"] / work.rows)  # of a mean over the rows
    built = time.perf_counter()
    for _ in range(work.epochs):
        _probabilities(x, weights, hidden, output)
        _descend(x, weights, hidden, output, one_hot, back, rate)
    training = time.perf_counter() - built
    _probabilities(x, weights, hidden, output)
    loss = -np.log(output[np.arange(work.rows), labels]).mean()
    return Outcome(built - began, training, work.epochs, [float(loss)])


def _probabilities(
    x: np.ndarray, weights: list[np.ndarray], hidden: np.ndarray, output: np.ndarray
) -> None:
    """Run the network forward: into `hidden` (rows, hidden) and `output` (rows, classes)."""
    kernel_1, bias_1, kernel_2, bias_2 = weights
    np.matmul(x, kernel_1, out=hidden)
    hidden += bias_1
    np.maximum(hidden, 0, out=hidden)
    np.matmul(hidden, kernel_2, out=output)
    output += bias_2
    output -= output.max(axis=1, keepdims=True)
    np.exp(output, out=output)
    output /= output.sum(axis=1, keepdims=True)


def _descend(
    x: np.ndarray,
    weights: list[np.ndarray],
    hidden: np.ndarray,
    output: np.ndarray,
    one_hot: np.ndarray,
    back: np.ndarray,
    rate: np.float32,
) -> None:
    """Take one step; `output` and `back` (rows, hidden) become the gradients times the rate."""
    kernel_1, bias_1, kernel_2, bias_2 = weights
    output -= one_hot
    output *= rate
    np.matmul(output, kernel_2.T, out=back)
    back *= hidden > 0
    kernel_2 -= hidden.T @ output
    bias_2 -= output.sum(axis=0)
    kernel_1 -= x.T @ back
    bias_1 -= back.sum(axis=0)
