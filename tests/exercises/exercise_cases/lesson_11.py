"""Answers to the exercises of lesson 11."""

from __future__ import annotations

import numpy as np

from exercise_cases import Case


def untouched(step, initial_learning_rate, decay_steps, decay_rate): ...


def whole_division(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate ** (step // decay_steps)


def floor(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * np.power(decay_rate, np.floor(step / decay_steps))


def smooth(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate ** (step / decay_steps)


def nearest(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate ** round(step / decay_steps)


def upward(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate ** np.ceil(step / decay_steps)


def xor(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate * decay_rate ^ (step // decay_steps)


def unused(step, initial_learning_rate, decay_steps, decay_rate):
    return initial_learning_rate


CASES = {
    "lowest_on_digits": Case(
        right={"plain": "constant", "again": "constant"},
        wrong={
            "exponential": ("exponential decay", "you predicted 'exponential decay'"),
            "cosine": ("cosine", "you predicted 'cosine'"),
            "other": ("none", "choose one of"),
        },
        outcome="constant",
    ),
    "decay_steps": Case(
        right={"number": 640, "formula": (20 - 4) * 1280 / 32},
        wrong={
            "warm-up inside": (800, "comes on top"),
            "epochs": (16, "these are epochs"),
            "rows": (20480, "these are rows"),
            "warm-up": (160, "length of the warm-up"),
        },
    ),
    "staircase": Case(
        right={"//": whole_division, "floor": floor},
        wrong={
            "smooth": (smooth, "staircase=True"),
            "nearest": (nearest, "not to the nearest"),
            "upward": (upward, "down, not up"),
            "xor": (xor, "a power is written `**`"),
            "unused": (unused, "The rate never changes"),
        },
        untouched=untouched,
    ),
}
