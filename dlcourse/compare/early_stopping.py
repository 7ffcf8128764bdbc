"""Comparing patience: the same training, ended by early stopping sooner or later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

import keras

from dlcourse.checks import expect, expect_labeled
from dlcourse.compare.runner import comparison
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.training.settings import Settings


@comparison
def compare_patience(
    stops: Mapping[str, keras.callbacks.EarlyStopping | None],
    task: Task,
    *,
    optimizer: keras.optimizers.Optimizer,
    **settings: Unpack[Settings],
) -> dict[str, Method]:
    """Train the same model with each early stopping callback, over several seeds.

    It shows how many epochs a patience saves, and what they would have been worth. For one seed
    all trainings are the same up to where they stop. What is measured ends with the last epoch
    trained, whatever weights are restored after it: ask for `record=["model"]` to see the model
    that a training leaves.

    Args:
        stops: label → Keras callback, or None for a training to the end; copied for each run.
        task: data, model and loss.
        optimizer: a Keras optimizer; cloned for each run.

    Example:
        >>> import keras, dlcourse as dl
        >>> def line():
        ...     return keras.Sequential([keras.Input((10,)), keras.layers.Dense(1)])
        >>> task = dl.Task(dl.diabetes(), line, keras.losses.MeanSquaredError())
        >>> stops = {"to the end": None, "patience 2": keras.callbacks.EarlyStopping(patience=2)}
        >>> sgd = keras.optimizers.SGD(0.05)
        >>> runs = dl.compare_patience(stops, task, optimizer=sgd, epochs=50, seeds=[0])
        >>> int(runs.epochs_run[0, 0]), bool(runs.epochs_run[1, 0] < 50)
        (50, True)

    See also: `replay_early_stopping`, which asks the same of curves that are there already.

    Reference: Prechelt, "Early Stopping — But When?" (1998),
    https://doi.org/10.1007/3-540-49430-8_3
    """
    expect_labeled("stops", stops, "EarlyStopping callbacks or None")
    for label, stop in stops.items():
        ok = stop is None or isinstance(stop, keras.callbacks.EarlyStopping)
        expect(ok, f"stops[{label!r}]", "a keras.callbacks.EarlyStopping or None", stop)
    return {
        label: Method(optimizer, callbacks=[] if stop is None else [stop])
        for label, stop in stops.items()
    }
