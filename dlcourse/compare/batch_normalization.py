"""Comparing normalizations: at which learning rates does a network train with and without them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Unpack

import keras

from dlcourse.checks import expect_labeled
from dlcourse.compare.optimizers import sweep_learning_rate
from dlcourse.compare.runner import NOT_OF_SWEEPS, takes_settings
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import ModelBuilder, Task
from dlcourse.results.learning_rate_sweep import LearningRateSweep
from dlcourse.training.settings import Settings


@takes_settings(without=NOT_OF_SWEEPS)
def compare_normalizations(
    models: Mapping[str, ModelBuilder],
    task: Task,
    learning_rates: Sequence[float],
    *,
    optimizer: keras.optimizers.Optimizer,
    monitor: str | None = None,
    **settings: Unpack[Settings],
) -> LearningRateSweep:
    """Train networks that differ in their normalization at each learning rate, over several seeds.

    It shows over how wide a range of rates each network trains: one rate would show only which
    network that rate suits. Normalization layers draw no random numbers, so for one seed the
    networks start from the same weights, if they create their other layers in the same order.
    Losses are measured in inference mode: in runs of fewer than about 500 steps give
    `BatchNormalization` a `momentum` below its default of 0.99, or its moving statistics lag.

    Args:
        models: label → function that builds a network, with a normalization or without.
        task: data and loss; its own model is not used.
        learning_rates: the rates to try, increasing. Steps of about 3× show the valley.
        optimizer: a Keras optimizer, cloned for each run; its own learning rate is not used.
        monitor: the loss to compare. Defaults to "val_loss", or "loss" without validation rows.

    Returns:
        The final losses, shape (models, rates, seeds), and the best rate of each network.

    Raises:
        ValueError: an argument is wrong; nothing was trained.

    Example:
        >>> import keras, dlcourse as dl
        >>> def line():
        ...     return keras.Sequential([keras.Input((10,)), keras.layers.Dense(1)])
        >>> def normalized():
        ...     layers = [keras.layers.BatchNormalization(momentum=0.5), keras.layers.Dense(1)]
        ...     return keras.Sequential([keras.Input((10,)), *layers])
        >>> task = dl.Task(dl.diabetes(), line, keras.losses.MeanSquaredError())
        >>> models, sgd = {"plain": line, "normalized": normalized}, keras.optimizers.SGD()
        >>> dl.compare_normalizations(models, task, [0.01, 0.1], optimizer=sgd, epochs=2)
        LearningRateSweep(plain, normalized; learning rates 0.01, 0.1; 5 seeds)

    See also: `sweep_learning_rate`, for any methods.

    Reference: Ioffe and Szegedy, "Batch Normalization" (2015), https://arxiv.org/abs/1502.03167;
    Bjorck et al., "Understanding Batch Normalization" (2018), https://arxiv.org/abs/1806.02375,
    for the range of learning rates.
    """
    expect_labeled("models", models, "functions that build models")
    methods = {label: Method(optimizer, model=build) for label, build in models.items()}
    return sweep_learning_rate(methods, task, learning_rates, monitor=monitor, **settings)
