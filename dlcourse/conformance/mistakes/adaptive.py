"""Mistakes in Adagrad, RMSprop and Adadelta."""

from __future__ import annotations

import numpy as np

from dlcourse.conformance.mistakes.mistake import Mistakes
from dlcourse.conformance.rules import average, changed, count, heavy_ball, root, variance

ADAPTIVE = Mistakes()
adagrad, rmsprop, adadelta = map(ADAPTIVE.of, ("Adagrad", "RMSprop", "Adadelta"))


@adagrad("The root is missing: divide by the square root of the accumulator.")
def accumulator_without_root(right, w, g, state, h):
    right(w, g, state, h)
    return w - h.learning_rate * g / (state["s"] + h.epsilon)


@adagrad("Gradients are accumulated as they are: accumulate their squares.")
def accumulated_without_square(right, w, g, state, h):
    s = state["s"] = state.get("s", h.initial_accumulator_value) + g
    return w - h.learning_rate * g / root(s, h)


@adagrad("The step is divided by the accumulator of the step before: add g**2 first.")
def old_accumulator_used(right, w, g, state, h):
    s = state.get("s", h.initial_accumulator_value)
    state["s"] = s + g**2
    return w - h.learning_rate * g / root(s, h)


@adagrad("initial_accumulator_value is added at every step; the accumulator only starts from it.")
def initial_value_added_each_step(right, w, g, state, h):
    s = state["s"] = state.get("s", 0) + h.initial_accumulator_value + g**2
    return w - h.learning_rate * g / root(s, h)


@adagrad(
    "Only the last square is in the accumulator: add each square to those before, and keep the sum"
    " in `state`."
)
def accumulator_replaced(right, w, g, state, h):
    return right(w, g, {}, h)


@rmsprop(
    "This adds up all squared gradients, as Adagrad does. RMSprop forgets the old ones: rho * s +"
    " (1 - rho) * g**2."
)
def squares_added_up(right, w, g, state, h):
    s = state["s"] = state.get("s", 0) + g**2
    return heavy_ball(w, g / root(s, h), state, h)


@rmsprop("The new square enters with weight 1; in a running average its weight is 1 - rho.")
def new_square_at_full_weight(right, w, g, state, h):
    s = average(state, "s", g**2, h.rho) / (1 - h.rho)
    return heavy_ball(w, g / root(s, h), state, h)


@ADAPTIVE.of("RMSprop", "Adadelta")(
    "rho and 1 - rho are exchanged: rho is the weight of the old average."
)
def rho_for_its_complement(right, w, g, state, h):
    return right(w, g, state, changed(h, rho=1 - h.rho))


@rmsprop("The root is missing: divide by the square root of the average.")
def average_without_root(right, w, g, state, h):
    return heavy_ball(w, g / (variance(g, state, h) + h.epsilon), state, h)


@rmsprop("Gradients are averaged as they are: average their squares.")
def averaged_without_square(right, w, g, state, h):
    return heavy_ball(w, g / root(average(state, "s", g, h.rho), h), state, h)


@rmsprop("The step is divided by the average of the step before: update the average first.")
def old_average_used(right, w, g, state, h):
    s = state.get("s", np.zeros_like(g))
    average(state, "s", g**2, h.rho)
    return heavy_ball(w, g / root(s, h), state, h)


@rmsprop("The average is bias-corrected, as Adam's is. RMSprop takes it as it is.")
def bias_corrected_average(right, w, g, state, h):
    s = average(state, "s", g**2, h.rho) / (1 - h.rho ** count(state))
    return heavy_ball(w, g / root(s, h), state, h)


rmsprop.change(
    "centered unused",
    "This optimizer has centered=True: subtract the square of the average gradient from the"
    " average square.",
    centered=False,
)


@rmsprop("The average gradient is subtracted as it is: subtract its square.")
def centered_without_square(right, w, g, state, h):
    s, m = average(state, "s", g**2, h.rho), average(state, "m", g, h.rho)
    return heavy_ball(w, g / root(s - m, h), state, h)


rmsprop.change(
    "momentum unused in rmsprop",
    "This optimizer has momentum: keep a velocity, momentum * velocity + learning_rate * g / root,"
    " and subtract it.",
    momentum=0.0,
)


@rmsprop("The velocity collects raw gradients: collect the scaled ones, g / root.")
def momentum_before_scaling(right, w, g, state, h):
    scale = root(variance(g, state, h), h)
    v = state["v"] = h.momentum * state.get("v", 0) + h.learning_rate * g
    return w - v / scale


adadelta.change(
    "epsilon outside both roots",
    "Epsilon is added to the roots: it belongs inside, sqrt(average + epsilon), where it gives the"
    " first step its size.",
    paper=True,
)


@adadelta(
    "This is RMSprop's step: multiply the scaled gradient by the root of the average squared step"
    " too, sqrt(average + epsilon)."
)
def step_average_unused(right, w, g, state, h):
    return w - h.learning_rate * g / root(average(state, "s", g**2, h.rho), h)


@adadelta(
    "The average of the squared steps stays at zero: update it at the end, and keep it in `state`."
)
def step_average_never_updated(right, w, g, state, h):
    state.pop("d", None)
    return right(w, g, state, h)


@adadelta("The second average collects squared gradients again: collect squared steps.")
def gradients_for_steps(right, w, g, state, h):
    step = root(state.get("d", np.zeros_like(g)), h) / root(average(state, "s", g**2, h.rho), h) * g
    average(state, "d", g**2, h.rho)
    return w - h.learning_rate * step


@adadelta(
    "The average collects steps that are already multiplied by learning_rate: collect the step"
    " before that."
)
def learning_rate_in_step_average(right, w, g, state, h):
    step = root(state.get("d", np.zeros_like(g)), h) / root(average(state, "s", g**2, h.rho), h) * g
    average(state, "d", (h.learning_rate * step) ** 2, h.rho)
    return w - h.learning_rate * step


@adadelta(
    "The roots are missing: the step is the ratio of two roots of averages, times the gradient."
)
def adadelta_without_roots(right, w, g, state, h):
    s = average(state, "s", g**2, h.rho) + h.epsilon
    step = (state.get("d", np.zeros_like(g)) + h.epsilon) / s * g
    average(state, "d", step**2, h.rho)
    return w - h.learning_rate * step
