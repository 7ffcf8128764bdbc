"""Curves of a result: what was measured over epochs, and what was recorded over steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib import pyplot as plt

from dlcourse.checks import expect
from dlcourse.display.legends import legend_beside
from dlcourse.display.style import method_style, new_axes, plot_band, suggest_scale
from dlcourse.display.varying import mark_varying
from dlcourse.results.keys import data_name, direction, in_words, known_series, quantity
from dlcourse.results.summary import default_keys

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dlcourse.results.training_runs import TrainingRuns

STEP_QUANTITIES = {"loss": "loss on the step's batch", "learning_rate": "learning rate as used"}


def plot_history(
    runs: TrainingRuns,
    keys: Sequence[str],
    *,
    ax: Axes | None = None,
    title: str | None = None,
    yscale: str | None = None,
    chaotic: bool = False,
) -> None:
    """Draw one line for each method and key; `TrainingRuns.plot` says how.

    Raises:
        ValueError: a key was not recorded, or the keys are of several quantities.
    """
    keys = keys or default_keys(runs)[:1]
    series = {key: _held(known_series(runs.history, key), runs.trained) for key in keys}
    single = len({quantity(key) for key in keys}) == 1
    expect(single, "keys", "keys of one quantity, such as 'loss', 'val_loss'", tuple(keys))
    ylabel = in_words(keys[0]) if len(keys) == 1 else in_words(quantity(keys[0]), data=False)
    yscale = yscale or _scale(keys[0], list(series.values()))
    with _axes(ax, title, _xlabel("epoch", runs.trained), ylabel, yscale) as drawn:
        for index, label in enumerate(_legend_labels(runs)):
            for key, values in series.items():
                text = label if len(keys) == 1 else f"{label}, {data_name(key)}"
                training = data_name(key) == "training"
                style = method_style(runs.labels[index], index, training=training)
                _draw(drawn, runs.epochs, _drawable(values[index], key), text, style)
        if chaotic:
            mark_varying(drawn, "chaotic: details differ between machines")


def plot_steps(runs: TrainingRuns, key: str, *, ax: Axes | None = None) -> None:
    """Draw one line for each method, over steps counted from 0 as schedules count them.

    Raises:
        ValueError: the key was not recorded.
    """
    values = known_series(runs.steps, key)
    held = _held(values, runs.steps_taken)
    ylabel = STEP_QUANTITIES.get(key, in_words(key, data=False))
    xlabel = _xlabel("step", runs.steps_taken)
    with _axes(ax, None, xlabel, ylabel, suggest_scale(held)) as drawn:
        for index, label in enumerate(_legend_labels(runs)):
            samples = _drawable(held[index], key)
            alike = np.array_equal(samples, np.roll(samples, 1, axis=0), equal_nan=True)
            style = method_style(runs.labels[index], index)
            steps = np.arange(values.shape[-1])
            _draw(drawn, steps, samples[:1] if alike else samples, label, style)


def _draw(
    ax: Axes, x: np.ndarray, samples: np.ndarray, label: str, style: Mapping[str, Any]
) -> None:
    """Draw a band; a method without a finite value keeps its place in the legend."""
    if not np.isfinite(samples).any():
        style = {**style, "markevery": None}  # Matplotlib cannot space markers on an empty line
    plot_band(ax, x, samples, label, **style)


@contextmanager
def _axes(
    ax: Axes | None, title: str | None, xlabel: str, ylabel: str, yscale: str
) -> Iterator[Axes]:
    """Label the axes to draw on; show them at the end if they are new."""
    title = title or ylabel[0].upper() + ylabel[1:].removesuffix(" (fraction)")
    if ax is None:
        _, drawn = new_axes(title, xlabel, ylabel, yscale=yscale)
    else:
        drawn = ax
        drawn.set(title=title, xlabel=xlabel, ylabel=ylabel, yscale=yscale)
    if drawn.get_xscale() == "linear":
        drawn.xaxis.get_major_locator().set_params(integer=True)
    yield drawn
    legend_beside(drawn)
    if ax is None:
        plt.show()


def _legend_labels(runs: TrainingRuns) -> list[str]:
    """The methods' names, each with how many of its runs diverged, if any did."""
    return [
        f"{label}, {bad.sum()} of {bad.size} diverged" if bad.any() else label
        for label, bad in zip(runs.labels, runs.diverged, strict=True)
    ]


def _xlabel(name: str, trained: np.ndarray) -> str:
    """Name the x-axis; where the runs of a method differ in length, say how that is drawn."""
    lengths = trained.sum(axis=-1)  # (M, S)
    return name if np.ptp(lengths, axis=1).max() == 0 else f"{name} (stopped runs keep their value)"


def _scale(key: str, values: list[np.ndarray]) -> str:
    return "linear" if direction(key) == "max" else suggest_scale(values)


def _held(values: np.ndarray, trained: np.ndarray) -> np.ndarray:
    """Return values (M, S, N) in which each run lasts as long as its method's longest run.

    A stopped run keeps its last value. Infinity marks what a diverged run left undefined.
    """
    values = np.where(trained & ~np.isfinite(values), np.inf, values)
    lengths = trained.sum(axis=-1, keepdims=True)  # (M, S, 1)
    places = np.arange(values.shape[-1])
    held = np.take_along_axis(values, np.clip(places, 0, np.maximum(lengths - 1, 0)), axis=-1)
    return np.where(places < lengths.max(axis=1, keepdims=True), held, np.nan)


def _drawable(samples: np.ndarray, key: str) -> np.ndarray:
    """Return samples (S, N) without infinity, whose median still counts diverged runs as worst.

    A diverged run stands at the worst edge of the band; where the median itself has diverged,
    nothing is left to draw.
    """
    lost, known = np.isinf(samples), np.ma.masked_invalid(samples)
    worst = known.min(axis=0) if direction(key) == "max" else known.max(axis=0)
    shown = np.where(lost, worst.filled(np.nan), samples)
    shown[:, 2 * lost.sum(axis=0) >= len(samples)] = np.nan
    return shown
