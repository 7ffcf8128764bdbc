"""Exercises of lesson 05: gradient descent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.data.loaders import digits
from dlcourse.exercises import Exercise, Prediction, function, number

how_much_noise = Prediction(
    "The batch grows from 4 to 64 rows. How much smaller does its gradient's noise get?",
    ["16 times", "4 times", "hardly at all"],
    because="The noise of a mean falls with the square root of the number of rows, and √16 = 4.",
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


minibatches = function(
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


def _check_six_epochs(answer: Any) -> str | None:
    if not isinstance(answer, Mapping) or set(answer) != {"batch_size", "learning_rate"}:
        return f"the answer is a dict of 'batch_size' and 'learning_rate', not {answer!r}."
    size, rate = answer["batch_size"], answer["learning_rate"]
    if not (isinstance(size, (int, np.integer)) and 1 <= size <= 1280):
        return f"the batch size is a whole number from 1 to 1280, not {size!r}."
    if not (isinstance(rate, (int, float, np.number)) and rate > 0):
        return f"the learning rate is a number above 0, not {rate!r}."
    losses = [_loss_after_six_epochs(int(size), float(rate), seed) for seed in range(3)]
    worst = max(losses) if np.isfinite(losses).all() else np.inf
    if worst <= 0.1:
        return None
    found = f"the worst of three seeds ends at a loss of {worst:.2g}."
    if not worst < 2.3:
        return f"{found} It got worse than guessing: the rate is too large for this batch."
    if size >= 64:
        return f"{found} {-(-1280 // size)} steps an epoch are too few, at any rate."
    return f"{found} The batch can do it; try another rate."


def _loss_after_six_epochs(batch_size: int, rate: float, seed: int) -> float:
    """Train the lesson's 64-32-10 network by hand, from Glorot's weights; rows are shuffled."""
    data, random = digits(), np.random.default_rng(seed)
    x, y = data.x_train.astype("float32"), np.eye(10, dtype="float32")[data.y_train]
    limits = np.sqrt(6 / (64 + 32)), np.sqrt(6 / (32 + 10))
    w1, w2 = random.uniform(-limits[0], limits[0], (64, 32)), random.uniform(-1, 1, (32, 10))
    w1, w2 = w1.astype("float32"), (w2 * limits[1]).astype("float32")
    b1, b2 = np.zeros(32, "float32"), np.zeros(10, "float32")
    with np.errstate(all="ignore"):
        for _ in range(6):
            order = random.permutation(len(x))
            for start in range(0, len(x), batch_size):
                rows = order[start : start + batch_size]
                hidden = np.maximum(x[rows] @ w1 + b1, 0)
                error = (_softmax(hidden @ w2 + b2) - y[rows]) / len(rows)
                back = (error @ w2.T) * (hidden > 0)
                w2 -= rate * hidden.T @ error
                b2 -= rate * error.sum(axis=0)
                w1 -= rate * x[rows].T @ back
                b1 -= rate * back.sum(axis=0)
        answers = _softmax(np.maximum(x @ w1 + b1, 0) @ w2 + b2)
        return float(-np.mean(np.log((answers * y).sum(axis=1) + 1e-12)))


def _softmax(logits: np.ndarray) -> np.ndarray:
    scores = np.exp(logits - logits.max(axis=1, keepdims=True))
    return scores / scores.sum(axis=1, keepdims=True)


six_epochs = Exercise(
    "Reach a training loss of 0.1 in six epochs, for each of three seeds, by your choice of batch "
    "size and learning rate.",
    _check_six_epochs,
    hints=[
        "Which batch sizes read the fewest digits in the figure? Look left of the elbow.",
        "16 rows a step make 480 steps in six epochs. Which rate suits so small a batch?",
    ],
    solution='{"batch_size": 16, "learning_rate": 0.5}',
    because="Left of the elbow no row is wasted: few rows a step, many steps, and a rate to suit.",
)


def _check_sorted_rows(answer: Any) -> str | None:
    y = np.sort(np.arange(640) % 10)  # ten classes of 64 rows, sorted
    dataset = answer(np.arange(640, dtype="float32")[:, np.newaxis], y)
    epochs = [[(np.ravel(x), np.ravel(y)) for x, y in dataset] for _ in range(2)]
    orders = [np.concatenate([x for x, _ in epoch]).astype(int) for epoch in epochs]
    if any(order.size != 640 or set(order) != set(range(640)) for order in orders):
        return "each row must come exactly once in an epoch, the last ones too."
    if any((y[x.astype(int)] != labels).any() for epoch in epochs for x, labels in epoch):
        return "rows and labels no longer belong together: shuffle them as pairs."
    if np.array_equal(orders[0], np.arange(640)):
        return "the rows still come in the file's order: each batch holds one digit or two."
    if max(len(labels) for _, labels in epochs[0]) > 256:
        return "that is one batch, or nearly: keep batches of 64."
    if np.mean([len(set(labels.tolist())) for _, labels in epochs[0]]) < 7:
        return (
            "batches still hold few digits. Shuffle rows before they are batched, with a buffer as "
            "long as the data."
        )
    if np.array_equal(*orders):
        return "the second epoch has the order of the first: shuffle anew in each epoch."
    return None


sorted_rows = function(
    "Repair batches_of(x, y): the file is sorted by class.",
    _check_sorted_rows,
    hints=[
        "A `tf.data.Dataset` has a method `shuffle(buffer_size)`. Before `batch`, or after?",
        "It fills a buffer and draws from it: a short buffer only mixes neighbors.",
    ],
    solution="""
def batches_of(x, y):
    return tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(64)
""",
    because="Rows are drawn from all of the data, so that each batch is a fair sample.",
)
