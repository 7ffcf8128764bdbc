"""A result in words and numbers: the table, the description, and the pandas table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dlcourse.checks import expect
from dlcourse.display.tables import Table, format_median
from dlcourse.results.arrays import RunArrays
from dlcourse.results.keys import direction, quantity

if TYPE_CHECKING:
    import pandas


def table(runs: RunArrays, keys: Sequence[str]) -> Table:
    """One row a method: median [min, max] over seeds at each run's last measured epoch."""
    keys = keys or default_keys(runs)
    columns = {"method": list(runs.labels)}
    columns |= {key: _medians(runs, key) for key in keys}
    if _stopped(runs).any():
        columns["epochs"] = [format_median(epochs) for epochs in runs.epochs_run]
    if runs.diverged.any():
        counts = runs.diverged.sum(axis=1)
        columns["diverged"] = [f"{count} of {len(runs.seeds)}" for count in counts]
    return Table(list(columns), list(zip(*columns.values(), strict=True)), _caption(runs))


def default_keys(runs: RunArrays) -> list[str]:
    """The loss, then all metrics, on validation data if there are any; the penalty is neither."""
    validated = any(key.startswith("val_") for key in runs.history)
    wanted = [key for key in runs.history
              if key.startswith("val_") == validated and key != "penalty"]  # fmt: skip
    expect(bool(wanted), "keys", "given where no loss or metric was measured", tuple(runs.history))
    return sorted(wanted, key=lambda key: quantity(key) != "loss")


def _medians(runs: RunArrays, key: str) -> list[str]:
    """The final values of each method; those of a diverged run count as the worst."""
    values = np.where(runs.diverged, np.nan, runs.final(key))
    higher = direction(key) == "max"
    return [
        format_median(row, missing="diverged" if bad.any() else "–", higher_is_better=higher)
        for row, bad in zip(values, runs.diverged, strict=True)
    ]


def _caption(runs: RunArrays) -> str:
    when = "At the last trained epoch" if _stopped(runs).any() else f"After {_epochs(runs)}"
    several = len(runs.seeds) > 1
    how = f": median [min, max] over {len(runs.seeds)} seeds" if several else f", {_seeds(runs)}"
    worst = "; diverged runs count as the worst" if runs.diverged.any() and several else ""
    return when + how + worst


def short(runs: RunArrays) -> str:
    """What was run and recorded, in one line; the arrays are not printed."""
    parts = [
        f"{_count(len(runs.labels), 'method')}: {', '.join(runs.labels)}",
        _count(len(runs.seeds), "seed"),
        _epochs(runs),
        f"history: {', '.join(runs.history) or 'none'}",
        f"steps: {', '.join(runs.steps) or 'none'}",
    ]
    return f"TrainingRuns({'; '.join(parts)})"


def description(runs: RunArrays) -> str:
    """What was run, what was recorded, and which runs diverged or stopped early, in sentences."""
    methods = _count(len(runs.labels), "method")
    lines = [
        f"{methods} ({', '.join(runs.labels)}), trained from {_seeds(runs)}"
        f" for {_epochs(runs)} of {_steps(runs)}.",
        f"Measured at the end of {_measured(runs)}: {', '.join(runs.history)}.",
    ]
    if runs.steps:
        lines.append(f"Recorded at each step: {', '.join(runs.steps)}.")
    for label, stopped, epochs in zip(runs.labels, _stopped(runs), runs.epochs_run, strict=True):
        if stopped.any():
            span = _span(epochs[stopped])
            lines.append(f"{label} stopped early in {_share(stopped)}, after {span} epochs.")
    for label, diverged in zip(runs.labels, runs.diverged, strict=True):
        if diverged.any():
            lines.append(f"{label} diverged in {_share(diverged)}.")
    if not runs.diverged.any():
        lines.append("No run diverged.")
    return "\n".join(lines)


def dataframe(runs: RunArrays) -> pandas.DataFrame:
    """One row for each method, seed and trained epoch; one column for each key.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        message = "to_dataframe() needs pandas, which is not installed: pip install pandas"
        raise ImportError(message) from error
    method, seed, epoch = np.nonzero(runs.trained)
    columns = {
        "method": np.array(runs.labels)[method],
        "seed": np.array(runs.seeds)[seed],
        "epoch": runs.epochs[epoch],
    }
    columns |= {key: values[runs.trained] for key, values in runs.history.items()}
    return pandas.DataFrame(columns)


def _stopped(runs: RunArrays) -> np.ndarray:
    """Which runs stopped before the last epoch that was measured, shape (M, S)."""
    return runs.epochs_run < runs.epochs[-1]


def _epochs(runs: RunArrays) -> str:
    return _count(int(runs.epochs[-1]), "epoch")


def _steps(runs: RunArrays) -> str:
    counts = runs.steps_per_epoch
    return _count(counts[0], "step") if np.ptp(counts) == 0 else f"{_span(counts)} steps"


def _measured(runs: RunArrays) -> str:
    every = np.arange(1, runs.epochs[-1] + 1)
    if np.array_equal(runs.epochs, every):
        return "each epoch"
    return f"{runs.epochs.size} epochs"


def _seeds(runs: RunArrays) -> str:
    """The seeds, as a range where they are consecutive."""
    seeds = runs.seeds
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    if seeds == tuple(range(seeds[0], seeds[0] + len(seeds))):
        return f"seeds {seeds[0]} to {seeds[-1]}"
    return f"seeds {', '.join(map(str, seeds))}"


def _share(chosen: np.ndarray) -> str:
    return f"{chosen.sum()} of {_count(chosen.size, 'run')}"


def _span(counts: np.ndarray) -> str:
    return f"{counts.min()}" if np.ptp(counts) == 0 else f"{counts.min()} to {counts.max()}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
