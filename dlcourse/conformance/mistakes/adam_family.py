"""Mistakes in Adamax, Nadam and Lion."""

from __future__ import annotations

import numpy as np

from dlcourse.conformance.mistakes.mistake import Mistakes
from dlcourse.conformance.rules import (
    adam,
    adamax_step,
    average,
    changed,
    count,
    nadam_step,
    scheduled_momenta,
)

ADAM_FAMILY = Mistakes()
adamax, nadam, lion = map(ADAM_FAMILY.of, ("Adamax", "Nadam", "Lion"))


@adamax("The absolute value is missing: u is the maximum of beta_2 * u and |g|.")
def missing_absolute_value(right, w, g, state, h):
    m = average(state, "m", g, h.beta_1)
    u = state["u"] = np.maximum(h.beta_2 * state.get("u", 0), g)
    return adamax_step(w, m, u, 1 - h.beta_1 ** count(state), h)


@adamax("u averages |g|: take the maximum of beta_2 * u and |g|.")
def average_for_maximum(right, w, g, state, h):
    m, u = average(state, "m", g, h.beta_1), average(state, "u", np.abs(g), h.beta_2)
    return adamax_step(w, m, u, 1 - h.beta_1 ** count(state), h)


adamax.change(
    "maximum never fades",
    "The old maximum stays for ever: multiply it by beta_2 at each step.",
    beta_2=1.0,
)


@adamax("The bias correction of m is missing: divide m by 1 - beta_1**step.")
def adamax_without_correction(right, w, g, state, h):
    right(w, g, state, h)
    return adamax_step(w, state["m"], state["u"], 1, h)


@adamax("u is bias-corrected. A maximum has no bias toward zero: take u as it is.")
def u_corrected(right, w, g, state, h):
    right(w, g, state, h)
    full_m, full_u = 1 - h.beta_1 ** state["step"], 1 - h.beta_2 ** state["step"]
    return adamax_step(w, state["m"], state["u"] / full_u, full_m, h)


@adamax("u is no square: divide by u itself, not by its root.")
def root_of_u(right, w, g, state, h):
    right(w, g, state, h)
    return adamax_step(w, state["m"], np.sqrt(state["u"]), 1 - h.beta_1 ** state["step"], h)


@nadam(
    "This is Adam, without Nesterov's look-ahead: the step is a sum of m, with the next step's"
    " momentum, and of the gradient, with 1 - this step's momentum."
)
def no_look_ahead(right, w, g, state, h):
    return adam(w, g, state, changed(h, amsgrad=False))


@nadam("The corrections use this step's momentum: use the product of all momenta so far.")
def momentum_for_its_product(right, w, g, state, h):
    step = count(state)
    now, later, _ = scheduled_momenta({}, step, h)
    return nadam_step(w, g, state, h, step, now, later, now)


@lion("The sign is missing: every weight moves by learning_rate, up or down.")
def sign_missing(right, w, g, state, h):
    m = state.get("m", 0)
    average(state, "m", g, h.beta_2)
    return w - h.learning_rate * (h.beta_1 * m + (1 - h.beta_1) * g)


@lion(
    "This takes the sign of the gradient alone: take that of beta_1 * m + (1 - beta_1) * g, and"
    " keep m in `state`."
)
def sign_of_gradient(right, w, g, state, h):
    return w - h.learning_rate * np.sign(g)


@lion(
    "The average is updated before the sign is taken: the sign uses the old average, with beta_1;"
    " then the average is updated, with beta_2."
)
def sign_of_new_average(right, w, g, state, h):
    m = average(state, "m", g, h.beta_2)
    return w - h.learning_rate * np.sign(h.beta_1 * m + (1 - h.beta_1) * g)


@lion("The average whose sign is taken is kept: keep another one, updated with beta_2.")
def one_average(right, w, g, state, h):
    return w - h.learning_rate * np.sign(average(state, "m", g, h.beta_1))
