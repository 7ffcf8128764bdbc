"""The course's data sets: generated, bundled with scikit-learn, or downloaded by Keras."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from dlcourse.checks import expect_integer, expect_number
from dlcourse.data.dataset import Dataset, balanced_rows
from dlcourse.data.downloads import fashion_mnist, mnist

__all__ = [
    "Dataset", "breast_cancer", "diabetes", "digits", "fashion_mnist", "mnist", "noisy_curve",
    "spirals", "wine",
]  # fmt: skip


def spirals(
    samples: int = 100,
    classes: int = 3,
    noise: float = 0.2,
    seed: int = 0,
    *,
    winding: float = 2.5,
) -> Dataset:
    """Draw interleaved spiral arms in the plane, one per class: no straight line separates them.

    The rule, for class c = 0, 1, ... and a position s that runs evenly from 0 to 1 along the arm:
    angle = winding (4 (c + s) + noise z) with z ~ N(0, 1), point = (s sin(angle), s cos(angle)).
    Rows are in the order of the classes: shuffle them if you take batches by hand.

    Args:
        samples: points per class, in the training set and again in the validation set.
        classes: number of arms.
        noise: how far the points stray; 0 gives clean arms.
        seed: which points are drawn. Training and validation points are drawn independently.
        winding: how tightly the arms are wound. At 1, as in CS231n, a small network learns them in
            seconds; at 2.5 they are hard.

    Returns:
        x of shape (samples * classes, 2), within the unit circle; y the labels.

    Raises:
        ValueError: an argument is out of range.

    >>> from dlcourse import spirals
    >>> spirals(samples=100, classes=3)
    Dataset "spirals", 3 classes: 0, 1, 2
      train  x (300, 2) float32  y (300,) int32
      val    x (300, 2) float32  y (300,) int32

    Source: the spiral of Stanford's CS231n (Karpathy, 2015), there with `winding=1`:
    https://cs231n.github.io/neural-networks-case-study/
    """
    expect_integer("samples", samples, minimum=1)
    expect_integer("classes", classes, minimum=2)
    expect_number("noise", noise, minimum=0)
    expect_integer("seed", seed, minimum=0)
    expect_number("winding", winding, above=0)
    random = np.random.default_rng(seed)
    position = np.tile(np.linspace(0, 1, samples), classes)
    labels = np.repeat(np.arange(classes), samples)

    def points() -> np.ndarray:
        angle = winding * (4 * (labels + position) + noise * random.standard_normal(len(labels)))
        return position[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)

    names = tuple(map(str, range(classes)))
    return Dataset("spirals", points(), labels, points(), labels, class_names=names)


def noisy_curve(samples: int = 100, noise: float = 0.2, seed: int = 0) -> Dataset:
    """Draw noisy points of a sine: regression you can see, and can overfit.

    The rule: x uniform in [-1, 1], y = sin(pi x) + noise z with z ~ N(0, 1). No model can reach a
    mean squared error below noise² on points it has not seen.

    Args:
        samples: points in the training set, and again in the validation set.
        noise: standard deviation of the noise, in units of y.
        seed: which points are drawn. Training and validation points are drawn independently.

    Returns:
        x and y of shape (samples, 1), in the order of x.

    Raises:
        ValueError: an argument is out of range.

    >>> from dlcourse import noisy_curve
    >>> noisy_curve(samples=30)
    Dataset "noisy curve"
      train  x (30, 1) float32  y (30, 1) float32
      val    x (30, 1) float32  y (30, 1) float32

    Source: the sine that opens Bishop, Pattern Recognition and Machine Learning (2006), 1.1.
    """
    expect_integer("samples", samples, minimum=1)
    expect_number("noise", noise, minimum=0)
    expect_integer("seed", seed, minimum=0)
    random = np.random.default_rng(seed)

    def points() -> tuple[np.ndarray, np.ndarray]:
        x = np.sort(random.uniform(-1, 1, size=(samples, 1)), axis=0)
        return x, np.sin(np.pi * x) + noise * random.standard_normal((samples, 1))

    return Dataset("noisy curve", *points(), *points())


@functools.cache
def digits() -> Dataset:
    """Load 1,797 handwritten digits, real images of 8×8 pixels; they come with scikit-learn.

    Pixels run from 0 (paper) to 1 (ink) and are flattened: `x.reshape(-1, 8, 8)` gives images
    back. The 1,280 training rows make exactly 40 batches of 32. The split is fixed and stratified:
    each part holds every digit in the same share.

    >>> from dlcourse import digits
    >>> digits()
    Dataset "digits", 10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9
      train  x (1280, 64) float32  y (1280,) int32
      val    x (258, 64) float32  y (258,) int32
      test   x (259, 64) float32  y (259,) int32

    Source: Alpaydin & Kaynak, Optical Recognition of Handwritten Digits (1998), test part.
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return _split("digits", bunch.data / 16, bunch.target, (1280, 258), bunch.target_names)


@functools.cache
def breast_cancer() -> Dataset:
    """Load 569 tumors, 30 measurements each, malignant (0) or benign (1); from scikit-learn.

    Each measurement is standardized by the mean and standard deviation of the *training* rows, so
    nothing about validation and test rows leaks in. The 416 training rows make exactly 13 batches
    of 32. The split is fixed and stratified.

    >>> from dlcourse import breast_cancer
    >>> breast_cancer()
    Dataset "breast cancer", 2 classes: malignant, benign
      train  x (416, 30) float32  y (416,) int32
      val    x (76, 30) float32  y (76,) int32
      test   x (77, 30) float32  y (77,) int32

    Source: Street, Wolberg & Mangasarian, Breast Cancer Wisconsin (Diagnostic) (1993).
    """
    from sklearn.datasets import load_breast_cancer

    bunch = load_breast_cancer()
    data = _split("breast cancer", bunch.data, bunch.target, (416, 76), bunch.target_names)
    return _standardized(data, "x")


@functools.cache
def wine() -> Dataset:
    """Load 178 wines of three growers, 13 chemical measurements each; from scikit-learn.

    Each measurement is standardized by the mean and standard deviation of the *training* rows.
    The 128 training rows make exactly 4 batches of 32. The split is fixed and stratified.

    >>> from dlcourse import wine
    >>> wine()
    Dataset "wine", 3 classes: class_0, class_1, class_2
      train  x (128, 13) float32  y (128,) int32
      val    x (25, 13) float32  y (25,) int32
      test   x (25, 13) float32  y (25,) int32

    Source: Aeberhard & Forina, Wine (1991).
    """
    from sklearn.datasets import load_wine

    bunch = load_wine()
    return _standardized(
        _split("wine", bunch.data, bunch.target, (128, 25), bunch.target_names), "x"
    )


@functools.cache
def diabetes() -> Dataset:
    """Load 442 patients, 10 measurements and how the disease advanced; from scikit-learn.

    Measurements and target are standardized by the mean and standard deviation of the *training*
    rows. So a mean squared error of 1 is what always answering the mean gives on the training
    rows, and a root mean squared error of 1 is 79 points of the disease score (25 to 346).
    The 320 training rows make exactly 10 batches of 32. The split is fixed.

    >>> from dlcourse import diabetes
    >>> diabetes()
    Dataset "diabetes"
      train  x (320, 10) float32  y (320, 1) float32
      val    x (61, 10) float32  y (61, 1) float32
      test   x (61, 10) float32  y (61, 1) float32

    Source: Efron, Hastie, Johnstone & Tibshirani, Least Angle Regression (2004).
    """
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(scaled=False)
    return _standardized(_split("diabetes", bunch.data, bunch.target[:, None], (320, 61)), "x", "y")


def _split(
    name: str,
    x: np.ndarray,
    y: np.ndarray,
    sizes: tuple[int, int],
    class_names: Iterable[str] | None = None,
) -> Dataset:
    """Split rows into training, validation (of these sizes) and test set, stratified by class."""
    classes = np.zeros(len(y), dtype=int) if class_names is None else y
    parts = np.split(balanced_rows(classes, seed=0), np.cumsum(sizes))
    arrays = [values[rows] for rows in parts for values in (x, y)]
    return Dataset(name, *arrays, class_names=class_names)


def _standardized(data: Dataset, *prefixes: str) -> Dataset:
    """Shift and scale every part by the mean and standard deviation of the training rows."""
    changed = {}
    for prefix in prefixes:
        train = getattr(data, f"{prefix}_train")
        mean, deviation = train.mean(axis=0), train.std(axis=0)
        for part in ("train", "val", "test"):
            field = f"{prefix}_{part}"
            changed[field] = (getattr(data, field) - mean) / deviation
    return replace(data, **changed)
