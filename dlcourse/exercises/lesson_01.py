"""Exercises of lesson 01: tensors and layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.exercises import Exercise, Prediction, number

untrained_answer = Prediction(
    "The weights are drawn at random. What does the network answer for a digit?",
    ["sure of the right digit", "sure of some digit", "about equal for all ten"],
    because="Small weights make ten logits that hardly differ, so softmax makes them nearly equal.",
)

weights_of_dense = number(
    "How many weights does Dense(5) hold on inputs of 20 numbers, biases included?",
    20 * 5 + 5,
    tolerance=1e-6,
    wrong={
        20 * 5: "that is the kernel. Each of the 5 units has a bias, too.",
        20 * 5 + 20: "a bias belongs to a unit, not to an input.",
        20 + 5: "every unit has a weight of its own for every input: multiply.",
        20 * 5 + 1: "each unit has its own bias; they do not share one.",
    },
    hints=["Which shape has the kernel? And the bias?", "(20, 5) and (5,)."],
    solution="20 * 5 + 5 = 105",
    because="The kernel has a number for each pair of an input and a unit, the bias one per unit.",
)


def _check_standardize(answer: Any) -> str | None:
    if not callable(answer):
        return f"the answer is a function, not {answer!r}."
    x = np.array([[1.0, 10.0, 5.0], [2.0, 30.0, 6.0], [6.0, 20.0, 10.0]])
    result = np.asarray(answer(x.copy()), dtype=float)
    if result.shape != x.shape:
        return f"the result must have x's shape {x.shape}. Received: shape {result.shape}."
    centered = x - x.mean(axis=0)
    mistakes = [
        (x / x.std(axis=0), "subtract each column's mean first."),
        (centered, "the means are right; now divide by each column's standard deviation."),
        (centered / x.var(axis=0), "divide by the standard deviation, not by its square."),
        ((x - x.mean()) / x.std(), "each column has its own mean and deviation: give an axis."),
        (
            (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True),
            "that is done for each row. axis=0 runs down the rows and leaves one number a column.",
        ),
        ((x - x.mean(axis=1)) / x.std(axis=1), "those are the means of the rows, one row off."),
    ]
    if np.allclose(result, centered / x.std(axis=0)):
        return None
    typical = [why for wrong, why in mistakes if np.allclose(result, wrong, equal_nan=True)]
    if typical:
        return typical[0]
    return (
        f"column 0 of x is {x[:, 0].tolist()} and must become -0.926, -0.463, 1.39. "
        f"Received: {result[:, 0].round(3).tolist()}."
    )


standardize = Exercise(
    "Write standardize(x): subtract each column's mean, divide by its standard deviation.",
    _check_standardize,
    hints=[
        "Which axis must disappear so that one number per column is left?",
        "x.mean(axis=0) has the shape (columns,), which broadcasts to every row.",
    ],
    solution="""
def standardize(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)
""",
    because="Means and deviations have the shape (columns,) and are broadcast to every row.",
)


def _check_loss_from_logits(answer: Any) -> str | None:
    if not callable(answer):
        return f"the answer is a function, not {answer!r}."
    z, labels = np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]]), np.array([0, 2])
    right = (np.log(1 + np.exp(-1) + np.exp(-2)) + np.log(3)) / 2
    with np.errstate(all="ignore"):
        result = float(answer(z.copy(), labels))
        large = np.array([[1000.0, 0.0], [0.0, -1000.0]])
        survives = float(answer(large, np.array([1, 0])))
    typical = {
        2 * right: "average over the rows; that is their sum.",
        -right: "the logarithm of a probability is negative: the loss is minus it.",
        right / np.log(10): "use the natural logarithm, np.log.",
        right / np.log(2): "use the natural logarithm, np.log.",
        -1.0: "those are the logits themselves: put softmax and a logarithm in between.",
        _softmax_twice(z, labels): "that is softmax twice: it belongs in here once.",
    }
    if not np.isclose(result, right):
        for value, why in typical.items():
            if np.isclose(result, value):
                return why
        return f"for z = {z.tolist()} and labels = [0, 2] it must be {right:.3f}, not {result:.3g}."
    if not np.isclose(survives, 500.0):
        return (
            f"e to the power of 1000 overflows: the loss became {survives:.4g}, and must be 500. "
            "Subtract each row's largest logit first, and take the logarithm of the sum."
        )
    return None


def _softmax_twice(z: np.ndarray, labels: np.ndarray) -> float:
    for _ in range(2):
        z = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return float(-np.log(z[np.arange(len(labels)), labels]).mean())


loss_from_logits = Exercise(
    "Write loss_from_logits(z, labels): softmax and mean cross-entropy, safe for large logits.",
    _check_loss_from_logits,
    hints=[
        "Write -log(softmax) out: what does the logarithm do to the fraction?",
        "-log p = log Σ e^z - z of the right class. The loss does not change if you subtract the "
        "same number from all logits of a row.",
    ],
    solution="""
def loss_from_logits(z, labels):
    z = z - z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels]).mean()
""",
    because="The logarithm undoes the exponential, so nothing can overflow; Keras does the same.",
)
