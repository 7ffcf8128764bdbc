from __future__ import annotations

import copy
import dataclasses
import pickle
import re

import numpy as np
import pytest

from dlcourse.data.dataset import Dataset, balanced_rows
from dlcourse.data.loaders import digits

X = np.arange(12.0).reshape(6, 2)
LABELS = [0, 1, 2, 0, 1, 2]
NAMES = ("a", "b", "c")


def test_arrays_are_converted_copied_and_read_only() -> None:
    mine = X.astype("float32")
    data = Dataset("mine", mine, np.array(LABELS, dtype="int64"), mine, LABELS)
    assert (data.x_train.dtype, data.y_train.dtype) == (np.float32, np.int32)
    mine[0, 0] = 99
    assert data.x_train[0, 0] == 0
    for name in ("x_train", "y_train", "x_val", "y_val"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(data, name)[0] = 5
    with pytest.raises(dataclasses.FrozenInstanceError):
        data.x_train = mine


@pytest.mark.parametrize(
    ("targets", "dtype"),
    [
        (np.eye(3)[LABELS], "float32"),
        (np.linspace(0, 1, 6), "float32"),
        (np.linspace(0, 1, 6).reshape(6, 1), "float32"),
        ([True, False] * 3, "int32"),
        ([-3, 5, 7, 0, 1, 346], "int32"),
    ],
)
def test_targets_of_every_kind_are_welcome(targets, dtype) -> None:
    data = Dataset("mine", X, targets)
    np.testing.assert_allclose(data.y_train, targets, rtol=1e-6)
    assert data.y_train.dtype == dtype


@pytest.mark.parametrize(
    "labels", [LABELS, np.reshape(LABELS, (6, 1)), np.eye(3, dtype=int)[LABELS]]
)
def test_named_integer_labels_of_every_form_are_welcome(labels) -> None:
    data = Dataset("mine", X, labels, class_names=NAMES)
    np.testing.assert_array_equal(data.y_train, labels)


def test_repr_is_one_line_per_part() -> None:
    data = Dataset("mine", X, LABELS, x_test=X[:2], y_test=LABELS[:2], class_names=NAMES)
    assert repr(data).splitlines() == [
        'Dataset "mine", 3 classes: a, b, c',
        "  train  x (6, 2) float32  y (6,) int32",
        "  test   x (2, 2) float32  y (2,) int32",
    ]
    many = Dataset("many", X, LABELS, class_names=map(str, range(100)))
    assert repr(many).splitlines()[0] == 'Dataset "many", 100 classes: 0, 1, 2, ..., 99'


def test_pickles_and_copies() -> None:
    data = Dataset("mine", X, LABELS, class_names=NAMES)
    for twin in (pickle.loads(pickle.dumps(data)), copy.deepcopy(data)):
        np.testing.assert_array_equal(twin.x_train, data.x_train)
        assert repr(twin) == repr(data)


NAN = X.copy()
NAN[3, 1] = np.nan
REFUSED = {
    "no name": (
        lambda: Dataset(X, X, LABELS),
        "`name` must be a string, given first",
    ),
    "lengths": (
        lambda: Dataset("mine", X, LABELS[:5]),
        "`len(y_train)` must be 6, as long as `x_train`. Received: len(y_train)=5",
    ),
    "validation lengths": (
        lambda: Dataset("mine", X, LABELS, X[:3], LABELS[:2]),
        "`len(y_val)` must be 3, as long as `x_val`. Received: len(y_val)=2",
    ),
    "nan": (
        lambda: Dataset("mine", NAN, LABELS),
        "`x_train[3, 1]` must be finite in float32. Received: x_train[3, 1]=nan",
    ),
    "infinite target": (
        lambda: Dataset("mine", X, LABELS, x_test=X[:2], y_test=[0.5, np.inf]),
        "`y_test[1]` must be finite in float32. Received: y_test[1]=inf",
    ),
    "too large for float32": (
        lambda: Dataset("mine", X * 1e300, LABELS),
        "`x_train[0, 1]` must be finite in float32. Received: x_train[0, 1]=1e+300",
    ),
    "too large for int32": (
        lambda: Dataset("mine", X[:1], [2**31]),
        "`y_train[0]` must be an integer that int32 holds exactly. Received: y_train[0]=2147483648",
    ),
    "label outside": (
        lambda: Dataset("mine", X, [0, 1, 3, 0, 1, 2], class_names=NAMES),
        "`y_train[2]` must be from 0 to 2, a label of the 3 classes. Received: y_train[2]=3",
    ),
    "negative label": (
        lambda: Dataset("mine", X, LABELS, X[:1], [-1], class_names=NAMES),
        "`y_val[0]` must be from 0 to 2, a label of the 3 classes. Received: y_val[0]=-1",
    ),
    "labels as floats": (
        lambda: Dataset("mine", X, np.array(LABELS, dtype=float), class_names=NAMES),
        "`y_train` must be integer labels or one-hot rows of shape (rows, 3)",
    ),
    "one-hot of another width": (
        lambda: Dataset("mine", X, np.eye(4)[LABELS], class_names=NAMES),
        "`y_train` must be integer labels or one-hot rows of shape (rows, 3)",
    ),
    "integer one-hot of another width": (
        lambda: Dataset("mine", X, np.eye(4, dtype=int)[LABELS], class_names=NAMES),
        "`y_train` must be integer labels or one-hot rows of shape (rows, 3)",
    ),
    "integer rows outside the classes": (
        lambda: Dataset("mine", X, 7 * np.eye(3, dtype=int)[LABELS], class_names=NAMES),
        "`y_train[0]` must be a one-hot row, >= 0, that adds up to 1. Received: y_train[0]=[7",
    ),
    "one string of class names": (
        lambda: Dataset("mine", X, LABELS, class_names="cat"),
        '`class_names` must be a list, such as ("cat", "dog"). Received: class_names=\'cat\'',
    ),
    "a number of class names": (
        lambda: Dataset("mine", X, LABELS, class_names=3),
        "`class_names` must be a list",
    ),
    "other features": (
        lambda: Dataset("mine", X, LABELS, X[:, :1], LABELS),
        "`x_val` must be float32 of shape (rows, 2), like `x_train`. "
        "Received: x_val='float32 (6, 1)'",
    ),
    "other kind of target": (
        lambda: Dataset("mine", X, LABELS, X, np.eye(3)[LABELS]),
        "`y_val` must be int32 of shape (rows), like `y_train`. Received: y_val='float32 (6, 3)'",
    ),
    "one half missing": (
        lambda: Dataset("mine", X, LABELS, X),
        "`y_val` must be given when `x_val` is. Received: y_val=None",
    ),
    "other half missing": (
        lambda: Dataset("mine", X, LABELS, y_test=LABELS),
        "`x_test` must be given when `y_test` is. Received: x_test=None",
    ),
    "flat": (
        lambda: Dataset("mine", [1, 2, 3], [1, 2, 3]),
        "`x_train.shape` must be (rows, features, ...); a single feature is .reshape(-1, 1). "
        "Received: x_train.shape=(3,)",
    ),
    "empty": (
        lambda: Dataset("mine", np.empty((0, 2)), []),
        "`len(x_train)` must be at least 1. Received: len(x_train)=0",
    ),
    "text": (
        lambda: Dataset("mine", X, ["cat", "dog"] * 3),
        "`y_train` must be an array of real numbers. Received: y_train='list'",
    ),
    "ragged": (
        lambda: Dataset("mine", [[1.0], [2.0, 3.0]], [0, 1]),
        "`x_train` must be an array of real numbers. Received: x_train='list'",
    ),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_bad_arrays_are_named(mistake) -> None:
    make, message = REFUSED[mistake]
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


def test_balanced_rows_are_a_permutation_balanced_from_the_start() -> None:
    classes = np.repeat([0, 1, 2], [60, 30, 10])
    rows = balanced_rows(classes, seed=1)
    np.testing.assert_array_equal(np.sort(rows), np.arange(100))
    shares = np.array([0.6, 0.3, 0.1])
    for size in range(1, 101):
        counts = np.bincount(classes[rows[:size]], minlength=3)
        assert np.abs(counts - shares * size).max() <= 1
    assert not np.array_equal(rows, balanced_rows(classes, seed=2))
    with pytest.raises(ValueError, match="`seed` must be an integer >= 0"):
        balanced_rows(classes, seed=-1)


def test_with_train_size_keeps_shares_and_nests() -> None:
    data = digits()
    small, large = data.with_train_size(50, seed=7), data.with_train_size(500, seed=7)
    assert np.bincount(small.y_train).tolist() == [5] * 10
    np.testing.assert_array_equal(small.x_train, large.x_train[:50])
    np.testing.assert_array_equal(small.x_val, data.x_val)
    images = {row.tobytes(): label for row, label in zip(data.x_train, data.y_train, strict=True)}
    pairs = zip(small.x_train, small.y_train, strict=True)
    assert all(images[row.tobytes()] == label for row, label in pairs)
    assert not np.array_equal(small.x_train, data.with_train_size(50, seed=8).x_train)
    assert len(data.with_train_size(1280).x_train) == 1280


@pytest.mark.parametrize("classes", [2, 3])
def test_with_train_size_balances_one_hot_labels(classes) -> None:
    labels = np.eye(classes)[np.repeat(range(classes), 20)]
    data = Dataset("mine", np.zeros((20 * classes, 1)), labels, class_names=NAMES[:classes])
    assert data.with_train_size(2 * classes).y_train.sum(axis=0).tolist() == [2] * classes


def test_with_train_size_of_regression_data() -> None:
    targets = Dataset("mine", X, X[:, 0]).with_train_size(4)
    np.testing.assert_array_equal(targets.x_train[:, 0], targets.y_train)


@pytest.mark.parametrize(
    ("size", "message"),
    [
        (0, "`train_size` must be an integer >= 1. Received: train_size=0"),
        (0.1, "`train_size` must be an integer >= 1. Received: train_size=0.1"),
        (7, "`train_size` must be at most 6, the training rows. Received: train_size=7"),
    ],
)
def test_with_train_size_names_bad_sizes(size, message) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Dataset("mine", X, LABELS).with_train_size(size)


ROWS = [[0.0], [1.0], [2.0]]


@pytest.mark.parametrize("arguments", [(ROWS, [0, 1, 1]), (np.array(ROWS), [0, 1, 1]), (ROWS,)])
def test_a_forgotten_name_is_said_to_be_forgotten(arguments):
    with pytest.raises(ValueError, match=r'`name` must be a string, given first, as in Dataset\("'):
        Dataset(*arguments)


def test_forgotten_arrays_are_named():
    with pytest.raises(ValueError, match="`y_train` must be given when `x_train` is"):
        Dataset("mine", ROWS)


@pytest.mark.parametrize("name", ["x_train", "y_train", "x_val"])
def test_masked_values_are_refused(name):
    arrays = {"x_train": ROWS, "y_train": [0, 1, 1], "x_val": ROWS, "y_val": [0, 1, 1]}
    arrays[name] = np.ma.masked_equal(arrays[name], 1)
    with pytest.raises(ValueError, match=f"`{name}` must be an array without masked values"):
        Dataset("mine", **arrays)
    arrays[name] = np.ma.masked_equal(arrays[name].data, 7)  # nothing is masked
    Dataset("mine", **arrays)


@pytest.mark.parametrize("kind", [np.int64, np.uint64, np.float64])
@pytest.mark.parametrize("name", ["x_train", "y_train"])
def test_integers_that_rounding_would_merge_are_refused(kind, name):
    arrays = {"x_train": np.zeros((2, 1)), "y_train": np.zeros((2, 1))}
    arrays[name] = np.array([[2**40], [2**40 + 1]], kind)
    with pytest.raises(ValueError, match=rf"`{name}\[[01], 0\]` must be an integer that"):
        Dataset("mine", **arrays)


def test_integers_that_float32_holds_and_measurements_are_kept():
    data = Dataset("mine", [[2**24], [2**25]], [[0.1], [16777217.5]])
    assert data.x_train.tolist() == [[2**24], [2**25]]
    assert data.y_train.tolist() == [[np.float32(0.1)], [16777218]]


@pytest.mark.parametrize("rows", [[[-1.0, 2.0]], [[0.5, 0.6]], [[0, 0]], [[1, 1]]])
def test_rows_that_are_not_one_hot_are_refused(rows):
    rows = np.concatenate([[[1, 0]], rows]).astype(np.asarray(rows).dtype)
    with pytest.raises(ValueError, match=r"`y_train\[1\]` must be a one-hot row"):
        Dataset("mine", [[0.0], [1.0]], rows, class_names=("a", "b"))


def test_shares_of_classes_are_one_hot_rows_too():
    Dataset("mine", [[0.0]], [[0.9, 0.1]], class_names=("a", "b"))


@pytest.mark.parametrize("names", ["ab", 2, {"a", "b"}, {"a": 0, "b": 1}, [], ["a", "a"]])
def test_class_names_are_a_list_of_different_names(names):
    with pytest.raises(ValueError, match="`class_names` must be"):
        Dataset("mine", ROWS, [0, 1, 1], class_names=names)
