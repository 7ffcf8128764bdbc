"""Exercises of lesson 13: dropout."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.exercises import Prediction, choice, function, number

who_gains = Prediction(
    "Half of the hidden units are dropped in training. Where does the accuracy gain most?",
    ["wrong labels", "few digits", "many digits"],
    because="Dropout keeps a network from learning noise by heart. Right labels hold little of it.",
)

kept_value = number(
    "A unit's output is 3 and rate=0.2. What does Dropout make of it in training if it is kept?",
    3.75,
    wrong={
        15: "that divides by the rate. The share that is kept is 1 - rate.",
        2.4: "that is the paper's rule for inference. Keras scales up in training instead.",
        3: "without scaling the mean over many masks would be 2.4 instead of 3.",
        0.6: "the rate is the share that is dropped; the kept values must grow to make up for it.",
    },
    hints=[
        "The mean over many masks must be 3, and one value in five is 0.",
        "0.8 * kept = 3. Solve for kept.",
    ],
    solution="3 / (1 - 0.2) = 3.75",
    because="Four times in five it is 3.75, else 0: the mean stays 3.",
)

two_losses = choice(
    "After an epoch with Dropout(0.5), fit prints loss 0.61 and val_loss 0.42. Why is loss higher?",
    "measured with masks",
    {
        "underfitting": "a network that underfits has a high validation loss as well, and fit's "
        "loss says little here: in which mode was it measured?",
        "validation rows leaked": "a leak is possible in any project, but this gap appears "
        "without one. In which mode was each loss measured?",
        "bad seed": "the gap is there with every seed. In which mode was each loss measured?",
    },
    hints=["Which of the two numbers comes from training mode?"],
    because="fit's loss is taken in training mode, with half of the units missing, and while the "
    "weights still change; val_loss is taken in inference mode.",
)


def _check_spatial_dropout(answer: Any) -> str | None:
    rate, random = 0.2, np.random.default_rng(5)
    x = random.uniform(1, 2, size=(50, 4, 30))  # (rows, steps, channels), nowhere 0
    result = answer(x.copy(), rate, random, True)
    result = np.asarray(result, dtype=float)
    if result.shape != x.shape:
        return f"the output must have the input's shape {x.shape}. Received: {result.shape}."
    return (
        _wrong_mask(result == 0, rate)
        or _wrong_scale(result, x, rate)
        or _wrong_over_calls(answer, x, rate, random)
    )


def _wrong_mask(dropped: np.ndarray, rate: float) -> str | None:
    share = dropped.mean()
    if share == 0:
        return "nothing is dropped in training."
    if abs(share - (1 - rate)) < 0.1:
        return f"`rate` is the share that is dropped, and {share:.0%} are dropped at rate {rate:g}."
    if (dropped == dropped[:1]).all():
        return "all rows have one mask. Each row of the batch needs its own."
    if (dropped == dropped[:, :, :1]).all():
        return "all channels of a row go or stay together. Each needs a draw of its own."
    if (dropped != dropped[:, :1]).any():
        return "single values are dropped. A channel must go as a whole, over all steps."
    if abs(share - rate) > 0.05:
        return f"{share:.0%} are dropped at rate {rate:g}."
    return None


def _wrong_scale(result: np.ndarray, x: np.ndarray, rate: float) -> str | None:
    kept = result != 0
    factor = result[kept] / x[kept]
    if np.allclose(factor, 1 / (1 - rate)):
        return None
    if np.allclose(factor, 1):
        return "what is kept is not scaled, so the mean shrinks."
    if np.allclose(factor, 1 / rate):
        return "it divides by the rate. The share that is kept is 1 - rate."
    if np.allclose(factor, 1 - rate):
        return "it multiplies by 1 - rate. What is kept must grow: divide."
    return f"what is kept must be multiplied by {1 / (1 - rate):g}."


def _wrong_over_calls(
    answer: Any, x: np.ndarray, rate: float, random: np.random.Generator
) -> str | None:
    alike = (answer(x.copy(), rate, np.random.default_rng(6), True) for _ in range(2))
    if not np.array_equal(*alike):
        return "equal generators give different masks: draw the mask from `random`."
    once, again = (np.asarray(answer(x.copy(), rate, random, True)) for _ in range(2))
    if np.array_equal(once, again):
        return "two calls have the same mask. Draw from `random`, which goes on at each call."
    if not np.array_equal(answer(x.copy(), rate, random, False), x):
        return "with training=False the input must come back unchanged."
    return None


spatial_dropout = function(
    "Write spatial_dropout(x, rate, random, training) for x of shape (rows, steps, channels).",
    _check_spatial_dropout,
    hints=[
        "The mask has one number for each row and channel. Which shape lets it act on all steps?",
        "A mask of shape (rows, 1, channels) is repeated over the steps by broadcasting.",
    ],
    solution="""
def spatial_dropout(x, rate, random, training):
    rows, _, channels = x.shape
    keep = random.random((rows, 1, channels)) >= rate
    return x * keep / (1 - rate) if training else x
""",
    because="One number per row and channel, repeated over the steps: this is SpatialDropout1D.",
)
