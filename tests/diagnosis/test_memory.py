"""The bytes that a batch needs for the way back."""

from __future__ import annotations

import re

import keras
import pytest
from training_reference import blob_task, two_layers

from dlcourse import measure_activations


@pytest.mark.parametrize("rows", [10, 64, 1000])
def test_activations_are_the_outputs_of_the_layers(rows):
    # 4 inputs, 8 outputs of tanh and the loss's 3 errors, of 4 bytes each; and a scalar or two.
    per_row = 4 * (4 + 8 + 3)
    measured = measure_activations(blob_task(), rows)
    assert per_row * rows <= measured < per_row * rows + 16


def with_penalty():
    layers = [
        keras.layers.Dense(8, activation="tanh", kernel_regularizer="l2"),
        keras.layers.Dropout(0.5),
    ]
    return keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(3)])


def test_dropout_keeps_more_and_penalties_do_not_fail():
    plain, dropout = (measure_activations(blob_task(m), 100) for m in (two_layers, with_penalty))
    assert dropout >= plain + 100 * 8, "a mask at least"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("digits", 8), "`task` must be a dlcourse.Task. Received: task='digits'"),
        ((blob_task(), 0), "`batch_size` must be an integer >= 1. Received: batch_size=0"),
    ],
)
def test_measuring_bad_arguments(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        measure_activations(*arguments)
