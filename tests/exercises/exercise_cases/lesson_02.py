"""Answers to the exercises of lesson 02."""

from __future__ import annotations

import numpy as np

from exercise_cases import Case


def untouched(W, x, y): ...


def in_two_steps(W, x, y):
    d_outputs = 2 * (x @ W - y) / len(x)
    return x.T @ d_outputs


def row_by_row(W, x, y):
    return sum(2 * (row @ W - t) * row[:, None] for row, t in zip(x, y, strict=True)) / len(y)


def without_two(W, x, y):
    return x.T @ (x @ W - y) / len(x)


def without_mean(W, x, y):
    return 2 * x.T @ (x @ W - y)


def uphill(W, x, y):
    return 2 * x.T @ (y - x @ W) / len(x)


def transposed(W, x, y):
    return 2 * (x @ W - y).T @ x / len(x)


def not_brought_back(W, x, y):
    return 2 * (x @ W - y) / len(x)


def crashes(W, x, y):
    return x @ (x @ W - y)


def overwritten(circuit, derivatives):
    g = {list(circuit)[-1]: 1.0}
    for name in reversed(circuit):
        for each in circuit[name]:
            g[each] = g[name] * derivatives[name, each]
    return g


def added_up(circuit, derivatives):
    g = {list(circuit)[-1]: 1.0}
    for name in reversed(circuit):
        for each in circuit[name]:
            g[each] = g.get(each, 0.0) + g[name] * derivatives[name, each]
    return g


def by_users(circuit, derivatives):
    g = {list(circuit)[-1]: 1.0}
    names = [*circuit, *(each for inputs in circuit.values() for each in inputs)]

    def gradient(each):
        if each in g:
            return g[each]
        users = [name for name, inputs in circuit.items() if each in inputs]
        return sum(gradient(name) * derivatives[name, each] for name in users)

    return {each: gradient(each) for each in set(names)}


def without_the_result(circuit, derivatives):
    found = added_up(circuit, derivatives)
    return {each: found[each] for each in ("a", "b") if each in found}


def multiplied(circuit, derivatives):
    g = {list(circuit)[-1]: 1.0}
    for name in reversed(circuit):
        for each in circuit[name]:
            g[each] = g.get(each, 1.0) * g[name] * derivatives[name, each]
    return g


def first_two_only(circuit, derivatives):
    seen = []
    g = {list(circuit)[-1]: 1.0}
    for name in reversed(circuit):
        for each in circuit[name]:
            if seen.count(each) < 2:
                g[each] = g.get(each, 0.0) + g[name] * derivatives[name, each]
            seen.append(each)
    return g


CASES = {
    "cost": Case(
        right={"plain": "about 3 forward passes", "joined": f"about {3} forward passes"},
        wrong={
            "30": ("about 30 forward passes", "you predicted 'about 30"),
            "400": ("about 400 forward passes", "you predicted 'about 400"),
            "other": (3, "choose one of"),
        },
        outcome="about 3 forward passes",
    ),
    "used_twice": Case(
        right={"number": 8, "formula": 2 * 3 + 2},
        wrong={
            "product only": (5, "also part of the sum"),
            "sum only": (3, "also a factor"),
            "paths multiplied": (15, "Paths are added"),
            "square": (6, "b changes it"),
        },
    ),
    "linear_gradient": Case(
        right={"two steps": in_two_steps, "row by row": row_by_row},
        wrong={
            "without 2": (without_two, "half of what it should be"),
            "without mean": (without_mean, "7 times too large"),
            "sign": (uphill, "uphill"),
            "transposed": (transposed, "It is transposed"),
            "at the outputs": (not_brought_back, "its gradient (7, 1)"),
            "crashes": (crashes, "ValueError"),
        },
        untouched=untouched,
    ),
    "faster_spiral": Case(
        right={
            "large": {"learning_rate": 2.0, "first_size": 3.0},
            "other": {"learning_rate": np.float32(3.0), "first_size": 3},
        },
        wrong={
            "number": (2.0, "a dict of 'learning_rate'"),
            "negative": ({"learning_rate": -1.0, "first_size": 1.0}, "a number above 0"),
            "as it was": ({"learning_rate": 0.9, "first_size": 1.0}, "no faster than"),
            "saturated": ({"learning_rate": 1.0, "first_size": 100.0}, "saturate tanh"),
            "too large": ({"learning_rate": 500.0, "first_size": 1.0}, "Try another rate"),
        },
        untouched={"learning_rate": ..., "first_size": ...},
    ),
    "repair_walk_back": Case(
        right={"added up": added_up, "by users": by_users},
        wrong={
            "as it was": (overwritten, "add them up"),
            "incomplete": (without_the_result, "a gradient for each of"),
            "multiplied": (multiplied, "must be 8"),
            "two uses": (first_two_only, "used three times"),
            "no function": (8, "the answer is a function"),
        },
        untouched=overwritten,
        repair=True,
    ),
}
