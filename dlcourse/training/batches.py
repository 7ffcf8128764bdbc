"""Which rows a step takes: shuffled anew each epoch, the same for every method of one seed."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dlcourse.checks import expect_integer


def batch_order(rows: int, batch_size: int, *, seed: int, epoch: int) -> np.ndarray:
    """Return the order in which one epoch visits the training rows.

    The order depends on the seed and the epoch only, so that every method sees the same
    batches. A single batch that holds all rows is not shuffled: its gradient is a mean.

    Args:
        rows: number of training rows.
        batch_size: rows in one batch.
        seed: the run's seed.
        epoch: the epoch, counted from 0.

    Returns:
        Row indices, int32, shape (rows,).

    Raises:
        ValueError: an argument is not an integer in its range.

    >>> from dlcourse import batch_order
    >>> batch_order(6, 2, seed=0, epoch=0).tolist() == batch_order(6, 3, seed=0, epoch=0).tolist()
    True
    >>> batch_order(4, 4, seed=0, epoch=0)
    array([0, 1, 2, 3], dtype=int32)
    """
    for name, value in {"rows": rows, "batch_size": batch_size}.items():
        expect_integer(name, value, minimum=1)
    for name, value in {"seed": seed, "epoch": epoch}.items():
        expect_integer(name, value, minimum=0)
    if batch_size >= rows:
        return np.arange(rows, dtype=np.int32)
    return np.random.default_rng([seed, epoch]).permutation(rows).astype(np.int32)


class Batches(NamedTuple):
    """Several batches of one size.

    Args:
        count: how many there are.
        rows: row indices, int32, shape (count, rows in a batch); None where each batch holds all
            rows, in their order.
    """

    count: int
    rows: np.ndarray | None

    @property
    def shape(self) -> tuple[int, int | None]:
        """How many batches there are, and how many rows each has; None for all."""
        return self.count, None if self.rows is None else self.rows.shape[1]


def batches_of(
    rows: int, batch_size: int, *, seed: int, epoch: int, epochs: int = 1
) -> list[Batches]:
    """Return the batches of one epoch or more: first the whole ones, then what is left.

    Args:
        rows: number of training rows.
        batch_size: rows in one batch.
        seed: the run's seed.
        epoch: the first epoch, counted from 0.
        epochs: how many epochs; more than one only where no smaller batch is left.

    >>> [batches.shape for batches in batches_of(50, 8, seed=0, epoch=0)]
    [(6, 8), (1, 2)]
    >>> [batches.shape for batches in batches_of(50, 10, seed=0, epoch=0, epochs=3)]
    [(15, 10)]
    >>> batches_of(50, 64, seed=0, epoch=0, epochs=3)
    [Batches(count=3, rows=None)]
    """
    if batch_size >= rows:
        return [Batches(epochs, None)]
    orders = [batch_order(rows, batch_size, seed=seed, epoch=epoch + i) for i in range(epochs)]
    order = np.concatenate(orders)
    whole = len(order) - rows % batch_size
    parts = [order[:whole].reshape(-1, batch_size), order[whole:].reshape(1, -1)]
    return [Batches(len(part), part) for part in parts if part.size]
