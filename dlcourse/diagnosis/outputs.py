"""Faults of the output: softmax of numbers that are probabilities already, or no softmax at all."""

from __future__ import annotations

import math

import keras
import numpy as np

from dlcourse.diagnosis.layers import ROWS, outputs_at_inference
from dlcourse.diagnosis.rates import FEWEST_EPOCHS
from dlcourse.diagnosis.recording import Evidence, Recording
from dlcourse.keras_internals.layers import nested_layers

CLOSE = 0.03  # how far a loss may be from the one that the fault explains
ROUNDING = 1e-3  # how far beyond 0 and 1 a probability may be
KEEPS_VALUES = (  # at inference
    keras.layers.ActivityRegularization,
    keras.layers.Dropout,
    keras.layers.Flatten,
    keras.layers.Identity,
    keras.layers.InputLayer,
    keras.layers.Reshape,
)


def softmax_twice(run: Recording) -> Evidence | None:
    """The loss cannot fall below a floor, however right the answers are.

    Probabilities lie between 0 and 1, so a softmax of them gives the right class at most
    e / (e + C - 1) of C classes, and the cross-entropy is at least log(1 + (C - 1) / e).
    """
    layers = _softmaxes(run)
    if layers is not None and layers > 1:
        classes = run.model.output_shape[-1]
        text = "there are {layers} softmax in a row; for {classes} classes the loss cannot fall "
        text += "below {floor}, and ended at {end}"
        numbers = {"layers": layers, "classes": classes, "floor": floor(classes)}
        return Evidence(text, {**numbers, "end": run.loss[-1]}, certain=True)
    if layers == 0 or run.accuracy is None or run.loss.size < FEWEST_EPOCHS:
        return None
    classes = _classes_that_explain(run)
    if classes is None:
        return None
    text = "accuracy ended at {accuracy} with a loss of {end}, close to the floor of {floor} that "
    text += "softmax twice has for {classes} classes"
    numbers = {"accuracy": run.accuracy[-1], "end": run.loss[-1]}
    return Evidence(text, {**numbers, "floor": floor(classes), "classes": classes})


def floor(classes: int) -> float:
    """Return the lowest cross-entropy that softmax of probabilities can reach.

    >>> round(floor(10), 2)
    1.46
    """
    return math.log(1 + (classes - 1) / math.e)


def _classes_that_explain(run: Recording) -> int | None:
    """Return the number of classes for which the fault explains how the losses ended.

    A confident network is at the floor where it is right, and 1 above it where it is wrong.
    """
    excess = run.loss[-1] - (1 - run.accuracy[-1])
    classes = max(2, round(1 + math.e * math.expm1(excess)))
    third = -(-run.loss.size // 3)
    settled = np.ptp(run.loss[-third:]) < 0.1 * run.loss[-1]
    ends = [(run.loss, run.accuracy), (run.val_loss, run.val_accuracy)]
    explained = all(
        abs(loss[-1] - (1 - accuracy[-1]) - floor(classes)) < CLOSE
        for loss, accuracy in ends
        if loss is not None
    )
    return classes if settled and explained and run.accuracy[-1] > 0.8 else None


def _softmaxes(run: Recording) -> int | None:
    """Count the softmax in a row, in the model and in the loss; None where no order is known."""
    if run.model is None or not getattr(run.model, "inputs", None):
        return None
    layers = _softmaxes_at_the_end(run.model)
    in_loss = run.task is not None and getattr(run.task.loss, "from_logits", False)
    of_classes = run.task is None or not isinstance(run.task.loss, keras.losses.BinaryCrossentropy)
    return layers + (bool(in_loss) and of_classes and layers > 0)


def _softmaxes_at_the_end(model: keras.Model) -> int:
    """Count the softmax in a row at the end of a model, as activation or as layer.

    Layers that do not change values may stand between and after them.
    """
    count = 0
    for layer in reversed(list(nested_layers(model))):
        activation = getattr(layer, "activation", None)
        alone = isinstance(layer, keras.layers.Activation)
        if isinstance(layer, keras.layers.Softmax) or activation is keras.activations.softmax:
            count += 1
            if isinstance(layer, keras.layers.Softmax) or alone:
                continue
        elif isinstance(layer, KEEPS_VALUES) or (alone and activation is keras.activations.linear):
            continue
        break
    return count


def logits_as_probabilities(run: Recording) -> Evidence | None:
    """The loss takes the outputs for probabilities, and they lie outside of 0 to 1.

    Of one-hot labels Keras's loss divides by the sum of the outputs: there, only signs count.
    """
    if run.model is None or run.task is None or getattr(run.task.loss, "from_logits", True):
        return None
    outputs = outputs_at_inference(run.model, run.task.data.x_train[:ROWS])
    low, high = float(outputs.min()), float(outputs.max())
    divided = isinstance(run.task.loss, keras.losses.CategoricalCrossentropy)
    if low >= -ROUNDING and (divided or high <= 1 + ROUNDING):
        return None
    text = "the loss expects probabilities (from_logits=False), and the model's outputs go from "
    text += "{low} to {high}"
    return Evidence(text, {"low": low, "high": high}, certain=True)
