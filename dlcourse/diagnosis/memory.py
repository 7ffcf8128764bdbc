"""What a batch costs in memory: the tensors that the backward pass needs from the forward pass."""

from __future__ import annotations

import tensorflow as tf

from dlcourse.checks import expect_integer
from dlcourse.experiment.building import build_model
from dlcourse.experiment.task import Task, expect_task
from dlcourse.keras_internals.seeds import seeded


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
        >>> import keras, dlcourse as dl
        >>> def network():
        ...     layers = [keras.layers.Dense(100, "relu"), keras.layers.Dense(1)]
        ...     return keras.Sequential([keras.Input((10,)), *layers])
        >>> task = dl.Task(dl.diabetes(), network, keras.losses.MeanSquaredError())
        >>> few, many = (dl.measure_activations(task, rows) for rows in (1000, 2000))
        >>> round(many / few, 2)
        2.0

    See also: `compare_accumulation`, which takes the same step in less memory.
    """
    expect_task(task)
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
