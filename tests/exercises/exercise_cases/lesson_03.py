"""Answers to the exercises of lesson 03."""

from __future__ import annotations

import functools

import keras
import numpy as np
from keras.layers import Dense

from exercise_cases import Case


def untouched(stack): ...


def in_a_loop(stack):
    W, b = stack[0]
    for next_W, next_b in stack[1:]:
        W, b = W @ next_W, b @ next_W + next_b
    return W, b


def by_probing(stack):
    def run(x):
        return functools.reduce(lambda h, layer: h @ layer[0] + layer[1], stack, x)

    inputs = len(stack[0][0])
    b = run(np.zeros(inputs))
    return [run(np.eye(inputs)) - b, b]


def kernels(stack):
    return functools.reduce(np.matmul, [W for W, _ in stack])


def last_bias(stack):
    return kernels(stack), stack[-1][1]


def backward(stack):
    return functools.reduce(np.matmul, [W.T for W, _ in stack[::-1]]), in_a_loop(stack)[1]


def negative_bias(stack):
    return kernels(stack), -in_a_loop(stack)[1]


def first_layer(stack):
    return stack[0]


def squared(stack):
    return 2 * kernels(stack), in_a_loop(stack)[1]


def network(hidden, last):
    def build():
        return keras.Sequential(
            [keras.Input((2,)), Dense(100, hidden), Dense(100, hidden), Dense(3, last)]
        )

    return build


def one_layer():
    return keras.Sequential([keras.Input((2,)), Dense(3)])


CASES = {
    "linear_with_adam": Case(
        right={"plain": "it stays near one half", "again": "it stays near one half"},
        wrong={
            "up": ("it catches up", "you predicted 'it catches up'"),
            "halfway": ("it gets halfway", "you predicted 'it gets halfway'"),
            "other": ("better", "choose one of"),
        },
        outcome="it stays near one half",
    ),
    "share_left": Case(
        right={"power": 0.25**6, "rounded": 0.000244},
        wrong={
            "added": (1.5, "not added up"),
            "one layer": (0.25, "what one layer leaves"),
            "inverse": (4096, "its inverse"),
            "value": (0.5**6, "Its slope there is 1/4"),
            "sixth": (0.25 / 6, "not a sixth"),
        },
    ),
    "collapse": Case(
        right={"loop": in_a_loop, "probing": by_probing},
        wrong={
            "last bias": (last_bias, "b is only the last bias"),
            "transposed": (backward, "W must have the shape"),
            "sign": (negative_bias, "b is not: what does"),
            "factor": (squared, "W is wrong"),
            "kernel only": (kernels, "return the two arrays"),
        },
        untouched=untouched,
    ),
    "five_hinges": Case(
        right={"list": [-1, -0.6, -0.3, 0.3, 0.6], "array": np.array([0.6, 0.3, -0.3, -0.6, -1.0])},
        wrong={
            "even": ([-1, -0.6, -0.2, 0.2, 0.6], "where the sine is curved most"),
            "no first": ([-0.7, -0.35, 0, 0.35, 0.7], "left of your first hinge"),
            "three": ([-1, -0.5, 0.5], "name five places"),
            "outside": ([-1, 0, 0.2, 0.5, 2], "between -1 and 1"),
            "text": ("even", "a list of five numbers"),
        },
        untouched=[...],
    ),
    "repair_build": Case(
        right={"relu": network("relu", None), "tanh": network("tanh", None)},
        wrong={
            "as it was": (network(None, "relu"), "cannot become negative"),
            "linear": (network(None, None), "still linear"),
            "both": (network("relu", "relu"), "the last layer must have no activation"),
            "other shape": (
                lambda: keras.Sequential([keras.Input((2,)), Dense(3)]),
                "hidden layers",
            ),
            "no model": (lambda: 3, "must return a Keras model"),
        },
        untouched=network(None, "relu"),
        repair=True,
    ),
}
