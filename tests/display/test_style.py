"""The course's figures: colors that can be told apart, honest bands, labeled axes."""

from __future__ import annotations

import io
import struct

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_rgb

from dlcourse.display.style import (
    PALETTE,
    method_style,
    new_axes,
    suggest_scale,
    use_style,
)

WELL_KNOWN = (
    "SGD",
    "Momentum",
    "Nesterov",
    "AdaGrad",
    "RMSprop",
    "AdaDelta",
    "Adam",
    "Adamax",
    "Nadam",
    "AdamW",
    "Lion",
)
# Okabe and Ito (2008), as hexadecimal RGB.
OKABE_ITO = (
    *("#000000", "#E69F00", "#56B4E9", "#009E73"),
    *("#F0E442", "#0072B2", "#D55E00", "#CC79A7"),
)


@pytest.fixture(autouse=True)
def _restore_style():
    with mpl.rc_context():
        yield


def contrast_on_white(color: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return 1.05 / (np.dot(linear, [0.2126, 0.7152, 0.0722]) + 0.05)


def look(label: str, index: int) -> tuple[str, str]:
    style = method_style(label, index)
    return style["color"], style["marker"]


def test_palette_is_okabe_and_itos_without_the_colors_too_pale_on_white():
    assert sorted(PALETTE) == sorted(c for c in OKABE_ITO if contrast_on_white(c) >= 3)


def test_style_gives_pictures_of_640_by_360_pixels():
    use_style()
    picture = io.BytesIO()
    figure, _ = new_axes("title", "x", "y")
    figure.savefig(picture)
    assert struct.unpack(">II", picture.getvalue()[16:24]) == (640, 360)


def test_style_colors_unnamed_lines_by_the_palette():
    use_style()
    lines = plt.plot(np.eye(5))
    assert [line.get_color() for line in lines] == list(PALETTE)


def test_every_well_known_method_has_its_own_look_at_any_place():
    looks = [look(label, index) for index, label in enumerate(WELL_KNOWN)]
    assert len(set(looks)) == len(WELL_KNOWN)
    assert looks == [look(label, 0) for label in WELL_KNOWN]
    assert {color for color, _ in looks} <= set(PALETTE)


@pytest.mark.parametrize("label", ["adagrad", "Ada Grad", "ADAGRAD", "ada-grad"])
def test_spelling_does_not_change_a_methods_look(label):
    assert look(label, 7) == look("AdaGrad", 0)


def test_ten_other_labels_look_unlike_each_other_and_unlike_the_well_known():
    others = [look(f"rate {index}", index) for index in range(10)]
    known = [look(label, 0) for label in WELL_KNOWN]
    assert len({*others, *known}) == 10 + len(WELL_KNOWN)
    assert [color for color, _ in others[:5]] == list(PALETTE)


def test_training_is_dashed_and_validation_solid_in_the_same_color():
    training, validation = method_style("Adam", 0, training=True), method_style("Adam", 0)
    assert (training["linestyle"], validation["linestyle"]) == ("--", "-")
    assert training["color"] == validation["color"]


def test_a_style_is_what_plot_takes_and_leaves_long_lines_few_markers():
    _, ax = new_axes("title", "x", "y")
    style = method_style("Adam", 0) | {"markersize": 4, "linestyle": ""}
    ax.plot(np.arange(10_000), np.zeros(10_000), **style)
    ax.axis("off")
    ax.set_title("")
    picture = io.BytesIO()
    ax.figure.savefig(picture, format="rgba")
    pixels = np.frombuffer(picture.getvalue(), np.uint8).reshape(-1, 4)
    assert 100 < (pixels[:, 2] < 128).sum() < 1000  # 8 to 12 markers of about 30 pixels


def test_index_must_be_a_place():
    with pytest.raises(ValueError, match=r"`index` must be an integer >= 0. Received: index=-1"):
        method_style("Adam", -1)


def test_new_axes_bears_title_labels_and_scales():
    figure, ax = new_axes("Training", "step", "loss", xscale="log", yscale="symlog")
    assert (ax.get_title(), ax.get_xlabel(), ax.get_ylabel()) == ("Training", "step", "loss")
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "symlog")
    assert ax.figure is figure


def test_several_columns_share_one_title_and_are_each_labeled():
    figure, row = new_axes("Training", "epoch", "loss", columns=3)
    assert figure.get_suptitle() == "Training"
    assert [(ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) for ax in row] == [
        ("epoch", "loss", "")
    ] * 3


def test_columns_must_be_positive():
    with pytest.raises(ValueError, match=r"`columns` must be an integer >= 1. Received: columns=0"):
        new_axes("title", "x", "y", columns=0)


def test_an_axis_of_epochs_has_whole_ticks():
    _, ax = new_axes("title", "epoch", "loss")
    ax.plot([1, 2, 3], [1, 2, 3])
    assert np.array_equal(ax.get_xticks(), np.round(ax.get_xticks()))
    assert not np.array_equal(ax.get_yticks(), np.round(ax.get_yticks()))


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1, 10], "linear"),
        ([1, 10.1], "log"),
        ([[2.3, 0.2], [np.nan, np.inf]], "log"),
        ([0, 100], "linear"),
        ([-1, 100], "linear"),
        ([np.nan], "linear"),
        ([], "linear"),
    ],
)
def test_suggested_scale_is_log_beyond_a_factor_of_ten(values, scale):
    assert suggest_scale(values) == scale
