"""The layers of a model, those of the models, wrappers and recurrent layers within it included."""

from __future__ import annotations

from collections.abc import Iterator

import keras


def nested_layers(model: keras.Model) -> Iterator[keras.Layer]:
    """Yield every layer that is not itself a model, in order.

    >>> inner = keras.Sequential([keras.layers.Dense(2, name="inner")])
    >>> outer = keras.Sequential([inner, keras.layers.Dense(1, name="outer")])
    >>> [layer.name for layer in nested_layers(outer)]
    ['inner', 'outer']
    """
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from nested_layers(layer)
        else:
            yield layer


def inner_layers(layer: keras.Layer) -> Iterator[keras.Layer]:
    """Yield every layer within a model or a layer, in order: in wrappers and of cells, too.

    >>> model = keras.Sequential([keras.layers.Bidirectional(keras.layers.LSTM(2))])
    >>> [type(each).__name__ for each in inner_layers(model)]
    ['Bidirectional', 'LSTM', 'LSTMCell', 'LSTM', 'LSTMCell']
    """
    for each in layer.layers if isinstance(layer, keras.Model) else layer._layers:
        yield each
        yield from inner_layers(each)
