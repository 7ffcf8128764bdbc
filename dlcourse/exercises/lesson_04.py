"""Exercises of lesson 04: initialization."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from dlcourse.data.loaders import digits
from dlcourse.exercises import Exercise, Prediction, function, number

different_units = Prediction(
    "All weights start at 0.1. How many of the 32 hidden units are different after training?",
    ["1", "about 16", "32"],
    because="Equal units get equal gradients, so every step leaves them equal.",
)

shrinks_by = number(
    "Twelve square layers with ReLU, Glorot's rule. By which factor does the signal's size shrink?",
    64,
    wrong={
        4096: "the mean *square* shrinks by that much; the size is its root.",
        2: "that is one layer's mean square.",
        24: "the factors of the layers multiply.",
        1: "so it would be with He's rule.",
        1 / 64: "that is what is left; the question asks how many times smaller it gets.",
    },
    hints=[
        "n σ² is 1 with Glorot's rule in a square layer. What does ReLU keep of the mean square?",
        "The mean square is halved twelve times; the size is its root.",
    ],
    solution="(2 ** 0.5) ** 12 = 64",
    because="Each layer halves the mean square, so twelve divide the size by √2 twelve times.",
)


def _check_he_uniform(answer: Any) -> str | None:
    kernel = np.asarray(answer(500, 300, np.random.default_rng(0)), dtype=float)
    if kernel.shape != (500, 300):
        return f"the kernel must have shape (500, 300). Received: {kernel.shape}."
    if np.array_equal(kernel, answer(500, 300, np.random.default_rng(1))):
        return "another generator gives the same numbers: draw from `random`."
    if not np.array_equal(kernel, answer(500, 300, np.random.default_rng(0))):
        return "an equal generator gives other numbers: draw from `random`, and from nothing else."
    if abs(kernel.mean()) > 0.1 * kernel.std():
        return "the numbers are not centered at 0: draw from -limit to limit."
    uniform_ratio = np.abs(kernel).max() / kernel.std()  # √3 for a uniform distribution
    if not 1.7 < uniform_ratio < 1.76:
        return "the numbers are not uniform: draw with random.uniform(-limit, limit, size)."
    return _explain_variance(kernel.var() * 500 / 2)


def _explain_variance(ratio: float) -> str | None:
    """Tell what made the variance so many times He's."""
    known = {
        1 / 3: "√(2 / fan_in) is the standard deviation, not the limit: a uniform one has a² / 3",
        5 / 3: "it is √(6 / fan_out): He's rule counts the inputs",
        1 / 2: "it is LeCun's: He's variance is 2 / fan_in",
        5 / 8: "it is Glorot's: He's variance is 2 / fan_in",
    }
    if abs(ratio - 1) < 0.03:
        return None
    for value, why in known.items():
        if abs(ratio / value - 1) < 0.03:
            return f"the variance is {ratio:.2f} times He's: {why}."
    return f"the variance is {ratio:.2f} times He's."


he_uniform = function(
    "Write he_uniform(fan_in, fan_out, random): a uniform kernel with He's variance.",
    _check_he_uniform,
    hints=[
        "A uniform number from -a to a has the variance a² / 3.",
        "a² / 3 = 2 / fan_in, so the limit is √(6 / fan_in).",
    ],
    solution="""
def he_uniform(fan_in, fan_out, random):
    limit = np.sqrt(6 / fan_in)
    return random.uniform(-limit, limit, size=(fan_in, fan_out))
""",
    because="A limit of √(6 / fan_in) gives the variance 2 / fan_in.",
)


def _check_scale_for_tanh(answer: Any) -> str | None:
    if isinstance(answer, (bool, str)) or not np.isscalar(answer) or not 0 < answer < np.inf:
        return f"the answer is a number above 0, not {answer!r}."
    if answer > 6:
        return f"at {answer:g} all units are saturated: σ√n is near 1."
    found = float(np.median([_rms_after_fifty(float(answer), seed) for seed in range(3)]))
    if 0.4 <= found <= 0.6:
        return None
    if found < 0.4:
        return f"the RMS after fifty layers is {found:.2g}: the signal still shrinks. Go higher."
    return f"the RMS after fifty layers is {found:.2g}: units begin to saturate. Go lower."


def _rms_after_fifty(scale: float, seed: int) -> float:
    data, random = digits(), np.random.default_rng(seed)
    values = (data.x_train[:256] - data.x_train.mean()) / data.x_train.std()
    for _ in range(50):
        values = np.tanh(values @ random.normal(0, scale / np.sqrt(128), (values.shape[1], 128)))
    return float(np.sqrt(np.mean(values**2)))


scale_for_tanh = Exercise(
    "Find the σ√n with which the RMS after fifty layers of tanh is between 0.4 and 0.6.",
    _check_scale_for_tanh,
    hints=[
        "At 1 the signal shrinks, since tanh is flatter than a line. Which way must σ√n move?",
        "Between 1.1 and 1.4.",
    ],
    solution="1.25",
    because="A start that is a quarter larger makes up for what tanh takes away.",
)


def _check_repair_start(answer: Any) -> str | None:
    import keras

    model = answer()
    if not isinstance(model, keras.Model):
        return f"build() must return a Keras model. Received: {model!r}."
    if not model.built:
        model.build((None, 64))
    kernels = [np.asarray(each) for each in model.weights if len(each.shape) == 2]
    if len(kernels) < 7:
        return f"keep the six hidden layers and the last one. Received: {len(kernels)} kernels."
    x, sizes = digits().x_train[:256], []
    x = (x - x.mean()) / x.std()
    for layer in model.layers[:-1]:
        x = np.asarray(layer(x))
        sizes.append(float(np.sqrt(np.mean(x**2))))
    if any(not kernel.any() for kernel in kernels[:-1]):
        return "kernels of zeros let nothing through."
    if any(kernel.shape[1] > 1 and np.ptp(kernel, axis=1).max() < 1e-9 for kernel in kernels[:-1]):
        return "the units of a layer are still alike: equal weights stay equal."
    twins = (np.array_equal(a, b) for a, b in itertools.pairwise(kernels[1:-1]))
    if any(twins):
        return "two layers start equal: one initializer object draws the same numbers each time."
    if not 0.1 < sizes[-1] < 10:
        return f"the signal's RMS is {sizes[-1]:.2g} after six layers: choose a rule that keeps it."
    return None


repair_start = function(
    "Repair build(): a network of six layers whose units are all alike.",
    _check_repair_start,
    hints=[
        "What would break the symmetry, and which rule keeps ReLU's signal?",
        'kernel_initializer="he_normal"',
    ],
    solution="""
def build():
    Dense = keras.layers.Dense
    hidden = [Dense(32, activation="relu", kernel_initializer="he_normal") for _ in range(6)]
    return keras.Sequential([keras.Input((64,)), *hidden, Dense(10)])
""",
    because="Random kernels make the units different, and He's size keeps the signal through ReLU.",
)
