"""Measurements in a process of their own: `python -m benchmarks.measure JOBS`."""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.peers import PEERS
from benchmarks.works import WORKS, Outcome, Work
from dlcourse.environment import PINS

_THREADS = (
    "OMP_NUM_THREADS",  # PyTorch
    "OPENBLAS_NUM_THREADS",  # NumPy
    "TF_NUM_INTEROP_THREADS",
    "TF_NUM_INTRAOP_THREADS",
)


@dataclass(frozen=True)
class Job:
    """What a process is to measure.

    Args:
        work: a key of WORKS.
        peer: a key of PEERS.
        options: keyword arguments of the peer's `train`.
        changes: fields of the work to change, such as fewer rows.
        warm_up: train a step first, so that what a process does only once is not measured.
    """

    work: str
    peer: str
    options: Mapping[str, Any]
    changes: Mapping[str, Any]
    warm_up: bool


def measure(jobs: Sequence[Job], threads: int | None) -> list[Outcome]:
    """Do the jobs one after the other in one new process, and return their outcomes.

    Raises:
        RuntimeError: the process failed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.measure", json.dumps([asdict(job) for job in jobs])],
        env=environment(threads),
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"Measuring failed: {jobs}\n{done.stderr}")
    return [Outcome(**outcome) for outcome in json.loads(done.stdout.splitlines()[-1])]


def environment(threads: int | None) -> dict[str, str]:
    """Return the environment variables of a measurement: nothing in them slows a peer."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in PINS and not name.startswith("OPENBLAS_")  # may force slower kernels
    }
    kept |= {"CUDA_VISIBLE_DEVICES": "-1", "TQDM_DISABLE": "1"}
    if threads is None:
        return kept | PINS  # as `dlcourse.start` sets them
    quiet = {name: PINS[name] for name in ("KERAS_BACKEND", "TF_CPP_MIN_LOG_LEVEL")}
    return kept | quiet | dict.fromkeys(_THREADS, str(threads))


def _do(job: Job) -> Outcome:
    """Do a job in this process.

    Raises:
        RuntimeError: the peer did not take the steps that were asked for.
    """
    work = replace(WORKS[job.work], **job.changes)
    work.dataset()  # made before the library is loaded, so that making it is not the memory's peak
    train = importlib.import_module(f"benchmarks.{PEERS[job.peer].module}").train
    if job.warm_up:
        train(_first_step(work), **job.options)
    outcome = train(work, **job.options)
    if outcome.steps != work.steps:
        raise RuntimeError(f"{job.peer} took {outcome.steps} steps instead of {work.steps}.")
    return replace(outcome, megabytes=_peak_megabytes())


def _first_step(work: Work) -> Work:
    name, rate = next(iter(work.optimizers.items()))
    return replace(work, optimizers={name: rate}, rows=work.batch_size, epochs=1, seeds=1)


def _peak_megabytes() -> float:
    # On Linux a process begins with the peak of the one that started it, which must be small.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)  # bytes on macOS, else kilobytes


if __name__ == "__main__":
    print(json.dumps([asdict(_do(Job(**job))) for job in json.loads(sys.argv[1])]))
