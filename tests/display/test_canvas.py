"""The axes that a plot method draws on."""

from __future__ import annotations

import pytest
from matplotlib import pyplot as plt

from dlcourse.display.canvas import labeled_axes, panel_title


def test_axes_that_are_given_keep_their_own_title_unless_another_is_given():
    _, ax = plt.subplots()
    labels = {"xlabel": "epoch", "ylabel": "loss", "default_title": "Loss"}
    for given, title in ((None, "Loss"), ("mine", "mine"), (None, "mine")):
        with labeled_axes(ax, panel_title(ax, given, "Loss"), **labels, yscale="log") as drawn:
            assert drawn is ax
        assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == (title, "epoch", "loss")
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "log")


def test_new_axes_are_shown_or_closed_where_drawing_fails(monkeypatch):
    plt.close("all")
    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf()))
    with labeled_axes(None, None, "Loss", "epoch", "loss", xscale="log") as ax:
        assert not shown
    assert shown == [ax.figure]
    assert (ax.get_title(), ax.get_xscale(), ax.get_yscale()) == ("Loss", "log", "linear")
    with pytest.raises(KeyError), labeled_axes(None, "", "Loss", "x", "y"):
        raise KeyError
    assert len(shown) == len(plt.get_fignums()) == 1
