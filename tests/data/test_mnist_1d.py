"""MNIST-1D: the authors' numbers, made here, and nothing else touched."""

from __future__ import annotations

import random
import socket

import numpy as np
import pytest
from mnist1d.data import get_templates

from dlcourse.data.mnist_1d import mnist1d


@pytest.fixture
def made(monkeypatch):
    """The data set, made anew without a network."""
    monkeypatch.setattr(socket, "socket", None)
    return mnist1d.__wrapped__()


def test_it_is_the_authors_split(made):
    assert made.x_train.shape == (4000, 40) and made.x_val.shape == (1000, 40)
    assert made.x_test is None
    assert made.class_names == tuple("0123456789")
    together = np.concatenate([made.x_train, made.x_val]).astype(float)
    np.testing.assert_allclose([together.mean(), together.std()], [0, 1], atol=1e-6)
    counts = np.bincount(np.concatenate([made.y_train, made.y_val]))
    assert counts.tolist() == [500] * len(get_templates()["y"])


def test_it_is_the_same_every_time(made):
    np.testing.assert_array_equal(mnist1d.__wrapped__().x_train, made.x_train)
    first = [-0.33200568, -0.47191036, -0.7786971, -1.0097408, -0.8823526]
    np.testing.assert_allclose(made.x_train[0, :5], first, atol=1e-6)
    assert mnist1d() is mnist1d()


def test_the_callers_random_numbers_go_on_as_if_nothing_had_been_made():
    states = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    mnist1d.__wrapped__()
    assert (random.getstate(), np.random.get_state()[1].tolist()) == states  # noqa: NPY002
