"""What the keys of a history say."""

from __future__ import annotations

import pytest

from dlcourse.results.keys import data_name, direction, in_words, quantity, resolve_mode


@pytest.mark.parametrize(
    ("key", "measures", "on", "words"),
    [
        ("loss", "loss", "training", "training loss"),
        ("val_loss", "loss", "validation", "validation loss"),
        ("accuracy", "accuracy", "training", "training accuracy (fraction)"),
        (
            "val_mean_absolute_error",
            "mean_absolute_error",
            "validation",
            "validation mean absolute error",
        ),
        ("penalty", "penalty", "", "penalty"),
    ],
)
def test_key_in_words(key, measures, on, words):
    assert quantity(key) == measures
    assert data_name(key) == on
    assert in_words(key) == words


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("loss", "min"),
        ("val_loss", "min"),
        ("penalty", "min"),
        ("val_mean_squared_error", "min"),
        ("binary_crossentropy", "min"),
        ("mae", "min"),
        ("val_sparse_categorical_accuracy", "max"),
        ("val_acc", "max"),
        ("auc", "max"),
        ("r2_score", "max"),
        ("dice", None),
        ("false_positives", None),
    ],
)
def test_direction(key, expected):
    assert direction(key) == expected


def test_mode_that_is_given_wins():
    assert resolve_mode("loss", "auto") == "min"
    assert resolve_mode("loss", "max") == "max"


def test_mode_is_not_guessed():
    message = r"`mode` must be 'min' or 'max' for the key 'dice'\. Received: mode='auto'"
    with pytest.raises(ValueError, match=message):
        resolve_mode("dice", "auto")
