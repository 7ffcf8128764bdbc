"""Exercises of lesson 05: gradient descent."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.exercises import Exercise, Prediction, number

how_much_noise = Prediction(
    "The batch grows from 4 to 64 rows. How much smaller does its gradient's noise get?",
    ["16 times", "4 times", "hardly at all"],
    because="The noise of a mean falls with the square root of the number of rows, and √16 = 4.",
)

steps_of_fit = number(
    "1,280 digits, batch_size=100, epochs=3. How many steps does fit take?",
    39,
    wrong={
        38.4: "there is no part of a step: what is left in an epoch makes a smaller batch.",
        36: "the last 80 digits of each epoch are not dropped.",
        13: "those are the steps of one epoch.",
        3: "those are the epochs; each has many steps.",
        3840: "those are the examples seen; a step takes 100 of them.",
    },
    hints=[
        "How many batches does one epoch have, the last and smaller one included?",
        "12 · 100 + 80 = 1,280: an epoch has 13 batches.",
    ],
    solution="3 * 13 = 39",
    because="Each epoch has 12 batches of 100 and one of 80.",
)

batch_for_noise = number(
    "Batches of 16 have a noise of 0.8. Which batch size brings it down to 0.2?",
    256,
    wrong={
        64: "four times the rows only halve the noise, to 0.4.",
        32: "twice the rows divide the noise by √2 only, to 0.57.",
        4: "a smaller batch has more noise.",
        1: "a smaller batch is noisier; the smallest one most of all.",
    },
    hints=[
        "By which factor must the noise fall, and how does it depend on the batch size?",
        "16 · (0.8 / 0.2)²",
    ],
    solution="16 * (0.8 / 0.2) ** 2 = 256",
    because="A quarter of the noise takes 4² = 16 times the rows.",
)


def _check_minibatches(answer: Any) -> str | None:
    if not callable(answer):
        return f"the answer is a function, not {answer!r}."
    batches = [np.asarray(batch) for batch in answer(10, 4, np.random.default_rng(0))]
    sizes = [batch.size for batch in batches]
    if sizes == [4, 4]:
        return "of 10 rows in batches of 4 the last 2 are dropped; `fit` keeps them."
    if sizes != [4, 4, 2]:
        return f"10 rows make batches of 4, 4 and 2. Received: {sizes}."
    random = np.random.default_rng(1)
    epochs = [np.concatenate(list(answer(100, 10, random))) for _ in range(2)]
    if not np.array_equal(np.sort(epochs[0]), np.arange(100)):
        return "each row number from 0 to rows - 1 must come exactly once in an epoch."
    if np.array_equal(epochs[0], np.arange(100)):
        return "the rows come in their given order: shuffle them."
    if np.array_equal(*epochs):
        return "a second epoch has the order of the first: draw from the generator `random`."
    alike = [list(answer(100, 10, np.random.default_rng(2))) for _ in range(2)]
    if not np.array_equal(*alike):
        return "equal generators give different orders: draw from `random`, and from nothing else."
    return _check_mixing(epochs)


def _check_mixing(epochs: list[np.ndarray]) -> str | None:
    """Look for neighbors that stay together, as when batches are shuffled and not rows."""
    together = max(np.mean(np.abs(np.diff(order)) == 1) for order in epochs)
    if together > 0.5:
        return "whole batches change places, but the rows in them stay together: shuffle rows."
    if (np.ptp(np.reshape(epochs, (-1, 10)), axis=1) < 10).all():
        return "the same rows share a batch in every epoch: shuffle all rows, not those of a batch."
    return None


minibatches = Exercise(
    "Write minibatches(rows, batch_size, random): the row numbers of an epoch's batches.",
    _check_minibatches,
    hints=[
        "random.permutation(rows) gives every row number once, in random order.",
        "Cut it: order[start : start + batch_size] for start in range(0, rows, batch_size).",
    ],
    solution="""
def minibatches(rows, batch_size, random):
    order = random.permutation(rows)
    return [order[start : start + batch_size] for start in range(0, rows, batch_size)]
""",
    because="One permutation an epoch visits each row once, and the slices hold what is left, too.",
)
