"""Frames of a training in pictures: class regions, weights and last update at measured epochs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dlcourse.checks import expect, listed
from dlcourse.data.dataset import Dataset
from dlcourse.results.arrays import RunArrays
from dlcourse.results.keys import is_one_of, one_of

REGION_CELLS = 80  # along each side of the map of class regions
_MARGIN = 0.08  # of the data's width, around them


@dataclass(frozen=True)
class Frame:
    """One measured epoch of one run, as arrays to draw.

    Args:
        epoch: counted from 1.
        regions: the class that the network chooses, shape (REGION_CELLS, REGION_CELLS), from the
            lower left corner up.
        weights: all layers' weights as cells, layer under layer; NaN where there is no weight.
        update: what the epoch's last step added to them, in the same cells.
    """

    epoch: int
    regions: np.ndarray
    weights: np.ndarray
    update: np.ndarray


def frames(runs: RunArrays, seed: int, epochs: Iterable[int] | None = None) -> list[Frame]:
    """Return the frames of one run that `chosen_run` found, for some or all measured epochs.

    Raises:
        ValueError: see `TrainingRuns.filmstrip`.
    """
    run = runs.labels[0], seed
    model, points, trained = runs.models[run], _grid(runs.task.data), runs.weights[run]
    measured = _measured(runs, seed)
    chosen = measured if epochs is None else listed("epochs", epochs, "a list of measured epochs")
    for epoch in chosen:
        expect(is_one_of(epoch, measured), "epochs", "measured epochs of this run", epoch)
    final, made = model.get_weights(), []
    try:
        for epoch in chosen:
            place = measured.index(epoch)
            model.set_weights(trained[place])
            regions = _regions(np.asarray(model(points)))
            update = cells(runs.updates[run][place])
            made.append(Frame(epoch, regions, cells(trained[place]), update))
    finally:
        model.set_weights(final)
    return made


def spaced(runs: RunArrays, seed: int, count: int = 4) -> list[int]:
    """Return up to `count` measured epochs of a run, spaced by ratio: early ones change most."""
    epochs = np.array(_measured(runs, seed))
    wanted = np.geomspace(epochs[0], epochs[-1], count)
    nearest = [int(epochs[np.abs(epochs - epoch).argmin()]) for epoch in wanted]
    return sorted(set(nearest))


def extent(data: Dataset) -> tuple[float, float, float, float]:
    """Return left, right, bottom and top of the map: the training points and a margin."""
    low, high = data.x_train.min(axis=0), data.x_train.max(axis=0)
    low, high = low - _MARGIN * (high - low), high + _MARGIN * (high - low)
    return float(low[0]), float(high[0]), float(low[1]), float(high[1])


def cells(weights: Sequence[np.ndarray]) -> np.ndarray:
    """Return weight arrays as one block of cells, layer under layer, with an empty row between.

    A matrix lies on its longer side; vectors, such as biases, are rows of their own.

    >>> cells([np.ones((2, 3)), np.zeros(3)]).shape
    (4, 3)
    """
    grids = [np.reshape(array, (-1, array.shape[-1])) for array in weights if array.ndim]
    grids = [grid.T if len(grid) > grid.shape[1] else grid for grid in grids]
    block = np.full((sum(map(len, grids)) + len(grids) - 1, max(g.shape[1] for g in grids)), np.nan)
    row = 0
    for grid in grids:
        block[row : row + len(grid), : grid.shape[1]] = grid
        row += len(grid) + 1
    return block


def chosen_run(runs: RunArrays, seed: int | None) -> tuple[Dataset, int]:
    """Return the data and the seed of the run to draw, or raise with what is missing."""
    seed = runs.seeds[0] if seed is None else seed
    expect(len(runs) == 1, "runs", "the runs of one method, such as runs['Adam']", runs.labels)
    expect(is_one_of(seed, runs.seeds), "seed", one_of(runs.seeds), seed)
    run = runs.labels[0], seed
    kept = {"model": runs.models, "weights": runs.weights, "updates": runs.updates}
    missing = [name for name, runs_kept in kept.items() if run not in runs_kept]
    expected = 'runs with record=["model", "weights", "updates"]'
    expect(not missing, "runs", expected, f"nothing recorded of {', '.join(missing)}")
    expected = "runs that know their task, as trained ones do and loaded ones do not"
    expect(runs.task is not None, "runs", expected, runs)
    shape = runs.task.data.x_train.shape
    expect(
        shape[1:] == (2,), "runs", "runs on data with two inputs, x_train of shape (rows, 2)", shape
    )
    return runs.task.data, seed


def _measured(runs: RunArrays, seed: int) -> list[int]:
    """The measured epochs of a run, up to where it stopped."""
    return runs.epochs[: len(runs.weights[runs.labels[0], seed])].tolist()


def _grid(data: Dataset) -> np.ndarray:
    """Return the places of the map's cells, shape (REGION_CELLS², 2), row by row from below."""
    left, right, bottom, top = extent(data)
    x, y = np.linspace(left, right, REGION_CELLS), np.linspace(bottom, top, REGION_CELLS)
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2).astype(np.float32)


def _regions(output: np.ndarray) -> np.ndarray:
    """Return the class that each cell of the map is given."""
    classes = output.shape[-1]
    expect(classes > 1, "model", "a model with one output for each class", f"{classes} output")
    return output.argmax(axis=-1).reshape(REGION_CELLS, REGION_CELLS)
