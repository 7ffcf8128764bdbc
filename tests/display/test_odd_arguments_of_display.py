"""Whatever is passed to a figure or a table, it is legitimate or refused by name."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from odd_values import ODD, is_legitimate_or_refused_by_name

from dlcourse.checks import expect_increasing, expect_integer, expect_labeled, expect_number
from dlcourse.display.bands import legend_beside, plot_band
from dlcourse.display.graph import draw_graph
from dlcourse.display.probabilities import plot_class_probabilities
from dlcourse.display.style import method_style, new_axes, suggest_scale
from dlcourse.display.tables import Table, format_median
from dlcourse.display.varying import mark_varying
from dlcourse.environment import start

AX = Figure().subplots()
TEXT = {"title": "t", "xlabel": "x", "ylabel": "y"}
CALLS = {
    "method_style": (method_style, {"label": "SGD", "index": 0}),
    "new_axes": (new_axes, {**TEXT, "xscale": "log", "yscale": "log", "columns": 1}),
    "suggest_scale": (suggest_scale, {"values": [1]}),
    "plot_band": (plot_band, {"ax": AX, "x": [1], "samples": [[1]], "label": "a"}),
    "legend_beside": (legend_beside, {"ax": AX}),
    "mark_varying": (mark_varying, {"ax": AX, "reason": "timed"}),
    "Table": (lambda **how: repr(Table(**how)) + Table(**how)._repr_html_(),
              {"columns": ["a"], "rows": [[1]], "caption": "c", "missing": "-"}),
    "format_median": (format_median, {"samples": [1, 2], "missing": "-"}),
    "plot_class_probabilities": (
        plot_class_probabilities,
        {"image": np.eye(2), "probabilities": [0.5, 0.5], "class_names": ["a", "b"], "title": "t"},
    ),
    "draw_graph": (draw_graph, {"operations": {"a": ("+", ["x"])}, "values": {"a": 1, "x": 1},
                                "gradients": {"a": 1}, "title": "t"}),
    "start": (start, {"seed": 0}),
    "expect_integer": (lambda value: expect_integer("value", value, minimum=0), {"value": 0}),
    "expect_number": (lambda value: expect_number("value", value), {"value": 0}),
    "expect_labeled": (lambda value: expect_labeled("value", value, "x"), {"value": {"a": 1}}),
    "expect_increasing": (lambda value: expect_increasing("value", value), {"value": [1, 2]}),
}  # fmt: skip
ARGUMENTS = [(call, name) for call, (_, arguments) in CALLS.items() for name in arguments]


@pytest.fixture(autouse=True, scope="module")
def _no_figures():
    with mpl.rc_context({"figure.max_open_warning": 0}):
        yield
    plt.close("all")


@pytest.mark.parametrize(("call", "name"), ARGUMENTS, ids=str)
def test_odd_arguments(call, name, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    function, arguments = CALLS[call]

    @settings(derandomize=True, max_examples=12, deadline=None, database=None)
    @given(value=ODD)
    def check(value):
        assert is_legitimate_or_refused_by_name(function, arguments, name, value)

    check()
