"""A training as a film: the frames of a run in a file that plays by itself."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike

from matplotlib import pyplot as plt
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.figure import Figure

from dlcourse.checks import expect, expect_path
from dlcourse.data.dataset import Dataset
from dlcourse.results.arrays import RunArrays
from dlcourse.results.filmstrip import curves, draw_curves, draw_frame, largest_weight
from dlcourse.results.frames import Frame, chosen_run, frames

_FRAMES_PER_SECOND = 10
_SIZE = 8.0, 5.6  # inches


def write_animation(runs: RunArrays, path: str | PathLike[str], *, seed: int | None) -> None:
    """Write an animated GIF; `TrainingRuns.animate` says how."""
    path = expect_path("path", path)
    expect(path.suffix == ".gif", "path", 'a file name that ends in ".gif"', str(path))
    data, seed = chosen_run(runs, seed)
    film = frames(runs, seed)
    figure = plt.figure(figsize=_SIZE)
    try:
        show = _set_up(figure, runs, seed, film, data)
        FuncAnimation(figure, show, frames=film).save(path, PillowWriter(_FRAMES_PER_SECOND))
    finally:
        plt.close(figure)


def _set_up(
    figure: Figure, runs: RunArrays, seed: int, film: list[Frame], data: Dataset
) -> Callable[[Frame], None]:
    """Draw what stays; return what draws a frame in place of the one before."""
    figure.suptitle(f"{runs.labels[0]}, seed {seed}: {data.name}")
    above, below = figure.add_gridspec(2, 1, height_ratios=[3, 1.2])
    left, right = above.subgridspec(1, 2)
    pictures = [figure.add_subplot(left), *right.subgridspec(2, 1).subplots()]
    axes = below.subgridspec(1, len(curves(runs, seed))).subplots()
    draw_curves(axes, runs, seed)
    now = [ax.axvline(film[0].epoch, color="0.5", linestyle=":") for ax in axes]
    draw_frame(pictures, film[0], data, largest_weight(film))
    figure.canvas.draw()
    figure.set_layout_engine("none")  # laid out once: the frames are alike

    def show(frame: Frame) -> None:
        for ax in pictures:
            ax.clear()
        draw_frame(pictures, frame, data, largest_weight(film))
        for line in now:
            line.set_xdata([frame.epoch, frame.epoch])

    return show
