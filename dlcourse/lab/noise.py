"""The noise that the lab adds to gradients, drawn in Python as the browser draws it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from dlcourse.checks import expect_integer, expect_number

_WORD = 0xFFFFFFFF


def gradient_noise(
    noise: float, *, batch_size: int, steps: int, dimensions: int, seed: int
) -> np.ndarray:
    """Return what to add to exact gradients so that they are as noisy as those of batches.

    It shows what a batch costs: each row's gradient is off by a normal draw of spread `noise`,
    and the mean over a batch by 1 / sqrt(batch_size) of that. The draws are the ones that the
    descent widget uses for the same seed.

    Args:
        noise: the spread of a single row's gradient, at least 0.
        batch_size: rows per gradient, at least 1.
        steps: how many gradients.
        dimensions: weights, so numbers per gradient.
        seed: an integer >= 0.

    Returns:
        The noise, shape (steps, dimensions).

    Raises:
        ValueError: an argument is wrong.

    Example:
        >>> from dlcourse.lab.noise import gradient_noise
        >>> gradient_noise(1.0, batch_size=4, steps=2, dimensions=2, seed=0).shape
        (2, 2)
    """
    expect_number("noise", noise, minimum=0)
    for name, value in {"batch_size": batch_size, "steps": steps, "dimensions": dimensions}.items():
        expect_integer(name, value, minimum=1)
    expect_integer("seed", seed, minimum=0)
    draws = normal_draws(seed, steps * dimensions)
    return draws.reshape(steps, dimensions) * noise / math.sqrt(batch_size)


def normal_draws(seed: int, count: int, *, stream: int = 0) -> np.ndarray:
    """Return the normal draws of the engine's `Random(seed, stream)`, shape (count,)."""
    bits = _sfc32(seed, stream)
    return np.array([_normal(next(bits), next(bits)) for _ in range(count)])


def _sfc32(seed: int, stream: int) -> Iterator[int]:
    """Yield the 32-bit numbers of `engine/random.js`."""
    a, b, c, count = seed & _WORD, stream, 0, 1
    for drawn in itertools.count():
        total = (a + b + count) & _WORD
        count = (count + 1) & _WORD
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & _WORD
        c = (((c << 21) | (c >> 11)) + total) & _WORD
        if drawn >= 15:
            yield total


def _normal(first: int, second: int) -> float:
    """Box and Muller's draw from two 32-bit numbers."""
    length = math.sqrt(-2 * math.log((first + 0.5) / 2**32))
    return length * math.cos(2 * math.pi * (second + 0.5) / 2**32)
