"""The settings that everything that trains takes: declared, checked and explained here."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import Executor
from os import PathLike
from pathlib import Path
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
        executor: a `concurrent.futures.Executor` whose workers train, each with one TensorFlow
            thread; the numbers are the same. Default: None, this process.
        resume: a folder that keeps each run as it is finished: the same call again trains only
            what is missing, and any other call is refused. Default: None, nothing is kept.
    """

    epochs: Required[int]
    seeds: Iterable[int]
    batch_size: int
    callbacks: Sequence[keras.callbacks.Callback]
    evaluate_every: int
    record: Collection[str]
    jit_compile: bool | Literal["auto"]
    executor: Executor | None
    resume: str | PathLike[str] | None


DEFAULTS: dict[str, Any] = {
    "seeds": range(5),
    "batch_size": 32,
    "callbacks": (),
    "evaluate_every": 1,
    "record": (),
    "jit_compile": "auto",
    "executor": None,
    "resume": None,
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
    expect_executor(chosen["executor"])
    expect_folder("resume", chosen["resume"])
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


def expect_executor(executor: object) -> None:
    """Raise unless `executor` is None, or an executor whose workers can train."""
    if executor is None:
        return
    expected = "a concurrent.futures.Executor, such as loky.get_reusable_executor()"
    expect(isinstance(executor, Executor), "executor", expected, executor)
    context = getattr(executor, "_mp_context", None)
    forks = context is not None and context.get_start_method() == "fork"
    expected = (
        "one that does not fork, since TensorFlow hangs in a forked process, such as "
        'ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn"))'
    )
    expect(not forks, "executor", expected, executor)
    if importlib.util.find_spec("cloudpickle") is None:
        raise ImportError("`executor` needs cloudpickle: pip install 'dlcourse[cluster]'")


def expect_folder(name: str, path: object) -> None:
    """Raise unless `path` is None, a folder, or where one can be made."""
    ok = path is None or isinstance(path, (str, PathLike))
    folder = ok and (path is None or not Path(path).exists() or Path(path).is_dir())
    expect(folder, name, "a folder, or where one can be made", path)
