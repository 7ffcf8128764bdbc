"""The works as the course does them: `train_runs`."""

from __future__ import annotations

import functools
import time
from concurrent.futures import Executor

from benchmarks.train_keras import LOSS, network, optimizer
from benchmarks.works import Outcome, Work
from dlcourse import Task, train_runs


def train(
    work: Work, jit_compile: bool | str = "auto", executor: Executor | None = None
) -> Outcome:
    """Do the work in one call.

    The engine always measures the losses once at the end, which the other peers need not do; that
    counts as compiling.
    """
    data = work.dataset()
    began = time.perf_counter()
    runs = train_runs(
        {name: optimizer(name, rate) for name, rate in work.optimizers.items()},
        Task(data, functools.partial(network, work.layers), LOSS, _metrics(work)),
        epochs=work.epochs,
        seeds=range(work.seeds),
        batch_size=work.batch_size,
        evaluate_every=1 if work.evaluate else work.epochs,
        jit_compile=jit_compile,
        executor=executor,
    )
    seconds = time.perf_counter() - began
    training = float(runs.seconds.sum())
    losses = runs.final("loss").T.ravel().tolist()  # seed by seed
    return Outcome(seconds - training, training, int(runs.steps_taken.sum()), losses)


def _metrics(work: Work) -> tuple[str, ...]:
    return ("accuracy",) if work.evaluate else ()
