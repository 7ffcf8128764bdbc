"""A forked process has TensorFlow's state but none of its threads: whatever it computes hangs."""

from __future__ import annotations

import os

from tensorflow.python.eager import context as tensorflow_context

_forked_after_start = False


def _note_fork() -> None:
    global _forked_after_start
    _forked_after_start = tensorflow_context.context()._initialized


if hasattr(os, "register_at_fork"):  # there are no forks on Windows
    os.register_at_fork(after_in_child=_note_fork)


def expect_not_forked() -> None:
    """Raise in a child process that was forked after TensorFlow had started.

    >>> expect_not_forked()

    Raises:
        RuntimeError: the process is such a child.
    """
    if _forked_after_start:
        raise RuntimeError(
            "This process was forked after TensorFlow had started, and would wait for ever. Start "
            'it anew instead, as in multiprocessing.get_context("spawn").'
        )
