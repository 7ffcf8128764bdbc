"""Early stopping: its rule replayed on recorded curves, and patience compared in real trainings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import keras
import numpy as np
from numpy.typing import ArrayLike

from dlcourse.checks import expect, expect_integer, expect_number
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.results.training_runs import TrainingRuns
from dlcourse.training.train import train_runs


@dataclass(frozen=True, eq=False)
class Stops:
    """Where early stopping ends each of several curves, and whose weights it keeps.

    All arrays have the shape of the curves without their last axis. Epochs are counted from 1.

    Args:
        epochs_run: how many epochs are trained.
        best_epoch: the epoch of the last improvement; 0 where no epoch was watched.
        kept_epoch: the epoch whose weights the model has in the end.
        stopped: whether patience ran out; if not, the curve was over first.
    """

    epochs_run: np.ndarray
    best_epoch: np.ndarray
    kept_epoch: np.ndarray
    stopped: np.ndarray

    def kept(self, curves: ArrayLike) -> np.ndarray:
        """Return what curves, such as those of another metric, show at the epochs that are kept.

        Args:
            curves: one value for each epoch along the last axis, shape (..., epochs).

        Returns:
            Shape (...).
        """
        places = np.asarray(self.kept_epoch)[..., np.newaxis] - 1
        return np.take_along_axis(np.asarray(curves), places, axis=-1)[..., 0]


def replay_early_stopping(
    curves: ArrayLike,
    *,
    min_delta: float = 0.0,
    patience: int = 0,
    mode: Literal["min", "max"] = "min",
    baseline: float | None = None,
    restore_best_weights: bool = False,
    start_from_epoch: int = 0,
) -> Stops:
    """Find where `keras.callbacks.EarlyStopping` would have ended trainings that ran to the end.

    It shows what every patience would have cost or saved, without training again.

    The rule: an epoch improves if its value beats the best one so far by more than `min_delta`;
    `patience` epochs without improvement end the training. As in Keras, values are compared in
    float32, the first epoch watched always counts as an improvement, NaN never does later, and
    `patience=0` acts like 1. An epoch that beats the best but not the `baseline` goes on waiting,
    yet does not end the training.

    Args:
        curves: the monitored quantity at each epoch's end, shape (..., epochs).
        min_delta: what an improvement must exceed. Keras ignores its sign; here it is >= 0.
        patience: how many epochs without improvement end the training.
        mode: "min" if lower is better, "max" if higher.
        baseline: a value that must be beaten, too, for the waiting to begin anew.
        restore_best_weights: whether the best epoch's weights are kept, also when the training
            ends before patience does; otherwise the last epoch's.
        start_from_epoch: how many epochs pass before the first is watched.

    Returns:
        For each curve the epochs trained, the best epoch, and the epoch whose weights are kept.

    Raises:
        ValueError: an argument is wrong.

    Example:
        >>> val_loss = [0.9, 0.6, 0.7, 0.5, 0.6, 0.6, 0.4]
        >>> stop = replay_early_stopping(val_loss, patience=2, restore_best_weights=True)
        >>> int(stop.epochs_run), int(stop.best_epoch), bool(stop.stopped)
        (6, 4, True)
        >>> stop.kept(val_loss).item()
        0.5

    Source: Prechelt, "Early Stopping — But When?" (1998).
    """
    curves = _checked_curves(curves)
    expect_number("min_delta", min_delta, minimum=0)
    expect_integer("patience", patience, minimum=0)
    expect(mode in ("min", "max"), "mode", "'min' or 'max'", mode)
    if baseline is not None:
        expect_number("baseline", baseline)
    expect_integer("start_from_epoch", start_from_epoch, minimum=0)
    sign = 1 if mode == "min" else -1

    def improves(value: float, reference: float) -> bool:
        return np.float32(sign * value + min_delta) < np.float32(sign * reference)

    rows = [
        _replay(curve, improves, patience, baseline, start_from_epoch)
        for curve in curves.reshape(-1, curves.shape[-1])
    ]
    epochs_run, best_epoch, stopped = np.array(rows).T.reshape(3, *curves.shape[:-1])
    restored = restore_best_weights & (best_epoch > 0)
    kept_epoch = np.where(restored, best_epoch, epochs_run)
    return Stops(epochs_run, best_epoch, kept_epoch, stopped.astype(bool))


def _replay(curve, improves, patience, baseline, start_from_epoch) -> tuple[int, int, bool]:
    """Return epochs run, best epoch and whether patience ran out, on one curve."""
    best, best_epoch, wait = None, 0, 0
    for epoch, value in enumerate(curve[start_from_epoch:], start=start_from_epoch + 1):
        wait += 1
        if best is None or improves(value, best):
            best, best_epoch = value, epoch
            if baseline is None or improves(value, baseline):
                wait = 0
        elif wait >= patience:
            return epoch, best_epoch, True
    return len(curve), best_epoch, False


def compare_patience(
    stops: Mapping[str, keras.callbacks.EarlyStopping | None],
    optimizer: keras.optimizers.Optimizer,
    task: Task,
    *,
    epochs: int,
    seeds: Iterable[int] = range(5),
    batch_size: int = 32,
    record: Collection[str] = (),
) -> TrainingRuns:
    """Train the same model with each early stopping callback, over several seeds.

    It shows how many epochs a patience saves, and what they would have been worth. What is
    measured ends with the last epoch trained, whatever weights are restored after it: ask for
    `record=["model"]` to see the model that a training leaves.

    Args:
        stops: label → Keras callback, or None for a training to the end; copied for each run.
        optimizer: a Keras optimizer; cloned for each run.
        task: data, model and loss.
        epochs: passes over the training rows, at most.
        seeds: one training per callback and seed. For one seed all trainings are the same up to
            where they stop.
        batch_size: rows per step.
        record: what else to record, as in `train_runs`.

    Returns:
        What was recorded, arrays of shape (callbacks, seeds, epochs or steps).

    Raises:
        ValueError: an argument is wrong; nothing was trained.

    Example:
        >>> task = getfixture("line_task")  # any Task
        >>> stop = keras.callbacks.EarlyStopping(min_delta=0.01, patience=2)
        >>> runs = compare_patience(
        ...     {"to the end": None, "patience 2": stop}, keras.optimizers.SGD(0.1), task,
        ...     epochs=50, seeds=[0])
        >>> int(runs.epochs_run[0, 0]), bool(runs.epochs_run[1, 0] < 50)
        (50, True)

    Source: Prechelt, "Early Stopping — But When?" (1998).
    """
    expected = "a non-empty mapping of labels to EarlyStopping callbacks or None"
    expect(isinstance(stops, Mapping) and len(stops) > 0, "stops", expected, stops)
    is_optimizer = isinstance(optimizer, keras.optimizers.Optimizer)
    expect(is_optimizer, "optimizer", "a Keras optimizer object", optimizer)
    for label, stop in stops.items():
        ok = stop is None or isinstance(stop, keras.callbacks.EarlyStopping)
        expect(ok, f"stops[{label!r}]", "a keras.callbacks.EarlyStopping or None", stop)
    methods = {
        label: Method(optimizer, callbacks=[] if stop is None else [stop])
        for label, stop in stops.items()
    }
    return train_runs(
        methods, task, epochs=epochs, seeds=seeds, batch_size=batch_size, record=record
    )


def _checked_curves(curves: ArrayLike) -> np.ndarray:
    expected = "numbers of shape (..., epochs), at least one epoch"
    try:
        values = np.asarray(curves, dtype=float)
    except (TypeError, ValueError):
        values = np.empty(0)
    expect(values.ndim > 0 and values.size > 0, "curves", expected, curves)
    return values
