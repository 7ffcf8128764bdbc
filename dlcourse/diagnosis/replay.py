"""Early stopping, replayed: where its rule would have ended trainings that ran to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from dlcourse.checks import expect, expect_integer, expect_number


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
        >>> from dlcourse import replay_early_stopping
        >>> val_loss = [0.9, 0.6, 0.7, 0.5, 0.6, 0.6, 0.4]
        >>> stop = replay_early_stopping(val_loss, patience=2, restore_best_weights=True)
        >>> int(stop.epochs_run), int(stop.best_epoch), bool(stop.stopped)
        (6, 4, True)
        >>> stop.kept(val_loss).item()
        0.5

    See also: `compare_patience`, which trains.

    Reference: Prechelt, "Early Stopping — But When?" (1998),
    https://doi.org/10.1007/3-540-49430-8_3
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


def _checked_curves(curves: ArrayLike) -> np.ndarray:
    expected = "numbers of shape (..., epochs), at least one epoch"
    try:
        values = np.asarray(curves, dtype=float)
    except (TypeError, ValueError):
        values = np.empty(0)
    expect(values.ndim > 0 and values.size > 0, "curves", expected, curves)
    return values
