"""Callbacks are called when, with what and as often as `model.fit` calls them."""

from __future__ import annotations

import keras
from training_reference import blob_task, keras_fit

from dlcourse import train_runs

EVENTS: list[tuple] = []


def listening(hook):
    def listen(self, *arguments, logs=None):
        *when, last = arguments or (None,)
        found = last if isinstance(last, dict) else logs
        number = [each for each in (*when, last) if isinstance(each, int)]
        EVENTS.append((hook, *number, sorted(found or {})))

    return listen


HOOKS = [
    f"on_{part}_{end}"
    for part in ("train", "epoch", "train_batch", "test", "test_batch")
    for end in ("begin", "end")
]
Listener = type("Listener", (keras.callbacks.Callback,), {hook: listening(hook) for hook in HOOKS})


def test_the_hooks_are_those_of_fit_in_its_order_with_its_logs():
    EVENTS.clear()
    keras_fit(blob_task(), keras.optimizers.SGD(0.1), epochs=2, callbacks=[Listener()],
              validation_batch_size=50)  # fmt: skip
    expected = list(EVENTS)
    EVENTS.clear()
    train_runs({"SGD": keras.optimizers.SGD(0.1)}, blob_task(), epochs=2, seeds=[0], batch_size=8,
               callbacks=[Listener()])  # fmt: skip
    assert expected == EVENTS
    assert {hook for hook, *_ in EVENTS} == set(HOOKS)


def test_callbacks_know_the_length_of_the_training():
    class Asking(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            EVENTS.append((self.params["epochs"], self.params["steps"], self.model.optimizer))

    EVENTS.clear()
    optimizer = keras.optimizers.Adam(0.1)
    train_runs({"a": optimizer}, blob_task(), epochs=2, seeds=[0], batch_size=8,
               callbacks=[Asking()])  # fmt: skip
    assert EVENTS[0][:2] == (2, 7) and isinstance(EVENTS[0][2], keras.optimizers.Adam)
