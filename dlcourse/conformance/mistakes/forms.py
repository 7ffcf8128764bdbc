"""Rules that are right elsewhere, in a paper or in another library, but not Keras's."""

from __future__ import annotations

import numpy as np

from dlcourse.conformance.mistakes.mistake import Mistakes
from dlcourse.conformance.rules import (
    adamax_step,
    average,
    changed,
    count,
    nadam_step,
    scheduled_momenta,
)

# Where epsilon stands comes first: every other rule is tried with epsilon in both places.
FORMS = Mistakes(also_right=True)


FORMS.of("Adagrad", "RMSprop").change(
    "epsilon outside root",
    "Epsilon is added to the root, as in PyTorch. Keras adds it inside, sqrt(s + epsilon), where"
    " it acts as its own root: the two differ where gradients are small.",
    paper=True,
)

FORMS.of("Adam", "AdamW").change(
    "epsilon as in the paper",
    "This is the form of Algorithm 1 in the paper (Kingma and Ba, 2015): epsilon is added to the"
    " root of the bias-corrected v. Keras adds it to the root of v itself and moves both"
    " corrections into the rate: learning_rate * sqrt(1 - beta_2**step) / (1 - beta_1**step) * m /"
    " (sqrt(v) + epsilon). The two differ by a few millionths, but widely where gradients are as"
    " small as epsilon.",
    paper=True,
)

FORMS.of("Adamax").change(
    "adamax without epsilon",
    "The paper's Adamax has no epsilon; Keras divides by u + epsilon. The two differ where"
    " gradients are as small as epsilon; where all were zero, the paper's form is 0 / 0.",
    paper=True,
)


@FORMS.of("Adamax")(
    "PyTorch's form: epsilon is added to |g| inside the maximum. Keras adds it to u, after."
)
def epsilon_inside_maximum(right, w, g, state, h):
    m = average(state, "m", g, h.beta_1)
    u = state["u"] = np.maximum(h.beta_2 * state.get("u", 0), np.abs(g) + h.epsilon)
    return adamax_step(w, m, u, 1 - h.beta_1 ** count(state), changed(h, paper=True))


@FORMS.of("Nadam")(
    "This is Nadam without the momentum schedule, as textbooks have it. Keras's momentum at a step"
    " is beta_1 * (1 - 0.5 * 0.96**step), and the corrections use the product of all so far."
)
def constant_momentum(right, w, g, state, h):
    step = count(state)
    return nadam_step(w, g, state, h, step, h.beta_1, h.beta_1, h.beta_1**step)


@FORMS.of("Nadam")(
    "The paper (Dozat, 2016) and PyTorch warm the momentum up 250 times more slowly: 0.96**(step /"
    " 250), where Keras has 0.96**step."
)
def slow_momentum_schedule(right, w, g, state, h):
    step = count(state)
    return nadam_step(w, g, state, h, step, *scheduled_momenta(state, step, h, stretch=250))


@FORMS.of("SGD")(
    "PyTorch's form: v = momentum * v + g, step learning_rate * v. It is Keras's rule while the"
    " learning rate stays the same; Keras has the rate inside the velocity, so that a velocity"
    " built at a high rate stays fast when the rate falls."
)
def learning_rate_outside_velocity(right, w, g, state, h):
    v = state["v"] = h.momentum * state.get("v", 0) + g
    return w - h.learning_rate * (g + h.momentum * v if h.nesterov else v)


FORMS.of("Adagrad").change(
    "accumulator from zero",
    "The paper's accumulator starts at zero. Keras's starts at initial_accumulator_value (0.1),"
    " which keeps the first steps shorter than the learning rate.",
    initial_accumulator_value=0.0,
)


@FORMS.of("RMSprop")(
    "PyTorch's form: the velocity is built without the learning rate, and the step multiplies it."
    " It is Keras's rule while the learning rate stays the same; Keras has the rate inside."
)
def learning_rate_outside_rmsprop_velocity(right, w, g, state, h):
    one = right(w, g, state, changed(h, learning_rate=1.0))
    return w + h.learning_rate * (one - w)


FORMS.of("Adadelta").change(
    "adadelta without learning rate",
    "The paper's Adadelta has no learning rate. Keras multiplies the step by learning_rate, whose"
    " default of 0.001 makes Adadelta crawl: with learning_rate=1.0 Keras's rule is the paper's.",
    learning_rate=1.0,
)
