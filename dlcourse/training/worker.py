"""What a worker of an executor does: it unpacks the plans once, and trains the run it is sent.

This module loads neither Keras nor TensorFlow: how TensorFlow is to run is set before it starts.
"""

from __future__ import annotations

import os
import socket
import sys
import time
import traceback
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xmlrpc.client import ServerProxy

if TYPE_CHECKING:
    from dlcourse.results.run import Run
    from dlcourse.training.worker_plans import WorkerPlans

DECIDE_NUMBERS = {"KERAS_BACKEND", "TF_ENABLE_ONEDNN_OPTS"}
# Tells a thread of the caller's own process from another process.
PROCESS = uuid.uuid4().hex

# Keras and TensorFlow keep random states by thread: one thread trains, one run at a time.
_trainer = ThreadPoolExecutor(1, "dlcourse training")
_plans: WorkerPlans | None = None


@dataclass(frozen=True)
class Order:
    """One run to be trained.

    Args:
        plans: all plans of the sweep, packed, without their large arrays.
        index: which of them to train.
        settings: environment variables to run TensorFlow under; None stands for not set.
        process: `PROCESS` of the caller.
        host: name of the caller's machine.
        address: where the caller listens for progress.
        token: what proves to the caller that a report is about its sweep.
    """

    plans: bytes
    index: int
    settings: Mapping[str, str | None]
    process: str
    host: str
    address: str
    token: str


@dataclass(frozen=True)
class Missing:
    """The worker has not yet seen the arrays of the plans."""


@dataclass(frozen=True)
class Failure:
    """A run raised an error, which the caller is to raise."""

    error: Exception
    traceback: str


class Stopped(BaseException):
    """The caller has given up the sweep."""


def work(order: Order, arrays: Mapping[str, Any] | None) -> Run | Missing | Failure | None:
    """Train one run, after those that were asked for before.

    Returns:
        The run, its model replaced by the list of its weights; None where the caller gave up.
    """
    return _trainer.submit(_work, order, arrays).result()


def _work(order: Order, arrays: Mapping[str, Any] | None) -> Run | Missing | Failure | None:
    try:
        if order.process != PROCESS:
            _prepare(order.settings)
            return _train(order, arrays)
        from dlcourse.keras_internals.seeds import seeded

        with seeded(0):  # the random state is the caller's
            return _train(order, arrays)
    except Stopped:
        return None
    except Exception as error:
        return Failure(_portable(error), traceback.format_exc())


def _prepare(settings: Mapping[str, str | None]) -> None:
    """Set how TensorFlow is to run, before it starts."""
    differ = {name for name, value in settings.items() if os.environ.get(name) != value}
    if differ and "tensorflow" in sys.modules:
        _expect_not_too_late(differ, settings)
    for name in differ:
        os.environ.pop(name, None)
    os.environ.update({name: value for name, value in settings.items() if value is not None})
    os.environ["TQDM_DISABLE"] = "1"  # the caller has the one progress bar


def _expect_not_too_late(differ: set[str], settings: Mapping[str, str | None]) -> None:
    """Raise where TensorFlow was loaded under settings that give other numbers, or has started."""
    import tensorflow as tf

    try:
        if differ & DECIDE_NUMBERS:
            raise RuntimeError
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:
        listed = ", ".join(f"{name}={settings[name] or ''}" for name in sorted(differ))
        raise RuntimeError(
            "`executor` must have workers that TensorFlow did not start in before, or started in "
            f"with {listed}. Start it anew, or set these variables where its workers start."
        ) from None


def _train(order: Order, arrays: Mapping[str, Any] | None) -> Run | Missing:
    global _plans
    from dlcourse.training.worker_plans import WorkerPlans

    if _plans is None or _plans.packed != order.plans:
        if arrays is None:
            return Missing()
        _plans = WorkerPlans(order.plans, arrays)
    return _plans.train(order.index, Reporter(order))


def _portable(error: Exception) -> Exception:
    """Return the error, or where it cannot travel, one that says the same."""
    import cloudpickle

    try:
        return cloudpickle.loads(cloudpickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")


class Reporter:
    """Tells the caller how far a run is, and hears whether it is still wanted.

    The caller listens on its own machine alone. On another, a run is trained to the end, and
    counts when it is done.
    """

    SECONDS_BETWEEN_REPORTS = 0.2

    def __init__(self, order: Order) -> None:
        self._order, self._epochs = order, 0
        self._report()

    def __call__(self, epochs: int) -> None:
        """Count epochs that were just done.

        Raises:
            Stopped: the caller has given up, or is gone.
        """
        self._epochs += epochs
        if time.monotonic() - self._reported >= self.SECONDS_BETWEEN_REPORTS:
            self._report()

    def _report(self) -> None:
        self._reported = time.monotonic()
        order = self._order
        if order.host != socket.gethostname():
            return
        try:
            with ServerProxy(order.address) as caller:
                wanted = caller.report(order.token, order.index, self._epochs)
        except OSError:
            wanted = False
        if not wanted:
            raise Stopped
