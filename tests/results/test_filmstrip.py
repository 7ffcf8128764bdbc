"""Frames, filmstrip and film of a training: what they draw is what was recorded."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image
from training_reference import LOGITS, blob_task

from dlcourse import Dataset, Task, TrainingRuns, spirals, train_runs
from dlcourse.display.digest.figure import figure_digest
from dlcourse.results.frames import REGION_CELLS, cells, extent, frames, spaced
from dlcourse.results.run import Run

RECORD = ["model", "weights", "updates"]
DATA = spirals(samples=20, classes=3, noise=0.1, seed=0)


def network(outputs=3):
    return keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(outputs)]
    )


TASK = Task(DATA, network, LOGITS, metrics=["accuracy"])


@pytest.fixture(scope="module")
def runs():
    methods = {"SGD": keras.optimizers.SGD(0.5)}
    return train_runs(methods, TASK, epochs=6, seeds=[3, 4], batch_size=20, record=RECORD)


@pytest.fixture(autouse=True)
def shown(monkeypatch):
    """Keep each figure that is shown."""
    figures = []
    monkeypatch.setattr(plt, "show", lambda: figures.append(plt.gcf()))
    yield figures
    plt.close("all")


@pytest.mark.parametrize("by_step", [False, True])
@pytest.mark.parametrize("batch_size", [16, 50])
def test_an_update_is_what_the_last_step_changed(batch_size, by_step) -> None:
    class Watch(keras.callbacks.Callback):
        """Keeps the weights after every step."""

        def on_train_begin(self, logs=None):
            seen.append(self.model.get_weights())

        def on_train_batch_end(self, batch, logs=None):
            seen.append(self.model.get_weights())

    seen: list = []
    settings = {"epochs": 3, "seeds": [0], "batch_size": batch_size}
    methods = {"SGD": keras.optimizers.SGD(0.1, momentum=0.9)}
    task = blob_task()
    watched = train_runs(methods, task, callbacks=[Watch()], record=RECORD, **settings)
    runs = watched if by_step else train_runs(methods, task, record=RECORD, **settings)
    steps = -(-50 // batch_size)
    for epoch, update in enumerate(runs.updates["SGD", 0], start=1):
        after, before = seen[epoch * steps], seen[epoch * steps - 1]
        for changed, new, old in zip(update, after, before, strict=True):
            np.testing.assert_allclose(changed, new - old, atol=1e-7)


def test_updates_change_nothing_else() -> None:
    methods, settings = {"SGD": keras.optimizers.SGD(0.1)}, {"epochs": 3, "seeds": [0, 1]}
    plain = train_runs(methods, blob_task(), record=["loss"], **settings)
    recorded = train_runs(methods, blob_task(), record=["loss", "updates"], **settings)
    assert plain == recorded
    assert not plain.updates


def test_regions_are_the_classes_that_the_weights_of_the_epoch_choose(runs) -> None:
    first, last = frames(runs, seed=4, epochs=[1, 6])
    left, right, bottom, top = extent(DATA)
    model = network()
    for frame, place in ((first, 0), (last, 5)):
        model.set_weights(runs.weights["SGD", 4][place])
        corners = [[left, bottom], [right, bottom], [left, top], [right, top]]
        classes = np.argmax(model(np.array(corners)), axis=1)
        assert frame.regions.shape == (REGION_CELLS, REGION_CELLS)
        np.testing.assert_array_equal(frame.regions[[0, 0, -1, -1], [0, -1, 0, -1]], classes)
    assert (first.regions != last.regions).any()


def test_frames_leave_the_trained_model_as_it_was(runs) -> None:
    before = runs.models["SGD", 3].get_weights()
    frames(runs, seed=3, epochs=[1])
    for old, new in zip(before, runs.models["SGD", 3].get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_cells_lie_on_their_longer_side_layer_under_layer() -> None:
    kernel, bias = np.arange(6.0).reshape(3, 2), np.array([7.0, 8.0])
    expected = [[0, 2, 4], [1, 3, 5], [np.nan] * 3, [7, 8, np.nan]]
    np.testing.assert_array_equal(cells([kernel, bias]), expected)


def measured_at(*epochs):
    """Runs that were measured at these epochs, with a snapshot at each."""
    snapshots = [[np.zeros(1)]] * len(epochs)
    run = Run("SGD", 0, {"loss": [1.0] * len(epochs)}, {}, epochs[-1], 1.0, 1, weights=snapshots)
    return TrainingRuns.from_runs([run], epochs)


def test_shown_epochs_are_spaced_by_ratio() -> None:
    assert spaced(measured_at(*range(1, 1001)), 0) == [1, 10, 100, 1000]
    assert spaced(measured_at(10, 20, 25), 0) == [10, 20, 25]


def test_filmstrip_shows_the_recorded_run(runs, shown) -> None:
    runs.filmstrip(epochs=[2, 6])
    text = figure_digest(shown[0])
    loss = runs.history["loss"][0, 0]
    assert text.startswith('figure "SGD, seed 3: spirals"\nplot "epoch 2"')
    assert 'plot "epoch 6"' in text
    assert f"(1, {loss[0]:.3g})" in text and f"(6, {loss[-1]:.3g})" in text
    assert 'plot "learning rate as used"' in text and "(1, 0.5)" in text
    assert text.count("line upright at x = 2\n") == 3
    weights, updates = runs.weights["SGD", 3][5], runs.updates["SGD", 3][5]
    for arrays in (weights, updates):
        assert f"{min(array.min() for array in arrays):.3g} to" in text


def test_film_has_a_frame_for_each_measured_epoch(runs, tmp_path) -> None:
    path = tmp_path / "training.gif"
    runs.animate(path, seed=4)
    with Image.open(path) as film:
        assert film.n_frames == 6
    assert not plt.get_fignums()


def test_one_frame_gives_a_film_too(tmp_path) -> None:
    methods = {"SGD": keras.optimizers.SGD(0.5)}
    runs = train_runs(methods, TASK, epochs=1, seeds=[0], record=RECORD)
    runs.animate(tmp_path / "short.gif")
    assert (tmp_path / "short.gif").stat().st_size > 0


def test_saved_runs_keep_their_updates(runs, tmp_path) -> None:
    runs.save(tmp_path / "runs.npz")
    loaded = type(runs).load(tmp_path / "runs.npz")
    for kept, array in zip(loaded.updates["SGD", 4][2], runs.updates["SGD", 4][2], strict=True):
        np.testing.assert_array_equal(kept, array)
    with pytest.raises(ValueError, match=r"Received: runs='nothing recorded of model'"):
        loaded.filmstrip()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": 9}, "`seed` must be one of 3, 4. Received: seed=9"),
        ({"epochs": [7]}, "`epochs` must be measured epochs of this run. Received: epochs=7"),
        ({"epochs": []}, "`epochs` must be at least one measured epoch. Received: epochs=[]"),
    ],
)
def test_wrong_arguments(runs, arguments, message) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        runs.filmstrip(**arguments)
    assert not plt.get_fignums()


def test_what_cannot_be_drawn(tmp_path) -> None:
    methods = {"a": keras.optimizers.SGD(0.5), "b": keras.optimizers.SGD(0.1)}
    two = train_runs(methods, TASK, epochs=1, seeds=[0], record=["model", "weights"])
    with pytest.raises(ValueError, match="`runs` must be the runs of one method"):
        two.filmstrip()
    with pytest.raises(ValueError, match="nothing recorded of updates"):
        two["a"].filmstrip()
    with pytest.raises(ValueError, match=r'`path` must be a file name that ends in "\.gif"'):
        two["a"].animate(tmp_path / "film.mp4")
    blobs = blob_task()
    four = train_runs({"a": methods["a"]}, blobs, epochs=1, seeds=[0], record=RECORD)
    with pytest.raises(ValueError, match=r"`runs` must be runs on data with two inputs"):
        four.filmstrip()


def test_one_output_has_no_regions(shown) -> None:
    plane = Dataset("plane", DATA.x_train, DATA.x_train.sum(axis=1, keepdims=True))
    task = Task(plane, lambda: network(1), keras.losses.MeanSquaredError())
    methods = {"SGD": keras.optimizers.SGD(0.1)}
    runs = train_runs(methods, task, epochs=1, seeds=[0], record=RECORD)
    with pytest.raises(ValueError, match="`model` must be a model with one output for each class"):
        runs.filmstrip()
    assert not shown
