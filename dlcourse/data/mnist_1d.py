"""MNIST-1D: digits drawn with forty numbers, where methods still differ."""

from __future__ import annotations

import functools
import random

import numpy as np

from dlcourse.data.dataset import Dataset


@functools.cache
def mnist1d() -> Dataset:
    """Generate MNIST-1D, ten classes of forty numbers each: small, and hard to get right.

    Each row is a digit's outline as a curve that was shifted, scaled, sheared and covered with
    noise. A linear model gets a third of them right, a small network two thirds, a convolution
    over nine tenths, each within seconds: unlike on `digits`, there is room to see what helps. It
    is made by the authors' own code from their seed, without a network, in about a second.

    Returns:
        4,000 training and 1,000 validation rows of 40 numbers; all numbers together have mean 0
        and standard deviation 1.

    >>> from dlcourse import mnist1d
    >>> mnist1d()
    Dataset "MNIST-1D", 10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
      train  x (4000, 40) float32  y (4000,) int32
      val    x (1000, 40) float32  y (1000,) int32

    Source: Greydanus and Kobak, "Scaling Down Deep Learning with MNIST-1D" (2024),
    https://arxiv.org/abs/2011.14439
    """
    from mnist1d.data import get_dataset_args, make_dataset

    states = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        made = make_dataset(get_dataset_args())  # seeds the global generators
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
    names = tuple(map(str, range(10)))
    parts = made["x"], made["y"], made["x_test"], made["y_test"]
    return Dataset("MNIST-1D", *parts, class_names=names)
