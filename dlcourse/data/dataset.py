"""A data set: training, validation and test rows that cannot change or disagree."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.checks import expect, expect_integer, expect_labels, listed


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Arrays to learn from, checked once and then read-only.

    Make one from your own arrays: `Dataset("mine", x_train, y_train, x_val, y_val)`. The arrays
    are copied, so that later changes to yours do not reach it.

    Args:
        name: a name for titles and messages.
        x_train: training rows, shape (rows, features, ...); kept as float32. Integers that float32
            would round, such as long identifiers, are refused.
        y_train: integer labels, shape (rows,), kept as int32; or float targets or one-hot rows,
            shape (rows, outputs), kept as float32. With `class_names`, one-hot rows are >= 0 and
            add up to 1.
        x_val: validation rows: they choose hyperparameters, the network never trains on them.
        y_val: their labels or targets.
        x_test: test rows: they are looked at once, after every choice has been made.
        y_test: their labels or targets.
        class_names: the name of each class, in the order of the labels.

    Raises:
        ValueError: arrays differ in length, hold NaN, infinity or masked values, or labels outside
            the classes.

    >>> from dlcourse import Dataset
    >>> Dataset("mine", [[0.0], [1.0], [2.0]], [0, 1, 1], class_names=("cat", "dog"))
    Dataset "mine", 2 classes: cat, dog
      train  x (3, 1) float32  y (3,) int32
    """

    name: str
    # Defaults only so that a forgotten name, as in Dataset(x, y), is said to be forgotten.
    x_train: np.ndarray = None  # type: ignore[assignment]
    y_train: np.ndarray = None  # type: ignore[assignment]
    x_val: np.ndarray | None = None
    y_val: np.ndarray | None = None
    x_test: np.ndarray | None = None
    y_test: np.ndarray | None = None
    class_names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        expected = 'a string, given first, as in Dataset("mine", x_train, y_train)'
        expect(isinstance(self.name, str), "name", expected, type(self.name).__name__)
        if self.class_names is not None:
            names = listed("class_names", self.class_names, 'a list, such as ("cat", "dog")')
            names = expect_labels("class_names", map(str, names))
            object.__setattr__(self, "class_names", names)
        for part in ("train", "val", "test"):
            self._freeze(part)

    def __repr__(self) -> str:
        names = self.class_names or ()
        shown = names if len(names) <= 10 else (*names[:3], "...", names[-1])
        classes = f", {len(names)} classes: {', '.join(shown)}" if names else ""
        lines = [f'Dataset "{self.name}"{classes}']
        for part in ("train", "val", "test"):
            x, y = getattr(self, f"x_{part}"), getattr(self, f"y_{part}")
            if x is not None:
                lines.append(f"  {part:<5}  x {x.shape} {x.dtype}  y {y.shape} {y.dtype}")
        return "\n".join(lines)

    def with_train_size(self, train_size: int, seed: int = 0) -> Dataset:
        """Keep only a few training rows; validation and test rows stay.

        Few labeled examples are what makes a network overfit. Where the classes have names
        (`class_names`), each keeps its share of the rows; without names, rows are drawn whatever
        their labels. For one seed, a smaller training set is part of every larger one.

        Args:
            train_size: how many training rows to keep.
            seed: which rows are drawn.

        Raises:
            ValueError: there are fewer training rows than `train_size`.

        >>> from dlcourse.data.loaders import digits
        >>> few = digits().with_train_size(100)
        >>> few.x_train.shape, few.x_val.shape
        ((100, 64), (258, 64))
        >>> np.bincount(few.y_train)
        array([10, 10, 10, 10, 10, 10, 10, 10, 10, 10])
        """
        rows = len(self.x_train)
        expect_integer("train_size", train_size, minimum=1)
        expect(train_size <= rows, "train_size", f"at most {rows}, the training rows", train_size)
        chosen = balanced_rows(self._train_classes(), seed)[:train_size]
        return replace(self, x_train=self.x_train[chosen], y_train=self.y_train[chosen])

    def _train_classes(self) -> np.ndarray:
        """The class of each training row; all alike where there are no classes."""
        if self.class_names is None:
            return np.zeros(len(self.y_train), dtype=int)
        one_hot = self.y_train.ndim > 1 and self.y_train.shape[-1] > 1
        return self.y_train.argmax(axis=-1) if one_hot else self.y_train.ravel()

    def _freeze(self, part: str) -> None:
        """Check the two arrays of one part and replace them by read-only copies."""
        x_name, y_name = f"x_{part}", f"y_{part}"
        x, y = getattr(self, x_name), getattr(self, y_name)
        if x is None and y is None and part != "train":
            return
        expect(y is not None, y_name, f"given when `{x_name}` is", y)
        expect(x is not None, x_name, f"given when `{y_name}` is", x)
        x, y = _frozen_copy(x_name, x, labels=False), _frozen_copy(y_name, y, labels=True)
        shape = "(rows, features, ...); a single feature is .reshape(-1, 1)"
        expect(x.ndim > 1, f"{x_name}.shape", shape, x.shape)
        expect(len(x) > 0, f"len({x_name})", "at least 1", len(x))
        expect(len(y) == len(x), f"len({y_name})", f"{len(x)}, as long as `{x_name}`", len(y))
        if self.class_names is not None:
            _expect_labels(y_name, y, len(self.class_names))
        for name, values, first in ((x_name, x, self.x_train), (y_name, y, self.y_train)):
            if part != "train":
                _expect_alike(name, values, first)
            object.__setattr__(self, name, values)


def balanced_rows(classes: np.ndarray, seed: int) -> np.ndarray:
    """Shuffle row numbers so that every beginning of them holds the classes in their true shares.

    One order serves every stratified split, of any size.

    Args:
        classes: the class of each row, shape (rows,).
        seed: which order is drawn.

    Returns:
        The row numbers, shape (rows,).

    >>> classes = np.array([0, 0, 0, 0, 1, 1])
    >>> classes[balanced_rows(classes, seed=0)[:3]].tolist()
    [0, 1, 0]
    """
    expect_integer("seed", seed, minimum=0)
    order = np.random.default_rng(seed).permutation(len(classes))
    place = np.empty(len(classes))  # of a row within its class, from 0 to 1
    for label in np.unique(classes):
        rows = order[classes[order] == label]
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return order[np.argsort(place[order], kind="stable")]


def _frozen_copy(name: str, values: ArrayLike, *, labels: bool) -> np.ndarray:
    """Copy to float32, or to int32 for integer labels; the copy is finite and read-only."""
    expect(not np.ma.is_masked(values), name, "an array without masked values", "masked values")
    try:
        given = np.asarray(values)
    except ValueError:  # rows of unequal length
        given = np.empty(0, dtype=object)
    numeric = given.dtype.kind in "biuf" and given.ndim > 0
    expect(numeric, name, "an array of real numbers", type(values).__name__)
    dtype = np.int32 if labels and given.dtype.kind in "biu" else np.float32
    with np.errstate(over="ignore", invalid="ignore"):
        copy = np.array(given, dtype=dtype, order="C")
        whole = bool(np.all(given == np.round(given)))
    # Rounding is for measurements; two integers that become one are two rows that become one.
    kept, expected = np.isfinite(copy), "finite in float32"
    if whole and kept.all():
        kept, expected = copy == given, f"an integer that {np.dtype(dtype).name} holds exactly"
    if not kept.all():
        where = np.argwhere(~kept)[0].tolist()
        expect(False, f"{name}{where}", expected, given[tuple(where)].item())
    copy.flags.writeable = False
    return copy


def _expect_labels(name: str, y: np.ndarray, classes: int) -> None:
    """Raise unless y holds integer labels, or one-hot rows, of so many classes."""
    integers = y.dtype.kind != "f"
    one_hot = y.ndim == 2 and y.shape[1] == classes and not (integers and classes == 1)
    labels = integers and (y.ndim != 2 or y.shape[1] == 1)
    form = f"integer labels or one-hot rows of shape (rows, {classes}), as classes have names"
    expect(one_hot or labels, name, form, f"{y.dtype} {y.shape}")
    if one_hot:
        shares = (y >= 0).all(axis=1) & np.isclose(y.sum(axis=1), 1, atol=1e-3)
        row = int(shares.argmin())
        expected = "a one-hot row, >= 0, that adds up to 1"
        expect(bool(shares.all()), f"{name}[{row}]", expected, y[row].tolist())
    elif ((y < 0) | (y >= classes)).any():
        where = np.argwhere((y < 0) | (y >= classes))[0].tolist()
        expected = f"from 0 to {classes - 1}, a label of the {classes} classes"
        expect(False, f"{name}{where}", expected, y[tuple(where)].item())


def _expect_alike(name: str, values: np.ndarray, first: np.ndarray) -> None:
    """Raise unless validation or test rows look like training rows."""
    same = (values.shape[1:], values.dtype) == (first.shape[1:], first.dtype)
    shape = ", ".join(["rows", *map(str, first.shape[1:])])
    expected = f"{first.dtype} of shape ({shape}), like `{name[0]}_train`"
    expect(same, name, expected, f"{values.dtype} {values.shape}")
