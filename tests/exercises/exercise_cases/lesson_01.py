"""Answers to the exercises of lesson 01."""

from __future__ import annotations

import keras
import numpy as np

from dlcourse.data.loaders import digits
from exercise_cases import Case


def untouched_loss(z, labels): ...


def shifted(z, labels):
    z = z - z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(labels)), labels]).mean()


def by_keras(z, labels):
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, z)


def not_shifted(z, labels):
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.log(p[np.arange(len(labels)), labels]).mean()


def shifted_but_log_of_zero(z, labels):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return -np.log((e / e.sum(axis=1, keepdims=True))[np.arange(len(labels)), labels]).mean()


def softmax_twice(z, labels):
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return not_shifted(p, labels)


def trained(units, epochs, rate=0.5):
    keras.utils.set_random_seed(1)
    hidden = [keras.layers.Dense(units, activation="relu")] if units else []
    model = keras.Sequential([keras.Input((64,)), *hidden, keras.layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate), loss)
    if epochs:
        model.fit(digits().x_train, digits().y_train, epochs=epochs, verbose=0)
    return model


def broken():
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10)])
    model.compile(keras.optimizers.SGD(0.1), loss="sparse_categorical_crossentropy")
    return model


def with_logits():
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10)])
    model.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def with_softmax():
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, activation="softmax")])
    model.compile("sgd", loss="sparse_categorical_crossentropy")
    return model


def softmax_in_both():
    inputs = keras.Input((64,))
    p = keras.layers.Softmax()(keras.layers.Dense(10)(inputs))
    model = keras.Model(inputs, keras.layers.Reshape((10,))(p))  # nothing rescues it
    model.compile("sgd", loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def not_compiled():
    return keras.Sequential([keras.Input((64,)), keras.layers.Dense(10)])


CASES = {
    "untrained_answer": Case(
        right={"plain": "about equal for all ten", "again": "about equal for all ten"},
        wrong={
            "right digit": ("sure of the right digit", "you predicted 'sure of the right digit'"),
            "some digit": ("sure of some digit", "you predicted 'sure of some digit'"),
            "other": ("8", "choose one of"),
        },
        outcome="about equal for all ten",
    ),
    "weights_of_dense": Case(
        right={"number": 105, "formula": 20 * 5 + 5},
        wrong={
            "kernel": (100, "has a bias, too"),
            "bias per input": (120, "not to an input"),
            "added": (25, "multiply"),
            "one bias": (101, "do not share one"),
        },
    ),
    "forgotten_argument": Case(
        right={
            "plain": "it hardly learns, silently",
            "joined": ", ".join(["it hardly learns", "silently"]),
        },
        wrong={
            "error": ("an error or a warning", "you predicted 'an error or a warning'"),
            "slower": ("it learns, more slowly", "you predicted 'it learns, more slowly'"),
            "other": ("nothing", "choose one of"),
        },
        outcome="it hardly learns, silently",
    ),
    "loss_from_logits": Case(
        right={"shifted": shifted, "Keras": by_keras},
        wrong={
            "sum": (lambda z, labels: len(z) * shifted(z, labels), "average over the rows"),
            "sign": (lambda z, labels: -shifted(z, labels), "the loss is minus it"),
            "log10": (lambda z, labels: shifted(z, labels) / np.log(10), "natural logarithm"),
            "no softmax": (
                lambda z, labels: -z[np.arange(len(labels)), labels].mean(),
                "the logits themselves",
            ),
            "twice": (softmax_twice, "softmax twice"),
            "overflow": (not_shifted, "overflows"),
            "log of zero": (shifted_but_log_of_zero, "the logarithm of the sum"),
            "other": (lambda z, labels: 3.0, "it must be 0.753"),
        },
        untouched=untouched_loss,
    ),
    "small_network": Case(
        right={"30 units": trained(30, 20), "32 units": trained(32, 30, rate=0.3)},
        wrong={
            "number": (2260, "a trained Keras model"),
            "too large": (trained(64, 1), "at most 2,500 are allowed"),
            "untrained": (trained(30, 0), "it was not trained"),
            "one epoch": (trained(30, 1, rate=0.1), "Train it longer"),
        },
    ),
    "repair_the_loss": Case(
        right={"logits": with_logits, "softmax in the model": with_softmax},
        wrong={
            "as it was": (broken, "What are they taken for?"),
            "twice": (softmax_in_both, "softmax is applied twice"),
            "not compiled": (not_compiled, "must return a compiled model"),
            "no function": (0.1, "a function that returns a compiled model"),
        },
        untouched=broken,
        repair=True,
    ),
}
