"""How much a second worker saves: one sweep by executors of one and of two workers.

`python -m benchmarks.sweep_workers loky 2` measures one of them and prints the seconds.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.measure import environment
from benchmarks.works import WORKS, Work
from dlcourse.display.tables import Table, format_median

# Executor → by how much two workers must be faster than one.
BARS = {"loky": 1.7, "distributed": 1.6}
WORKERS = (1, 2)
# The optimizers and the network of the 25 trainings, for longer and from more seeds.
LONG = {"seeds": 10, "epochs": 400, "evaluate": False}


def measure_sweeps(repeats: int, *, tiny: bool = False) -> dict[tuple[str, int], list[float]]:
    """Return the seconds of the sweep by library and number of workers, in turns."""
    seconds: dict[tuple[str, int], list[float]] = {}
    for _ in range(repeats):
        for library in filter(importlib.util.find_spec, BARS):
            for workers in WORKERS:
                took = _in_a_process(library, workers, tiny)
                seconds.setdefault((library, workers), []).append(took)
    return seconds


def report_sweeps(seconds: Mapping[tuple[str, int], Sequence[float]], *, tiny: bool = False) -> str:
    """Return a table of what was measured, and which bars are met."""
    rows, lines = [], []
    for library, bar in BARS.items():
        if (library, 1) not in seconds:
            rows.append([f"{library}: not installed", "–", "–", "–"])
            continue
        one, two = (np.array(seconds[library, workers]) for workers in (1, 2))
        rows.append([library, *map(format_median, (one, two, one / two))])
        reached = float(np.median(one / two))
        met = "met" if reached >= bar else "NOT met"
        lines.append(f"bar {bar:g}× {library}: reached {reached:.2f}×, {met} (start-up included)")
    work = replace(WORKS["trainings"], **LONG)
    title = f"Sweep of {len(work.optimizers) * work.seeds} trainings, {work.epochs} epochs each"
    table = Table(["", "1 worker, s", "2 workers, s", "ratio"], rows, f"{title}: median [min, max]")
    return "\n\n".join([repr(table), *([] if tiny else ["\n".join(lines)])])


def _in_a_process(library: str, workers: int, tiny: bool) -> float:
    command = [sys.executable, "-m", "benchmarks.sweep_workers", library, str(workers)]
    done = subprocess.run(
        [*command, *["tiny"] * tiny],
        env=environment(None),
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"Measuring failed: {command}\n{done.stderr}")
    return float(done.stdout.splitlines()[-1])


@contextmanager
def _executor(library: str, workers: int) -> Iterator[Executor]:
    if library == "loky":
        import loky

        with loky.ProcessPoolExecutor(workers) as executor:
            yield executor
        return
    from distributed import Client

    with Client(n_workers=workers, threads_per_worker=1, dashboard_address=None) as client:
        yield client.get_executor()


def sweep(work: Work, library: str, workers: int) -> float:
    """Train on an executor; return the seconds from before its start to the last run."""
    from benchmarks.train_dlcourse import train

    began = time.perf_counter()
    with _executor(library, workers) as executor:
        train(work, jit_compile=False, executor=executor)
        return time.perf_counter() - began


if __name__ == "__main__":
    changes = WORKS["trainings"].tiny if "tiny" in sys.argv else LONG
    print(sweep(replace(WORKS["trainings"], **changes), sys.argv[1], int(sys.argv[2])))
