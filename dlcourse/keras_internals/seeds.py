"""Randomness that starts from a seed and leaves the caller's random state as it was."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keras
import numpy as np
from keras.src.backend.common import global_state
from keras.src.random import seed_generator
from tensorflow.python.eager import context as tensorflow_context

# Keras keeps its seed and its global generator here and has no public way to read them back.
_KERAS_ATTRIBUTES = ("global_random_seed", "global_seed_generator")


# Seeds are global in a process: what draws from them in two threads at once takes turns.
_turn = threading.RLock()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Run a block under `keras.utils.set_random_seed(seed)`, then restore every global state.

    What a training draws (initial weights, dropout masks) follows from `seed` alone, and a
    learner's own `random` or `np.random` calls go on as if no training had happened. A second
    thread waits until the first one's block has ended.

    Args:
        seed: what `keras.utils.set_random_seed` takes.

    Raises:
        ValueError: the seed is not an integer from 0 to 2**32 - 1, as NumPy takes it.

    >>> import random
    >>> from dlcourse import seeded
    >>> random.seed(1); expected = random.random()
    >>> random.seed(1)
    >>> with seeded(7):
    ...     drawn = random.random()
    >>> random.random() == expected
    True
    """
    with _turn:
        tensorflow = tensorflow_context.context()
        python_state, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002
        keras_state = {name: global_state.get_global_attribute(name) for name in _KERAS_ATTRIBUTES}
        # TensorFlow has no `_rng` before a seed was first set, and does not look at it then.
        tensorflow_state = tensorflow._seed, getattr(tensorflow, "_rng", None)
        python_random = seed_generator.python_random
        try:
            keras.utils.set_random_seed(seed)
            # Keras draws its layers' seeds from Python's generator, and so may any other thread.
            seed_generator.python_random = random.Random(seed)
            yield
        finally:
            seed_generator.python_random = python_random
            random.setstate(python_state)
            np.random.set_state(numpy_state)  # noqa: NPY002
            for name, value in keras_state.items():
                global_state.set_global_attribute(name, value)
            tensorflow._seed, tensorflow._rng = tensorflow_state


def reseed(seed: int) -> None:
    """Set a further seed inside `seeded`, as `keras.utils.set_random_seed` does, but in less time.

    TensorFlow keeps its kernels, which take long to set up. A random kernel belongs to its seed and
    goes on where it stopped, so no seed may be set twice in one block.

    >>> def draw():
    ...     return float(keras.random.uniform([]))
    >>> with seeded(1):
    ...     expected = draw()
    >>> with seeded(0):
    ...     reseed(1)
    ...     draw() == expected
    True
    """
    random.seed(seed)
    seed_generator.python_random = random.Random(seed)
    np.random.seed(seed)  # noqa: NPY002
    for name, value in zip(_KERAS_ATTRIBUTES, (seed, None), strict=True):
        global_state.set_global_attribute(name, value)
    tensorflow = tensorflow_context.context()
    tensorflow._seed, tensorflow._rng = seed, random.Random(seed)
