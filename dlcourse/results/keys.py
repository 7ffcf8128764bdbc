"""What a key of a Keras history says: quantity, data it was measured on, direction."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np

from dlcourse.checks import expect

_LOWER_IS_BETTER = ("loss", "error", "penalty", "crossentropy", "hinge", "mse", "mae")
_HIGHER_IS_BETTER = ("accuracy", "acc", "auc", "precision", "recall", "f1_score", "r2_score")
_UNITS = {"accuracy": " (fraction)", "acc": " (fraction)"}


def quantity(key: str) -> str:
    """Return what a key measures, whatever the data it is measured on.

    >>> quantity("val_loss"), quantity("loss")
    ('loss', 'loss')
    """
    return key.removeprefix("val_")


def data_name(key: str) -> str:
    """Return which data a key is measured on, by Keras's prefix; the penalty needs no data.

    >>> data_name("val_loss"), data_name("loss"), data_name("penalty")
    ('validation', 'training', '')
    """
    if key == "penalty":
        return ""
    return "validation" if key.startswith("val_") else "training"


def in_words(key: str, *, data: bool = True) -> str:
    """Return what an axis is labeled with: the quantity, its data, and its unit if it has one.

    >>> in_words("val_accuracy"), in_words("learning_rate", data=False), in_words("penalty")
    ('validation accuracy (fraction)', 'learning rate', 'penalty')
    """
    name = quantity(key)
    measured_on = data_name(key) if data else ""
    return f"{measured_on} {name.replace('_', ' ')}{_UNITS.get(name, '')}".strip()


def direction(key: str) -> Literal["min", "max"] | None:
    """Return Keras's `mode` of a key: "min" if lower is better, "max" if higher, None if unknown.

    >>> direction("val_loss"), direction("val_accuracy"), direction("my_metric")
    ('min', 'max', None)
    """
    if key.endswith(_LOWER_IS_BETTER):
        return "min"
    return "max" if key.endswith(_HIGHER_IS_BETTER) else None


def resolve_mode(key: str, mode: str) -> str:
    """Return "min" or "max" for `mode`, where "auto" tells from the key, as in Keras.

    Raises:
        ValueError: the key does not tell; nothing is guessed.
    """
    modes = ("auto", "min", "max")
    expect(isinstance(mode, str) and mode in modes, "mode", one_of(modes), mode)
    chosen = direction(key) if mode == "auto" else mode
    expect(chosen is not None, "mode", f"'min' or 'max' for the key {key!r}", mode)
    return chosen


def known_series(series: Mapping[str, np.ndarray], key: str) -> np.ndarray:
    """Return the array of a key.

    Raises:
        ValueError: the key was not recorded; the error lists those that were.
    """
    expect(isinstance(key, str) and key in series, "key", one_of(series), key)
    return series[key]


def series_of_one_quantity(
    series: Mapping[str, np.ndarray], keys: Iterable[str]
) -> dict[str, np.ndarray]:
    """Return key → array of keys that can share an axis.

    Raises:
        ValueError: a key was not recorded, or the keys are of several quantities.
    """
    chosen = {key: known_series(series, key) for key in keys}
    single = len({quantity(key) for key in chosen}) == 1
    expect(single, "keys", "keys of one quantity, such as 'loss', 'val_loss'", tuple(keys))
    return chosen


def capitalized(text: str) -> str:
    """Return a title: the text with a capital letter, and else as it is.

    >>> capitalized("loss after 5 epochs of SGD")
    'Loss after 5 epochs of SGD'
    """
    return text[0].upper() + text[1:]


def is_one_of(number: object, known: Iterable[int]) -> bool:
    """Return whether this is one of the known integers; an array or a truth value is none."""
    whole = isinstance(number, numbers.Integral) and not isinstance(number, bool)
    return whole and number in known


def one_of(names: Iterable[str]) -> str:
    """Return the wording of an error for a choice.

    >>> one_of(["loss", "val_loss"])
    "one of 'loss', 'val_loss'"
    """
    return "one of " + ", ".join(map(repr, names))
