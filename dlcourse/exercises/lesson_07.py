"""Exercises of lesson 07: momentum."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from dlcourse.exercises import Prediction, function, number
from dlcourse.exercises.answers import explain_rule

which_direction = Prediction(
    "Each step also keeps 90 % of the step before. What happens to the two directions?",
    ["across faster", "along faster", "both the same"],
    because="Along the floor all gradients point the same way and add up; across they alternate.",
)

largest_rate = number(
    "A direction has curvature 50 and momentum=0.9. Up to which learning rate does it converge?",
    2 * (1 + 0.9) / 50,
    wrong={
        2 / 50: "that is the limit without momentum. Momentum widens the range.",
        2 * (1 - 0.9) / 50: "the limit grows with the momentum: 1 + β, not 1 - β.",
        2
        / (1 - 0.9)
        / 50: "1 / (1 - β) is how much steady steps grow, not how far the limit moves.",
        2 * (1 + 0.9): "that is the limit of the learning rate times the curvature.",
    },
    hints=[
        "Which of the three facts speaks of convergence?",
        "Rate times curvature must stay below 2 (1 + β). Solve for the rate.",
    ],
    solution="2 * (1 + 0.9) / 50 = 0.076",
    because="Rate times curvature must stay below 2 (1 + β).",
)

steady_step = number(
    "The gradient stays at 2, the learning rate is 0.01, the momentum 0.95. How long is a step?",
    0.4,
    wrong={
        0.02: "that is the first step, when there is no velocity yet.",
        0.039: "that is the second step; the velocity keeps growing.",
        0.019: "the momentum multiplies the last step, not the gradient.",
        0.2: "do not forget that the gradient is 2.",
    },
    hints=[
        "Each step is 0.95 times the last plus 0.02. When does it stop growing?",
        "Solve s = 0.95 s + 0.02.",
    ],
    solution="0.01 * 2 / (1 - 0.95) = 0.4",
    because="The steps add up to η g (1 + β + β² + ...) = η g / (1 - β).",
)

_KERAS = keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)


def _check_torch_momentum(answer: Any) -> str | None:
    if mistake := explain_rule(answer, _KERAS):
        return mistake
    w, state = 0.0, {}
    for rate in (0.1, 0.2):  # only a rate that changes tells where the rate stands
        w = float(answer(np.array(w), np.array(1.0), state, learning_rate=rate, momentum=0.9))
    return (
        None
        if np.isclose(w, -0.1 - 0.2 * 1.9)
        else (
            "these are Keras's steps, but the velocity still holds the learning rate: collect the "
            "gradients alone, and multiply by the rate where you return."
        )
    )


torch_momentum = function(
    "Write momentum with a velocity that collects gradients; the learning rate comes last.",
    _check_torch_momentum,
    hints=[
        "The velocity is now v = β v + g, without a learning rate.",
        "The new weights are w - η v.",
    ],
    solution="""
def torch_momentum(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0.0) + g
    return w - learning_rate * state["v"]
""",
    because="Times -η a velocity without the rate is Keras's, so the steps are the same.",
)
