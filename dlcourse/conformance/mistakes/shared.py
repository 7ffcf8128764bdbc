"""Mistakes that can be made in every optimizer, with its weight decay and its learning rate."""

from __future__ import annotations

from dlcourse.conformance.mistakes.mistake import Mistakes
from dlcourse.conformance.rules import RULES, changed

SETTINGS = Mistakes()
SHARED = Mistakes()
DECAY = Mistakes()

shared, decay = (mistakes.of(*RULES) for mistakes in (SHARED, DECAY))
epsilon = SHARED.of("Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "Adamax", "Nadam")
corrected = SHARED.of("Adam", "AdamW", "Adamax", "Nadam")
betas = SHARED.of("Adam", "AdamW", "Adamax", "Nadam", "Lion")


SETTINGS.of(*RULES).change(
    "setting unused",
    "This is the rule without a setting that this optimizer has: clipnorm, clipvalue, use_ema or"
    " gradient_accumulation_steps.",
    paper=False,
)


@shared("The sign is wrong, so the weights go uphill: subtract the step.")
def uphill(right, w, g, state, h):
    return right(w, -g, state, h)


@epsilon(
    "Epsilon ends up on the weight, not in the denominator: in `a / b + epsilon` the division"
    " comes first. Put parentheses around the denominator."
)
def epsilon_subtracted_from_weight(right, w, g, state, h):
    return right(w, g, state, changed(h, epsilon=0.0)) - h.epsilon


@epsilon(
    "Epsilon ends up on the weight, not in the denominator. Put parentheses around the denominator."
)
def epsilon_added_to_weight(right, w, g, state, h):
    return right(w, g, state, changed(h, epsilon=0.0)) + h.epsilon


epsilon.change(
    "epsilon unused",
    "Epsilon is not used: without it the step is 0 / 0 where all gradients were zero, and too long"
    " where they are tiny.",
    epsilon=0.0,
)


@betas("beta_1 and beta_2 are exchanged.")
def betas_swapped(right, w, g, state, h):
    return right(w, g, state, changed(h, beta_1=h.beta_2, beta_2=h.beta_1))


@betas("beta and 1 - beta are exchanged: beta is the weight of the old average.")
def betas_for_their_complements(right, w, g, state, h):
    return right(w, g, state, changed(h, beta_1=1 - h.beta_1, beta_2=1 - h.beta_2))


@corrected("The step in the bias correction is always 1: count it in `state`, once a call.")
def frozen_step(right, w, g, state, h):
    state.pop("step", None)
    return right(w, g, state, h)


@corrected(
    "The step is counted from 0, where 1 - beta_1**0 is 0 and the correction divides by it: count"
    " the step before it is used, so that the first is 1."
)
def step_from_zero(right, w, g, state, h):
    state.setdefault("step", -1)
    return right(w, g, state, h)


@corrected("The step in the bias correction is one too high: the first step is 1.")
def step_from_two(right, w, g, state, h):
    state.setdefault("step", 1)
    return right(w, g, state, h)


@shared("Every step starts from nothing: what is computed must be put back into `state`.")
def state_forgotten(right, w, g, state, h):
    return right(w, g, {}, h)


shared.change("learning rate unused", "learning_rate is not used.", learning_rate=1.0)


@shared(
    "The first step's learning rate is used for ever, so the schedule never runs: use the"
    " learning_rate that each call gets."
)
def first_learning_rate_kept(right, w, g, state, h):
    return right(w, g, state, changed(h, learning_rate=state.setdefault("rate", h.learning_rate)))


@decay(
    "weight_decay is not used: before its step, Keras multiplies the weights by 1 - learning_rate"
    " * weight_decay."
)
def decay_unused(right, w, g, state, h):
    return right(w, g, state, h)


@decay(
    "The decay is added to the gradient, as an L2 penalty would be, and so passes through the"
    " optimizer's averages. Keras's weight_decay is decoupled (Loshchilov and Hutter, 2019): before"
    " its step, it multiplies the weights by 1 - learning_rate * weight_decay."
)
def decay_in_the_gradient(right, w, g, state, h):
    return right(w, g + h.weight_decay * w, state, h)


@decay(
    "The gradient of weight_decay * w**2 is added, as the penalty keras.regularizers.L2 would do."
    " Keras's weight_decay is decoupled (Loshchilov and Hutter, 2019): before its step, it"
    " multiplies the weights by 1 - learning_rate * weight_decay."
)
def double_decay_in_the_gradient(right, w, g, state, h):
    return right(w, g + 2 * h.weight_decay * w, state, h)


@decay(
    "The decay is not multiplied by the learning rate: the weights shrink by learning_rate *"
    " weight_decay * w."
)
def decay_without_learning_rate(right, w, g, state, h):
    return right(w * (1 - h.weight_decay), g, state, h)


@decay("The decay has the wrong sign: the weights must shrink.")
def decay_grows(right, w, g, state, h):
    return right(w * (1 + h.learning_rate * h.weight_decay), g, state, h)


@decay(
    "The decay is applied to the new weights: apply it to the weights as they were before the step."
)
def decay_after_the_step(right, w, g, state, h):
    return right(w, g, state, h) * (1 - h.learning_rate * h.weight_decay)
