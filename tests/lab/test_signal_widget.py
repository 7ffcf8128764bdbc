"""The signal widget: its spreads are Keras's, with the same weights."""

from __future__ import annotations

import re

import numpy as np
import pytest
from v8 import evaluate

import dlcourse as dl
from dlcourse.lab.signal import ACTIVATIONS, keras_spreads

SETTINGS = [
    {"activation": "relu", "gain": 1.4142},
    {"activation": "tanh", "gain": 2.0, "seed": 3},
    {"activation": "selu", "normalize": True},
    {"activation": "gelu", "residual": True},
    {"activation": "sigmoid", "normalize": True, "residual": True, "depth": 1},
]


def spreads_shown(settings) -> list[list[float]]:
    return evaluate(
        """{
            const { activations, gradients } = signal_trace.traceSignals(settings);
            const spread = (values) => signal_trace.moments(values).spread;
            return [activations.map(spread), gradients.map(spread)];
        }""",
        settings=settings,
    )


@pytest.mark.parametrize("given", SETTINGS, ids=lambda each: each["activation"])
def test_spreads_are_keras(given):
    widget = dl.lab.signal(**{"depth": 10, **given})
    shown = spreads_shown(widget.settings)
    np.testing.assert_allclose(shown, keras_spreads(widget.settings), rtol=2e-4)
    widget.in_thread(lambda: widget._compare(shown)).join()
    assert "the same spreads" in widget.answer


def test_activations_are_those_of_the_engine():
    assert evaluate("Object.keys(engine_activations.ACTIVATIONS)") == list(ACTIVATIONS)


def test_one_gain_keeps_a_linear_signal_and_the_map_knows():
    """Each linear layer multiplies the spread by the gain, on average."""
    plan = dl.lab.signal("linear").settings
    gains = [0.7, 1.0, 1.5]
    spreads = np.array(
        evaluate("signal_trace.spreadsByGain(plan, gains, 20)", plan=plan, gains=gains)
    )
    assert spreads.shape == (3, 20)
    np.testing.assert_allclose(np.log(spreads[:, -1]) / 20, np.log(gains), atol=0.06)


def test_a_histogram_counts_shares():
    values = np.array([-1.0, 0.1, 0.2, 0.9, 5.0])
    shares = evaluate("signal_trace.histogram(values, -1, 1, 4)", values=values)
    np.testing.assert_allclose(shares, [0.2, 0, 0.4, 0.2])


def test_text_says_what_vanishes():
    assert re.fullmatch(
        r"Signal through 20 layers of 32 units, relu, gain 1\.\n"
        r"Spread of the activations: 0\.\d+ in layer 1, 0\.000\d+ in layer 20\.\n"
        r"Spread of the gradients: [\d.]+ in layer 20, [\d.]+ in layer 1\.",
        repr(dl.lab.signal("relu", depth=20, gain=1.0)),
    )


@pytest.mark.parametrize(
    "bad",
    [
        *({"activation": "mish"}, {"depth": 0}, {"depth": 51}, {"gain": 0.1}, {"gain": 6}),
        *({"normalize": 1}, {"residual": "yes"}, {"seed": -1}),
    ],
)
def test_bad_arguments_are_named(bad):
    with pytest.raises(ValueError, match=f"`{next(iter(bad))}` must be"):
        dl.lab.signal(**bad)
