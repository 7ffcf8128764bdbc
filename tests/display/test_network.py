"""A drawn network: which units and weights stand in the picture, and what is refused."""

from __future__ import annotations

import pytest
from matplotlib import pyplot as plt

from dlcourse.display.network import draw_network


def test_every_unit_is_drawn_and_every_weight_of_a_small_network():
    draw_network([3, 4, 2], ["inputs", "hidden", "outputs"], title="Small")
    ax = plt.gcf().axes[0]
    lines, units = ax.collections[:2], ax.collections[2:]
    assert [len(each.get_segments()) for each in lines] == [3 * 4, 4 * 2]
    assert [len(each.get_offsets()) for each in units] == [3, 4, 2]
    assert [text.get_text() for text in ax.texts] == ["inputs\n3", "hidden\n4", "outputs\n2"]


def test_a_wide_layer_shows_seven_units_and_dots():
    draw_network([64, 2], ["pixels", "digits"], title="Wide")
    ax = plt.gcf().axes[0]
    assert [len(each.get_offsets()) for each in ax.collections[1:]] == [7, 2]
    assert [text.get_text() for text in ax.texts] == ["⋮", "pixels\n64", "digits\n2"]


@pytest.mark.parametrize(
    ("units", "names", "named"),
    [([3], ["inputs"], "units"), ([3, 0], ["a", "b"], "units"), ([3, 2], ["a"], "names")],
)
def test_what_cannot_be_drawn_is_refused(units, names, named):
    with pytest.raises(ValueError, match=f"`{named}` must be"):
        draw_network(units, names, title="Wrong")
