"""Whatever is given to a landscape's functions works, or the error names the argument."""

from __future__ import annotations

import warnings

import keras
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from odd_calls import calls, fault, odd

import dlcourse as dl


def sgd(w, g, state, learning_rate):
    return w - learning_rate * g


def square(w):
    return (w * w).sum(axis=-1)


BOWL = {"name": "bowl", "function": square, "gradient": lambda w: 2 * w, "domain": ((-1, 1),)}
LINE = np.array([[1.0], [0.5]])
PATH = {
    "label": "mine", "landscape": dl.parabola(), "points": LINE, "values": [1.0, 1.0],
    "gradients": LINE, "learning_rates": [0.1],
}  # fmt: skip
WALK = {"rule": sgd, "on": dl.ravine(), "start": (1.0, 1.0), "steps": 3, "learning_rate": 0.1}
walked = dl.descend(**WALK)

CALLS = calls(
    (dl.Landscape, {**BOWL, "minima": ((0.0,),)}, [*BOWL, "minima"]),
    (dl.DescentPath, PATH, PATH),
    (dl.descend, WALK, [*WALK, "label"]),
    (dl.descend, {"rule": keras.optimizers.SGD(), "on": dl.parabola(), "start": 1, "steps": 1},
     ["rule", "start", "steps"]),
    (walked.table, {}, ["steps"]),
    (walked.plot, {}, ["ax", "title"]),
    (dl.bumpy().plot, {}, ["ax", "title"]),
    (dl.plot_paths, {"paths": {"a": walked}}, ["paths", "ax", "title"]),
    (dl.plot_values, {"paths": {"a": walked}}, ["paths", "ax", "title"]),
    (dl.parabola, {}, ["curvature"]),
    (dl.ravine, {}, ["condition"]),
)  # fmt: skip


@settings(max_examples=600, derandomize=True, deadline=None)
@given(st.sampled_from(CALLS), odd)
def test_odd_values_work_or_are_named(call, value):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert fault(*call, value) == ""
    plt.close("all")
