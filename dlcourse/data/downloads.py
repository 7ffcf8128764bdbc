"""Data sets that Keras downloads once: MNIST and Fashion-MNIST."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

import numpy as np

from dlcourse.checks import expect, expect_number
from dlcourse.data.dataset import Dataset

_FASHION_CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip


def mnist(pixel_range: tuple[float, float] = (0, 1)) -> Dataset:
    """Load MNIST, 70,000 handwritten digits of 28×28 pixels, through Keras.

    Keras downloads it once and then reads its cache. Images are flattened. The last 10,000 of the
    60,000 training images are the validation set, as Keras's `validation_split` takes the last.

    Args:
        pixel_range: values of a black and of a white pixel. `(0, 1)` is x / 255; `(-1, 1)` is
            the usual (x / 255 - 0.5) / 0.5.

    Returns:
        50,000 training, 10,000 validation and 10,000 test rows of 784 pixels.

    Raises:
        OSError: it is neither in Keras's cache nor can it be downloaded.
        ValueError: `pixel_range` is not a pair of numbers, the lower first.

    Source: LeCun, Bottou, Bengio & Haffner, Gradient-Based Learning (1998).
    """
    import keras

    return _images("MNIST", keras.datasets.mnist, map(str, range(10)), pixel_range)


def fashion_mnist(pixel_range: tuple[float, float] = (0, 1)) -> Dataset:
    """Load Fashion-MNIST, 70,000 pictures of clothes of 28×28 pixels, through Keras.

    It takes the place of `mnist` where that is too easy: same arguments, shapes and split.

    Args:
        pixel_range: values of a black and of a white pixel, as in `mnist`.

    Returns:
        50,000 training, 10,000 validation and 10,000 test rows of 784 pixels.

    Raises:
        OSError: it is neither in Keras's cache nor can it be downloaded.
        ValueError: `pixel_range` is not a pair of numbers, the lower first.

    Source: Xiao, Rasul & Vollgraf, Fashion-MNIST (2017).
    """
    import keras

    return _images("Fashion-MNIST", keras.datasets.fashion_mnist, _FASHION_CLASSES, pixel_range)


def _images(
    name: str, loader: ModuleType, class_names: Iterable[str], pixel_range: tuple[float, float]
) -> Dataset:
    """Load images by Keras, scale and flatten them, hold the last 10,000 out for validation."""
    low, high = _expect_pixel_range(pixel_range)
    try:
        (x_train, y_train), (x_test, y_test) = loader.load_data()
    except Exception as error:  # Keras raises a bare Exception when it cannot download
        raise OSError(
            f"{name} is not in Keras's cache and could not be downloaded ({error}). Connect once "
            "to fetch it, or use `dlcourse.digits()`: real images that need no network."
        ) from None

    def pixels(images: np.ndarray) -> np.ndarray:
        flat = images.reshape(len(images), -1).astype("float32")
        return low + (high - low) / 255 * flat

    train, val = slice(None, -10_000), slice(-10_000, None)
    return Dataset(
        name,
        pixels(x_train[train]), y_train[train],
        pixels(x_train[val]), y_train[val],
        pixels(x_test), y_test,
        class_names=tuple(class_names),
    )  # fmt: skip


def _expect_pixel_range(pixel_range: tuple[float, float]) -> tuple[float, float]:
    """Check that it is a pair of numbers, the lower first."""
    pair = isinstance(pixel_range, (tuple, list)) and len(pixel_range) == 2
    expect(pair, "pixel_range", "a pair of numbers, such as (-1, 1)", pixel_range)
    low, high = pixel_range
    expect_number("pixel_range[0]", low)
    expect_number("pixel_range[1]", high, above=low)
    return low, high
