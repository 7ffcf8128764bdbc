"""Labels that fit the loss and the model's output: what Keras would notice late, or never."""

from __future__ import annotations

import keras

from dlcourse.checks import expect
from dlcourse.data.dataset import Dataset

SPARSE = keras.losses.SparseCategoricalCrossentropy
CATEGORICAL = (keras.losses.CategoricalCrossentropy, keras.losses.CategoricalFocalCrossentropy)
BINARY_LOSSES = (keras.losses.BinaryCrossentropy, keras.losses.BinaryFocalCrossentropy)
# Keras's losses whose labels have another form than the outputs, each in its own way.
_OTHER_FORMS = (
    keras.losses.CTC,
    keras.losses.Circle,
    keras.losses.CategoricalGeneralizedCrossEntropy,
)


def expect_labels_fit(data: Dataset, loss: keras.losses.Loss, made: tuple[int | None, ...]) -> None:
    """Raise where Keras would fail late or, worse, learn something else in silence.

    A learner's own loss is asked nothing: what its labels look like is its own affair.

    Args:
        data: the rows and labels.
        loss: the loss that compares labels with outputs.
        made: the shape of the model's output for one row.
    """
    if not _is_from_keras(loss) or isinstance(loss, _OTHER_FORMS) or None in made:
        return
    labels = data.y_train
    given = labels.shape[1:] or (1,)
    if isinstance(loss, (SPARSE, *CATEGORICAL)):
        expect(made[-1] > 1, "model", "a model with at least 2 outputs for this loss", made)
    if isinstance(loss, SPARSE):
        _expect_class_labels(data, loss.ignore_class, made)
        return
    if isinstance(loss, CATEGORICAL):
        expected = "one-hot rows (or use SparseCategoricalCrossentropy)"
        expect(given[-1] > 1, "y_train", expected, f"{labels.dtype} {labels.shape}")
    if isinstance(loss, (*CATEGORICAL, *BINARY_LOSSES)):
        _expect_labels_up_to(1, data)
    # Keras squeezes or expands a last axis of 1, and nothing else.
    expect(given == made, "model", f"a model with output shape {given}", made)


def _is_from_keras(loss: keras.losses.Loss) -> bool:
    return getattr(keras.losses, type(loss).__name__, None) is type(loss)


def _expect_class_labels(data: Dataset, ignored: int | None, made: tuple[int, ...]) -> None:
    """Raise unless the labels are what a sparse loss takes: one output's number for each row."""
    labels = data.y_train
    one_column = labels.shape[1:] in (made[:-1], (*made[:-1], 1))
    expected = "integer labels of one column (or use CategoricalCrossentropy for one-hot rows)"
    expect(
        labels.dtype.kind in "iu" and one_column,
        "y_train",
        expected,
        f"{labels.dtype} {labels.shape}",
    )
    counted = labels[labels != ignored]
    from_one = counted.size > 0 and (counted.min(), counted.max()) == (1, made[-1])
    expected = "labels that start at 0 (subtract 1 from yours)"
    expect(not from_one, "y_train", expected, f"labels from 1 to {made[-1]}")
    needed = counted.max(initial=1) + 1
    expect(made[-1] >= needed, "model", f"a model with at least {needed} outputs", made)
    _expect_labels_up_to(made[-1] - 1, data, ignored)


def _expect_labels_up_to(highest: int, data: Dataset, ignored: int | None = None) -> None:
    """Raise unless the labels of every part, but ignored ones, are from 0 to the highest."""
    for name in ("y_train", "y_val", "y_test"):
        labels = getattr(data, name)
        if labels is None:
            continue
        outside = labels[((labels < 0) | (labels > highest)) & (labels != ignored)]
        expected = f"from 0 to {highest} for this loss and model"
        expect(outside.size == 0, name, expected, outside[0].item() if outside.size else None)
