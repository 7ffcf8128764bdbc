"""A figure's digest: what was drawn, as text that tests compare and screen readers speak.

A notebook test cannot compare pictures: they change with every release of Matplotlib, and a wrong
one looks as good as a right one. It compares this text.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryFormatter
from matplotlib.container import BarContainer
from matplotlib.figure import Figure, FigureBase
from matplotlib.legend import Legend
from matplotlib.text import Annotation
from matplotlib.ticker import FixedFormatter, FixedLocator, FuncFormatter

from dlcourse.display.digest.artists import describe_artist
from dlcourse.display.digest.numbers import number_writer, point, quoted
from dlcourse.display.varying import varying

_MOST_TEXTS = 12  # up to so many are written one by one, with their places


def figure_digest(figure: Figure) -> str:
    """Describe in words and numbers what a figure shows.

    The text names titles, axis labels, scales that are not linear, limits and tick labels set by
    hand, color bars and legends. Of each line, band, bar chart, scatter, image and contour it
    gives the label, the number of points, a few of them, the range and the mean. So other data, a
    missing line, label or legend entry make another text; colors, fonts, sizes and releases of
    Matplotlib do not.

    Numbers have at most 3 significant digits. Two machines whose results agree to 1e-6 can still
    differ in a digit, on the edge of rounding: that is rare, because few numbers are written and
    round ones are kept off the edges, but not impossible. What the text cannot tell: changes
    between the sampled points that move neither range nor mean, changes beyond the third digit,
    and the data of 3-D plots and of plots marked by `mark_varying` (it says so).

    Args:
        figure: any Matplotlib figure.

    Returns:
        One line for each plot, followed by one for each thing in it.

    Example:
        >>> from matplotlib import pyplot as plt
        >>> figure, ax = plt.subplots()
        >>> _ = ax.plot([1, 2, 3], [2.3, 1.0, 0.5], label="Adam")
        >>> _ = ax.set(title="Training", xlabel="epoch", ylabel="loss", yscale="log")
        >>> print(figure_digest(figure))
        plot "Training", x "epoch", y "loss" (log)
        - line "Adam", 3 points: (1, 2.3) (2, 1) (3, 0.5)
    """
    parts = list(_with_subfigures(figure))
    texts = [quoted(text.get_text()) for part in parts for text in part.texts if text.get_text()]
    lines = [f"figure {' '.join(texts)}"] if texts else []
    for parent in figure.axes:
        for axes in (parent, *parent.child_axes):
            if axes.get_label() == "<colorbar>":
                lines.append(f"color bar {quoted(axes.get_ylabel() or axes.get_xlabel())}")
            elif axes.get_visible():
                lines += _describe_axes(axes)
    lines += [_describe_legend(legend) for part in parts for legend in part.legends]
    return "\n".join(lines) or "empty figure"


def _with_subfigures(figure: FigureBase) -> Iterator[FigureBase]:
    """The figure, its subfigures, and theirs."""
    yield figure
    for part in figure.subfigs:
        yield from _with_subfigures(part)


def register_digest() -> None:
    """Give each figure that IPython shows its digest, as plain text and as alternative text.

    The picture is still the inline backend's, but without Matplotlib's version in it, so that the
    same figure gives the same bytes. Outside IPython nothing happens.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None:
        return
    from matplotlib_inline.config import InlineBackend

    # Not in the text/plain formatter: the inline backend removes figures from that one.
    shell.display_formatter.mimebundle_formatter.for_type(Figure, _mimebundle)
    backend = InlineBackend.instance(parent=shell)
    backend.print_figure_kwargs = {**backend.print_figure_kwargs, "metadata": {"Software": None}}


def _mimebundle(figure: Figure) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    digest = figure_digest(figure)
    return {"text/plain": digest}, {"image/png": {"alt": digest}}


def _describe_axes(axes: Axes) -> list[str]:
    """The plot's own line, then one for each thing in it; a lone image joins the plot's line."""
    titles = [axes.get_title(place) for place in ("left", "center", "right")]
    name = " ".join(["plot", *(quoted(title) for title in titles if title)])
    labels = [_describe_axis(axes, side) for side in "xy" if axes.axison]
    heading = ", ".join([name, *filter(None, labels)])
    if axes.name == "3d":
        return [f"{heading}; 3-D, its data are not described"]
    items = [f"values are not compared: {varying(axes)}"] if varying(axes) else _describe_data(axes)
    items += filter(None, [_describe_ticks(axes, side) for side in "xy"])
    items += [_describe_legend(axes.get_legend())] if axes.get_legend() else []
    if len(items) == 1 and axes.images:
        return [f"{heading}; {items[0]}"]
    return [heading, *(f"- {item}" for item in items)]


def _describe_data(axes: Axes) -> list[str]:
    items = [describe_artist(artist, axes) for artist in _drawn_artists(axes)]
    items = [_times(item, len(list(same))) for item, same in groupby(items)]
    return items + _describe_texts(axes)


def _describe_axis(axes: Axes, side: str) -> str:
    """The axis's label, its scale unless linear, its limits if set by hand; or nothing."""
    axis: Axis = getattr(axes, f"{side}axis")
    label = axis.get_label().get_text()
    notes = [] if axis.get_scale() == "linear" else [axis.get_scale()]
    if not getattr(axes, f"get_autoscale{side}_on")():
        limits = axis.get_view_interval()
        notes.append(" to ".join(map(number_writer(limits), limits)))
    known = [quoted(label)] * bool(label) + [f"({', '.join(notes)})"] * bool(notes)
    return " ".join([side, *known]) if known else ""


def _drawn_artists(axes: Axes) -> list[Any]:
    """What is visible, in the order of drawing, without texts; a bar chart is one thing."""
    charts = [chart for chart in axes.containers if isinstance(chart, BarContainer)]
    chart_of = {bar: chart for chart in charts for bar in chart}
    drawn = {*axes.lines, *axes.collections, *axes.patches, *axes.images}
    drawn |= {*axes.artists, *axes.tables}
    visible = [child for child in axes.get_children() if child in drawn and child.get_visible()]
    return list(dict.fromkeys(chart_of.get(artist, artist) for artist in visible))


def _times(item: str, count: int) -> str:
    return item if count == 1 else f"{item}, {count} times"


def _describe_texts(axes: Axes) -> list[str]:
    """The visible texts, but for a contour's labels: where these stand depends on the font."""
    labels = [label for drawn in axes.collections for label in getattr(drawn, "labelTexts", [])]
    shown = [text for text in axes.texts if text.get_visible() and text.get_text()]
    texts = [text for text in shown if text not in labels]
    words = [quoted(text.get_text()) for text in texts]
    if len(texts) > _MOST_TEXTS:
        return [f"{len(texts)} texts: {' '.join(words)}"]
    places = [text.xy if isinstance(text, Annotation) else text.get_position() for text in texts]
    return [f"text {word} at {point(place)}" for word, place in zip(words, places, strict=True)]


def _describe_ticks(axes: Axes, side: str) -> str:
    """The tick labels that the code wrote; those that Matplotlib computes change with releases."""
    axis: Axis = getattr(axes, f"{side}axis")
    formatter, locator = axis.get_major_formatter(), axis.get_major_locator()
    by_hand = isinstance(formatter, FixedFormatter | StrCategoryFormatter) or (
        isinstance(formatter, FuncFormatter) and isinstance(locator, FixedLocator)
    )
    # Labels may be given as numbers, and are then kept as such.
    labels = [str(label) for label in formatter.format_ticks(locator())] if by_hand else []
    return f"{side} ticks: {' | '.join(labels)}" if any(labels) else ""


def _describe_legend(legend: Legend) -> str:
    title = legend.get_title().get_text()
    entries = " | ".join(" ".join(text.get_text().split()) for text in legend.get_texts())
    return f"legend{' ' + quoted(title) if title else ''}: {entries}"
