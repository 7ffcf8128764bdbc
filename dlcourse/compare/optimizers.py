"""Comparing optimizers: race them on one task, and first find each one's learning rate."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import keras

from dlcourse.checks import expect, expect_number
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.keras_internals.cloning import expect_clonable, with_learning_rate
from dlcourse.results.learning_rate_sweep import LearningRateSweep
from dlcourse.results.training_runs import TrainingRuns
from dlcourse.training.train import train_runs

Optimizers = Mapping[str, keras.optimizers.Optimizer]


def compare_optimizers(
    optimizers: Optimizers,
    task: Task,
    *,
    epochs: int,
    seeds: Iterable[int] = range(5),
    batch_size: int = 32,
    evaluate_every: int = 1,
    record: Collection[str] = (),
) -> TrainingRuns:
    """Train the same model on the same batches with each optimizer, over several seeds.

    It shows what the optimizer alone changes. The race is fair only if each optimizer runs at a
    learning rate that suits it: find that first, with `sweep_learning_rate`.

    Args:
        optimizers: label → Keras optimizer; cloned for each run.
        task: data, model and loss.
        epochs: passes over the training rows.
        seeds: one training per optimizer and seed.
        batch_size: rows per step.
        evaluate_every: epochs between two measurements.
        record: what else to record, as in `train_runs`.

    Returns:
        What was recorded, arrays of shape (optimizers, seeds, epochs or steps).

    Raises:
        ValueError: an argument is wrong; nothing was trained.

    Example:
        >>> task = getfixture("line_task")  # any Task
        >>> optimizers = {"SGD": keras.optimizers.SGD(0.1), "Adam": keras.optimizers.Adam(0.1)}
        >>> compare_optimizers(optimizers, task, epochs=2).labels
        ('SGD', 'Adam')

    Source: Schmidt et al., "Descending through a Crowded Valley" (2021), for how much the tuning
    decides.
    """
    _expect_optimizers(optimizers)
    return train_runs(
        optimizers,
        task,
        epochs=epochs,
        seeds=seeds,
        batch_size=batch_size,
        evaluate_every=evaluate_every,
        record=record,
    )


def sweep_learning_rate(
    optimizers: Mapping[str, keras.optimizers.Optimizer | Method],
    task: Task,
    learning_rates: Sequence[float],
    *,
    epochs: int,
    seeds: Iterable[int] = range(5),
    batch_size: int = 32,
    monitor: str | None = None,
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
        epochs: passes over the training rows; as many as the race will have.
        seeds: one training per optimizer, rate and seed.
        batch_size: rows per step.
        monitor: the loss to compare. Defaults to "val_loss", or "loss" without validation rows.

    Returns:
        The final losses, shape (optimizers, rates, seeds), and the best rate of each optimizer.

    Raises:
        ValueError: an argument is wrong; nothing was trained.

    Example:
        >>> task = getfixture("line_task")  # any Task
        >>> sgd = {"SGD": keras.optimizers.SGD()}
        >>> sweep_learning_rate(sgd, task, [0.001, 0.1, 10.0], epochs=5).best_rates()
        {'SGD': 0.1}
    """
    _expect_optimizers(optimizers, besides=Method)
    rates = _checked_rates(learning_rates)
    expect(isinstance(task, Task), "task", "a dlcourse.Task", task)
    losses = ["loss"] if task.data.x_val is None else ["val_loss", "loss"]
    monitor = monitor or losses[0]
    expect(monitor in losses, "monitor", f"a loss that is measured, out of {losses}", monitor)
    methods = {
        f"{label} at {rate!r}": _at_rate(entry, rate)
        for label, entry in optimizers.items()
        for rate in rates
    }
    runs = train_runs(
        methods, task, epochs=epochs, seeds=seeds, batch_size=batch_size, evaluate_every=epochs
    )
    shape = len(optimizers), len(rates), len(runs.seeds)
    return LearningRateSweep(
        labels=tuple(optimizers),
        learning_rates=rates,
        seeds=runs.seeds,
        monitor=monitor,
        epochs=epochs,
        final=runs.final(monitor).reshape(shape),
    )


def _expect_optimizers(optimizers: Mapping, besides: type | tuple[type, ...] = ()) -> None:
    expected = "a non-empty mapping of labels to Keras optimizers"
    mapping = isinstance(optimizers, Mapping) and len(optimizers) > 0
    expect(mapping, "optimizers", expected, optimizers)
    for label, optimizer in optimizers.items():
        if not isinstance(optimizer, besides):
            expect_clonable(f"optimizers[{label!r}]", optimizer)


def _at_rate(
    entry: keras.optimizers.Optimizer | Method, rate: float
) -> keras.optimizers.Optimizer | Method:
    if isinstance(entry, Method):
        return replace(entry, optimizer=with_learning_rate(entry.optimizer, rate))
    return with_learning_rate(entry, rate)


def _checked_rates(rates: Sequence[float]) -> tuple[float, ...]:
    expected = "an increasing list of at least two numbers > 0"
    listed = isinstance(rates, Iterable) and not isinstance(rates, str)
    expect(listed, "learning_rates", expected, rates)
    rates = tuple(rates)
    for rate in rates:
        expect_number("learning_rates", rate, above=0)
    ok = len(rates) > 1 and all(a < b for a, b in itertools.pairwise(rates))
    expect(ok, "learning_rates", expected, rates)
    return tuple(float(rate) for rate in rates)
