"""Exercises of lesson 11: learning rate schedules."""

from __future__ import annotations

import keras

from dlcourse.exercises import Prediction, number, rule

lowest_on_digits = Prediction(
    "Digits that the network can learn by heart: which has the lowest training loss in the end?",
    ["constant", "exponential decay", "cosine"],
    because="No noise holds this loss up, it is still on its way down: shrinking costs distance.",
)

decay_steps = number(
    "1,280 rows, batches of 32, 20 epochs, the first 4 of them warm-up: what is decay_steps?",
    640,
    wrong={
        800: "the warm-up comes on top of decay_steps: it is not part of it.",
        16: "decay_steps counts optimizer steps, and these are epochs.",
        20480: "decay_steps counts optimizer steps, and these are rows.",
        160: "that is the length of the warm-up.",
    },
    hints=["How many steps has an epoch?", "How many epochs are left after the warm-up?"],
    solution="(20 - 4) * 1280 // 32 = 640",
    because="An epoch has 40 steps, and 16 epochs follow the warm-up.",
)

staircase = rule(
    "Write exponential decay that falls only once every decay_steps.",
    keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5, staircase=True),
    hints=[
        "How often has the rate fallen after `step` steps?",
        "Round step / decay_steps down: step // decay_steps.",
    ],
    solution="""
def staircase(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate ** (step // decay_steps)
""",
    because="Rounded down, the exponent grows by one each time decay_steps have passed.",
)
