"""Seeds decide everything, and leave the caller's random state alone."""

from __future__ import annotations

import random

import keras
import numpy as np
import pytest
import tensorflow as tf

from dlcourse.keras_internals.seeds import batch_order, reseed, seeded


def draw():
    drawn = [random.random(), np.random.random(), tf.random.uniform([]), keras.random.uniform([])]  # noqa: NPY002
    return [float(number) for number in drawn]


def test_the_same_seed_draws_the_same():
    with seeded(3):
        first = draw()
    draw()
    with seeded(3):
        assert draw() == first
    with seeded(4):
        assert all(a != b for a, b in zip(draw(), first, strict=True))


def test_a_further_seed_draws_what_it_draws_alone():
    def draw_twice():
        return [(*draw(), float(tf.random.uniform([], seed=1))) for _ in range(2)]

    expected = {}
    for seed in (3, 4, 5):
        with seeded(seed):
            expected[seed] = draw_twice()
    with seeded(4):
        assert draw_twice() == expected[4]
        for seed in (3, 5):
            reseed(seed)
            assert draw_twice() == expected[seed]


@pytest.mark.parametrize("fails", [False, True])
def test_the_state_comes_back_after_an_error_too(fails):
    keras.utils.set_random_seed(1)
    draw()
    expected = draw()
    keras.utils.set_random_seed(1)
    draw()
    try:
        with seeded(9):
            draw()
            if fails:
                raise RuntimeError
    except RuntimeError:
        pass
    assert draw() == expected


def test_an_order_visits_every_row_once_and_changes_with_seed_and_epoch():
    orders = [batch_order(40, 8, seed=s, epoch=e) for s, e in [(0, 0), (0, 1), (1, 0), (1, 1)]]
    for order in orders:
        assert sorted(order) == list(range(40))
    assert len({tuple(order) for order in orders}) == 4


def test_one_batch_of_all_rows_keeps_their_order():
    assert batch_order(5, 5, seed=0, epoch=0).tolist() == [0, 1, 2, 3, 4]
    assert batch_order(5, 9, seed=0, epoch=3).tolist() == [0, 1, 2, 3, 4]
