"""Answers to the exercises of lesson 05."""

from __future__ import annotations

import numpy as np

from exercise_cases import Case


def untouched(rows, batch_size, random): ...


def slices(rows, batch_size, random):
    order = random.permutation(rows)
    return [order[start : start + batch_size] for start in range(0, rows, batch_size)]


def generator(rows, batch_size, random):
    order = list(range(rows))
    random.shuffle(order)
    while order:
        yield order[:batch_size]
        order = order[batch_size:]


def array_split(rows, batch_size, random):
    return np.array_split(random.permutation(rows), -(-rows // batch_size))


def drops_the_rest(rows, batch_size, random):
    order = random.permutation(rows)
    return [order[i * batch_size : (i + 1) * batch_size] for i in range(rows // batch_size)]


def with_replacement(rows, batch_size, random):
    return [
        random.integers(rows, size=min(batch_size, rows - start))
        for start in range(0, rows, batch_size)
    ]


def counts_from_one(rows, batch_size, random):
    return [batch + 1 for batch in slices(rows, batch_size, random)]


def in_order(rows, batch_size, random):
    return [np.arange(start, min(start + batch_size, rows)) for start in range(0, rows, batch_size)]


def own_generator(rows, batch_size, random):
    return slices(rows, batch_size, np.random.default_rng(0))


def shuffles_batches(rows, batch_size, random):
    batches = in_order(rows, batch_size, random)
    whole = batches[: rows // batch_size]
    random.shuffle(whole)
    return whole + batches[rows // batch_size :]


def shuffles_within(rows, batch_size, random):
    return [random.permutation(batch) for batch in in_order(rows, batch_size, random)]


def reversed_batches(rows, batch_size, random):
    return [batch[::-1] for batch in shuffles_batches(rows, batch_size, random)]


def elsewhere(rows, batch_size, random):
    return slices(rows, batch_size, np.random.RandomState())


CASES = {
    "how_much_noise": Case(
        right={"plain": "4 times", "joined": " ".join(["4", "times"])},
        wrong={
            "linear": ("16 times", "you predicted '16 times'"),
            "none": ("hardly at all", "you predicted 'hardly at all'"),
            "other": (4, "choose one of"),
        },
        outcome="4 times",
    ),
    "steps_of_fit": Case(
        right={"number": 39, "formula": 3 * -(-1280 // 100)},
        wrong={
            "fraction": (3 * 1280 / 100, "no part of a step"),
            "dropped": (3 * (1280 // 100), "not dropped"),
            "one epoch": (13, "steps of one epoch"),
            "epochs": (3, "those are the epochs"),
            "examples": (3 * 1280, "examples seen"),
        },
    ),
    "batch_for_noise": Case(
        right={"number": 256, "formula": 16 * (0.8 / 0.2) ** 2},
        wrong={
            "linear": (64, "only halve"),
            "double": (32, "divide the noise by √2"),
            "inverse": (4, "a smaller batch has more noise"),
            "inverse square": (1, "the smallest one most of all"),
        },
    ),
    "minibatches": Case(
        right={"slices": slices, "generator": generator},
        wrong={
            "equal parts": (array_split, "batches of 4, 4 and 2. Received: [4, 3, 3]"),
            "dropped": (drops_the_rest, "the last 2 are dropped"),
            "replacement": (with_replacement, "exactly once"),
            "from one": (counts_from_one, "from 0 to rows - 1"),
            "in order": (in_order, "in their given order"),
            "own generator": (own_generator, "draw from the generator"),
            "batches": (shuffles_batches, "whole batches change places"),
            "reversed": (reversed_batches, "whole batches change places, but the rows"),
            "within": (shuffles_within, "the same rows share a batch in every epoch"),
            "global generator": (elsewhere, "equal generators give different orders"),
        },
        untouched=untouched,
    ),
}
