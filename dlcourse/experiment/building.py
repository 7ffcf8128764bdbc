"""Models from a builder: new at each call, with nothing that another run has too."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from dlcourse.checks import expect
from dlcourse.experiment.labels import expect_labels_fit
from dlcourse.experiment.task import ModelBuilder, Task
from dlcourse.keras_internals.steps import replaces

# What decides how a model is trained and is not asked for its own version here.
_KEPT_FROM_KERAS = ("fit", "compile", "evaluate", "make_train_function", "make_test_function")


def new_model(build: ModelBuilder, task: Task) -> keras.Model:
    """Build a model whose variables are all its own; one without an Input layer included.

    Raises:
        ValueError: a layer was made outside the builder, so that runs would share its weights.
    """
    with _noted_variables() as created:
        model = build()
        expect(
            isinstance(model, keras.Model), "model", "a function that returns a keras.Model", model
        )
        if not model.built:
            _output_of(model, task)
    shared = [v.path for v in model.variables if id(v.value) not in created]
    expected = (
        "a function that makes every layer anew at each call, so that no run shares weights with "
        "another (inside it, keras.models.clone_model(base) and set_weights copy a trained base)"
    )
    expect(not shared, "model", expected, f"made before: {', '.join(shared[:3])}")
    return model


@contextmanager
def _noted_variables() -> Iterator[set[int]]:
    """Collect the identities of all TensorFlow variables that are created in a block."""
    created: set[int] = set()

    def note(create: Any, **settings: Any) -> tf.Variable:
        variable = create(**settings)
        created.add(id(variable))
        return variable

    with tf.variable_creator_scope(note):
        yield created


def build_model(build: ModelBuilder, task: Task) -> keras.Model:
    """Build a model and check that it can be trained on the task.

    The model is not run: layers that draw random numbers or count calls are as new.

    Raises:
        ValueError: it is no plain Keras model, or does not fit the rows, the labels or the loss.
    """
    _expect_no_required_arguments(build)
    model = new_model(build, task)
    for method in _KEPT_FROM_KERAS:
        expected = f"a model without a `{method}` of its own"
        expect(not replaces(model, method), "model", expected, type(model).__name__)
    _expect_any_batch_size(model)
    output = _output_of(model, task)
    single = hasattr(output, "shape")
    expect(single, "model", "a model with one output", type(output).__name__)
    trainable = len(model.trainable_variables) > 0
    expect(trainable, "model", "a model with trainable weights", model.name)
    expect_labels_fit(task.data, task.loss, tuple(output.shape[1:]) or (1,))
    return model


def _expect_no_required_arguments(build: ModelBuilder) -> None:
    signature = inspect.signature(build)
    optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    required = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.default is parameter.empty and parameter.kind not in optional
    ]
    expect(not required, "model", "a function without required arguments", str(signature))


def _expect_any_batch_size(model: keras.Model) -> None:
    """Raise for models that take batches of one size only, as stateful layers need it."""
    sizes = {tensor.shape[0] for tensor in getattr(model, "inputs", None) or ()} - {None}
    expected = (
        "a model for batches of any size, with Input(shape) and stateful=False: the last batch of "
        "an epoch is smaller, losses are measured on all rows, and rows are shuffled"
    )
    expect(not sizes, "model", expected, f"batch size {min(sizes, default=None)}")


def _output_of(model: keras.Model, task: Task) -> Any:
    """Return the symbolic output for the task's rows, which builds a model without Input layer."""
    row = task.data.x_train[0]
    inputs = getattr(model, "inputs", None) or [None]
    expect(len(inputs) == 1, "model", "a model with one input", f"{len(inputs)} inputs")
    try:
        return model(keras.KerasTensor((None, *row.shape), str(row.dtype)))
    except Exception as error:
        made_for = tuple(getattr(model, "input_shape", (None, *row.shape))[1:])
        fits = len(made_for) == row.ndim and all(
            size in (None, given) for size, given in zip(made_for, row.shape, strict=True)
        )
        reason = f"raised {type(error).__name__}" if fits else f"made for {made_for}"
        raise ValueError(
            f"`model` must be a model that takes inputs of shape {row.shape}. "
            f"Received: model='{type(model).__name__}, {reason}'"
        ) from error
