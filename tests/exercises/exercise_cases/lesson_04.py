"""Answers to the exercises of lesson 04."""

from __future__ import annotations

import keras
import numpy as np
from keras.layers import Dense

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


def six_layers(initializer, layers=6):
    def build():
        hidden = [
            Dense(32, activation="relu", kernel_initializer=initializer) for _ in range(layers)
        ]
        return keras.Sequential([keras.Input((64,)), *hidden, Dense(10)])

    return build


def alike():
    return six_layers(keras.initializers.Constant(0.1))()


def own_objects():
    hidden = [
        Dense(32, activation="relu", kernel_initializer=keras.initializers.HeUniform())
        for _ in range(6)
    ]
    return keras.Sequential([keras.Input((64,)), *hidden, Dense(10)])


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
    "scale_for_tanh": Case(
        right={"number": 1.25, "numpy": np.float32(1.2)},
        wrong={
            "text": ("1.25", "a number above 0"),
            "LeCun": (1.0, "still shrinks"),
            "large": (2.0, "begin to saturate"),
            "far off": (50.0, "all units are saturated"),
        },
    ),
    "repair_start": Case(
        right={"name": six_layers("he_normal"), "own objects": own_objects},
        wrong={
            "as it was": (alike, "still alike"),
            "zeros": (six_layers("zeros"), "let nothing through"),
            "one object": (six_layers(keras.initializers.HeNormal()), "two layers start equal"),
            "too small": (six_layers("random_normal"), "choose a rule that keeps it"),
            "shallow": (six_layers("he_normal", layers=1), "keep the six hidden layers"),
            "no model": (lambda: 0.1, "must return a Keras model"),
        },
        untouched=alike,
        repair=True,
    ),
}
