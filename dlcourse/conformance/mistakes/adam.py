"""Mistakes in Adam and AdamW."""

from __future__ import annotations

import numpy as np

from dlcourse.conformance.mistakes.mistake import Mistakes
from dlcourse.conformance.rules import adam_step, average, changed, corrections, count, moments

ADAM = Mistakes()
adam = ADAM.of("Adam", "AdamW")


@adam(
    "The bias correction is missing. Both averages start at zero and are too small at first:"
    " divide m by 1 - beta_1**step and v by 1 - beta_2**step, with the step counted from 1."
)
def no_bias_correction(right, w, g, state, h):
    return adam_step(w, *moments(g, state, h), 1, 1, h)


@adam("Only m is bias-corrected: divide v by 1 - beta_2**step too.")
def only_m_corrected(right, w, g, state, h):
    return adam_step(w, *moments(g, state, h), corrections(count(state), h)[0], 1, h)


@adam("Only v is bias-corrected: divide m by 1 - beta_1**step too.")
def only_v_corrected(right, w, g, state, h):
    return adam_step(w, *moments(g, state, h), 1, corrections(count(state), h)[1], h)


@adam("The corrections are exchanged: m goes with 1 - beta_1**step, v with 1 - beta_2**step.")
def corrections_swapped(right, w, g, state, h):
    return adam_step(w, *moments(g, state, h), *corrections(count(state), h)[::-1], h)


@adam("The correction multiplies where it takes a power: 1 - beta**step, not 1 - beta * step.")
def product_for_power(right, w, g, state, h):
    step = count(state)
    return adam_step(w, *moments(g, state, h), 1 - h.beta_1 * step, 1 - h.beta_2 * step, h)


@adam(
    "The bias-corrected averages are kept in `state` and corrected again at the next step: keep"
    " the uncorrected ones, and correct a copy."
)
def corrected_averages_stored(right, w, g, state, h):
    (m, v), (full_m, full_v) = moments(g, state, h), corrections(count(state), h)
    state["m"], state["v"] = m / full_m, v / full_v
    return adam_step(w, m, v, full_m, full_v, h)


@adam("The root is missing: divide by the square root of v.")
def v_without_root(right, w, g, state, h):
    (m, v), (full_m, full_v) = moments(g, state, h), corrections(count(state), h)
    return w - h.learning_rate * (m / full_m) / (v / full_v + h.epsilon)


@adam(
    "m and v are exchanged: the step is m, the average gradient, over the root of v, the average"
    " square."
)
def m_and_v_swapped(right, w, g, state, h):
    return adam_step(w, *moments(g, state, h)[::-1], *corrections(count(state), h)[::-1], h)


@adam("v averages gradients as they are: average their squares.")
def v_without_square(right, w, g, state, h):
    m, v = average(state, "m", g, h.beta_1), average(state, "v", g, h.beta_2)
    return adam_step(w, m, v, *corrections(count(state), h), h)


@adam("v averages the square of m: average the square of the gradient.")
def v_from_m(right, w, g, state, h):
    m = average(state, "m", g, h.beta_1)
    v = average(state, "v", m**2, h.beta_2)
    return adam_step(w, m, v, *corrections(count(state), h), h)


@adam(
    "The new gradient and its square enter with weight 1; in running averages their weights are 1"
    " - beta_1 and 1 - beta_2."
)
def sums_for_averages(right, w, g, state, h):
    (m, v), (full_m, full_v) = moments(g, state, h), corrections(count(state), h)
    return adam_step(w, m / (1 - h.beta_1), v / (1 - h.beta_2), full_m, full_v, h)


@adam("The step takes the gradient itself: take m, its bias-corrected average.")
def m_unused(right, w, g, state, h):
    (_, v), (_, full_v) = moments(g, state, h), corrections(count(state), h)
    return adam_step(w, g, v, 1, full_v, h)


@adam(
    "Epsilon is inside the root: add it after the root is taken. Inside, it acts as its own root,"
    " which is far larger."
)
def epsilon_inside_root(right, w, g, state, h):
    (m, v), (full_m, full_v) = moments(g, state, h), corrections(count(state), h)
    if h.paper:
        return w - h.learning_rate * (m / full_m) / np.sqrt(v / full_v + h.epsilon)
    return w - h.learning_rate * np.sqrt(full_v) / full_m * m / np.sqrt(v + h.epsilon)


adam.change(
    "amsgrad unused",
    "This optimizer has amsgrad=True: keep the maximum of all v so far, and divide by its root.",
    amsgrad=False,
)


@adam(
    "The maximum is taken over bias-corrected v. Keras takes it over v as it is, and corrects the"
    " maximum."
)
def amsgrad_of_corrected_v(right, w, g, state, h):
    m, v = moments(g, state, changed(h, amsgrad=False))
    full_m, full_v = corrections(count(state), h)
    state["v_hat"] = np.maximum(state.get("v_hat", 0), v / full_v)
    return adam_step(w, m, state["v_hat"] * full_v, full_m, full_v, h)
