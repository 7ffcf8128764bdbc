"""How large a signal is in each layer of a network, forward and backward, beside theory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from dlcourse.checks import expect
from dlcourse.display.tables import Table

# A fine grid for means over a normal distribution; an even number, so that half are positive.
_NODES = np.linspace(-8, 8, 2000)
_WEIGHTS = np.exp(-(_NODES**2) / 2)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, eq=False, repr=False)
class SignalTrace:
    """Activations and gradients of each layer, on one batch.

    Args:
        layers: the L layers' names, from the first to the last.
        mean: shape (L,), mean of a layer's outputs over rows and units.
        deviation: shape (L,), their standard deviation.
        size: shape (L,), their root mean square, which is what theory predicts.
        theory: shape (L,), the size that theory predicts from the inputs' size; NaN from the first
            layer on that is not dense.
        gradient_size: shape (L,), root mean square of the loss's gradient at a layer's outputs.
        gradient_theory: shape (L,), what theory predicts from the gradient's size at the last
            layer; NaN where it does not know the layers between.
    """

    layers: tuple[str, ...]
    mean: np.ndarray
    deviation: np.ndarray
    size: np.ndarray
    theory: np.ndarray
    gradient_size: np.ndarray
    gradient_theory: np.ndarray

    def table(self) -> Table:
        """Return one row per layer: mean, deviation, and both sizes beside theory."""
        columns = ["layer", "mean", "deviation", "size", "in theory", "gradient", "in theory"]
        rows = zip(*vars(self).values(), strict=True)
        return Table(columns, list(rows), "The signal, layer by layer")

    def __repr__(self) -> str:
        return repr(self.table())


def trace_signal(
    model: keras.Model, x: ArrayLike, y: ArrayLike, loss: keras.losses.Loss
) -> SignalTrace:
    """Measure activations and gradients layer by layer on one batch, beside what theory says.

    It shows where the signal dies out or explodes before a single step is taken. The rule, for a
    dense layer with n inputs, kernel entries of mean square σ², and activation f, where the inputs
    of mean square q are many and the kernel is random:

        sum z ~ N(0, n σ² q)      next q = mean of f(z)²
        gradient: mean square at the inputs = m σ² · mean of f'(z)² · mean square at the m outputs

    σ² is measured on the kernel, so theory holds for any initializer that draws independently
    around zero, and for a trained network only by chance.

    Args:
        model: a Sequential model. Batch normalization uses the batch's own statistics, as in
            training; nothing is dropped, and nothing in the model changes.
        x: inputs, shape (rows, features).
        y: the targets of these rows.
        loss: a Keras loss.

    Returns:
        Sizes for each layer but dropout.

    Raises:
        ValueError: an argument is of the wrong kind, or the model is not sequential.

    Example:
        >>> import keras, dlcourse as dl
        >>> kernel = keras.initializers.Constant(0.5)
        >>> layer = keras.layers.Dense(1, kernel_initializer=kernel, name="sum")
        >>> model = keras.Sequential([keras.Input((2,)), layer])
        >>> trace = dl.trace_signal(model, [[1.0, 1.0]], [[0.0]], keras.losses.MeanSquaredError())
        >>> trace.mean.tolist(), trace.gradient_size.tolist()
        ([1.0], [2.0])

    See also: `trace_gradients`, for the gradients of the weights, in any model.

    Reference: Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural
    Networks" (2010), https://proceedings.mlr.press/v9/glorot10a.html, for the measurement; Poole et
    al., "Exponential Expressivity in Deep Neural Networks through Transient Chaos" (2016),
    https://arxiv.org/abs/1606.05340, and Schoenholz et al., "Deep Information Propagation" (2017),
    https://arxiv.org/abs/1611.01232, for the theory with any activation.
    """
    sequential = isinstance(model, keras.Sequential) and len(model.layers) > 0
    expect(sequential, "model", "a keras.Sequential model with layers", model)
    x = np.asarray(x, dtype="float32")
    expect(x.ndim > 1, "x", "an array of rows", x.shape)
    x, y = _expect_batch(x, y, loss)
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.Dropout)]
    outputs, gradients = _both_passes(layers, x, y, loss)
    theory, factors = _theory(layers, _size(x))
    return SignalTrace(
        layers=tuple(layer.name for layer in layers),
        mean=np.array([output.mean() for output in outputs]),
        deviation=np.array([output.std() for output in outputs]),
        size=np.array([_size(output) for output in outputs]),
        theory=theory,
        gradient_size=np.array([_size(gradient) for gradient in gradients]),
        gradient_theory=_size(gradients[-1]) * np.append(np.cumprod(factors[:0:-1])[::-1], 1.0),
    )


def trace_gradients(
    model: keras.Model, x: ArrayLike, y: ArrayLike, loss: keras.losses.Loss
) -> dict[str, float]:
    """Return how large the gradient of the loss is in each layer of a model, on one batch.

    It shows where gradients vanish or explode on their way back from the loss. The size is the
    root mean square over the layer's trainable weights, so that layers of different widths can be
    compared. Times the learning rate, it is how far plain descent moves a typical weight. The
    model is in inference mode: nothing is dropped, and nothing in it changes.

    Args:
        model: a Keras model.
        x: inputs, shape (rows, ...).
        y: the targets of these rows.
        loss: a Keras loss; penalties of the model are not part of it.

    Returns:
        Layer's name → size, from the first layer to the last; layers without trainable weights
        are left out, and a model within the model counts as one layer.

    Raises:
        ValueError: an argument is of the wrong kind, x and y differ in length, or the model has no
            trainable weights.

    Example:
        The model y = 3x with squared error at x = 1, y = 1 has the gradients 2 (3 - 1) = 4:

        >>> import keras, dlcourse as dl
        >>> layer = keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(3))
        >>> model = keras.Sequential([keras.Input((1,)), layer])
        >>> sizes = dl.trace_gradients(model, [[1.0]], [[1.0]], keras.losses.MeanSquaredError())
        >>> list(sizes.values())
        [4.0]

    See also: `trace_signal`, for activations too, beside theory.

    Reference: Hochreiter, "Untersuchungen zu dynamischen neuronalen Netzen" (1991),
    https://people.idsia.ch/~juergen/SeppHochreiter1991ThesisAdvisorSchmidhuber.pdf, for gradients
    that vanish; Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward
    Neural Networks" (2010), https://proceedings.mlr.press/v9/glorot10a.html, for measuring them
    layer by layer.
    """
    expect(isinstance(model, keras.Model), "model", "a Keras model", model)
    x, y = _expect_batch(np.asarray(x), y, loss)
    with tf.GradientTape() as tape:
        value = loss(y, model(x, training=False))
    layers = {layer.name: layer for layer in model.layers if layer.trainable_variables}
    expect(len(layers) > 0, "model", "a model with trainable weights", model.name)
    # TensorFlow's own variables: Keras's fail where the loss does not depend on one of them.
    watched = [[each.value for each in layer.trainable_variables] for layer in layers.values()]
    gradients = tape.gradient(value, watched, unconnected_gradients="zero")
    flat = [np.concatenate([np.ravel(tf.convert_to_tensor(g)) for g in each]) for each in gradients]
    return {name: _size(each) for name, each in zip(layers, flat, strict=True)}


def _both_passes(
    layers: Sequence[keras.Layer], x: np.ndarray, y: np.ndarray, loss: keras.losses.Loss
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return each layer's outputs and the gradients at them; statistics stay as they were."""
    moving = [variable for layer in layers for variable in layer.non_trainable_variables]
    before = [variable.numpy() for variable in moving]
    outputs, signal = [], tf.convert_to_tensor(x)
    try:
        with tf.GradientTape() as tape:
            tape.watch(signal)
            for layer in layers:
                normalizes = isinstance(layer, keras.layers.BatchNormalization)
                signal = layer(signal, **({"training": True} if normalizes else {}))
                outputs.append(signal)
            value = loss(y, signal)
    finally:
        for variable, kept in zip(moving, before, strict=True):
            variable.assign(kept)
    gradients = tape.gradient(value, outputs)
    forward, backward = (
        [np.asarray(tensor, dtype=float) for tensor in tensors] for tensors in (outputs, gradients)
    )
    return forward, backward


def _theory(layers: Sequence[keras.Layer], size: float) -> tuple[np.ndarray, np.ndarray]:
    """Return each layer's output size, and by which factor a gradient changes on its way back."""
    sizes, factors = [], []
    for layer in layers:
        factor = np.nan
        if isinstance(layer, keras.layers.Dense) and _is_elementwise(layer):
            inputs, units = layer.kernel.shape
            square = np.mean(np.square(layer.kernel.numpy(), dtype=float))
            bias = 0.0 if layer.bias is None else np.mean(np.square(layer.bias.numpy()))
            values, slopes = _bend(layer, np.sqrt(inputs * square * size**2 + bias) * _NODES)
            size = np.sqrt(_WEIGHTS @ values**2)
            factor = np.sqrt(units * square * (_WEIGHTS @ slopes**2))
        else:
            size = np.nan
        sizes.append(size)
        factors.append(factor)
    return np.array(sizes), np.array(factors)


def _bend(layer: keras.layers.Dense, sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the activation and its slope at these sums."""
    points = tf.constant(sums)
    with tf.GradientTape() as tape:
        tape.watch(points)
        values = layer.activation(points)
    slopes = tape.gradient(values, points, unconnected_gradients="zero")
    return values.numpy(), slopes.numpy()


def _is_elementwise(layer: keras.layers.Dense) -> bool:
    across = keras.activations.softmax, keras.activations.log_softmax
    return layer.activation not in across


def _size(values: np.ndarray) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(np.square(values, dtype=float))))


def _expect_batch(
    x: np.ndarray, y: ArrayLike, loss: keras.losses.Loss
) -> tuple[np.ndarray, np.ndarray]:
    expect(isinstance(loss, keras.losses.Loss), "loss", "a Keras loss object", loss)
    y = np.asarray(y)
    expect(x.ndim > 0 and len(x) > 0, "x", "an array of at least one row", x.shape)
    matching = y.ndim > 0 and len(y) == len(x)
    expect(matching, "y", f"one target for each of the {len(x)} rows of x", y.shape)
    return x, y
