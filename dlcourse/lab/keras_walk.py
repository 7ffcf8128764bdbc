"""The walk that Keras takes on a landscape, noise on the gradients included."""

from __future__ import annotations

import keras
import numpy as np

from dlcourse.landscapes.landscape import Landscape
from dlcourse.landscapes.path import DescentPath


def keras_walk(
    label: str,
    optimizer: keras.optimizers.Optimizer,
    landscape: Landscape,
    *,
    start: list[float],
    noise: np.ndarray,
) -> DescentPath:
    """Take one step per row of `noise`, which is added to the gradient; Keras's float type."""
    steps, d = noise.shape
    points, gradients = np.full((2, steps + 1, d), np.nan)
    values = np.full(steps + 1, np.nan)
    variable = keras.Variable(start[:d])
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            w = variable.numpy().astype(float)
            points[step], values[step] = w, landscape.function(w)
            gradients[step] = landscape.gradient(w)
            finite = np.isfinite([*w, values[step], *gradients[step]]).all()
            if step == steps or not finite:
                break
            gradient = keras.ops.cast(gradients[step] + noise[step], variable.dtype)
            optimizer.apply([gradient], [variable])
    rate = float(keras.ops.convert_to_numpy(optimizer.learning_rate))
    return DescentPath(label, landscape, points, values, gradients, np.full(steps, rate))
