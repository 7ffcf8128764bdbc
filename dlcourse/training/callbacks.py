"""Keras callbacks: a copy for each run, and what they are asked before any training."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import keras

from dlcourse.checks import expect
from dlcourse.keras_internals.cloning import hyperparameters

_BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
_RATE_SETTERS = (keras.callbacks.LearningRateScheduler, keras.callbacks.ReduceLROnPlateau)


def copies_of(callbacks: Sequence[keras.callbacks.Callback]) -> list[keras.callbacks.Callback]:
    """Return copies with a state of their own, without the model of an earlier training.

    Raises:
        ValueError: a callback holds what cannot be copied, such as an open file or a lock.
    """
    models = {id(callback.model): None for callback in callbacks}
    try:
        return copy.deepcopy(list(callbacks), models)
    except TypeError as error:
        raise ValueError(
            "`callbacks` must be a list of callbacks that can be copied for each run, with files "
            f"and locks made in on_train_begin. Received: {error}"
        ) from error


def acts_on_batches(callback: keras.callbacks.Callback) -> bool:
    """Tell whether a callback wants to be called at each step, which costs speed."""

    def replaced(hook: str) -> bool:
        method = getattr(callback, hook)
        return getattr(method, "__func__", method) is not getattr(keras.callbacks.Callback, hook)

    return any(map(replaced, _BATCH_HOOKS))


def expect_fit_for_run(
    callbacks: Sequence[keras.callbacks.Callback],
    optimizer: keras.optimizers.Optimizer,
    logged: Sequence[str],
) -> None:
    """Raise for callbacks that would fail in mid-training, or do something else than they say.

    Args:
        callbacks: the callbacks of one run.
        optimizer: the optimizer of the run.
        logged: the keys of the logs at an epoch's end.
    """
    copies_of(callbacks)
    for callback in callbacks:
        expected = "callbacks without BackupAndRestore, whose folder all runs would share"
        shared = isinstance(callback, keras.callbacks.BackupAndRestore)
        expect(not shared, "callbacks", expected, callback)
        monitor = getattr(callback, "monitor", None)
        if isinstance(monitor, str) and getattr(callback, "save_best_only", True):
            # Keras would only warn, and do nothing.
            expect(monitor in logged, "monitor", f"one of {', '.join(map(repr, logged))}", monitor)
        if isinstance(callback, _RATE_SETTERS):
            rate = hyperparameters(optimizer)["learning_rate"]
            expected = "an optimizer without a schedule where a callback sets the learning rate"
            expect(isinstance(rate, float), "optimizer", expected, rate)
        if isinstance(callback, keras.callbacks.SwapEMAWeights):
            expected = "an optimizer with use_ema=True for SwapEMAWeights"
            expect(optimizer.use_ema, "optimizer", expected, optimizer)
