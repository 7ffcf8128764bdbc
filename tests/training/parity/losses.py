"""Every loss of Keras, losses and metrics of one's own, number formats and forms of data."""

from __future__ import annotations

import keras
import numpy as np

from parity.row import LABELS, Row, X, numbers, with_layers
from parity.row import ROWS as N

losses, metrics = keras.losses, keras.metrics
ONE_HOT = np.eye(3, dtype="float32")[LABELS]
POSITIVE = np.abs(numbers(2 * N, 3)) + 0.1
SIGNS = np.where(ONE_HOT > 0, 1.0, -1.0).astype("float32")
ZERO_ONE = (LABELS == 0).astype("int32")


class Focal(losses.Loss):
    """A learner's loss on labels of another form than the outputs."""

    def call(self, y_true, y_pred):
        chosen = keras.ops.one_hot(keras.ops.cast(y_true, "int32"), 3)
        p = keras.ops.sum(chosen * keras.ops.softmax(y_pred), axis=-1)
        return -((1 - p) ** 2) * keras.ops.log(p)


class NegativeLogLikelihood(losses.Loss):
    """A learner's loss: two outputs, mean and log variance, for one target."""

    def call(self, y_true, y_pred):
        mean, log_variance = y_pred[:, :1], y_pred[:, 1:]
        error = (y_true - mean) ** 2
        return keras.ops.mean(0.5 * (log_variance + error / keras.ops.exp(log_variance)), axis=-1)


def sigmoid():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "sigmoid")])


def softmax():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])


def outputs(units):
    return lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])


LOSSES = {
    "MeanSquaredError": (losses.MeanSquaredError, POSITIVE),
    "MeanAbsoluteError": (losses.MeanAbsoluteError, POSITIVE),
    "MeanAbsolutePercentageError": (losses.MeanAbsolutePercentageError, POSITIVE),
    "MeanSquaredLogarithmicError": (losses.MeanSquaredLogarithmicError, POSITIVE),
    "CosineSimilarity": (losses.CosineSimilarity, POSITIVE),
    "Huber": (losses.Huber, POSITIVE),
    "LogCosh": (losses.LogCosh, POSITIVE),
    "Hinge": (losses.Hinge, SIGNS),
    "SquaredHinge": (losses.SquaredHinge, SIGNS),
    "CategoricalHinge": (losses.CategoricalHinge, ONE_HOT),
    "KLDivergence": (losses.KLDivergence, ONE_HOT),
    "Poisson": (losses.Poisson, POSITIVE),
    "BinaryCrossentropy": (losses.BinaryCrossentropy, ONE_HOT),
    "BinaryFocalCrossentropy": (losses.BinaryFocalCrossentropy, ONE_HOT),
    "CategoricalCrossentropy, `label_smoothing`": (
        lambda: losses.CategoricalCrossentropy(label_smoothing=0.1), ONE_HOT),
    "CategoricalFocalCrossentropy": (losses.CategoricalFocalCrossentropy, ONE_HOT),
    "SparseCategoricalCrossentropy": (losses.SparseCategoricalCrossentropy, LABELS),
    "SparseCategoricalCrossentropy, `ignore_class`": (
        lambda: losses.SparseCategoricalCrossentropy(ignore_class=-1), LABELS - 1),
    "CategoricalGeneralizedCrossEntropy": (losses.CategoricalGeneralizedCrossEntropy, LABELS),
    "Dice": (losses.Dice, ONE_HOT),
    "Tversky": (losses.Tversky, ONE_HOT),
    "Circle": (losses.Circle, LABELS),
    '`reduction="sum"`': (lambda: losses.MeanSquaredError(reduction="sum"), POSITIVE),
    '`reduction="mean_with_sample_weight"`': (
        lambda: losses.MeanSquaredError(reduction="mean_with_sample_weight"), POSITIVE),
    "one's own, labels of another form": (Focal, LABELS),
}  # fmt: skip


def loss_row(name, make, y):
    build = softmax if "Sparse" in name or "Categorical" in name else sigmoid
    return Row("Losses and metrics", name, model=build, loss=make, y=y)


def row(name, **settings):
    return Row("Losses and metrics", name, **settings)


def with_policy(policy):
    def build():
        def layer(kind, *args):
            return kind(*args, dtype=policy)

        inputs = keras.Input((4,))
        hidden = layer(keras.layers.Dense, 5, "tanh")(inputs)
        model = keras.Model(inputs, layer(keras.layers.Dense, 3)(hidden))
        model.dtype_policy = keras.dtype_policies.get(policy)  # what `compile` looks at
        return model

    return build


def policy(name):
    return Row("Number formats", f"`{name}`", model=with_policy(name))


def data(name, **settings):
    return Row("Data and batches", name, **settings)


FIVE = dict(x=X[:10], y=LABELS[:10])

ROWS = [
    *(loss_row(name, make, y) for name, (make, y) in LOSSES.items()),
    row(
        "CTC",
        model=lambda: keras.Sequential([keras.Input((5, 3)), keras.layers.Dense(4)]),
        loss=losses.CTC,
        x=numbers(2 * N, 5, 3),
        y=1 + np.arange(4 * N, dtype="int32").reshape(-1, 2) % 3,
    ),
    row(
        "one's own, more outputs than targets",
        model=outputs(2),
        loss=NegativeLogLikelihood,
        y=POSITIVE[:, :1],
    ),
    row(
        'a loss without reduction (`reduction="none"`)',
        loss=lambda: losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None),
        refused="a loss of one number",
    ),
    row("accuracy", metrics=["accuracy"]),
    row(
        "AUC, F1Score, Precision",
        model=softmax,
        loss=losses.CategoricalCrossentropy,
        y=ONE_HOT,
        metrics=[metrics.AUC(), metrics.F1Score(average="macro"), metrics.Precision()],
    ),
    row("SparseTopKCategoricalAccuracy", metrics=[metrics.SparseTopKCategoricalAccuracy(k=2)]),
    row("a function as metric", metrics=[losses.sparse_categorical_crossentropy]),
    row(
        "F1Score for each class (`average=None`)",
        model=softmax,
        loss=losses.CategoricalCrossentropy,
        y=ONE_HOT,
        metrics=[metrics.F1Score(average=None)],
        refused="metrics of one number each",
    ),
    policy("float32"),
    policy("mixed_float16"),
    policy("mixed_bfloat16"),
    policy("float64"),
    policy("bfloat16"),
    data("a smaller last batch", **FIVE),
    data("full batch", settings={"batch_size": N}),
    data("a batch size above the number of rows", settings={"batch_size": 100}),
    data("one row a batch", settings={"batch_size": 1, "epochs": 1}),
    data("validation rows", validated=True, metrics=["accuracy"]),
    data("labels of shape (rows, 1)", y=LABELS[:, None]),
    data("targets of shape (rows,)", model=outputs(1), loss=losses.MeanSquaredError, y=X[:, 0]),
    data("a label for each step of a sequence", x=numbers(2 * N, 5, 3),
         y=np.arange(2 * N * 5).reshape(-1, 5) % 3,
         model=lambda: keras.Sequential([keras.Input((5, 3)), keras.layers.Dense(3)])),
    data("integer inputs", x=np.random.default_rng(5).integers(0, 7, (2 * N, 5)),
         model=with_layers(lambda: keras.layers.Embedding(7, 3), shape=(5,), dtype="int32")),
    data("integers that float32 does not hold", x=2**24 + np.arange(8 * N).reshape(-1, 4),
         refused="holds exactly"),
    data("XLA (`jit_compile=True`)", settings={"jit_compile": True}),
    data("labels from 1 to 3", y=LABELS + 1, refused="start at 0"),
    data("labels below 0", y=LABELS - 1, refused="from 0 to 2"),
    data("one-hot rows below 0", y=ONE_HOT - 1, loss=losses.CategoricalCrossentropy,
         model=softmax, refused="from 0 to 1"),
    data("labels 0 and 2 for a binary loss", y=2 * ZERO_ONE, model=outputs(1),
         loss=losses.BinaryCrossentropy, refused="from 0 to 1"),
    data("other outputs than targets", model=outputs(2), loss=losses.MeanSquaredError, y=POSITIVE,
         refused="output shape (3,)"),
    data("inputs of another shape", x=numbers(2 * N, 7), refused="made for (4,)"),
]  # fmt: skip
