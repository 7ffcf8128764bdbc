"""The settings that everything that trains takes: declared, checked and explained here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal, Required, TypedDict, Unpack

import keras

from dlcourse.checks import expect, expect_integer
from dlcourse.experiment.method import expect_callbacks

RECORDABLE = ("loss", "gradient_norm", "weight_norm", "weights", "updates", "model")
# NumPy's generators, which callbacks may draw from, take no larger seed.
LARGEST_SEED = 2**32 - 1


class Settings(TypedDict, total=False):
    """How to train: what `train_runs` and all that call it take by keyword.

    Args:
        epochs: passes over the training rows.
        seeds: one run per method and seed. Default: 0 to 4.
        batch_size: rows per step; from the number of training rows up it is full batch.
            Default: 32.
        callbacks: Keras callbacks for every method; copied for each run. Default: none.
        evaluate_every: epochs between two measurements. Default: 1.
        record: any of "loss", "gradient_norm" and "weight_norm" (per step), "weights" (a snapshot
            per measurement), "updates" (what the step before it changed) and "model" (the trained
            model). Default: none of them.
        jit_compile: whether XLA compiles the step; "auto", the default, does so for runs of 2,000
            steps and more without random layers.
    """

    epochs: Required[int]
    seeds: Iterable[int]
    batch_size: int
    callbacks: Sequence[keras.callbacks.Callback]
    evaluate_every: int
    record: Collection[str]
    jit_compile: bool | Literal["auto"]


DEFAULTS: dict[str, Any] = {
    "seeds": range(5),
    "batch_size": 32,
    "callbacks": (),
    "evaluate_every": 1,
    "record": (),
    "jit_compile": "auto",
}


def checked_settings(**settings: Unpack[Settings]) -> Settings:
    """Return all settings, checked, with defaults for those that were not given.

    Raises:
        ValueError: a setting is wrong.
        TypeError: there is no such setting, or `epochs` is missing.

    >>> checked_settings(epochs=3, seeds=range(2))["seeds"]
    (0, 1)
    >>> checked_settings(epochs=0)
    Traceback (most recent call last):
        ...
    ValueError: `epochs` must be an integer >= 1. Received: epochs=0
    """
    _expect_names(settings)
    chosen = {**DEFAULTS, **settings}
    for name in ("epochs", "batch_size", "evaluate_every"):
        expect_integer(name, chosen[name], minimum=1)
        chosen[name] = int(chosen[name])
    chosen["seeds"] = checked_seeds(chosen["seeds"])
    chosen["record"] = _checked_record(chosen["record"])
    jit = chosen["jit_compile"]
    known = isinstance(jit, (bool, str)) and jit in (True, False, "auto")
    expect(known, "jit_compile", 'True, False or "auto"', jit)
    expect_callbacks(chosen["callbacks"])
    chosen["callbacks"] = tuple(chosen["callbacks"])
    acts = chosen["evaluate_every"] > 1 and chosen["callbacks"]
    expect(not acts, "evaluate_every", "1 where callbacks are used", chosen["evaluate_every"])
    return chosen


def _expect_names(settings: Settings) -> None:
    """Raise TypeError as Python does for a function that declares the settings by name."""
    if "epochs" not in settings:
        raise TypeError("missing 1 required keyword argument: 'epochs'")
    unknown = sorted(settings.keys() - Settings.__annotations__.keys())
    if unknown:
        raise TypeError(f"got an unexpected keyword argument {unknown[0]!r}")


def checked_seeds(seeds: Iterable[int]) -> tuple[int, ...]:
    """Return distinct seeds as a tuple of Python integers."""
    expect(isinstance(seeds, Iterable), "seeds", "a list or range of integers", seeds)
    seeds = tuple(seeds)
    expect(len(seeds) > 0, "seeds", "a non-empty list or range of integers", seeds)
    for seed in seeds:
        expect_integer("seeds", seed, minimum=0)
        expect(seed <= LARGEST_SEED, "seeds", f"integers up to {LARGEST_SEED:,}", seed)
    expect(len(set(seeds)) == len(seeds), "seeds", "distinct integers", seeds)
    return tuple(int(seed) for seed in seeds)


def _checked_record(record: Collection[str]) -> tuple[str, ...]:
    expected = f"a list of any of {', '.join(map(repr, RECORDABLE))}"
    ok = not isinstance(record, str) and isinstance(record, Collection)
    expect(ok and all(key in RECORDABLE for key in record), "record", expected, record)
    return tuple(key for key in RECORDABLE if key in record)
