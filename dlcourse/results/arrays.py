"""The arrays of a result: frozen, selected by method, and what can be computed of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np

from dlcourse.checks import expect, expect_number
from dlcourse.results.fields import checked_fields, equal_series
from dlcourse.results.keys import known_series, one_of, resolve_mode

if TYPE_CHECKING:
    from dlcourse.experiment.method import Method
    from dlcourse.experiment.task import Task

_BY_LABEL = ("methods", "places")
_BY_RUN = ("models", "weights", "updates")
_BY_KEY = ("history", "steps")
_NOT_PICKLED = ("task", "methods")  # they hold functions


@dataclass(frozen=True, eq=False, repr=False)
class RunArrays:
    """What `TrainingRuns` holds, without a word or a picture; its fields are told of there."""

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
    task: Task | None = None
    methods: Mapping[str, Method] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in checked_fields(vars(self)).items():
            object.__setattr__(self, name, value)

    def __len__(self) -> int:
        """Return the number of methods."""
        return len(self.labels)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the labels, like a mapping."""
        return iter(self.labels)

    def __getitem__(self, label: str | Iterable[str]) -> Self:
        """Return the runs of one method, as in runs["Adam"], or of a list of methods."""
        chosen = [label] if isinstance(label, str) else label
        listed = isinstance(chosen, Iterable)
        expect(listed, "label", f"{one_of(self.labels)}, or a list of them", label)
        chosen = list(chosen)
        for name in chosen:
            known = isinstance(name, str) and name in self.labels
            expect(known, "label", one_of(self.labels), name)
        different = len(set(chosen)) == len(chosen) > 0
        expect(different, "label", "different labels, at least one", label)
        rows = [self.labels.index(name) for name in chosen]
        changed = {name: getattr(self, name)[rows]
                   for name in ("epochs_run", "seconds", "steps_per_epoch")}  # fmt: skip
        for name in _BY_KEY:
            changed[name] = {key: array[rows] for key, array in getattr(self, name).items()}
        for name in _BY_RUN:
            kept = getattr(self, name)
            changed[name] = {run: value for run, value in kept.items() if run[0] in chosen}
        for name in _BY_LABEL:
            kept = getattr(self, name)
            changed[name] = {each: kept[each] for each in chosen if each in kept}
        return replace(self, labels=chosen, **changed)

    def __eq__(self, other: object) -> bool:
        """Compare what was run and what was measured; NaN equals NaN, `seconds` do not count."""
        if not isinstance(other, RunArrays):
            return NotImplemented
        return (
            (self.labels, self.seeds) == (other.labels, other.seeds)
            and np.array_equal(self.epochs, other.epochs)
            and np.array_equal(self.epochs_run, other.epochs_run)
            and np.array_equal(self.steps_per_epoch, other.steps_per_epoch)
            and equal_series(self.history, other.history)
            and equal_series(self.steps, other.steps)
        )

    def __reduce__(self) -> tuple[Any, ...]:
        plain = {each.name: getattr(self, each.name) for each in fields(self)
                 if each.name not in _NOT_PICKLED}  # fmt: skip
        plain = {  # a MappingProxyType cannot be pickled
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in plain.items()
        }
        return partial(type(self), **plain), ()

    @property
    def trained(self) -> np.ndarray:
        """Which measured epochs each run trained before it stopped, shape (M, S, E)."""
        return self.epochs <= self.epochs_run[..., np.newaxis]

    @property
    def steps_taken(self) -> np.ndarray:
        """Which steps each run took before it stopped, shape (M, S, T)."""
        longest = max((values.shape[-1] for values in self.steps.values()), default=0)
        taken = np.zeros((*self.epochs_run.shape, longest), dtype=bool)
        for values in self.steps.values():
            taken |= ~np.isnan(values)
        return taken

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
        expect_number("target", target)
        values, target = values.astype(np.float32), np.float32(target)  # 0.95 equals 342 / 360
        reached = values <= target if resolve_mode(key, mode) == "min" else values >= target
        return np.where(reached.any(axis=-1), self.epochs[reached.argmax(axis=-1)], np.nan)
