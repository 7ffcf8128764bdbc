"""Layers that behave differently in training, layers with state, and models of one's own."""

from __future__ import annotations

from functools import partial

import keras
import numpy as np
import tensorflow as tf

from parity.row import Row, classes, numbers, with_layers

layers = keras.layers
IMAGES, SEQUENCES = numbers(16, 6, 6, 2), numbers(16, 5, 3)
WORDS = np.random.default_rng(5).integers(0, 7, (16, 5)).astype("float32")


class Counter(layers.Layer):
    """Counts its calls, at inference too, and acts by the count."""

    def build(self, shape):
        self.calls = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, inputs):
        self.calls.assign_add(1.0)
        return inputs * (1.0 + 0.1 * self.calls)


class RowLoss(layers.Layer):
    """Adds a loss for each row."""

    def call(self, inputs):
        self.add_loss(0.1 * keras.ops.sum(inputs**2, axis=-1))
        return inputs


class Noise(layers.Layer):
    """Draws from a generator of its own, as Keras asks."""

    def __init__(self):
        super().__init__()
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs):
        return inputs + keras.random.normal(keras.ops.shape(inputs), seed=self.seed_generator)


class TensorFlowNoise(layers.Layer):
    """Draws with TensorFlow, whose hidden state no run can start anew."""

    def call(self, inputs):
        return inputs + tf.random.normal(tf.shape(inputs))


class Subclassed(keras.Model):
    """A model whose `call` knows no `training`: Keras drops nothing in it."""

    def __init__(self):
        super().__init__()
        self.parts = [layers.Dense(5, "relu"), layers.Dropout(0.5), layers.Dense(3)]

    def call(self, inputs):
        for part in self.parts:
            inputs = part(inputs)
        return inputs


class Dropping(Subclassed):
    """The same, with `training`."""

    def call(self, inputs, training=False):
        hidden = self.parts[1](self.parts[0](inputs), training=training)
        return self.parts[2](hidden)


class OwnStep(keras.Sequential):
    """Takes two steps a batch, the second with half the loss."""

    def train_step(self, data):
        x, y = data
        for share in (1.0, 0.5):
            with tf.GradientTape() as tape:
                loss = share * self.compute_loss(x, y, self(x, training=True))
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply(gradients, self.trainable_variables)
        return {"loss": loss}


class OwnLoss(keras.Sequential):
    """A compute_loss of its own, without `training`, as before Keras 3.3."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
        return 2.0 * super().compute_loss(x, y, y_pred, sample_weight) + keras.ops.mean(y_pred**2)


class OwnTest(keras.Sequential):
    """A test_step of its own."""

    def test_step(self, data):
        x, y = data
        y_pred = self(x, training=False)
        loss = 3.0 * self.compute_loss(x, y, y_pred, training=False)
        return {"loss": loss, "largest": keras.ops.max(y_pred)}


class OwnMetrics(keras.Sequential):
    """A compute_metrics of its own."""

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        results = super().compute_metrics(x, y, y_pred, sample_weight)
        return {**results, "largest": keras.ops.max(y_pred)}


class OwnFit(keras.Sequential):
    """A fit of its own."""

    def fit(self, *args, **kwargs):
        return super().fit(*args, **kwargs)


def of_class(kind):
    return lambda: kind(
        [keras.Input((4,)), layers.Dense(5, "tanh", kernel_regularizer="l2"), layers.Dense(3)]
    )


def unbuilt():
    return keras.Sequential([layers.Dense(5, "tanh"), layers.Dropout(0.5), layers.Dense(3)])


def residual():
    inputs = keras.Input((4,))
    hidden = layers.Dense(4, "relu")(inputs)
    return keras.Model(inputs, layers.Dense(3)(layers.Add()([inputs, hidden])))


def attention():
    inputs = keras.Input((5, 3))
    attended = layers.MultiHeadAttention(2, 3, dropout=0.5)(inputs, inputs)
    return keras.Model(inputs, layers.Dense(3)(layers.Flatten()(attended)))


def twice():
    inputs, shared = keras.Input((4,)), layers.Dense(4, "tanh")
    return keras.Model(inputs, layers.Dense(3)(shared(shared(inputs))))


def nested():
    base = keras.Sequential(
        [keras.Input((4,)), layers.Dense(4, "relu"), layers.BatchNormalization()]
    )
    return keras.Sequential([keras.Input((4,)), base, layers.Dropout(0.3), layers.Dense(3)])


def frozen():
    model = nested()
    model.layers[0].trainable = False
    return model


def adapted():
    scale = layers.Normalization()
    scale.adapt(numbers(16, 4))
    return keras.Sequential([keras.Input((4,)), scale, layers.Dense(3)])


BASE = keras.Sequential([keras.Input((4,)), layers.Dense(4, "relu")])
ONE_MODEL = classes()


def transfer():
    return keras.Sequential([keras.Input((4,)), BASE, layers.Dense(3)])


def transfer_by_clone():
    copy = keras.models.clone_model(BASE)
    copy.set_weights(BASE.get_weights())
    return keras.Sequential([keras.Input((4,)), copy, layers.Dense(3)])


def fixed(stateful):
    inputs = keras.Input(batch_shape=(4, 5, 3))
    return keras.Sequential([inputs, layers.LSTM(3, stateful=stateful), layers.Dense(3)])


def two_inputs():
    inputs = [keras.Input((4,)), keras.Input((4,))]
    return keras.Model(inputs, layers.Dense(3)(layers.Add()(inputs)))


def two_outputs():
    inputs = keras.Input((4,))
    return keras.Model(inputs, [layers.Dense(3)(inputs), layers.Dense(3)(inputs)])


def global_noise():
    noise = layers.Lambda(lambda x: x + keras.random.normal(keras.ops.shape(x)))
    return keras.Sequential([keras.Input((4,)), noise, layers.Dense(3)])


WIDTHS = iter(range(3, 100))


def growing():
    return with_layers(partial(layers.Dense, next(WIDTHS)))()


IMAGE = dict(x=IMAGES, shape=(6, 6, 2))
SEQUENCE = dict(x=SEQUENCES, shape=(5, 3))

LAYERS = {
    "Dropout": [partial(layers.Dropout, 0.5)],
    "SpatialDropout1D": ([partial(layers.SpatialDropout1D, 0.5)], SEQUENCE),
    "SpatialDropout2D": ([partial(layers.SpatialDropout2D, 0.5)], IMAGE),
    "AlphaDropout": [partial(layers.AlphaDropout, 0.5)],
    "GaussianDropout": [partial(layers.GaussianDropout, 0.5)],
    "GaussianNoise": [partial(layers.GaussianNoise, 0.5)],
    "BatchNormalization": [layers.BatchNormalization],
    "LayerNormalization": [layers.LayerNormalization],
    "SpectralNormalization": [lambda: layers.SpectralNormalization(layers.Dense(4))],
    "Conv1D, MaxPooling1D": ([partial(layers.Conv1D, 3, 2), layers.MaxPooling1D], SEQUENCE),
    "Conv2D, BatchNormalization": (
        [partial(layers.Conv2D, 3, 3), layers.BatchNormalization],
        IMAGE,
    ),
    "LSTM, `dropout`": ([partial(layers.LSTM, 3, dropout=0.5)], SEQUENCE),
    "LSTM, `recurrent_dropout`": ([partial(layers.LSTM, 3, recurrent_dropout=0.5)], SEQUENCE),
    "GRU, `dropout`": ([partial(layers.GRU, 3, dropout=0.5)], SEQUENCE),
    "SimpleRNN, `dropout`": ([partial(layers.SimpleRNN, 3, dropout=0.5)], SEQUENCE),
    "Bidirectional": ([lambda: layers.Bidirectional(layers.LSTM(3, dropout=0.5))], SEQUENCE),
    "TimeDistributed": ([lambda: layers.TimeDistributed(layers.Dropout(0.5))], SEQUENCE),
    "Embedding, masked, LSTM": (
        [partial(layers.Embedding, 7, 3, mask_zero=True), partial(layers.LSTM, 3)],
        dict(x=WORDS, shape=(5,)),
    ),
    "Masking": ([layers.Masking, partial(layers.GRU, 3)], SEQUENCE),
    "RandomFlip": ([layers.RandomFlip], IMAGE),
    "RandomRotation": ([partial(layers.RandomRotation, 0.2)], IMAGE),
    "RandomTranslation": ([partial(layers.RandomTranslation, 0.2, 0.2)], IMAGE),
    "RandomZoom": ([partial(layers.RandomZoom, 0.3)], IMAGE),
    "RandomContrast": ([partial(layers.RandomContrast, 0.3)], IMAGE),
    "ActivityRegularization": [partial(layers.ActivityRegularization, l2=0.1)],
    "kernel, bias and activity regularizers": [
        partial(
            layers.Dense,
            4,
            kernel_regularizer="l1",
            bias_regularizer="l2",
            activity_regularizer="l2",
        )
    ],
    "a constraint": [partial(layers.Dense, 4, kernel_constraint=keras.constraints.UnitNorm())],
    "PReLU": [layers.PReLU],
    "Lambda": [lambda: layers.Lambda(lambda x: x * 2.0)],
    "one's own layer with state (as `fit` without validation)": [Counter],
    "one's own layer with `add_loss` for each row": [RowLoss],
    "one's own layer with a SeedGenerator": [Noise],
}


def layer_row(name, entry):
    make, data = entry if isinstance(entry, tuple) else (entry, {})
    shape = data.get("shape", (4,))
    rows = {"x": data["x"]} if data else {}
    return Row("Layers", name, model=with_layers(*make, shape=shape), **rows)


MODELS = {
    "a functional model": residual,
    "one layer used twice": twice,
    "MultiHeadAttention, `dropout`": (attention, dict(x=SEQUENCES)),
    "a model within a model": nested,
    "a frozen model within a model": frozen,
    "a model without Input layer": unbuilt,
    "Normalization, adapted in the builder": adapted,
    "a subclass whose `call` takes no `training`": Subclassed,
    "a subclass whose `call` takes `training`": Dropping,
    "a `train_step` of one's own": of_class(OwnStep),
    "a `compute_loss` of one's own": of_class(OwnLoss),
    "a `test_step` of one's own": of_class(OwnTest),
    "a `compute_metrics` of one's own": of_class(OwnMetrics),
    "a copy of a trained base, made in the builder": transfer_by_clone,
}
REFUSED = {
    "a base made outside the builder": (transfer, "makes every layer anew"),
    "one model returned again and again": (lambda: ONE_MODEL, "makes every layer anew"),
    "a builder whose widths change": (growing, "builds the same at each call"),
    "a `fit` of one's own": (of_class(OwnFit), "without a `fit` of its own"),
    "two inputs": (two_inputs, "one input"),
    "two outputs": (two_outputs, "one output"),
    "noise from `tf.random`": (with_layers(TensorFlowNoise), "SeedGenerator of its own"),
    "noise from Keras's global generator": (global_noise, "SeedGenerator of its own"),
    "no trainable weights": (lambda: keras.Sequential([keras.Input((4,)), layers.Dropout(0.5)]),
                             "trainable weights"),
}  # fmt: skip
SEQUENTIAL = {
    "a fixed batch size": (partial(fixed, False), "batches of any size"),
    "a stateful recurrent layer": (partial(fixed, True), "stateful=False"),
}


def model_row(name, entry):
    model, data = entry if isinstance(entry, tuple) else (entry, {})
    return Row("Models", name, model=model, **data)


ROWS = [
    *(layer_row(name, entry) for name, entry in LAYERS.items()),
    *(model_row(name, entry) for name, entry in MODELS.items()),
    *(Row("Models", n, model=model, refused=words) for n, (model, words) in REFUSED.items()),
    *(
        Row("Models", n, model=model, x=SEQUENCES, refused=words)
        for n, (model, words) in SEQUENTIAL.items()
    ),
]
