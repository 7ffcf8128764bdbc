"""Answers to the exercises of lesson 16."""

from __future__ import annotations

import numpy as np

from exercise_cases import Case


def untouched_combine(gradients, rows): ...


def untouched_sgd(w, g, state, learning_rate, gradient_accumulation_steps): ...


def in_a_loop(gradients, rows):
    total = 0.0
    for g, n in zip(gradients, rows, strict=True):
        total = total + g * n / sum(rows)
    return total


def two_entries(w, g, state, learning_rate, gradient_accumulation_steps):
    state["sum"] = state.get("sum", 0.0) + g
    state["count"] = state.get("count", 0) + 1
    if state["count"] < gradient_accumulation_steps:
        return w
    step = learning_rate * state["sum"] / gradient_accumulation_steps
    state.clear()
    return w - step


def in_place(w, g, state, learning_rate, gradient_accumulation_steps):
    after = two_entries(w, g, state, learning_rate, gradient_accumulation_steps)
    w += after - w
    return w


def a_list(w, g, state, learning_rate, gradient_accumulation_steps):
    kept = state.setdefault("gradients", [])
    kept.append(g)
    if len(kept) == gradient_accumulation_steps:
        w = w - learning_rate * np.mean(kept, axis=0)
        state["gradients"] = []
    return w


def mistaken(*, divide=True, clear="after", add_first=True, first_count=0, always=False):
    """Make an answer with one mistake."""

    def rule(w, g, state, learning_rate, gradient_accumulation_steps):
        k = gradient_accumulation_steps
        step = state["step"] = state.get("step", first_count) + 1
        before = state.get("sum", np.zeros(2))
        state["sum"] = before + g
        if always or step % k == 0:
            total = state["sum"] if add_first else before
            w = w - learning_rate * total / (k if divide else 1)
            if clear == "after":
                state["sum"] = np.zeros(2)
            elif clear == "all but this":
                state["sum"] = g
        if clear == "always":
            state["sum"] = np.zeros(2)
        return w

    return rule


CASES = {
    "when_it_ends": Case(
        right={"plain": "after 25 updates", "again": "after 25 updates"},
        wrong={
            "same": ("after 100 updates", "you predicted 'after 100 updates'"),
            "late": ("after 400 updates", "you predicted 'after 400 updates'"),
            "other": (25, "choose one of"),
        },
        outcome="after 25 updates",
    ),
    "raised_rate": Case(
        right={"number": 0.4, "formula": 0.05 * 8},
        wrong={
            "unchanged": (0.05, "the old rate"),
            "twice": (0.05 * 64, "scales the rate twice"),
            "root": (0.05 * 8**0.5, "square-root rule"),
            "divided": (0.05 / 8, "divided by 8 already"),
        },
    ),
    "combine": Case(
        right={
            "weighted": lambda g, n: sum(a * b for a, b in zip(n, g, strict=True)) / sum(n),
            "average": lambda g, n: np.average(g, axis=0, weights=n),
            "loop": in_a_loop,
        },
        wrong={
            "sum": (lambda g, n: np.sum(g, axis=0), "it is the sum of the means"),
            "by k": (lambda g, n: np.mean(g, axis=0), "lets a row of the small one count more"),
            "rows kept": (lambda g, n: np.dot(n, g), "not divided by the number of rows"),
            "weighted by k": (lambda g, n: np.dot(n, g) / len(n), "all rows, not by the micro"),
            "full": (
                lambda g, n: np.dot(n, g) / (len(n) * n[0]),
                "the rows that full micro-batches would have",
            ),
            "one number": (lambda g, n: np.mean(g), "the result has shape ()"),
            "nothing": (print, "it returns nothing"),
        },
        untouched=untouched_combine,
    ),
    "accumulating_sgd": Case(
        right={
            "two entries": two_entries,
            "in place": in_place,
            "a list": a_list,
            "by step": mistaken(),
        },
        wrong={
            "no division": (mistaken(divide=False), "not divided by gradient_accumulation_steps"),
            "never cleared": (mistaken(clear="never"), "the sum is never cleared"),
            "always cleared": (mistaken(clear="always"), "clear the sum after updates only"),
            "one late": (
                mistaken(add_first=False, clear="all but this"),
                "of a cycle comes too late",
            ),
            "one lost": (mistaken(add_first=False), "of each cycle is lost"),
            "from 0": (mistaken(first_count=2), "count from 1"),
            "always": (mistaken(always=True), "updates at every micro-batch"),
            "plain": (
                lambda w, g, state, learning_rate, **_: w - learning_rate * g,
                "this is plain SGD",
            ),
        },
        untouched=untouched_sgd,
    ),
}
