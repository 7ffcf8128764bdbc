"""The settings every lesson runs under, made before TensorFlow loads."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterator

from dlcourse.checks import expect_integer

PINS: dict[str, str] = {
    "KERAS_BACKEND": "tensorflow",
    # One thread and plain kernels: sums are added up in the same order on every machine.
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    # The width of `model.summary()`.
    "COLUMNS": "100",
}

# Besides, where nobody watches: tests, builds, grading. On the CPU, sets in one order, no bars.
UNATTENDED_PINS: dict[str, str] = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "PYTHONHASHSEED": "0",
    "TQDM_DISABLE": "1",
}

# The library that reads a pin, once, when it is imported; by the pin's first word.
_READ_BY = {"KERAS": "keras", "TF": "tensorflow", "OMP": "numpy", "OPENBLAS": "numpy"}


def start(seed: int = 0) -> None:
    """Begin a lesson: the same numbers on every machine, the course's figures, a quiet TensorFlow.

    Sets the environment variables in `PINS` that are not set already, loads TensorFlow, seeds
    Python, NumPy and TensorFlow, and gives figures their style and their text. A GPU stays usable.

    Args:
        seed: for `keras.utils.set_random_seed`, an integer >= 0.

    Raises:
        ValueError: `seed` is not an integer >= 0.

    >>> from dlcourse import start
    >>> start(seed=0)
    >>> import numpy as np
    >>> first = np.random.normal()
    >>> start(seed=0)
    >>> bool(np.random.normal() == first)
    True
    """
    expect_integer("seed", seed, minimum=0)
    pin()
    with _quiet_loading():
        import keras
        import tensorflow as tf

        tf.config.list_physical_devices()  # the search for a GPU logs too
    from dlcourse.display.digest.figure import register_digest
    from dlcourse.display.interrupts import report_interrupts_briefly
    from dlcourse.display.style import use_style

    keras.utils.set_random_seed(int(seed))
    use_style()
    register_digest()
    report_interrupts_briefly()


def pin() -> None:
    """Set those of `PINS` that the environment leaves open, with one warning if any come too late.

    A value that is set already wins, so that a run can be varied from outside. A pin comes too late
    when the library that reads it was imported before: nothing fails, but the pin does not act.

    >>> pin()
    >>> os.environ["KERAS_BACKEND"]
    'tensorflow'
    """
    open_pins = [name for name in PINS if name not in os.environ]
    late = [name for name in open_pins if _READ_BY.get(name.split("_")[0]) in sys.modules]
    os.environ.update({name: PINS[name] for name in open_pins})
    if late:
        warnings.warn(
            f"These settings come too late to act: {', '.join(late)}. The libraries that read them"
            " were imported before `dlcourse.start`. To have them, restart and call it first.",
            stacklevel=3,
        )


@contextlib.contextmanager
def _quiet_loading() -> Iterator[None]:
    """Hide what TensorFlow's C++ code logs while it loads; no log level reaches those lines."""
    stderr = os.dup(2)
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
