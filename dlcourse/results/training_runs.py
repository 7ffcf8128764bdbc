"""What a comparison of methods returns: frozen arrays with a table, plots and a description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlcourse.checks import expect
from dlcourse.display.tables import Table
from dlcourse.results import files, summary
from dlcourse.results.drawing import Drawing
from dlcourse.results.fields import checked_fields, equal_series
from dlcourse.results.keys import known_series, one_of, resolve_mode
from dlcourse.results.run import Run, stack_runs

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, eq=False, repr=False)
class TrainingRuns(Drawing):
    """Everything that was measured while several methods were trained from the same seeds.

    The arrays are copies that cannot be written to. M is the number of methods, S of seeds, E of
    measured epochs and T of the steps of the longest run; NaN pads the runs that stopped early.
    A run diverged when a loss was no longer a finite number: that is a result, and is said in
    `table`, `plot` and `describe`.

    Args:
        labels: the M names of the methods.
        seeds: the S seeds; each method was trained once from each.
        epochs: shape (E,), the epochs after which `history` was measured, counted from 1.
        history: Keras's key → array (M, S, E), measured at the epoch's end in inference mode.
            `loss` and `val_loss` are losses on the data, without the penalty that Keras adds;
            the penalty has its own key.
        steps: key → array (M, S, T), recorded at each step, such as `learning_rate`, as used.
        epochs_run: shape (M, S), how many epochs were trained.
        seconds: shape (M, S), the wall time of the steps, without compiling and measuring. Not
            part of equality.
        steps_per_epoch: shape (M,).
        models: (label, seed) → the trained model, where models were kept.
        weights: (label, seed) → for each measured epoch, the model's list of weight arrays.
        updates: the same for what the last step before the measurement changed.

    Raises:
        ValueError: the arrays do not agree in shape, or a label or seed appears twice.

    >>> runs = TrainingRuns(
    ...     labels=["SGD", "Adam"], seeds=[0, 1, 2], epochs=[1, 2],
    ...     history={"val_loss": [[[2, 1.5], [2, 1.6], [2, 1.4]], [[2, 0.5], [2, 0.4], [2, 0.45]]]},
    ...     steps={}, epochs_run=np.full((2, 3), 2), seconds=np.ones((2, 3)),
    ...     steps_per_epoch=[10, 10])
    >>> runs
    TrainingRuns(2 methods: SGD, Adam; 3 seeds; 2 epochs; history: val_loss; steps: none)
    >>> runs.table()
    After 2 epochs: median [min, max] over 3 seeds
    <BLANKLINE>
    method  val_loss
    ------  --------------------
    SGD     1.50 [1.40, 1.60]
    Adam    0.450 [0.400, 0.500]
    """

    labels: tuple[str, ...]
    seeds: tuple[int, ...]
    epochs: np.ndarray
    history: Mapping[str, np.ndarray]
    steps: Mapping[str, np.ndarray]
    epochs_run: np.ndarray
    seconds: np.ndarray
    steps_per_epoch: np.ndarray
    models: Mapping[tuple[str, int], Any] = field(default_factory=dict)
    weights: Mapping[tuple[str, int], Sequence[Sequence[np.ndarray]]] = field(default_factory=dict)
    updates: Mapping[tuple[str, int], Sequence[Sequence[np.ndarray]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in checked_fields(vars(self)).items():
            object.__setattr__(self, name, value)

    @classmethod
    def from_runs(cls, runs: Iterable[Run], epochs: Sequence[int]) -> TrainingRuns:
        """Put single runs together, one for each method and seed; NaN pads the shorter ones."""
        return cls(**stack_runs(list(runs), epochs))

    def __len__(self) -> int:
        """Return the number of methods."""
        return len(self.labels)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the labels, like a mapping."""
        return iter(self.labels)

    def __getitem__(self, label: str | Iterable[str]) -> TrainingRuns:
        """Return the runs of one method, as in runs["Adam"], or of a list of methods."""
        chosen = [label] if isinstance(label, str) else list(label)
        for name in chosen:
            expect(name in self.labels, "label", one_of(self.labels), name)
        rows = [self.labels.index(name) for name in chosen]
        return replace(
            self,
            labels=chosen,
            history={key: values[rows] for key, values in self.history.items()},
            steps={key: values[rows] for key, values in self.steps.items()},
            epochs_run=self.epochs_run[rows],
            seconds=self.seconds[rows],
            steps_per_epoch=self.steps_per_epoch[rows],
            models={run: model for run, model in self.models.items() if run[0] in chosen},
            weights={run: kept for run, kept in self.weights.items() if run[0] in chosen},
            updates={run: kept for run, kept in self.updates.items() if run[0] in chosen},
        )

    def __eq__(self, other: object) -> bool:
        """Compare what was run and what was measured; NaN equals NaN, `seconds` do not count."""
        if not isinstance(other, TrainingRuns):
            return NotImplemented
        return (
            (self.labels, self.seeds) == (other.labels, other.seeds)
            and np.array_equal(self.epochs, other.epochs)
            and equal_series(self.history, other.history)
            and equal_series(self.steps, other.steps)
        )

    __hash__ = None

    def __repr__(self) -> str:
        return summary.short(self)

    def __reduce__(self) -> tuple[Any, ...]:
        plain = {  # a MappingProxyType cannot be pickled
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in vars(self).items()
        }
        return partial(TrainingRuns, **plain), ()

    @property
    def trained(self) -> np.ndarray:
        """Which measured epochs each run trained before it stopped, shape (M, S, E)."""
        return self.epochs <= self.epochs_run[..., np.newaxis]

    @property
    def steps_taken(self) -> np.ndarray:
        """Which steps each run took before it stopped, shape (M, S, T)."""
        return ~np.isnan(list(self.steps.values())).all(axis=0)

    @property
    def diverged(self) -> np.ndarray:
        """Which runs met a loss that was not a finite number, shape (M, S)."""
        result = np.zeros(self.epochs_run.shape, dtype=bool)
        for key in {"loss", "val_loss"} & self.history.keys():
            result |= (self.trained & ~np.isfinite(self.history[key])).any(axis=-1)
        if "loss" in self.steps:
            result |= (self.steps_taken & ~np.isfinite(self.steps["loss"])).any(axis=-1)
        return result

    def final(self, key: str) -> np.ndarray:
        """Return the value at each run's last measured epoch, shape (M, S)."""
        last = self.trained.sum(axis=-1, keepdims=True) - 1  # -1 where none is: NaN stands there
        return np.take_along_axis(known_series(self.history, key), last, axis=-1)[..., 0]

    def best(self, key: str, mode: Literal["auto", "min", "max"] = "auto") -> np.ndarray:
        """Return the best value of each run, shape (M, S); `mode` as in `epochs_to`."""
        values = known_series(self.history, key)
        choose = np.fmin if resolve_mode(key, mode) == "min" else np.fmax  # these two skip NaN
        return choose.reduce(values, axis=-1)

    def epochs_to(
        self, key: str, target: float, mode: Literal["auto", "min", "max"] = "auto"
    ) -> np.ndarray:
        """Return the first measured epoch at which each run reached the target, shape (M, S).

        Args:
            key: a key of `history`.
            target: reached by a loss at or below it, by an accuracy at or above it.
            mode: "min" if lower is better, "max" if higher; "auto" tells from the key.

        Returns:
            Epochs; NaN for a run that never reached the target.
        """
        values = known_series(self.history, key)
        values, target = values.astype(np.float32), np.float32(target)  # 0.95 equals 342 / 360
        reached = values <= target if resolve_mode(key, mode) == "min" else values >= target
        return np.where(reached.any(axis=-1), self.epochs[reached.argmax(axis=-1)], np.nan)

    def table(self, *keys: str) -> Table:
        """Return one row a method: median [min, max] over seeds, at the last trained epoch.

        A run that diverged counts as the worst, so that the median stays honest. Where runs
        diverged or stopped early, columns say how many, and after how many epochs.

        Args:
            *keys: keys of `history`. Defaults to loss and accuracy, on validation data if any.
        """
        return summary.table(self, keys)

    def describe(self) -> None:
        """Print in plain sentences what was run, and which runs diverged or stopped early."""
        print(summary.description(self))

    def to_dataframe(self) -> pandas.DataFrame:
        """Return a pandas table, one row for each method, seed and trained epoch."""
        return summary.dataframe(self)

    def save(self, path: str | PathLike[str]) -> None:
        """Write everything but the models to a compressed NumPy file (npz), without pickle."""
        files.save(self, path)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> TrainingRuns:
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the file was not written by `save`.
        """
        return cls(**files.read(path))
