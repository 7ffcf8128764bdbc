"""Comparing dropout rates: one network, trained with more or fewer of its units removed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial

import keras

from dlcourse.checks import expect, expect_number
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import ModelBuilder, Task
from dlcourse.keras_internals.layers import nested_layers
from dlcourse.keras_internals.seeds import seeded
from dlcourse.results.training_runs import TrainingRuns
from dlcourse.training.train import train_runs

DropoutLayer = (
    keras.layers.Dropout  # spatial dropout derives from it
    | keras.layers.GaussianDropout
    | keras.layers.AlphaDropout
)


def compare_dropout_rates(
    rates: Iterable[float],
    optimizer: keras.optimizers.Optimizer,
    task: Task,
    *,
    epochs: int,
    seeds: Iterable[int] = range(5),
    batch_size: int = 32,
    evaluate_every: int = 1,
    record: Collection[str] = (),
) -> TrainingRuns:
    """Train the task's model with each rate in all its dropout layers, over several seeds.

    It shows what the rate alone changes: for one seed every rate starts from the same weights and
    sees the same batches. Losses and metrics are measured in inference mode, where nothing is
    dropped, so that rates can be compared.

    `rate` is the fraction dropped, as in Keras; the `p` of Srivastava et al. is the fraction kept.

    Args:
        rates: the rates to compare, each >= 0 and < 1; 0 is the network without dropout.
        optimizer: a Keras optimizer; cloned for each run.
        task: data, model and loss. The model holds at least one Dropout, SpatialDropout,
            GaussianDropout or AlphaDropout layer, nested models included, each built with a
            rate > 0 that the compared rates replace.
        epochs: passes over the training rows.
        seeds: one training per rate and seed.
        batch_size: rows per step.
        evaluate_every: epochs between two measurements.
        record: what else to record, as in `train_runs`.

    Returns:
        What was recorded, under labels such as "rate 0.5"; arrays of shape (rates, seeds, epochs
        or steps).

    Raises:
        ValueError: an argument is wrong; nothing was trained.

    Example:
        >>> line = getfixture("line_task")  # any Task
        >>> def build_model():
        ...     layers = [keras.layers.Dropout(0.5), keras.layers.Dense(1)]
        ...     return keras.Sequential([keras.Input((1,)), *layers])
        >>> task = Task(line.data, build_model, line.loss)
        >>> compare_dropout_rates([0, 0.5], keras.optimizers.SGD(0.1), task, epochs=2).labels
        ('rate 0', 'rate 0.5')

    Source: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting"
    (2014).
    """
    rates = _checked_rates(rates)
    expect(isinstance(task, Task), "task", "a dlcourse.Task", task)
    with seeded(0):
        layers = _dropout_layers(task.model())
    expected = "a function whose model has dropout layers, each with a rate > 0"
    expect(bool(layers) and all(layer.rate > 0 for layer in layers), "task.model", expected, layers)
    methods = {
        f"rate {rate:g}": Method(optimizer, model=partial(_build_with_rate, task.model, rate))
        for rate in rates
    }
    return train_runs(
        methods,
        task,
        epochs=epochs,
        seeds=seeds,
        batch_size=batch_size,
        evaluate_every=evaluate_every,
        record=record,
    )


def _build_with_rate(build: ModelBuilder, rate: float) -> keras.Model:
    """Build the model, then set the rate: no layer before or after draws other initial weights."""
    model = build()
    for layer in _dropout_layers(model):
        layer.rate = rate
    return model


def _dropout_layers(model: keras.Model) -> list[keras.Layer]:
    return [layer for layer in nested_layers(model) if isinstance(layer, DropoutLayer)]


def _checked_rates(rates: Iterable[float]) -> tuple[float, ...]:
    expected = "a non-empty list of distinct numbers >= 0 and < 1"
    listed = isinstance(rates, Iterable) and not isinstance(rates, str)
    expect(listed, "rates", expected, rates)
    rates = tuple(rates)
    for rate in rates:
        expect_number("rates", rate, minimum=0, below=1)
    expect(0 < len(rates) == len({f"{rate:g}" for rate in rates}), "rates", expected, rates)
    return tuple(float(rate) for rate in rates)
