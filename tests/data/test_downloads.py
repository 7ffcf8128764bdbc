from __future__ import annotations

import gzip
import re
import socket

import keras
import numpy as np
import pytest
from keras.src.backend import config
from keras.src.utils import file_utils

from dlcourse.data.loaders import Dataset, fashion_mnist, mnist

TRAIN, TEST = 10_020, 30


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Keras's cache in an empty folder, and no network."""

    def refuse(*args, **kwargs):
        raise OSError("the network is refused")

    monkeypatch.setattr(config, "_KERAS_DIR", str(tmp_path))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    (tmp_path / "datasets" / "fashion-mnist").mkdir(parents=True)
    return tmp_path / "datasets"


def fake_images(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Images with a white first pixel, a gray second one, and the row number in two others."""
    x = np.zeros((rows, 28, 28), dtype="uint8")
    x[:, 0, 0], x[:, 0, 1] = 255, 51
    x[:, 27, 26], x[:, 27, 27] = np.arange(rows) // 256, np.arange(rows) % 256
    return x, (np.arange(rows) % 10).astype("uint8")


def expect_images(data: Dataset, low: float, gray: float, high: float) -> None:
    assert data.x_train.shape == (TRAIN - 10_000, 784)
    assert data.x_val.shape == (10_000, 784)
    assert data.x_test.shape == (TEST, 784)
    assert data.x_train.dtype == np.float32
    np.testing.assert_allclose(data.x_val[7, :3], [high, gray, low], atol=1e-6)
    number = (data.x_val[0, -2:] - low) / (high - low) * 255 @ [256, 1]
    assert round(number) == TRAIN - 10_000, "the validation rows are not the last 10,000"
    assert data.y_train.tolist() == [row % 10 for row in range(TRAIN - 10_000)]
    assert data.y_val[0] == (TRAIN - 10_000) % 10


@pytest.mark.parametrize("pixel_range", [(0, 1), (-1, 1)])
def test_mnist_from_the_loader(monkeypatch, pixel_range) -> None:
    loaded = (fake_images(TRAIN), fake_images(TEST))
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: loaded)
    gray = {(0, 1): 51 / 255, (-1, 1): (51 / 255 - 0.5) / 0.5}[pixel_range]
    data = mnist(pixel_range=pixel_range)
    expect_images(data, low=pixel_range[0], gray=gray, high=pixel_range[1])
    assert data.class_names == ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")


def test_mnist_from_the_cache(cache, monkeypatch) -> None:
    monkeypatch.setattr(file_utils, "validate_file", lambda *args, **kwargs: True)
    (x_train, y_train), (x_test, y_test) = fake_images(TRAIN), fake_images(TEST)
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    np.savez(cache / "mnist.npz", **arrays)
    expect_images(mnist(), low=0, gray=0.2, high=1)


def test_fashion_mnist_from_the_cache(cache) -> None:
    for name, (x, y) in {"train": fake_images(TRAIN), "t10k": fake_images(TEST)}.items():
        for kind, header, values in (("images-idx3", 16, x), ("labels-idx1", 8, y)):
            file = cache / "fashion-mnist" / f"{name}-{kind}-ubyte.gz"
            file.write_bytes(gzip.compress(bytes(header) + values.tobytes(), compresslevel=1))
    data = fashion_mnist()
    expect_images(data, low=0, gray=0.2, high=1)
    assert (data.class_names[0], data.class_names[9]) == ("T-shirt/top", "Ankle boot")


@pytest.mark.parametrize(("load", "name"), [(mnist, "MNIST"), (fashion_mnist, "Fashion-MNIST")])
def test_without_cache_and_network_one_error_names_the_offline_digits(load, name) -> None:
    start = f"^{name} is not in Keras's cache and could not be downloaded "
    reason, end = "the network is refused", r"use `dlcourse.digits\(\)`: .* need no network\.$"
    with pytest.raises(OSError, match=rf"{start}\(.*{reason}.*\)\. .*{end}") as error:
        load()
    assert error.value.__suppress_context__, "Keras's own traceback is shown as well"


@pytest.mark.parametrize(
    ("pixel_range", "message"),
    [
        ("standardized", "`pixel_range` must be a pair of numbers, such as (-1, 1). Received: "),
        ((1, 0), "`pixel_range[1]` must be a number > 1. Received: pixel_range[1]=0"),
        (("a", 1), "`pixel_range[0]` must be a finite number. Received: pixel_range[0]='a'"),
    ],
)
def test_bad_pixel_range_is_named_before_anything_loads(pixel_range, message) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        mnist(pixel_range)
