"""Tables and the numbers in them."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser

import numpy as np
import pytest

from dlcourse.display.tables import Table, format_median, format_number

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (np.float32(0.1), "0.1"),
        (0.00012345, "0.000123"),
        (0.99996, "1"),
        (999.7, "1000"),
        (1234.5, "1230"),
        (-123_456.0, "-123000"),
        (1_234_567.0, "1.23e+06"),
        (1.5e-9, "1.5e-09"),
        (1_234_567, "1234567"),
        (np.int64(10_001), "10001"),
        (float("inf"), "inf"),
        (NAN, "–"),
    ],
)
def test_format_number(value, text):
    assert format_number(value) == text


def test_format_number_says_nan_in_the_callers_word():
    assert format_number(NAN, missing="never") == "never"


@pytest.mark.parametrize(
    ("samples", "text"),
    [
        ([0.5], "0.500"),
        ([3], "3"),
        ([0.9, 0.95, 1.0], "0.950 [0.900, 1.00]"),
        ([4, 1, 3, 2], "2.5 [1, 4]"),
        ([[0.5, 123.4], [50.0, 0.25]], "25.2 [0.250, 123]"),
        ([2e-6, 3e-6, 1e-6], "2e-06 [1e-06, 3e-06]"),
        ([1.5, 2500.0, 12.0], "12.0 [1.50, 2500]"),
        ([0.0, 0.5, 1.5], "0.500 [0, 1.50]"),
        ([1.0, np.inf, 2.5], "2.50 [1.00, inf]"),
    ],
)
def test_format_median(samples, text):
    assert format_median(samples) == text


@pytest.mark.parametrize(
    ("samples", "lower_is_better", "higher_is_better"),
    [
        ([NAN, 1, 2, 3, 4], "3 [1, x]", "2 [x, 4]"),
        ([NAN, NAN, 1, 2, 3], "3 [1, x]", "1 [x, 3]"),
        ([NAN, NAN, NAN, 1, 2], "x [1, x]", "x [x, 2]"),
        ([NAN, NAN, 1, 2], "x [1, x]", "x [x, 2]"),
        ([NAN, NAN], "x", "x"),
        ([NAN], "x", "x"),
    ],
)
def test_format_median_counts_nan_as_the_worst(samples, lower_is_better, higher_is_better):
    assert format_median(samples, missing="x") == lower_is_better
    assert format_median(samples, missing="x", higher_is_better=True) == higher_is_better


def test_format_median_needs_samples():
    with pytest.raises(ValueError, match=r"`samples` must be at least one number\. Received: samp"):
        format_median([])


def test_text_is_aligned_and_has_no_trailing_spaces():
    table = Table(
        ["method", "steps", "verdict"],
        [["SGD", 1000, "slow"], ["RMSprop, tuned", NAN, "x"]],
        "Steps to the target",
        missing="never",
    )
    assert repr(table).split("\n") == [
        "Steps to the target",
        "",
        "method          steps  verdict",
        "--------------  -----  -------",
        "SGD              1000  slow",
        "RMSprop, tuned  never  x",
    ]


def test_table_without_rows_shows_its_columns():
    assert repr(Table(["method", "loss"], [], "None")).endswith("method  loss\n------  ----")


class Reader(HTMLParser):
    """Collects (innermost tag, its scope, text) and demands that tags are balanced."""

    def __init__(self, html: str):
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.texts: list[tuple[str, str | None, str]] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.open.append((tag, dict(attrs).get("scope")))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if data.strip():
            self.texts.append((*self.open[-1], data))


def test_html_says_what_each_cell_is():
    table = Table(["method", "loss"], [["SGD", 0.12345], ["<b>Adam & co</b>", NAN]], "1 < 2")
    assert Reader(table._repr_html_()).texts == [
        ("caption", None, "1 < 2"),
        ("th", "col", "method"),
        ("th", "col", "loss"),
        ("th", "row", "SGD"),
        ("td", None, "0.123"),
        ("th", "row", "<b>Adam & co</b>"),
        ("td", None, "–"),
    ]


def test_html_aligns_numbers_to_the_right():
    html = Table(["method", "loss"], [["SGD", 0.5]], "")._repr_html_()
    assert '<td style="text-align: right">0.5</td>' in html
    assert '<th scope="row" style="text-align: left">SGD</th>' in html


def test_table_is_frozen_and_keeps_no_reference():
    rows = [["SGD", 1]]
    table = Table(["method", "loss"], rows, "A race")
    rows[0][1] = 2
    assert table.rows == (("SGD", 1),)
    with pytest.raises(dataclasses.FrozenInstanceError):
        table.caption = "Another"


@pytest.mark.parametrize(
    ("columns", "rows", "message"),
    [
        ([], [], r"`columns` must be at least one column name\. Received: columns=\[\]"),
        (["a", "b"], [[1, 2], [3]], r"`rows` must be rows of 2 cells.* Received: rows=\(3,\)"),
    ],
)
def test_unusable_table(columns, rows, message):
    with pytest.raises(ValueError, match=message):
        Table(columns, rows, "caption")
