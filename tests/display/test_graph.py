"""The drawn computational graph."""

from __future__ import annotations

import re

import pytest
from matplotlib import pyplot as plt

from dlcourse import draw_graph
from dlcourse.display.digest.figure import figure_digest
from dlcourse.display.graph import graph_places

LINE = {"a": ("×", ["w", "x"]), "z": ("+", ["a", "b"])}
VALUES = {"w": 2.0, "x": 3.0, "b": 1.0, "a": 6.0, "z": 7.0}


@pytest.fixture(autouse=True)
def _keep_figures(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)


def texts():
    return [text.get_text() for text in plt.gca().texts if text.get_text()]


def test_each_name_has_its_box_and_its_value():
    draw_graph(LINE, VALUES, title="A line")
    assert texts() == ["×", "6", "w", "2", "x", "3", "+", "7", "b", "1"]
    assert "gradient" not in plt.gca().get_title()
    assert len([text for text in plt.gca().texts if not text.get_text()]) == 4  # arrows


def test_known_gradients_are_below():
    draw_graph(LINE, VALUES, {"z": 1.0, "a": 1.0, "w": 3.0}, title="A line")
    assert texts()[:6] == ["×", "6", "1", "w", "2", "3"]
    assert plt.gca().get_title().endswith("below: its gradient")
    assert '"A line' in figure_digest(plt.gcf())


def test_inputs_stand_one_column_before_their_use():
    places = graph_places(LINE)
    assert {name: column for name, (column, _) in places.items()} == dict(w=0, x=0, a=1, b=1, z=2)
    assert len({*places.values()}) == len(places)


def test_a_value_can_be_used_twice():
    places = graph_places({"s": ("+", ["a", "b"]), "f": ("×", ["s", "a"])})
    assert places["a"][0] == 0 and places["f"][0] == 2


def test_the_order_of_calculation_is_checked():
    with pytest.raises(ValueError, match="`operations` must be in the order of calculation"):
        draw_graph({"z": LINE["z"], "a": LINE["a"]}, VALUES, title="A line")


def test_each_value_is_needed():
    message = "`values` must be a number for each name; 'b' has none."
    with pytest.raises(ValueError, match=re.escape(message)):
        draw_graph(LINE, {n: v for n, v in VALUES.items() if n != "b"}, title="A line")


def test_a_value_may_be_used_twice(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: None)
    draw_graph({"a": ("×", ["x", "x"])}, {"x": 3, "a": 9}, title="A square")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("operations", {}),
        ("operations", {"a": "x"}),
        ("operations", {"a": ("+", [1])}),
        ("operations", {"a": ("+", ["a"])}),
        ("values", [1]),
        ("values", {"a": 1, "x": "2"}),
        ("gradients", {"a": float("nan")}),
        ("title", None),
    ],
)
def test_wrong_arguments_are_named(name, value):
    right = {"operations": {"a": ("+", ["x"])}, "values": {"a": 1, "x": 1}, "title": "A line"}
    with pytest.raises(ValueError, match=f"`{name}` must be"):
        draw_graph(**{**right, name: value})
    assert not plt.get_fignums()
