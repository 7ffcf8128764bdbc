"""Faults inside a trained model: dead units, and batch normalization in the wrong mode."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np

from dlcourse.diagnosis.rates import FEWEST_EPOCHS
from dlcourse.diagnosis.recording import Evidence, Recording

ROWS = 2_000  # training rows that a model is shown
MANY_DEAD = 0.25  # of a layer's units
FEW_ROWS = 8


def dead_relus(run: Recording) -> Evidence | None:
    """Units are zero for every row, so that no gradient reaches their weights."""
    if run.model is None or run.task is None:
        return None
    x = run.task.data.x_train[:ROWS]
    counts = [(int((a.max(axis=0) <= 0).sum()), a.shape[-1]) for a in _relus(run.model, x)]
    dead, units = max(counts, key=lambda count: count[0] / count[1], default=(0, 1))
    if dead < MANY_DEAD * units:
        return None
    text = "{dead} of {units} ReLU units of a layer are 0 for each of {rows} training rows"
    return Evidence(text, {"dead": dead, "units": units, "rows": len(x)}, certain=True)


def _relus(model: keras.Model, x: np.ndarray) -> Iterator[np.ndarray]:
    """Yield what each ReLU layer puts out, shape (rows, units); places of images are rows."""
    layers = [layer for layer in model.layers if _is_relu(layer)]
    if not layers or not getattr(model, "inputs", None):
        return
    try:
        probe = keras.Model(model.inputs[0], [layer.output for layer in layers])
    except ValueError:  # a layer was first used in another model, and its output lies there
        return
    for output in keras.tree.flatten(probe(x, training=False)):
        yield np.asarray(output).reshape(-1, output.shape[-1])


def _is_relu(layer: keras.Layer) -> bool:
    if isinstance(layer, keras.layers.ReLU):
        return layer.negative_slope == 0
    return getattr(layer, "activation", None) is keras.activations.relu


def batch_normalization_mode(run: Recording) -> Evidence | None:
    """Training and inference do not see the same network."""
    if run.model is None:
        return _apart_by_curves(run)
    layers = [each for each in run.model._flatten_layers() if _is_batch_normalization(each)]
    if not layers:
        return None
    return _never_updated(layers) or _depends_on_batch(run) or _apart_by_curves(run)


def _never_updated(layers: list[keras.Layer]) -> Evidence | None:
    """The moving averages are those that a new layer has."""
    fresh = sum(
        bool(np.all(layer.moving_mean == 0) and np.all(layer.moving_variance == 1))
        for layer in layers
    )
    if not fresh:
        return None
    text = "{fresh} of {layers} BatchNormalization layers still have the moving averages of a new "
    text += "layer, mean 0 and variance 1: it never ran in training mode"
    return Evidence(text, {"fresh": fresh, "layers": len(layers)}, certain=True)


def outputs_at_inference(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Return what a model answers; batch normalization in the wrong mode changes it even here."""
    kept = model.get_weights()
    outputs = np.asarray(model(x, training=False))
    model.set_weights(kept)
    return outputs


def _depends_on_batch(run: Recording) -> Evidence | None:
    """At inference a row gets another answer among few rows than among many."""
    if run.task is None:
        return None
    x = run.task.data.x_train[:ROWS]
    among_all = outputs_at_inference(run.model, x)[:FEW_ROWS]
    among_few, again = (outputs_at_inference(run.model, x[:FEW_ROWS]) for _ in range(2))
    change = np.abs(among_few - among_all).max() / max(np.abs(among_all).max(), 1e-30)
    if change < 0.01 or not np.array_equal(among_few, again):  # else the model draws at random
        return None
    text = "at inference the outputs for {rows} rows change by {change} % when other rows join "
    text += "them: the layer still uses the statistics of the batch"
    return Evidence(text, {"rows": FEW_ROWS, "change": 100 * change}, certain=True)


def _apart_by_curves(run: Recording) -> Evidence | None:
    """In training mode the loss is far lower than in inference mode, on the same rows."""
    if "loss" not in run.steps or run.loss.size < FEWEST_EPOCHS:
        return None
    training = run.steps["loss"][-2 * run.steps_per_epoch :].mean()
    inference = run.loss[-2:].mean()
    if inference < 2 * training + 0.05 * run.reference:
        return None
    text = "in the last epochs the loss was {training} in training mode, and {inference} in "
    text += "inference mode on the same rows"
    return Evidence(text, {"training": training, "inference": inference})


def _is_batch_normalization(layer: keras.Layer) -> bool:
    return isinstance(layer, keras.layers.BatchNormalization)
