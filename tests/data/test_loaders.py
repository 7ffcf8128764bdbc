from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest

from dlcourse.data.loaders import (
    Dataset,
    breast_cancer,
    diabetes,
    digits,
    noisy_curve,
    spirals,
    wine,
)

PARTS = ("train", "val", "test")


def stacked(data: Dataset, prefix: str) -> np.ndarray:
    return np.concatenate([getattr(data, f"{prefix}_{part}") for part in PARTS])


def sorted_rows(values: np.ndarray) -> np.ndarray:
    return values[np.lexsort(values.T)]


def test_import_loads_no_heavy_library() -> None:
    code = (
        "import sys, dlcourse.data.loaders as data; data.spirals(); "
        "print(*{'sklearn', 'keras', 'tensorflow', 'matplotlib', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(("wound", "winding"), [({}, 2.5), ({"winding": 1.0}, 1.0)])
def test_clean_spirals_follow_the_formula(wound, winding) -> None:
    data = spirals(samples=5, classes=2, noise=0, **wound)
    for row, (label, s) in enumerate([(c, i / 4) for c in (0, 1) for i in range(5)]):
        angle = 4 * winding * (label + s)
        expected = [s * np.sin(angle), s * np.cos(angle)]
        np.testing.assert_allclose(data.x_train[row], expected, atol=1e-6)
        assert data.y_train[row] == label
    np.testing.assert_array_equal(data.x_train, data.x_val)


def test_spiral_trains_to_the_numbers_of_the_published_article(monkeypatch) -> None:
    """With the article's own stream of random numbers: step 0 0.360/1.099, 100 0.400/1.087."""
    monkeypatch.setattr(np.random, "default_rng", np.random.RandomState)
    data = spirals(samples=100, classes=3, noise=0.2, seed=0)
    x, y = data.x_train, data.y_train
    random = np.random.RandomState(0)
    random.standard_normal(300)  # the points
    w1 = (0.01 * random.standard_normal((2, 64))).astype("float32")
    w2 = (0.01 * random.standard_normal((64, 3))).astype("float32")
    b1, b2 = np.zeros(64, "float32"), np.zeros(3, "float32")
    seen = {}
    for step in range(101):
        hidden = np.maximum(x @ w1 + b1, 0)
        scores = np.exp(hidden @ w2 + b2)
        p = scores / scores.sum(axis=1, keepdims=True)
        loss = -np.log(p[np.arange(300), y]).mean()
        seen[step] = f"{(p.argmax(axis=1) == y).mean():.3f} {loss:.3f}"
        error = (p - np.eye(3)[y]) / 300
        back = (error @ w2.T) * (hidden > 0)
        w2, b2 = w2 - hidden.T @ error, b2 - error.sum(axis=0)
        w1, b1 = w1 - x.T @ back, b1 - back.sum(axis=0)
    assert (seen[0], seen[100]) == ("0.360 1.099", "0.400 1.087")


@pytest.mark.parametrize("generate", [spirals, noisy_curve])
def test_generated_data_depend_on_the_seed_alone(generate) -> None:
    first, again, other = generate(seed=3), generate(seed=3), generate(seed=4)
    for name in ("x_train", "y_train", "x_val", "y_val"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.x_train, other.x_train)
    assert not np.array_equal(first.x_train, first.x_val)
    assert first.x_train.shape == first.x_val.shape


def test_generating_leaves_the_global_random_state_alone() -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    spirals()
    noisy_curve()
    digits().with_train_size(20)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


def test_noisy_curve_is_a_sine_with_normal_noise() -> None:
    clean = noisy_curve(samples=50, noise=0)
    np.testing.assert_allclose(clean.y_train, np.sin(np.pi * clean.x_train), atol=1e-6)
    assert (np.diff(clean.x_train[:, 0]) >= 0).all()
    noisy = noisy_curve(samples=20_000, noise=0.3)
    error = noisy.y_val - np.sin(np.pi * noisy.x_val)
    assert error.std() == pytest.approx(0.3, rel=0.03)
    assert error.mean() == pytest.approx(0, abs=0.01)
    assert np.abs(noisy.x_train).max() == pytest.approx(1, abs=0.001)


def test_digits_hold_each_image_of_scikit_learn_once() -> None:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    whole = np.column_stack([bunch.data / 16, bunch.target]).astype("float32")
    data = digits()
    split = np.column_stack([stacked(data, "x"), stacked(data, "y")]).astype("float32")
    np.testing.assert_array_equal(sorted_rows(split), sorted_rows(whole))
    assert [len(data.y_train), len(data.y_val), len(data.y_test)] == [1280, 258, 259]
    assert (data.x_train.min(), data.x_train.max()) == (0, 1)


@pytest.mark.parametrize("load", [digits, breast_cancer, wine])
def test_splits_are_stratified_and_whole_batches(load) -> None:
    data = load()
    whole = np.bincount(stacked(data, "y"))
    assert len(data.y_train) % 32 == 0
    for part in PARTS:
        labels = getattr(data, f"y_{part}")
        expected = whole * len(labels) / whole.sum()
        assert np.abs(np.bincount(labels) - expected).max() <= 2
        assert np.abs(np.diff(labels)).sum() > 0.2 * len(labels), "rows are still sorted by class"


@pytest.mark.parametrize("load", [breast_cancer, wine, diabetes])
def test_standardized_by_training_rows_alone(load) -> None:
    import sklearn.datasets

    data = load()
    np.testing.assert_allclose(data.x_train.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(data.x_train.std(axis=0), 1, rtol=1e-5)
    assert np.abs(data.x_test.mean(axis=0)).max() > 0.01, "the test rows were standardized too"
    options = {"scaled": False} if load is diabetes else {}
    raw = getattr(sklearn.datasets, f"load_{load.__name__}")(**options).data
    # The same shift and scale on every part: whole columns agree up to one shift and one scale.
    ours, theirs = np.sort(stacked(data, "x"), axis=0), np.sort(raw, axis=0)
    unit = [(x - x.mean(axis=0)) / x.std(axis=0) for x in (ours, theirs)]
    np.testing.assert_allclose(unit[0], unit[1], atol=1e-4)


def test_diabetes_target_is_in_units_of_79_points() -> None:
    from sklearn.datasets import load_diabetes

    data, raw = diabetes(), load_diabetes().target
    assert data.y_train.std() == pytest.approx(1, rel=1e-5)
    assert data.y_train.mean() == pytest.approx(0, abs=1e-5)
    assert np.ptp(raw) / np.ptp(stacked(data, "y")) == pytest.approx(79, abs=0.5)


def test_bundled_data_load_once() -> None:
    assert digits() is digits()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spirals(samples=0), "`samples` must be an integer >= 1. Received: samples=0"),
        (lambda: spirals(classes=1), "`classes` must be an integer >= 2. Received: classes=1"),
        (lambda: spirals(noise=-0.1), "`noise` must be a number >= 0. Received: noise=-0.1"),
        (lambda: spirals(seed=-1), "`seed` must be an integer >= 0. Received: seed=-1"),
        (lambda: noisy_curve(samples=2.5), "`samples` must be an integer >= 1. Received: "),
        (lambda: noisy_curve(noise=np.nan), "`noise` must be a number >= 0. Received: noise=nan"),
        (lambda: noisy_curve(seed=0.5), "`seed` must be an integer >= 0. Received: seed=0.5"),
    ],
)
def test_bad_arguments_are_named(call, message) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
