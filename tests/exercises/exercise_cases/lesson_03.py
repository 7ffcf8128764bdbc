"""Answers to the exercises of lesson 03."""

from __future__ import annotations

import functools

import numpy as np

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
    "many_dead": Case(
        right={"plain": "lower the learning rate", "joined": "lower the " + "learning rate"},
        wrong={
            "longer": ("train longer", "gets no gradient"),
            "layer": ("add a layer", "die in the same way"),
            "other": ("Adam", "choose one of"),
        },
    ),
}
