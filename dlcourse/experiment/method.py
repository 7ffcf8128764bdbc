"""A method: one entry of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras

from dlcourse.checks import expect, expect_integer
from dlcourse.experiment.task import ModelBuilder, expect_builder
from dlcourse.keras_internals.cloning import expect_clonable, from_recipe, recipe


@dataclass(frozen=True)
class Method:
    """An optimizer, and whatever else one entry of a comparison does its own way.

    Args:
        optimizer: a Keras optimizer; each run trains with a fresh clone of it.
        model: a function that builds this method's model; the task's where None.
        batch_size: rows per step; the comparison's where None.
        callbacks: Keras callbacks, besides those of the comparison; copied for each run.

    Raises:
        ValueError: an argument is of the wrong kind.

    >>> from dlcourse import Method
    >>> import keras
    >>> small_batches = Method(keras.optimizers.SGD(learning_rate=0.1), batch_size=8)
    """

    optimizer: keras.optimizers.Optimizer
    model: ModelBuilder | None = None
    batch_size: int | None = None
    callbacks: Sequence[keras.callbacks.Callback] = ()

    def __post_init__(self) -> None:
        expect_clonable("optimizer", self.optimizer)
        if self.model is not None:
            expect_builder(self.model)
        if self.batch_size is not None:
            expect_integer("batch_size", self.batch_size, minimum=1)
            object.__setattr__(self, "batch_size", int(self.batch_size))
        expect_callbacks(self.callbacks)
        object.__setattr__(self, "callbacks", tuple(self.callbacks))

    def __reduce__(self) -> tuple:
        # A Keras optimizer cannot be pickled; what a fresh clone is made from can.
        return _rebuild, (recipe(self.optimizer), self.model, self.batch_size, self.callbacks)


def _rebuild(optimizer: tuple[type, dict[str, Any], str | None], *rest: Any) -> Method:
    return Method(from_recipe(*optimizer), *rest)


def expect_callbacks(callbacks: object) -> None:
    """Raise unless `callbacks` is a list of Keras callback objects."""
    ok = isinstance(callbacks, (list, tuple)) and all(
        isinstance(callback, keras.callbacks.Callback) for callback in callbacks
    )
    expect(ok, "callbacks", "a list of Keras callbacks", callbacks)
