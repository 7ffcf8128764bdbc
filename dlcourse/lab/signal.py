"""The signal widget: activations and gradients through a deep network at initialization."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from matplotlib.figure import Figure

from dlcourse.checks import expect, expect_integer, expect_number
from dlcourse.display.tables import format_number
from dlcourse.lab.noise import normal_draws
from dlcourse.lab.widget import Widget

WIDTH, ROWS = 32, 32
DEEPEST = 50
ACTIVATIONS = (
    *("linear", "sigmoid", "tanh", "relu", "leaky_relu"),
    *("elu", "selu", "softplus", "silu", "gelu"),
)
_WEIGHTS, _ROWS, _SLOPES = 1, 2, 3  # streams of random numbers, as in signal/trace.js


class SignalWidget(Widget):
    """What `signal` returns; `settings` follows what the learner does."""

    entry = "widgets/signal.js"

    def __init__(self, settings: dict[str, Any]) -> None:
        spreads = keras_spreads(settings)
        super().__init__(
            title="Signal through a deep network",
            data={},
            settings=settings,
            text=_describe(settings, *spreads),
            figure=lambda: _draw(settings, *spreads),
        )

    def respond(self, content: dict[str, Any]) -> None:
        """Compare the spreads that the front end shows with Keras's."""
        if content.get("do") == "check":
            self.in_thread(lambda: self._compare(content["shown"]))

    def _compare(self, shown: list[list[float | None]]) -> str:
        theirs = np.array(keras_spreads(self.settings))
        own = np.array(shown, dtype=float)
        apart = np.nanmax(np.abs(own - theirs) / np.maximum(theirs, 1e-30))
        same = "the same spreads" if apart < 1e-3 else "other spreads"
        return f"Keras, with the same weights, has {same}: at most {apart:.0e} apart, relatively."


def signal(
    activation: str = "relu",
    *,
    depth: int = 20,
    gain: float = 1.0,
    normalize: bool = False,
    residual: bool = False,
    seed: int = 0,
) -> SignalWidget:
    """Follow a signal through a deep network that is not trained yet, forward and backward.

    It shows why weights are drawn with a certain spread: in every layer, activations and gradients
    grow or shrink by a factor, and many layers make a power of it. Only near the right gain (1 for
    tanh, √2 for ReLU) does a deep network hear its input; batch normalization and residual
    connections widen the range.

    Each of the layers has 32 units and adds no bias; `gain` is the weights' spread times the root
    of the inputs' number. The gradient enters the last layer with spread 1.

    Args:
        activation: Keras's name: "linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu",
            "softplus", "silu" or "gelu".
        depth: layers, from 1 to 50.
        gain: from 0.2 to 5.
        normalize: batch normalization before each activation.
        residual: add each layer's input to its output.
        seed: draws weights, rows and gradients.

    Returns:
        The widget; as a cell's last line it is shown.

    Raises:
        ValueError: an argument is wrong.

    Example:
        >>> from dlcourse import lab
        >>> lab.signal("relu", depth=20, gain=1.0)
        Signal through 20 layers of 32 units, relu, gain 1.
        Spread of the activations: 0.609 in layer 1, 0.000285 in layer 20.
        Spread of the gradients: 1 in layer 20, 0.000992 in layer 1.

    See also:
        `dlcourse.trace_signal`, which measures a model of yours.

    Reference:
        He et al., "Delving Deep into Rectifiers" (2015), https://arxiv.org/abs/1502.01852
    """
    expect(activation in ACTIVATIONS, "activation", f"one of {ACTIVATIONS}", activation)
    expect_integer("depth", depth, minimum=1)
    expect(depth <= DEEPEST, "depth", f"at most {DEEPEST}", depth)
    expect_number("gain", gain, minimum=0.2)
    expect(gain <= 5, "gain", "at most 5", gain)
    for name, value in {"normalize": normalize, "residual": residual}.items():
        expect(isinstance(value, bool), name, "True or False", value)
    expect_integer("seed", seed, minimum=0)
    return SignalWidget(
        {
            "activation": activation,
            "depth": int(depth),
            "gain": float(gain),
            "normalize": normalize,
            "residual": residual,
            "seed": int(seed),
            "width": WIDTH,
            "rows": ROWS,
        }
    )


def keras_spreads(settings: dict[str, Any]) -> tuple[list[float], list[float]]:
    """Return the spread of activations and gradients in each layer, computed by Keras."""
    depth, seed = settings["depth"], settings["seed"]
    kernels = normal_draws(seed, depth * WIDTH * WIDTH, stream=_WEIGHTS)
    kernels = kernels.reshape(depth, WIDTH, WIDTH) * settings["gain"] / np.sqrt(WIDTH)
    rows, slopes = (
        normal_draws(seed, ROWS * WIDTH, stream=stream).reshape(ROWS, WIDTH).astype("float32")
        for stream in (_ROWS, _SLOPES)
    )
    with tf.GradientTape() as tape:
        signal = tf.constant(rows)
        tape.watch(signal)
        activations = [signal]
        for kernel in kernels:
            activations.append(_block(activations[-1], kernel, settings))
    gradients = tape.gradient(activations[-1], activations[1:], output_gradients=slopes)
    return tuple(
        [float(np.std(each)) for each in arrays] for arrays in (activations[1:], gradients)
    )


def _block(x: tf.Tensor, kernel: np.ndarray, settings: dict[str, Any]) -> tf.Tensor:
    """One layer of Keras with a given kernel."""
    dense = keras.layers.Dense(WIDTH, use_bias=False)
    dense.build(x.shape)
    dense.kernel.assign(kernel)
    out = dense(x)
    if settings["normalize"]:
        out = keras.layers.BatchNormalization()(out, training=True)
    out = keras.activations.get(settings["activation"])(out)
    return x + out if settings["residual"] else out


def _describe(settings: dict[str, Any], forward: list[float], back: list[float]) -> str:
    depth = settings["depth"]
    extras = {"normalize": "batch normalization", "residual": "residual connections"}
    added = " and ".join(text for key, text in extras.items() if settings[key])
    head = f"Signal through {depth} layers of {WIDTH} units, {settings['activation']}, "
    head += f"gain {format_number(settings['gain'])}{f', with {added}' * bool(added)}."
    first, last = format_number(forward[0]), format_number(forward[-1])
    late, early = format_number(back[-1]), format_number(back[0])
    return (
        f"{head}\nSpread of the activations: {first} in layer 1, {last} in layer {depth}."
        f"\nSpread of the gradients: {late} in layer {depth}, {early} in layer 1."
    )


def _draw(settings: dict[str, Any], forward: list[float], back: list[float]) -> Figure:
    figure = Figure(figsize=(6.4, 3.6), dpi=100, layout="constrained")
    ax = figure.subplots()
    layers = np.arange(1, settings["depth"] + 1)
    ax.plot(layers, forward, "o-", label="activations")
    ax.plot(layers, back, "s--", label="gradients")
    title = f"{settings['activation']}, gain {format_number(settings['gain'])}"
    ax.set(title=title, xlabel="layer", ylabel="spread", yscale="log")
    ax.legend()
    return figure
