"""Gradient accumulation: the step of a large batch in the memory of a small one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Unpack

import keras

from dlcourse.checks import expect, expect_integer
from dlcourse.compare.runner import comparison
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.keras_internals.cloning import clone_optimizer, expect_clonable
from dlcourse.training.settings import Settings


@comparison
def compare_accumulation(
    accumulation_steps: Iterable[int],
    task: Task,
    *,
    optimizer: keras.optimizers.Optimizer,
    **settings: Unpack[Settings],
) -> dict[str, Method]:
    """Train on the same batches, each in one step or as several micro-batches, over several seeds.

    It shows what accumulation changes: nothing, as long as each row's loss depends on that row
    alone and the learning rate is constant. Every training visits the same rows in the same order
    and updates its weights after each `batch_size` of them:

        g = (g_1 + … + g_k) / k        for the k micro-batches of batch_size / k rows

    Keras counts micro-batches as steps. So a run has k times as many steps per epoch, a learning
    rate schedule is used up k times as fast, and what is recorded per step is per micro-batch.

    Args:
        accumulation_steps: the numbers of micro-batches k to compare; 1 is the large batch. Each
            divides `batch_size`, the rows behind one update of the weights.
        task: data, model and loss; the training rows must fill whole batches.
        optimizer: a Keras optimizer that neither accumulates yet nor averages its weights
            (use_ema), since Keras averages after every micro-batch; cloned for each run.

    Returns:
        What was recorded, under labels such as "4 × 64" (k × rows of a micro-batch); arrays of
        shape (numbers of micro-batches, seeds, epochs or steps).

    Example:
        >>> import keras, numpy as np, dlcourse as dl
        >>> def line():
        ...     return keras.Sequential([keras.Input((10,)), keras.layers.Dense(1)])
        >>> task = dl.Task(dl.diabetes(), line, keras.losses.MeanSquaredError())
        >>> rows, sgd = len(task.data.x_train), keras.optimizers.SGD(0.01)
        >>> runs = dl.compare_accumulation(
        ...     [1, 2], task, optimizer=sgd, batch_size=rows, epochs=2)
        >>> bool(np.allclose(runs.final("loss")[0], runs.final("loss")[1], rtol=1e-5))
        True

    See also: `measure_activations`, for the memory that a batch takes.

    Reference: Keras, "Optimizers", `gradient_accumulation_steps`,
    https://keras.io/api/optimizers/
    """
    batch_size, rows = settings["batch_size"], len(task.data.x_train)
    expect_clonable("optimizer", optimizer)
    already = optimizer.gradient_accumulation_steps
    expect(already is None, "optimizer", "one without gradient_accumulation_steps", already)
    averages, expected = optimizer.use_ema, "one without use_ema, which averages per micro-batch"
    expect(not averages, "optimizer", expected, averages)
    whole = rows % batch_size == 0
    expect(whole, "batch_size", f"a divisor of the {rows} training rows", batch_size)
    return {
        f"{k} × {batch_size // k}": Method(_accumulating(optimizer, k), batch_size=batch_size // k)
        for k in _checked_steps(accumulation_steps, batch_size)
    }


def _accumulating(optimizer: keras.optimizers.Optimizer, steps: int) -> keras.optimizers.Optimizer:
    clone = clone_optimizer(optimizer)
    clone.gradient_accumulation_steps = None if steps == 1 else steps
    return clone


def _checked_steps(accumulation_steps: Iterable[int], batch_size: int) -> tuple[int, ...]:
    expected = f"a non-empty list of distinct divisors of the batch size {batch_size}"
    listed = isinstance(accumulation_steps, Iterable) and not isinstance(accumulation_steps, str)
    expect(listed, "accumulation_steps", expected, accumulation_steps)
    steps = tuple(accumulation_steps)
    for k in steps:
        expect_integer("accumulation_steps", k, minimum=1)
    divide = all(batch_size % k == 0 for k in steps)
    expect(0 < len(steps) == len(set(steps)) and divide, "accumulation_steps", expected, steps)
    return tuple(int(k) for k in steps)
