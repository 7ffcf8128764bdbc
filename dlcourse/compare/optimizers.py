"""Comparing optimizers: race them on one task, and first find each one's learning rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Unpack

import keras

from dlcourse.checks import expect, expect_increasing, expect_labeled
from dlcourse.compare.runner import NOT_OF_SWEEPS, at_the_end, comparison, run, takes_settings
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.keras_internals.cloning import expect_clonable, with_learning_rate
from dlcourse.results.learning_rate_sweep import LearningRateSweep
from dlcourse.training.settings import Settings

Optimizer = keras.optimizers.Optimizer


@comparison
def compare_optimizers(
    optimizers: Mapping[str, Optimizer], task: Task, **settings: Unpack[Settings]
) -> dict[str, Method]:
    """Train the same model on the same batches with each optimizer, over several seeds.

    It shows what the optimizer alone changes. The race is fair only if each optimizer runs at a
    learning rate that suits it: find that first, with `sweep_learning_rate`.

    Args:
        optimizers: label → Keras optimizer; cloned for each run.
        task: data, model and loss.

    Example:
        >>> import keras, dlcourse as dl
        >>> def line():
        ...     return keras.Sequential([keras.Input((10,)), keras.layers.Dense(1)])
        >>> task = dl.Task(dl.diabetes(), line, keras.losses.MeanSquaredError())
        >>> optimizers = {"SGD": keras.optimizers.SGD(0.1), "Adam": keras.optimizers.Adam(0.1)}
        >>> dl.compare_optimizers(optimizers, task, epochs=2).labels
        ('SGD', 'Adam')

    See also: `sweep_learning_rate`; `train_runs`, where more than the optimizer varies.

    Reference: Schmidt et al., "Descending through a Crowded Valley" (2021),
    https://arxiv.org/abs/2007.01547, for how much the tuning decides.
    """
    return _as_methods(optimizers)


@takes_settings(without=NOT_OF_SWEEPS)
def sweep_learning_rate(
    optimizers: Mapping[str, Optimizer | Method],
    task: Task,
    learning_rates: Sequence[float],
    *,
    monitor: str | None = None,
    **settings: Unpack[Settings],
) -> LearningRateSweep:
    """Train each optimizer at each learning rate, and keep how every run ended.

    It shows how wide the valley of good learning rates is, and where it lies for each optimizer.
    A rate is better if the median of the final `monitor` over the seeds is lower; a run that
    diverged counts as the worst.

    Args:
        optimizers: label → Keras optimizer, or `Method` where more than the optimizer varies; its
            own learning rate is not used.
        task: data, model and loss.
        learning_rates: the rates to try, increasing. Steps of about 3× show the valley.
        monitor: the loss to compare. Defaults to "val_loss", or "loss" without validation rows.

    Returns:
        The final losses, shape (optimizers, rates, seeds), and the best rate of each optimizer.

    Raises:
        ValueError: an argument is wrong; nothing was trained.

    Example:
        >>> import keras, dlcourse as dl
        >>> def line():
        ...     return keras.Sequential([keras.Input((10,)), keras.layers.Dense(1)])
        >>> task = dl.Task(dl.diabetes(), line, keras.losses.MeanSquaredError())
        >>> sgd = {"SGD": keras.optimizers.SGD()}
        >>> dl.sweep_learning_rate(sgd, task, [1e-5, 0.01, 10.0], epochs=5).best_rates()
        {'SGD': 0.01}

    See also: `compare_optimizers`, for the race at the rates that were found.

    Reference: Smith, "Cyclical Learning Rates for Training Neural Networks" (2017),
    https://arxiv.org/abs/1506.01186, for a range of rates that is tried before it is chosen.
    """
    losses = ["loss"] if task.data.x_val is None else ["val_loss", "loss"]
    monitor = losses[0] if monitor is None else monitor
    expect(monitor in losses, "monitor", f"a loss that is measured, out of {losses}", monitor)
    rates = expect_increasing("learning_rates", learning_rates)
    methods = {
        f"{label} at {rate!r}": replace(each, optimizer=with_learning_rate(each.optimizer, rate))
        for label, each in _as_methods(optimizers, or_methods=True).items()
        for rate in rates
    }
    runs = run(methods, task, at_the_end(settings, methods))
    return LearningRateSweep(
        labels=tuple(optimizers),
        learning_rates=rates,
        seeds=runs.seeds,
        monitor=monitor,
        epochs=settings["epochs"],
        final=runs.final(monitor).reshape(len(optimizers), len(rates), -1),
    )


def _as_methods(
    optimizers: Mapping[str, Optimizer | Method], *, or_methods: bool = False
) -> dict[str, Method]:
    """Return a method for each optimizer; one that is a method already stays, where it may."""
    expect_labeled("optimizers", optimizers, "Keras optimizers")
    methods = {}
    for label, each in optimizers.items():
        if not (or_methods and isinstance(each, Method)):
            expect_clonable(f"optimizers[{label!r}]", each)
            each = Method(each)
        methods[label] = each
    return methods
