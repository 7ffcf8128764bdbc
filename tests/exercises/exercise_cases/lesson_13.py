"""Answers to the exercises of lesson 13."""

from __future__ import annotations

import numpy as np

from exercise_cases import Case


def untouched(x, rate, random, training): ...


def keeps_at_or_above(x, rate, random, training):
    if not training:
        return x
    rows, _, channels = x.shape
    return x * (random.random((rows, 1, channels)) >= rate) / (1 - rate)


def binomial(x, rate, random, training):
    mask = random.binomial(1, 1 - rate, size=(len(x), x.shape[2])) / (1 - rate)
    return x * mask[:, None, :] if training else x


def with_mask(size, *, scale=lambda rate: 1 / (1 - rate), always=False):
    """A dropout whose mask has the size `size(x.shape)`."""

    def spatial_dropout(x, rate, random, training):
        if not (training or always):
            return x
        return x * (random.random(size(x.shape)) >= rate) * scale(rate)

    return spatial_dropout


def per_channel(shape):
    return shape[0], 1, shape[2]


def rate_is_kept(x, rate, random, training):
    return keeps_at_or_above(x, 1 - rate, random, training)


def same_mask_each_time(x, rate, random, training):
    return keeps_at_or_above(x, rate, np.random.default_rng(0), training)


def from_elsewhere(x, rate, random, training):
    mask = np.random.random(per_channel(x.shape)) >= rate  # noqa: NPY002
    return x * mask / (1 - rate) if training else x


def wrong_shape(x, rate, random, training):
    return keeps_at_or_above(x, rate, random, training).mean(axis=1)


CASES = {
    "who_gains": Case(
        right={"plain": "wrong labels", "joined": " ".join(["wrong", "labels"])},
        wrong={
            "few": ("few digits", "you predicted 'few digits'"),
            "many": ("many digits", "you predicted 'many digits'"),
            "other": ("all", "choose one of"),
        },
        outcome="wrong labels",
    ),
    "kept_value": Case(
        right={"number": 3.75, "formula": 3 / (1 - 0.2)},
        wrong={
            "by the rate": (3 / 0.2, "divides by the rate"),
            "at inference": (3 * 0.8, "the paper's rule"),
            "no scaling": (3, "without scaling"),
            "times the rate": (3 * 0.2, "must grow"),
        },
    ),
    "two_losses": Case(
        right={"plain": "measured with masks", "joined": " ".join(["measured", "with", "masks"])},
        wrong={
            "underfitting": ("underfitting", "underfits"),
            "leak": ("validation rows leaked", "a leak is possible"),
            "seed": ("bad seed", "with every seed"),
            "other": (0.61, "choose one of"),
        },
    ),
    "spatial_dropout": Case(
        right={"comparison": keeps_at_or_above, "binomial": binomial},
        wrong={
            "scaled by the rate": (
                with_mask(per_channel, scale=lambda rate: 1 / rate),
                "it divides by the rate",
            ),
            "multiplied": (
                with_mask(per_channel, scale=lambda rate: 1 - rate),
                "multiplies by 1 - rate",
            ),
            "not scaled": (with_mask(per_channel, scale=lambda rate: 1), "is not scaled"),
            "doubled": (with_mask(per_channel, scale=lambda rate: 2), "multiplied by 1.25"),
            "at inference": (with_mask(per_channel, always=True), "with training=False"),
            "rate is kept": (rate_is_kept, "the share that is dropped, and"),
            "one mask": (with_mask(lambda shape: (1, 1, shape[2])), "all rows have one mask"),
            "single values": (with_mask(lambda shape: shape), "single values are dropped"),
            "whole rows": (with_mask(lambda shape: (shape[0], 1, 1)), "go or stay together"),
            "frozen": (same_mask_each_time, "two calls have the same mask"),
            "global generator": (from_elsewhere, "draw the mask from `random`."),
            "nothing": (lambda x, rate, random, training: x, "nothing is dropped"),
            "averaged": (wrong_shape, "must have the input's shape"),
            "number": (0.2, "the answer is a function"),
        },
        untouched=untouched,
    ),
}
