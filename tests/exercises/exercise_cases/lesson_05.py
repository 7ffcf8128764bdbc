"""Answers to the exercises of lesson 05."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

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


def broken_batches(x, y):
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(64)


def shuffled_rows(x, y):
    return tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(64)


def permuted_arrays(x, y):
    def rows():
        order = np.random.default_rng().permutation(len(x))
        for start in range(0, len(x), 64):
            yield x[order[start : start + 64]], y[order[start : start + 64]]

    signature = (tf.TensorSpec((None, 1)), tf.TensorSpec((None,), tf.int64))
    return tf.data.Dataset.from_generator(rows, output_signature=signature)


def shuffled_batches(x, y):
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(64).shuffle(10)


def shuffled_once(x, y):
    rows = tf.data.Dataset.from_tensor_slices((x, y))
    return rows.shuffle(len(x), reshuffle_each_iteration=False).batch(64)


def shuffled_inputs(x, y):
    x = np.random.default_rng(0).permutation(x)
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(64)


def dropped_rows(x, y):
    return shuffled_rows(x, y).take(9)


def one_batch(x, y):
    return tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x)).batch(len(x))


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
    "six_epochs": Case(
        right={
            "sixteen": {"batch_size": 16, "learning_rate": 0.5},
            "eight": {"batch_size": np.int64(8), "learning_rate": np.float32(0.3)},
        },
        wrong={
            "no dict": (16, "a dict of 'batch_size'"),
            "fraction": ({"batch_size": 16.5, "learning_rate": 0.5}, "a whole number"),
            "negative": ({"batch_size": 16, "learning_rate": -0.5}, "a number above 0"),
            "too large": ({"batch_size": 64, "learning_rate": 1.2}, "steps an epoch are too few"),
            "too slow": ({"batch_size": 16, "learning_rate": 0.01}, "try another rate"),
            "diverges": ({"batch_size": 4, "learning_rate": 20.0}, "worse than guessing"),
        },
        untouched={"batch_size": ..., "learning_rate": ...},
    ),
    "sorted_rows": Case(
        right={"shuffled": shuffled_rows, "permuted": permuted_arrays},
        wrong={
            "as it was": (broken_batches, "in the file's order"),
            "batches": (shuffled_batches, "Shuffle rows before they are batched"),
            "once": (shuffled_once, "shuffle anew in each epoch"),
            "inputs only": (shuffled_inputs, "no longer belong together"),
            "dropped": (dropped_rows, "exactly once in an epoch"),
            "one batch": (one_batch, "keep batches of 64"),
            "no function": (64, "the answer is a function"),
        },
        untouched=broken_batches,
        repair=True,
    ),
}
