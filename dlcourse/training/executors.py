"""Plans on the workers of an executor: on all cores, or on a cluster."""

from __future__ import annotations

import os
import socket
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import Any

from dlcourse.environment import PINS
from dlcourse.results.run import Run
from dlcourse.training import worker
from dlcourse.training.packing import pack
from dlcourse.training.plan import TrainingPlan
from dlcourse.training.progress_server import ProgressServer

SECONDS_BETWEEN_LOOKS = 0.2
_ONE_THREAD = {name: "1" for name in PINS if "NUM_" in name}


def train_on(
    executor: Executor, plans: Sequence[TrainingPlan], progress: Callable[[int], Any]
) -> Iterator[tuple[TrainingPlan, Run]]:
    """Train plans on an executor's workers, and yield each run as it is finished.

    A run comes back with the list of its model's weights in the place of the model.

    Args:
        executor: whose workers train.
        plans: what to train.
        progress: called with the number of epochs that were done since it was last called.

    Raises:
        RuntimeError: a worker ended.
    """
    with ProgressServer() as server:
        sweep = _Sweep(executor, plans, server, progress)
        try:
            yield from sweep.finished_runs()
        except KeyboardInterrupt:
            yield from sweep.runs_that_are_there()
            raise
        finally:
            sweep.stop()


class _Sweep:
    """Plans that wait, orders that are out, and who gets which."""

    def __init__(
        self,
        executor: Executor,
        plans: Sequence[TrainingPlan],
        server: ProgressServer,
        progress: Callable[[int], Any],
    ) -> None:
        self.executor, self.plans, self.server, self.progress = executor, plans, server, progress
        self.packed, self.arrays = pack(list(plans))
        self.waiting: dict[str, deque[int]] = defaultdict(deque)
        for index, plan in enumerate(plans):
            self.waiting[plan.label].append(index)
        self.out: dict[Future, int] = {}
        self.epochs_shown = 0
        self.finished: set[int] = set()

    def finished_runs(self) -> Iterator[tuple[TrainingPlan, Run]]:
        """Hand out orders, one for each worker, until all runs are there."""
        self._fill()
        while self.out:
            done = wait(self.out, SECONDS_BETWEEN_LOOKS, FIRST_COMPLETED).done
            # Succeeded first: what is finished is not lost to the failure of another run.
            for future in sorted(done, key=lambda future: future.exception() is not None):
                yield from self._collect(future)
            self._fill()
            self._show()

    def _fill(self, label: str | None = None) -> None:
        while len(self.out) < _worker_count(self.executor) and any(self.waiting.values()):
            self._send(self.waiting[self._next_label(label)].popleft())

    def _next_label(self, label: str | None) -> str:
        """Return the method to go on with: the same, whose program a worker has compiled.

        Else the one with most runs left for each worker that trains it already.
        """
        if label is not None and self.waiting[label]:
            return label
        busy = Counter(self.plans[index].label for index in self.out.values())
        return max(self.waiting, key=lambda name: len(self.waiting[name]) / (1 + busy[name]))

    def _send(self, index: int, *, with_arrays: bool = False) -> None:
        order = worker.Order(
            self.packed,
            index,
            {name: os.environ.get(name) for name in PINS} | _ONE_THREAD,
            worker.PROCESS,
            socket.gethostname(),
            self.server.address,
            self.server.token,
        )
        arrays = self.arrays if with_arrays or not self.arrays else None
        try:
            self.out[self.executor.submit(worker.work, order, arrays)] = index
        except BrokenExecutor as error:
            raise self._ended(error, index) from error

    def _collect(self, future: Future) -> Iterator[tuple[TrainingPlan, Run]]:
        """Take an answer; send the next order before what came is looked at."""
        index = self.out.pop(future)
        if future.exception() is not None:
            raise self._ended(future.exception(), index) from future.exception()
        answer = future.result()
        if isinstance(answer, worker.Missing):
            self._send(index, with_arrays=True)
        elif isinstance(answer, worker.Failure):
            answer.error.add_note(f"While training {self.plans[index].title}.")
            raise answer.error from _InWorker(answer.traceback)
        elif answer is None:
            raise RuntimeError(f"A worker stopped training {self.plans[index].title} unasked.")
        else:
            self._fill(self.plans[index].label)
            self.finished.add(index)
            yield self.plans[index], answer

    def _ended(self, error: BaseException, index: int) -> RuntimeError:
        """Return the error that says which runs a worker may have died of."""
        lost = {index}
        if isinstance(error, BrokenExecutor):  # it gives up all its orders, and says of none why
            begun = self.server.epochs.keys() - self.finished
            lost = (begun & {index, *self.out.values()}) or lost
        runs = " or ".join(self.plans[i].title for i in sorted(lost))
        return RuntimeError(f"A worker of `executor` ended while it trained {runs}: {error!r}")

    def _show(self) -> None:
        """Move the progress bar to the epochs of all workers."""
        epochs = sum(self.plans[index].epochs for index in self.finished)
        begun = dict(self.server.epochs)
        epochs += sum(n for index, n in begun.items() if index not in self.finished)
        self.progress(epochs - self.epochs_shown)
        self.epochs_shown = epochs

    def runs_that_are_there(self) -> Iterator[tuple[TrainingPlan, Run]]:
        """Yield the runs that were finished and not yet collected."""
        for future, index in self.out.items():
            there = future.done() and not future.cancelled() and future.exception() is None
            if there and isinstance(future.result(), Run):
                yield self.plans[index], future.result()

    def stop(self) -> None:
        """Cancel what did not begin, and let the workers stop at their next report."""
        self.server.stop_workers()
        for future in self.out:
            future.cancel()


class _InWorker(Exception):
    """The traceback of an error in a worker, as text."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def _worker_count(executor: Executor) -> int:
    """Return how many orders can be trained at a time: more would only wait."""
    client = getattr(executor, "_client", None)  # Dask's, which may grow and shrink
    count = len(client.nthreads()) if client else getattr(executor, "_max_workers", None)
    return max(1, count or os.cpu_count() or 1)
