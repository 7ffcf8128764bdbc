"""Exercises of lesson 09: Adam."""

from __future__ import annotations

import keras

from dlcourse.exercises import Prediction, choice, number, rule

first_steps = Prediction(
    "Adam without bias correction: how long are its first steps?",
    ["too short", "too long", "just right"],
    because="Both averages are too small at first, and the root of v is short by more than m.",
)

first_step = number(
    "beta_1=0.9, beta_2=0.9999, no bias correction: how many rates long is the first step?",
    10.0,
    wrong={
        1.0: "that is the length with the correction.",
        0.1: "that is m alone, in gradients: divide by the root of v.",
        1000.0: "v is an average of squares: take its root.",
        0.1 / 0.001**0.5: "that is the length for beta_2=0.999.",
    },
    hints=[
        "After one step m is (1 - beta_1) g. What is v?",
        "m / √v is (1 - beta_1) / √(1 - beta_2), for any gradient.",
    ],
    solution="(1 - 0.9) / (1 - 0.9999) ** 0.5 = 10",
    because="m is 0.1 g and √v is 0.01 |g|: a longer memory of v makes a wilder start.",
)

pulled_more = choice(
    "Equal weights, gradients 100 times apart: which is pulled more by L2 in the loss, under Adam?",
    "small gradients",
    {
        "large gradients": "the pull does not grow with the gradient, but what divides it does.",
        "equal": "so it is with decoupled decay, or under SGD. Here Adam divides the pull.",
    },
    hints=["The penalty's gradient 2 λ w goes through the same division as all of the gradient."],
    because="The pull 2 λ w is divided by √v, which is 100 times smaller there.",
)

corrected_rmsprop = rule(
    "Write Adam(beta_1=0.0): RMSprop with bias correction, with one average only.",
    keras.optimizers.Adam(learning_rate=0.01, beta_1=0.0, beta_2=0.99),
    hints=[
        "Without its average m is the gradient itself, and needs no correction.",
        "Multiply the rate by √(1 - beta_2**step); Keras's epsilon is added to √v.",
    ],
    solution="""
def corrected_rmsprop(w, g, state, learning_rate, beta_2, epsilon):
    step = state["step"] = state.get("step", 0) + 1
    v = state["v"] = beta_2 * state.get("v", 0.0) + (1 - beta_2) * g**2
    return w - learning_rate * np.sqrt(1 - beta_2**step) * g / (np.sqrt(v) + epsilon)
""",
    because="With beta_1 = 0 the average of the gradients is the gradient, and 1 - 0**step is 1.",
)
