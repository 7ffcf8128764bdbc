"""Figures whose values vary: their words are compared, their values are not."""

from __future__ import annotations

import pytest
from matplotlib import pyplot as plt

from dlcourse import mark_varying
from dlcourse.display.digest.figure import figure_digest


def drawn(values, *, label="SGD", marked=True):
    figure, ax = plt.subplots()
    ax.plot(values, label=label)
    ax.set(title="Wild", xlabel="step", ylabel="loss")
    ax.legend()
    if marked:
        mark_varying(ax, "chaotic")
    return figure_digest(figure)


def test_values_are_compared_unless_marked():
    assert drawn([1, 2, 3], marked=False) != drawn([1, 2, 4], marked=False)
    assert drawn([1, 2, 3]) == drawn([1, 2, 4])


def test_labels_are_compared_all_the_same():
    assert drawn([1, 2, 3]) != drawn([1, 2, 3], label="Adam")


def test_the_reason_is_said_in_the_figure_and_in_the_digest():
    digest = drawn([1, 2])
    assert "values are not compared: chaotic" in digest and "(chaotic)" in digest


def test_a_reason_is_required():
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="`reason` must be a non-empty string"):
        mark_varying(ax, "")
