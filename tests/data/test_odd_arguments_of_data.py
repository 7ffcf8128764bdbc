"""Whatever is passed to a data set, it is legitimate or refused by the argument's name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from odd_values import ODD, is_legitimate_or_refused_by_name

from dlcourse.data.dataset import Dataset
from dlcourse.data.downloads import fashion_mnist, mnist
from dlcourse.data.loaders import noisy_curve, spirals

PART = {"x_train": np.eye(2), "y_train": [0, 1], "x_val": np.eye(2), "y_val": [0, 1]}
DATA = Dataset("two", **PART)
CALLS = {
    "Dataset": (Dataset, {"name": "two", **PART, "x_test": None, "y_test": None,
                          "class_names": ["a", "b"]}),
    "with_train_size": (DATA.with_train_size, {"train_size": 1, "seed": 0}),
    "spirals": (spirals, {"samples": 3, "classes": 2, "noise": 0.1, "seed": 0, "winding": 1.0}),
    "noisy_curve": (noisy_curve, {"samples": 3, "noise": 0.1, "seed": 0}),
    "mnist": (mnist, {"pixel_range": (0, 1)}),
    "fashion_mnist": (fashion_mnist, {"pixel_range": (0, 1)}),
}  # fmt: skip
ARGUMENTS = [(call, name) for call, (_, arguments) in CALLS.items() for name in arguments]


@pytest.fixture
def _no_download(monkeypatch):
    """Keras's loaders find two images of each kind."""
    import keras

    images = np.zeros((10_001, 2, 2), np.uint8), np.zeros(10_001, np.uint8)
    for module in (keras.datasets.mnist, keras.datasets.fashion_mnist):
        monkeypatch.setattr(module, "load_data", lambda: (images, images))


@pytest.mark.usefixtures("_no_download")
@pytest.mark.parametrize(("call", "name"), ARGUMENTS, ids=str)
def test_odd_arguments(call, name):
    function, arguments = CALLS[call]

    @settings(derandomize=True, max_examples=12, deadline=None, database=None)
    @given(value=ODD)
    def check(value):
        assert is_legitimate_or_refused_by_name(function, arguments, name, value)

    check()
