"""Callbacks: which act on batches, and copies that share nothing with what was given."""

from __future__ import annotations

import re

import keras
import pytest
from training_reference import two_layers

from dlcourse.training.callbacks import acts_on_batches, copies_of, expect_fit_for_run

callbacks, SGD = keras.callbacks, keras.optimizers.SGD
BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
OTHER_HOOKS = ("on_epoch_begin", "on_epoch_end", "on_train_begin", "on_train_end",
               "on_test_begin", "on_test_end", "on_test_batch_end")  # fmt: skip


def with_hook(hook):
    return type("Own", (callbacks.Callback,), {hook: lambda self, *args, **logs: None})()


@pytest.mark.parametrize("hook", [*BATCH_HOOKS, *OTHER_HOOKS])
def test_which_callbacks_act_on_batches(hook):
    assert acts_on_batches(with_hook(hook)) == (hook in BATCH_HOOKS)


def test_a_function_given_for_a_hook_counts_too():
    assert acts_on_batches(callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None))
    assert not acts_on_batches(callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None))


def test_a_copy_has_a_state_of_its_own_and_no_earlier_model():
    given = callbacks.EarlyStopping("loss")
    given.seen = [1]
    given.set_model(two_layers())
    [copied] = copies_of([given])
    copied.seen.append(2)
    assert given.seen == [1] and copied.model is None and given.model is not None


def test_two_callbacks_that_share_something_share_it_in_the_copies():
    first, second = callbacks.Callback(), callbacks.Callback()
    first.log = second.log = []
    one, other = copies_of([first, second])
    assert one.log is other.log and one.log is not first.log


LOGGED = ["loss", "val_loss"]


@pytest.mark.parametrize(
    "callback",
    [
        callbacks.EarlyStopping("val_loss"),
        callbacks.ModelCheckpoint("x.keras", monitor="nothing"),
        callbacks.ReduceLROnPlateau("loss"),
        callbacks.TerminateOnNaN(),
    ],
)
def test_what_can_act_is_accepted(callback):
    expect_fit_for_run([callback], SGD(0.1), LOGGED)


@pytest.mark.parametrize(
    ("callback", "message"),
    [
        (callbacks.EarlyStopping("val_acc"),
         "`monitor` must be one of 'loss', 'val_loss'. Received: monitor='val_acc'"),
        (callbacks.ModelCheckpoint("x.keras", monitor="nothing", save_best_only=True),
         "`monitor` must be one of"),
        (callbacks.SwapEMAWeights(), "`optimizer` must be an optimizer with use_ema=True"),
        (callbacks.BackupAndRestore("folder"), "`callbacks` must be callbacks without Backup"),
    ],
)  # fmt: skip
def test_what_would_not_act_is_refused(callback, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        expect_fit_for_run([callback], SGD(0.1), LOGGED)
