"""Exercises of lesson 08: AdaGrad, RMSprop and AdaDelta."""

from __future__ import annotations

import keras

from dlcourse.exercises import Prediction, number, rule

longer_step = Prediction(
    "A word appears. For the same gradient, whose weight does AdaGrad move farther?",
    ["the common one's", "the rare one's", "both the same"],
    because="A rare word has added few squares to its sum, so its step is divided by little.",
)

hundredth_step = number(
    "The gradient is always 2, the learning rate 0.1, the sum starts at 0: the 100th AdaGrad step?",
    0.01,
    wrong={
        0.1: "that is the first step. By the 100th, the sum holds 100 squares.",
        0.02: "the gradient is in the sum too: 100 times 2², not 100 times 1.",
        0.005: "that is the effective step, per unit of gradient. The gradient is 2.",
        0.0005: "the step is divided by the root of the sum, not by the sum.",
        0.2: "that is plain descent's step; nothing was divided.",
    },
    hints=[
        "What is the sum of squared gradients after 100 steps?",
        "The sum is 100 · 2² = 400. Divide the learning rate times the gradient by its root.",
    ],
    solution="0.1 * 2 / sqrt(100 * 2**2) = 0.01",
    because="The gradient's size cancels: step t is the learning rate divided by √t.",
)

adagrad_by_mean = rule(
    "Write AdaGrad, for a sum that starts at 0, with the mean of the squared gradients so far.",
    keras.optimizers.Adagrad(learning_rate=0.1, initial_accumulator_value=0.0),
    hints=[
        "The mean of t numbers from the mean of t - 1: mean + (new - mean) / t.",
        "The sum is t · mean, so √(sum + ε) = √t · √(mean + ε / t).",
    ],
    solution="""
def adagrad_by_mean(w, g, state, learning_rate, epsilon):
    t = state["t"] = state.get("t", 0) + 1
    mean = state.get("mean", 0.0)
    mean = state["mean"] = mean + (g**2 - mean) / t
    return w - learning_rate / np.sqrt(t) * g / np.sqrt(mean + epsilon / t)
""",
    because="The learning rate's 1/√t is what the growing sum amounts to.",
)
