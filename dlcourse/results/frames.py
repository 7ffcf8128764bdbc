"""Frames of a training in pictures: class regions, weights and last update at measured epochs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlcourse.checks import expect
from dlcourse.results.keys import one_of

if TYPE_CHECKING:
    from dlcourse.data.dataset import Dataset
    from dlcourse.results.training_runs import TrainingRuns

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


def frames(
    runs: TrainingRuns, data: Dataset, seed: int, epochs: Iterable[int] | None = None
) -> list[Frame]:
    """Return the frames of one run, for some or all of its measured epochs.

    Raises:
        ValueError: see `TrainingRuns.filmstrip`.
    """
    run = _recorded_run(runs, data, seed)
    model, points = runs.models[run], _grid(data)
    trained = runs.weights[run]
    measured = runs.epochs[: len(trained)].tolist()
    chosen = measured if epochs is None else list(epochs)
    for epoch in chosen:
        expect(epoch in measured, "epochs", "measured epochs of this run", epoch)
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


def spaced(epochs: np.ndarray, count: int = 4) -> list[int]:
    """Return up to `count` of the measured epochs, spaced by ratio: early ones change most.

    >>> spaced(np.arange(1, 1001))
    [1, 10, 100, 1000]
    """
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


def _recorded_run(runs: TrainingRuns, data: Dataset, seed: int) -> tuple[str, int]:
    """Return the (label, seed) to draw, or raise with what is missing."""
    expect(len(runs) == 1, "runs", "the runs of one method, such as runs['Adam']", runs.labels)
    expect(seed in runs.seeds, "seed", one_of(runs.seeds), seed)
    run = runs.labels[0], seed
    kept = {"model": runs.models, "weights": runs.weights, "updates": runs.updates}
    missing = [name for name, runs_kept in kept.items() if run not in runs_kept]
    expected = 'runs with record=["model", "weights", "updates"]'
    expect(not missing, "runs", expected, f"nothing recorded of {', '.join(missing)}")
    shape = data.x_train.shape
    expect(shape[1:] == (2,), "data", "data with two inputs, x_train of shape (rows, 2)", shape)
    return run


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
