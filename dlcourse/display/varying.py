"""Figures whose values differ between machines: chaotic trainings and measured times."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from matplotlib.axes import Axes

from dlcourse.checks import expect_text
from dlcourse.display.style import expect_axes

_REASONS: WeakKeyDictionary[Axes, str] = WeakKeyDictionary()


def mark_varying(ax: Axes, reason: str) -> None:
    """Say in a figure, and in its digest, why its values differ from one machine to the next.

    For chaotic trainings and for measured times: what such a figure shows is its shape, so tests
    compare its title, axes and legend and not its values.

    Args:
        ax: the axes whose values vary.
        reason: why, such as "chaotic" or "timed on this machine".

    Raises:
        ValueError: the reason is no text, or is empty.

    Example:
        >>> from dlcourse import mark_varying, new_axes
        >>> figure, ax = new_axes("A wild run", "step", "loss")
        >>> mark_varying(ax, "chaotic: details differ between machines")
        >>> print(ax.get_xlabel())
        step
        (chaotic: details differ between machines)
    """
    expect_axes(ax)
    expect_text("reason", reason)
    _REASONS[ax] = reason
    ax.set_xlabel(f"{ax.get_xlabel()}\n({reason})".lstrip())


def varying(ax: Axes) -> str:
    """Return why the values of these axes differ between machines; empty if they do not."""
    return _REASONS.get(ax, "")
