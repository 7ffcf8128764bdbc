"""Gradient accumulation: the step of a large batch in the memory of a small one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import keras
import tensorflow as tf

from dlcourse.checks import expect, expect_integer
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task, build_model
from dlcourse.keras_internals.cloning import clone_optimizer
from dlcourse.keras_internals.seeds import seeded
from dlcourse.results.training_runs import TrainingRuns
from dlcourse.training.train import train_runs


def compare_accumulation(
    accumulation_steps: Iterable[int],
    optimizer: keras.optimizers.Optimizer,
    task: Task,
    *,
    batch_size: int,
    epochs: int,
    seeds: Iterable[int] = range(5),
    evaluate_every: int = 1,
    record: Collection[str] = (),
) -> TrainingRuns:
    """Train on the same batches, each in one step or as several micro-batches, over several seeds.

    It shows what accumulation changes: nothing, as long as each row's loss depends on that row
    alone and the learning rate is constant. Every training visits the same rows in the same order
    and updates its weights after each `batch_size` of them:

        g = (g_1 + … + g_k) / k        for the k micro-batches of batch_size / k rows

    Keras counts micro-batches as steps. So a run has k times as many steps per epoch, and a
    learning rate schedule is used up k times as fast.

    Args:
        accumulation_steps: the numbers of micro-batches k to compare; 1 is the large batch.
        optimizer: a Keras optimizer that does not accumulate yet; cloned for each run.
        task: data, model and loss; the training rows must fill whole batches.
        batch_size: rows behind one update of the weights, a multiple of every k.
        epochs: passes over the training rows.
        seeds: one training per k and seed.
        evaluate_every: epochs between two measurements.
        record: what else to record, as in `train_runs`; per step, so per micro-batch.

    Returns:
        What was recorded, under labels such as "4 × 64" (k × rows of a micro-batch); arrays of
        shape (numbers of micro-batches, seeds, epochs or steps).

    Raises:
        ValueError: an argument is wrong; nothing was trained.

    Example:
        >>> import numpy as np
        >>> task = getfixture("line_task")  # any Task; this one has 20 training rows
        >>> sgd = keras.optimizers.SGD(0.1)
        >>> runs = compare_accumulation([1, 5], sgd, task, batch_size=10, epochs=2)
        >>> runs.labels
        ('1 × 10', '5 × 2')
        >>> bool(np.allclose(runs.final("loss")[0], runs.final("loss")[1], rtol=1e-5))
        True
    """
    is_optimizer = isinstance(optimizer, keras.optimizers.Optimizer)
    expect(is_optimizer, "optimizer", "a Keras optimizer object", optimizer)
    already = optimizer.gradient_accumulation_steps
    expect(already is None, "optimizer", "one without gradient_accumulation_steps", already)
    expect(isinstance(task, Task), "task", "a dlcourse.Task", task)
    rows = len(task.data.x_train)
    expect_integer("batch_size", batch_size, minimum=1)
    expect(
        rows % batch_size == 0, "batch_size", f"a divisor of the {rows} training rows", batch_size
    )
    methods = {
        f"{k} × {batch_size // k}": Method(_accumulating(optimizer, k), batch_size=batch_size // k)
        for k in _checked_steps(accumulation_steps, batch_size)
    }
    return train_runs(
        methods, task, epochs=epochs, seeds=seeds, evaluate_every=evaluate_every, record=record
    )


def measure_activations(task: Task, batch_size: int) -> int:
    """Return how many bytes the backward pass of one batch needs from the forward pass.

    It shows what a batch costs in memory besides the weights: every layer's output waits for the
    backward pass, for every row. One training step is traced, not run, and the tensors that its
    gradients read are added up, without the model's variables. Not seen is what exists for a
    moment only, and what waits inside a recurrent layer's loop.

    Args:
        task: data, model and loss; only the shapes of the data are used.
        batch_size: rows in the batch; there may be more than the data has.

    Returns:
        The bytes, nearly proportional to `batch_size`.

    Raises:
        ValueError: an argument is wrong.

    Example:
        >>> task = getfixture("line_task")  # any Task
        >>> round(measure_activations(task, 2000) / measure_activations(task, 1000), 2)
        2.0
    """
    expect(isinstance(task, Task), "task", "a dlcourse.Task", task)
    expect_integer("batch_size", batch_size, minimum=1)
    with seeded(0):
        model = build_model(task.model, task)

    def step(x: tf.Tensor, y: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            loss = task.loss(y, model(x, training=True)) + sum(model.losses)
        return tape.gradient(loss, model.trainable_variables)

    shapes = [
        tf.TensorSpec((batch_size, *array.shape[1:]), array.dtype)
        for array in (task.data.x_train, task.data.y_train)
    ]
    graph = tf.function(step, autograph=False).get_concrete_function(*shapes).graph
    return sum(tensor.shape.num_elements() * tensor.dtype.size for tensor in _kept(graph))


def _kept(graph: tf.Graph) -> list[tf.Tensor]:
    """Return the tensors that the backward pass of a traced step takes from the forward pass."""
    backward = "gradient_tape/"  # TensorFlow names a tape's operations so
    read = {
        tensor.name: tensor
        for operation in graph.get_operations()
        if operation.name.startswith(backward)
        for tensor in operation.inputs
    }
    return [
        tensor
        for name, tensor in read.items()
        if not name.startswith(backward) and tensor.op.type not in ("ReadVariableOp", "Const")
    ]


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
