"""A training as a strip of pictures, with the curves it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from dlcourse.checks import expect
from dlcourse.data.dataset import Dataset
from dlcourse.display.style import PALETTE, suggest_scale
from dlcourse.results.arrays import RunArrays
from dlcourse.results.frames import Frame, chosen_run, extent, frames, spaced
from dlcourse.results.keys import in_words

_WIDTH, _HEIGHT = 8.0, 6.4  # inches


def draw_filmstrip(runs: RunArrays, *, seed: int | None, epochs: Sequence[int] | None) -> None:
    """Draw a strip of frames above the run's curves; `TrainingRuns.filmstrip` says how."""
    data, seed = chosen_run(runs, seed)
    strip = frames(runs, seed, spaced(runs, seed) if epochs is None else epochs)
    expect(len(strip) > 0, "epochs", "at least one measured epoch", epochs)
    figure = plt.figure(figsize=(_WIDTH, _HEIGHT))
    figure.suptitle(f"{runs.labels[0]}, seed {seed}: {data.name}")
    pictures, below = figure.add_gridspec(2, 1, height_ratios=[3, 1.1])
    columns = pictures.subgridspec(3, len(strip), height_ratios=[2.4, 1, 1]).subplots(squeeze=False)
    largest = largest_weight(strip)
    for column, frame in zip(columns.T, strip, strict=True):
        draw_frame(column, frame, data, largest)
    for ax in columns[:, 1:].flat:
        ax.set_ylabel("")
    axes = below.subgridspec(1, len(curves(runs, seed))).subplots()
    draw_curves(axes, runs, seed)
    for ax in axes:
        for frame in strip:
            ax.axvline(frame.epoch, color="0.5", linestyle=":", linewidth=1)
    plt.show()


def draw_frame(axes: Sequence[Axes], frame: Frame, data: Dataset, largest: float) -> None:
    """Draw regions, weights and last update on three axes, all weights up to `largest` in size."""
    regions, weights, update = axes
    regions.set_title(f"epoch {frame.epoch:,}", fontsize=11)
    draw_regions(regions, frame.regions, data)
    draw_cells(weights, "weights", frame.weights, largest)
    draw_cells(update, "last update", frame.update, size(frame.update))


def draw_cells(ax: Axes, name: str, values: np.ndarray, largest: float) -> None:
    """Draw a block of cells, blue below zero and red above, gray where there is no weight."""
    ax.set_facecolor("0.8")
    ax.imshow(
        values, vmin=-largest, vmax=largest, cmap="RdBu_r", aspect="auto", interpolation="nearest"
    )
    ax.set(xticks=[], yticks=[], ylabel=name)
    ax.set_xlabel(f"blue −{largest:.2g}, red +{largest:.2g}", fontsize=8)


def draw_regions(ax: Axes, regions: np.ndarray, data: Dataset) -> None:
    """Draw the class that the network gives each place, and the training points on top."""
    classes = max(int(data.y_train.max()), int(regions.max())) + 1
    colors = ListedColormap([PALETTE[index % len(PALETTE)] for index in range(classes)])
    color: dict[str, Any] = {"cmap": colors, "vmin": -0.5, "vmax": classes - 0.5}
    ax.imshow(regions, extent=extent(data), origin="lower", aspect="auto", alpha=0.3, **color)
    ax.scatter(*data.x_train.T, c=data.y_train.ravel(), s=5, linewidths=0, **color)
    ax.set(xticks=[], yticks=[], ylabel="regions and data")


def largest_weight(strip: Sequence[Frame]) -> float:
    """Return the size of the largest weight: all frames share one color scale."""
    return max(size(frame.weights) for frame in strip)


def size(cells: np.ndarray) -> float:
    """Return the largest size of a cell; 1 where all are zero, and any scale shows white."""
    return float(np.nanmax(np.abs(cells))) or 1.0


def curves(runs: RunArrays, seed: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return what is drawn below the frames: title → epochs and values of one run."""
    column = runs.seeds.index(seed)
    rate = runs.steps["learning_rate"][0, column]
    found = {
        in_words(key): (runs.epochs, runs.history[key][0, column])
        for key in ("loss", "accuracy")
        if key in runs.history
    }
    epoch_of_step = 1 + np.arange(rate.size) / runs.steps_per_epoch[0]
    return {**found, "learning rate as used": (epoch_of_step, rate)}


def draw_curves(axes: Sequence[Axes], runs: RunArrays, seed: int) -> None:
    """Draw one run's loss, accuracy and learning rate over epochs, side by side."""
    for ax, (title, (x, y)) in zip(axes, curves(runs, seed).items(), strict=True):
        ax.plot(x, y, color=PALETTE[0])
        scale = "linear" if "accuracy" in title else suggest_scale(y)
        ax.set(xlabel="epoch", yscale=scale)
        ax.set_title(title, fontsize=10)
