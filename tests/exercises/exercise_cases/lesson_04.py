"""Answers to the exercises of lesson 04."""

from __future__ import annotations

import numpy as np

from exercise_cases import Case


def untouched(fan_in, fan_out, random): ...


def by_limit(fan_in, fan_out, random):
    limit = np.sqrt(6 / fan_in)
    return random.uniform(-limit, limit, size=(fan_in, fan_out))


def from_unit_interval(fan_in, fan_out, random):
    return (2 * random.random((fan_in, fan_out)) - 1) * (3 * 2 / fan_in) ** 0.5


def uniform(variance):
    def draw(fan_in, fan_out, random):
        limit = np.sqrt(3 * variance(fan_in, fan_out))
        return random.uniform(-limit, limit, size=(fan_in, fan_out))

    return draw


def normal(fan_in, fan_out, random):
    return random.normal(0, np.sqrt(2 / fan_in), size=(fan_in, fan_out))


def positive(fan_in, fan_out, random):
    return random.uniform(0, np.sqrt(6 / fan_in), size=(fan_in, fan_out))


def transposed(fan_in, fan_out, random):
    return by_limit(fan_in, fan_out, random).T


def own_generator(fan_in, fan_out, random):
    return by_limit(fan_in, fan_out, np.random.default_rng(0))


def elsewhere(fan_in, fan_out, random):
    return by_limit(fan_in, fan_out, np.random.RandomState())


CASES = {
    "different_units": Case(
        right={"plain": "1", "converted": str(1)},
        wrong={
            "half": ("about 16", "you predicted 'about 16'"),
            "all": ("32", "you predicted '32'"),
            "number": (1, "choose one of"),
        },
        outcome="1",
    ),
    "he_deviation": Case(
        right={"number": 0.1, "formula": np.sqrt(2 / 200)},
        wrong={
            "variance": (0.01, "its root"),
            "fan_out": (0.2, "counts the inputs"),
            "LeCun": (0.0707, "LeCun's rule"),
            "Glorot": (0.0894, "Glorot's rule"),
        },
    ),
    "shrinks_by": Case(
        right={"number": 64, "formula": np.sqrt(2) ** 12},
        wrong={
            "square": (4096, "mean *square*"),
            "one layer": (2, "one layer's"),
            "sum": (24, "multiply"),
            "He": (1, "with He's rule"),
            "inverse": (1 / 64, "what is left"),
        },
    ),
    "he_uniform": Case(
        right={"limit": by_limit, "unit interval": from_unit_interval},
        wrong={
            "deviation as limit": (uniform(lambda n, m: 2 / 3 / n), "not the limit"),
            "fan_out": (uniform(lambda n, m: 2 / m), "counts the inputs"),
            "LeCun": (uniform(lambda n, m: 1 / n), "it is LeCun's"),
            "Glorot": (uniform(lambda n, m: 2 / (n + m)), "it is Glorot's"),
            "far off": (uniform(lambda n, m: 1.0), "times He's."),
            "normal": (normal, "not uniform"),
            "positive": (positive, "not centered"),
            "transposed": (transposed, "must have shape (500, 300)"),
            "own generator": (own_generator, "draw from `random`"),
            "global generator": (elsewhere, "draw from `random`, and from nothing else"),
            "two mistakes": (uniform(lambda n, m: 2 / 3 / m), "0.55 times He's."),
            "a constant": (uniform(lambda n, m: 0.1**2 / 3), "0.83 times He's."),
        },
        untouched=untouched,
    ),
}
