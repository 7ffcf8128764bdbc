"""Comparing normalizations: at which learning rates does a network train with and without them?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import keras

from dlcourse.checks import expect
from dlcourse.compare.optimizers import sweep_learning_rate
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import ModelBuilder, Task
from dlcourse.results.learning_rate_sweep import LearningRateSweep


def compare_normalizations(
    models: Mapping[str, ModelBuilder],
    optimizer: keras.optimizers.Optimizer,
    task: Task,
    learning_rates: Sequence[float],
    *,
    epochs: int,
    seeds: Iterable[int] = range(5),
    batch_size: int = 32,
    monitor: str | None = None,
) -> LearningRateSweep:
    """Train networks that differ in their normalization at each learning rate, over several seeds.

    It shows over how wide a range of rates each network trains: one rate would show only which
    network that rate suits. Normalization layers draw no random numbers, so for one seed the
    networks start from the same weights, if they create their other layers in the same order.
    Losses are measured in inference mode: in runs of fewer than about 500 steps give
    `BatchNormalization` a `momentum` below its default of 0.99, or its moving statistics lag.

    Args:
        models: label → function that builds a network, with a normalization or without.
        optimizer: a Keras optimizer, cloned for each run; its own learning rate is not used.
        task: data and loss; its own model is not used.
        learning_rates: the rates to try, increasing. Steps of about 3× show the valley.
        epochs: passes over the training rows.
        seeds: one training per network, rate and seed.
        batch_size: rows per step, and so the rows behind each batch statistic.
        monitor: the loss to compare. Defaults to "val_loss", or "loss" without validation rows.

    Returns:
        The final losses, shape (models, rates, seeds), and the best rate of each network.

    Raises:
        ValueError: an argument is wrong; nothing was trained.

    Example:
        >>> task = getfixture("line_task")  # any Task
        >>> def normalized():
        ...     layers = [keras.layers.BatchNormalization(momentum=0.5), keras.layers.Dense(1)]
        ...     return keras.Sequential([keras.Input((1,)), *layers])
        >>> models = {"without": task.model, "batch normalization": normalized}
        >>> compare_normalizations(models, keras.optimizers.SGD(), task, [0.01, 0.1], epochs=2)
        LearningRateSweep(without, batch normalization; learning rates 0.01, 0.1; 5 seeds)

    Source: Ioffe and Szegedy, "Batch Normalization" (2015); Bjorck et al., "Understanding Batch
    Normalization" (2018), for the range of learning rates.
    """
    expected = "a non-empty mapping of labels to functions that build models"
    expect(isinstance(models, Mapping) and len(models) > 0, "models", expected, models)
    return sweep_learning_rate(
        {label: Method(optimizer, model=build) for label, build in models.items()},
        task,
        learning_rates,
        epochs=epochs,
        seeds=seeds,
        batch_size=batch_size,
        monitor=monitor,
    )
