"""The axes that a plot method draws on: those it is given, or new ones that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from dlcourse.checks import expect
from dlcourse.display.style import expect_axes, expect_scale, new_axes


@contextmanager
def labeled_axes(
    ax: Axes | None, title: str | None, default_title: str, xlabel: str, ylabel: str, **scales: str
) -> Iterator[Axes]:
    """Label the axes to draw on; show them at the end if they are new.

    Args:
        ax: the caller's axes, or None for a figure of its own.
        title: the caller's title. Axes that were given keep a title of their own where it is None.
        default_title: the title of a new figure where there is none.
        xlabel: the quantity along x, with its unit.
        ylabel: the quantity along y, with its unit.
        **scales: `xscale` or `yscale`, by Matplotlib's names.

    Raises:
        ValueError: `ax` is no Matplotlib axes, or `title` no text.

    >>> from dlcourse.display.style import new_axes
    >>> figure, ax = new_axes("Mine", "", "")
    >>> with labeled_axes(ax, None, "Losses", "step", "loss", yscale="log") as drawn:
    ...     _ = drawn.plot([1.0, 0.1])
    >>> ax.get_title(), ax.get_xlabel(), ax.get_yscale()
    ('Mine', 'step', 'log')
    """
    expect(title is None or isinstance(title, str), "title", "a string", title)
    for name, scale in scales.items():
        expect_scale(name, scale)
    if ax is not None:
        expect_axes(ax)
        ax.set(xlabel=xlabel, ylabel=ylabel, **scales)
        if title is not None:
            ax.set_title(title)
        yield ax
        return
    figure, new = new_axes(default_title if title is None else title, xlabel, ylabel, **scales)
    try:
        yield new
    except BaseException:
        plt.close(figure)  # where drawing fails, no half of a figure is left
        raise
    plt.show()


def panel_title(ax: Axes | None, title: str | None, default_title: str) -> str | None:
    """Return the title of a panel that says what it shows: the default where axes have none yet."""
    untitled = isinstance(ax, Axes) and not ax.get_title()
    return default_title if title is None and untitled else title
