"""Tables of results: aligned text in a terminal, plain accessible HTML in Jupyter."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from dlcourse.checks import expect, listed, real_numbers


def format_number(value: float, *, missing: str = "–") -> str:
    """Write a number with at most 3 significant digits; an integer, being a count, in full.

    Args:
        value: an integer or a real number.
        missing: the word that stands for NaN, such as "never" or "diverged".

    Returns:
        The number as text, without trailing zeros.

    >>> [format_number(x) for x in (0.012345, 0.1, 1234.5, 10_001, 2.5e-7, float("nan"))]
    ['0.0123', '0.1', '1230', '10001', '2.5e-07', '–']
    """
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if math.isnan(value):
        return missing
    rounded = float(f"{value:.3g}") + 0.0  # + 0.0 turns -0.0 into 0.0
    return f"{rounded:.6g}"


def format_exact(value: float) -> str:
    """Write a setting, such as a learning rate, as the shortest text that stands for it alone.

    >>> format_exact(0.5), format_exact(1e-5), format_exact(0.10000001)
    ('0.5', '1e-05', '0.10000001')
    """
    text = f"{value:g}"
    return text if float(text) == value else repr(float(value))


def format_median(samples: Any, *, missing: str = "–", higher_is_better: bool = False) -> str:
    """Write samples as "median [min, max]", or one sample as a plain number.

    Measured numbers keep their trailing zeros, so that 0.950 is seen to be known to 3 digits.
    NaN is never dropped: it counts as the worst sample, so that the median stays honest.

    Args:
        samples: numbers, one for each repeat (seed), in any shape.
        missing: the word that stands for NaN, such as "never" or "diverged".
        higher_is_better: whether the worst sample is the smallest (an accuracy) or, by default,
            the largest (a loss, a time).

    Returns:
        The three numbers as text, each with 3 significant digits; one number or word where there
        is one sample, or where every sample is NaN.

    Raises:
        ValueError: there are no samples.

    >>> from dlcourse import format_median
    >>> format_median([0.95, 0.93, 0.961])
    '0.950 [0.930, 0.961]'
    >>> format_median([7, 12, float("nan")], missing="never")
    '12 [7, never]'
    """
    expect(isinstance(missing, str), "missing", "a string", missing)
    ordered = np.sort(real_numbers("samples", samples), axis=None)  # NaN comes last
    expect(ordered.size > 0, "samples", "at least one number", samples)
    if higher_is_better:
        ordered = np.roll(ordered, np.isnan(ordered).sum())
    middle = ordered[[(ordered.size - 1) // 2, ordered.size // 2]].mean()
    known = ordered[np.isfinite(ordered)]
    counts = bool(np.all(known == np.round(known)))
    median, low, high = (
        _format_sample(value, missing, counts) for value in (middle, ordered[0], ordered[-1])
    )
    alone = ordered.size == 1 or np.isnan(ordered).all()
    return median if alone else f"{median} [{low}, {high}]"


def _format_sample(value: float, missing: str, counts: bool) -> str:
    """Like `format_number`, but with trailing zeros unless the samples are counts."""
    text = format_number(value, missing=missing)
    if counts or math.isnan(value) or not 1e-4 <= abs(float(text)) < 1000:
        return text
    return f"{float(text):#.3g}".rstrip(".")


@dataclass(frozen=True)
class Table:
    """A small table that reads well in a terminal and in Jupyter.

    The first column names the rows. Columns of numbers are aligned to the right, with at most 3
    significant digits.

    Args:
        columns: the column names.
        rows: one sequence of cells a row; a cell is text or a number.
        caption: what the table shows, in one line.
        missing: the word that stands for NaN, such as "never" or "diverged".

    Raises:
        ValueError: there are no columns, or a row has not one cell for each column.

    >>> from dlcourse import Table
    >>> Table(["method", "steps", "loss"], [["SGD", 100, 0.1234], ["Adam", 50, 0.01]], "A race")
    A race
    <BLANKLINE>
    method  steps   loss
    ------  -----  -----
    SGD       100  0.123
    Adam       50   0.01
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    caption: str
    missing: str = "–"

    def __post_init__(self) -> None:
        columns = listed("columns", self.columns, "a list of column names")
        named = all(isinstance(name, str) for name in columns)
        expect(bool(columns) and named, "columns", "at least one column name", self.columns)
        expected = f"rows of {len(columns)} cells, one for each column"
        rows = [listed("rows", row, expected) for row in listed("rows", self.rows, expected)]
        for row in rows:
            expect(len(row) == len(columns), "rows", expected, row)
        for name in ("caption", "missing"):
            text = getattr(self, name)
            expect(isinstance(text, str), name, "a string", text)
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "rows", tuple(rows))

    def _cells(self) -> list[list[str]]:
        """Every cell as text, row by row."""
        return [
            [
                format_number(cell, missing=self.missing) if _is_number(cell) else str(cell)
                for cell in row
            ]
            for row in self.rows
        ]

    def _numeric(self) -> list[bool]:
        """Which columns hold numbers only."""
        return [
            bool(self.rows) and all(_is_number(row[column]) for row in self.rows)
            for column in range(len(self.columns))
        ]

    def __repr__(self) -> str:
        cells = self._cells()
        widths = [max(map(len, column)) for column in zip(self.columns, *cells, strict=True)]
        lines = [self.columns, ["-" * width for width in widths], *cells]
        text = [
            "  ".join(
                cell.rjust(width) if right else cell.ljust(width)
                for cell, width, right in zip(line, widths, self._numeric(), strict=True)
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.caption, "", *text])

    def _repr_html_(self) -> str:
        styles = [f"text-align: {'right' if right else 'left'}" for right in self._numeric()]
        head = "".join(
            f'<th scope="col" style="{style}">{escape(name)}</th>'
            for name, style in zip(self.columns, styles, strict=True)
        )
        lines = [
            "<table>",
            f'<caption style="text-align: left">{escape(self.caption)}</caption>',
            f"<thead><tr>{head}</tr></thead>",
            "<tbody>",
            *(_html_row(row, styles) for row in self._cells()),
            "</tbody>",
            "</table>",
        ]
        return "\n".join(lines)


def _html_row(cells: list[str], styles: list[str]) -> str:
    """One row of the table's body; its first cell is the row's heading."""
    tags = ['th scope="row"'] + ["td"] * (len(cells) - 1)
    return "<tr>{}</tr>".format(
        "".join(
            f'<{tag} style="{style}">{escape(cell)}</{tag[:2]}>'
            for tag, cell, style in zip(tags, cells, styles, strict=True)
        )
    )


def _is_number(cell: Any) -> bool:
    return isinstance(cell, numbers.Real) and not isinstance(cell, bool)
