"""Comparing dropout rates: one network, trained with more or fewer of its units removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Unpack

import keras

from dlcourse.checks import expect, expect_number
from dlcourse.compare.runner import comparison, short
from dlcourse.experiment.building import build_model, new_model
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.keras_internals.layers import inner_layers, nested_layers
from dlcourse.keras_internals.seeds import seeded
from dlcourse.training.settings import Settings

DropoutLayer = (
    keras.layers.Dropout  # spatial dropout derives from it
    | keras.layers.GaussianDropout
    | keras.layers.AlphaDropout
)


@comparison
def compare_dropout_rates(
    rates: Iterable[float],
    task: Task,
    *,
    optimizer: keras.optimizers.Optimizer,
    **settings: Unpack[Settings],
) -> dict[str, Method]:
    """Train the task's model with each rate wherever it drops units, over several seeds.

    It shows what the rate alone changes: for one seed every rate starts from the same weights and
    sees the same batches. Losses and metrics are measured in inference mode, where nothing is
    dropped, so that rates can be compared.

    `rate` is the fraction dropped, as in Keras; the `p` of Srivastava et al. is the fraction kept.

    Args:
        rates: the rates to compare, each >= 0 and < 1; 0 is the network without dropout.
        task: data, model and loss. The compared rates replace every rate > 0 in the model: those
            of its Dropout, SpatialDropout, GaussianDropout and AlphaDropout layers, each built
            with a rate > 0, and `dropout=` and `recurrent_dropout=` of recurrent and attention
            layers; in nested models and in wrappers, too.
        optimizer: a Keras optimizer; cloned for each run.

    Returns:
        What was recorded, under labels such as "rate 0.5"; arrays of shape (rates, seeds, epochs
        or steps).

    Example:
        >>> import keras, dlcourse as dl
        >>> def network():
        ...     layers = [keras.layers.Dropout(0.5), keras.layers.Dense(1)]
        ...     return keras.Sequential([keras.Input((10,)), *layers])
        >>> task = dl.Task(dl.diabetes(), network, keras.losses.MeanSquaredError())
        >>> sgd = keras.optimizers.SGD(0.01)
        >>> dl.compare_dropout_rates([0, 0.5], task, optimizer=sgd, epochs=2).labels
        ('rate 0', 'rate 0.5')

    Reference: Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from
    Overfitting" (2014), https://jmlr.org/papers/v15/srivastava14a.html
    """
    labeled = _labeled_rates(rates)
    with seeded(0):
        model = build_model(task.model, task)
    off = any(isinstance(layer, DropoutLayer) and layer.rate == 0 for layer in nested_layers(model))
    expected = "a function whose model has dropout layers, each with a rate > 0"
    expect(any(_dropping(model)) and not off, "task.model", expected, task.model)
    for layer in inner_layers(model):
        expected = "a function whose own layers drop units by keras.layers.Dropout"
        expect(not _drops_its_own_way(layer), "task.model", expected, type(layer).__name__)
    return {
        label: Method(optimizer, model=partial(_build_with_rate, task, rate))
        for label, rate in labeled.items()
    }


def _build_with_rate(task: Task, rate: float) -> keras.Model:
    """Build the model, then set the rate: no layer before or after draws other initial weights."""
    model = new_model(task.model, task)
    for layer, name in list(_dropping(model)):
        setattr(layer, name, rate)
    return model


def _dropping(model: keras.Layer) -> Iterator[tuple[keras.Layer, str]]:
    """Yield each layer that drops units, with the attribute that is its rate."""
    for layer in inner_layers(model):
        names = ["rate"] if isinstance(layer, DropoutLayer) else ["dropout", "recurrent_dropout"]
        # A recurrent layer only hands on the rates of its cell.
        yield from ((layer, name) for name in names if _is_rate(vars(layer).get(name)))


def _drops_its_own_way(layer: keras.Layer) -> bool:
    """Whether a learner's layer has a rate that nothing here can set."""
    own = not type(layer).__module__.startswith("keras.") and not isinstance(layer, DropoutLayer)
    rates = {name for name, value in vars(layer).items() if _is_rate(value)}
    unknown = {name for name in rates if name == "rate" or "drop" in name}
    return own and bool(unknown - {"dropout", "recurrent_dropout"}) and not any(_dropping(layer))


def _is_rate(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 < value < 1


def _labeled_rates(rates: Iterable[float]) -> dict[str, float]:
    expected = "a non-empty list of distinct numbers >= 0 and < 1"
    listed = isinstance(rates, Iterable) and not isinstance(rates, str)
    expect(listed, "rates", expected, rates)
    rates = tuple(rates)
    for rate in rates:
        expect_number("rates", rate, minimum=0, below=1)
    expect(0 < len(rates) == len(set(rates)), "rates", expected, rates)
    return {f"rate {short(float(rate))}": float(rate) for rate in rates}
