"""The four pieces of work: what every peer trains, on which rows, for how long."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlcourse.data.loaders import Dataset, digits, spirals


@dataclass(frozen=True)
class Work:
    """Trainings that every peer does: dense layers, ReLU between them, softmax cross-entropy.

    Args:
        title: one line for the report.
        data: a function from a number of training rows to a data set.
        rows: training rows.
        layers: units of each layer, the inputs first.
        optimizers: name → learning rate; from each seed one network is trained with each.
        seeds: how many different initial weights.
        epochs: passes over the training rows.
        batch_size: rows per step.
        shuffle: visit the rows of each epoch in a new random order.
        evaluate: loss and accuracy on training and validation rows after each epoch.
        compile_counts: the bars hold with the time to compile; otherwise for training alone.
        bars: peer → how many times as fast as this peer dlcourse must be.
        parts: peer → fields to change so that a slow peer does only a part; its time is scaled.
        trials: peer → fields to change for the short trial that finds the peer's fastest setting.
        tiny: fields to change to see that everything runs.
    """

    title: str
    data: Callable[[int], Dataset]
    rows: int
    layers: tuple[int, ...]
    optimizers: Mapping[str, float]
    batch_size: int
    seeds: int = 1
    epochs: int = 1
    shuffle: bool = True
    evaluate: bool = False
    compile_counts: bool = False
    bars: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    trials: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tiny: Mapping[str, Any] = field(default_factory=dict)

    @property
    def steps(self) -> int:
        """Optimizer steps in all."""
        steps_per_epoch = -(-self.rows // self.batch_size)
        return len(self.optimizers) * self.seeds * self.epochs * steps_per_epoch

    def dataset(self) -> Dataset:
        """Return the rows to train on."""
        return self.data(self.rows)


@dataclass(frozen=True)
class Outcome:
    """What one peer did, and how long it took.

    Args:
        compiling: seconds before the first step that counts.
        training: seconds of all steps.
        steps: optimizer steps taken.
        losses: for each training, the loss on all training rows at its end.
        megabytes: peak memory of the process, libraries and data included.
    """

    compiling: float
    training: float
    steps: int
    losses: list[float]
    megabytes: float = float("nan")


def glorot_weights(layers: tuple[int, ...], seed: int) -> list[np.ndarray]:
    """Draw initial weights as Keras's Dense does: kernel (inputs, units), bias zeros (units,)."""
    random = np.random.default_rng(seed)
    weights = []
    for inputs, units in itertools.pairwise(layers):
        limit = np.sqrt(6 / (inputs + units))
        kernel = random.uniform(-limit, limit, (inputs, units)).astype(np.float32)
        weights += [kernel, np.zeros(units, np.float32)]
    return weights


def _digits(rows: int) -> Dataset:
    return digits().with_train_size(rows)


def _spirals(rows: int) -> Dataset:
    return spirals(samples=100, classes=3).with_train_size(rows)


@functools.cache
def _generated(rows: int) -> Dataset:
    """Draw rows of MNIST's shape, 784 numbers around 0, in 10 classes that a linear rule names."""
    random = np.random.default_rng(0)
    rule = random.standard_normal((784, 10), dtype=np.float32)
    x = random.random((rows, 784), dtype=np.float32)
    x -= 0.5
    return Dataset("generated", x, (x @ rule).argmax(axis=1), class_names=tuple(range(10)))


WORKS: dict[str, Work] = {
    "trainings": Work(
        title="25 trainings: 5 optimizers × 5 seeds, digits 64-64-10, batch 32, 20 epochs",
        data=_digits,
        rows=1280,
        layers=(64, 64, 10),
        optimizers={"SGD": 0.1, "Momentum": 0.02, "AdaGrad": 0.05, "RMSprop": 0.003, "Adam": 0.003},
        batch_size=32,
        seeds=5,
        epochs=20,
        evaluate=True,
        compile_counts=True,
        bars={"Keras fit": 12, "PyTorch": 1.2},
        parts={"Keras fit": {"seeds": 1}},
        trials={
            "dlcourse": {"seeds": 1, "optimizers": {"Adam": 0.003}},
            "Keras fit": {"seeds": 1, "optimizers": {"Adam": 0.003}},
            "PyTorch": {"seeds": 1, "optimizers": {"Adam": 0.003}},
        },
        tiny={"rows": 160, "seeds": 1, "epochs": 1},
    ),
    "spiral": Work(
        title="Spiral 2-64-3, 10,001 full-batch steps",
        data=_spirals,
        rows=300,
        layers=(2, 64, 3),
        optimizers={"SGD": 0.1},
        batch_size=300,
        epochs=10_001,
        shuffle=False,
        bars={"Keras fit": 200, "NumPy by hand": 1.2},
        parts={"Keras fit": {"epochs": 200}},
        trials={
            "dlcourse": {"epochs": 2_000},
            "Keras fit": {"epochs": 50},
            "PyTorch": {"epochs": 2_000},
            "NumPy by hand": {"epochs": 2_000},
        },
        tiny={"epochs": 60, "optimizers": {"SGD": 1.0}},
    ),
    "epoch": Work(
        title="784-200-10, 60,000 rows, batch 64, one epoch",
        data=_generated,
        rows=60_000,
        layers=(784, 200, 10),
        optimizers={"SGD": 0.1},
        batch_size=64,
        bars={"Keras fit": 4, "PyTorch": 1.8},
        trials={peer: {"rows": 15_008} for peer in ("dlcourse", "Keras fit", "PyTorch")},
        tiny={"rows": 200},
    ),
    "batch_1": Work(
        title="784-200-10, 60,000 rows, batch 1, one epoch",
        data=_generated,
        rows=60_000,
        layers=(784, 200, 10),
        optimizers={"SGD": 0.01},
        batch_size=1,
        bars={"Keras fit": 30, "PyTorch": 9},
        parts={
            "Keras fit": {"rows": 3_000},
            "Keras fit, fewer calls": {"rows": 6_000},
            "PyTorch": {"rows": 12_000},
        },
        trials={
            "dlcourse": {"rows": 3_000},
            "Keras fit": {"rows": 750},
            "PyTorch": {"rows": 3_000},
        },
        tiny={"rows": 50},
    ),
}
