"""Answers to the exercises of lesson 01."""

from __future__ import annotations

import keras
import numpy as np

from exercise_cases import Case


def untouched_standardize(x): ...


def by_columns(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


def in_a_loop(x):
    return np.stack([(column - column.mean()) / column.std() for column in x.T], axis=1)


def untouched_loss(z, labels): ...


def shifted(z, labels):
    z = z - z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels]).mean()


def by_keras(z, labels):
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, z)


def not_shifted(z, labels):
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(labels)), labels]).mean()


def shifted_but_log_of_zero(z, labels):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return -np.log((e / e.sum(axis=1, keepdims=True))[np.arange(len(labels)), labels]).mean()


def softmax_twice(z, labels):
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return not_shifted(p, labels)


CASES = {
    "untrained_answer": Case(
        right={"plain": "about equal for all ten", "again": "about equal for all ten"},
        wrong={
            "right digit": ("sure of the right digit", "you predicted 'sure of the right digit'"),
            "some digit": ("sure of some digit", "you predicted 'sure of some digit'"),
            "other": ("8", "choose one of"),
        },
        outcome="about equal for all ten",
    ),
    "weights_of_dense": Case(
        right={"number": 105, "formula": 20 * 5 + 5},
        wrong={
            "kernel": (100, "has a bias, too"),
            "bias per input": (120, "not to an input"),
            "added": (25, "multiply"),
            "one bias": (101, "do not share one"),
        },
    ),
    "standardize": Case(
        right={"columns": by_columns, "loop": in_a_loop},
        wrong={
            "rows": (
                lambda x: (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True),
                "done for each row",
            ),
            "all": (lambda x: (x - x.mean()) / x.std(), "give an axis"),
            "only centered": (lambda x: x - x.mean(axis=0), "now divide"),
            "only scaled": (lambda x: x / x.std(axis=0), "mean first"),
            "variance": (lambda x: (x - x.mean(axis=0)) / x.var(axis=0), "not by its square"),
            "trap": (lambda x: (x - x.mean(axis=1)) / x.std(axis=1), "means of the rows"),
            "shape": (lambda x: x.mean(axis=0), "must have x's shape"),
            "other": (lambda x: 2 * x, "column 0 of x"),
        },
        untouched=untouched_standardize,
    ),
    "loss_from_logits": Case(
        right={"shifted": shifted, "Keras": by_keras},
        wrong={
            "sum": (lambda z, labels: len(z) * shifted(z, labels), "average over the rows"),
            "sign": (lambda z, labels: -shifted(z, labels), "the loss is minus it"),
            "log10": (lambda z, labels: shifted(z, labels) / np.log(10), "natural logarithm"),
            "no softmax": (
                lambda z, labels: -z[np.arange(len(labels)), labels].mean(),
                "the logits themselves",
            ),
            "twice": (softmax_twice, "softmax twice"),
            "overflow": (not_shifted, "overflows"),
            "log of zero": (shifted_but_log_of_zero, "the logarithm of the sum"),
            "other": (lambda z, labels: 3.0, "it must be 0.753"),
        },
        untouched=untouched_loss,
    ),
}
