"""Answers to the exercises of lesson 02."""

from __future__ import annotations

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
    "second_logit": Case(
        right={"number": -0.8, "formula": 0.2 - 1},
        wrong={
            "sign": (0.8, "sign is wrong"),
            "p": (0.2, "subtract y"),
            "at p": (-5, "before it comes back"),
            "first": (0.7, "first logit"),
            "sigmoid": (-0.16, "sigmoid alone"),
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
}
