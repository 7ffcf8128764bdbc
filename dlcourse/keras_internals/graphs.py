"""Compiled graphs that are no longer needed: TensorFlow would keep them in memory for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tensorflow.python.framework import ops as tensorflow_ops


@contextmanager
def traced_for_itself() -> Iterator[None]:
    """Forget, after a block that traces, the gradients that its operations registered for good.

    An operation with a gradient of its own puts it into a global table when it is traced, and with
    it the graph that it stands in. A training step has taken its gradients by then.

    >>> import tensorflow as tf
    >>> with traced_for_itself():
    ...     compiled = tf.function(lambda x: x + 1).get_concrete_function(tf.TensorSpec(()))
    >>> float(compiled(tf.constant(1.0)))
    2.0
    """
    table = tensorflow_ops.gradient_registry._registry
    known = set(table)
    try:
        yield
    finally:
        for name in table.keys() - known:
            if name.startswith("CustomGradient"):
                del table[name]
