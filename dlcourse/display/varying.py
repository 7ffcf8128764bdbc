"""Figures whose values differ between machines: chaotic trainings and measured times."""

from __future__ import annotations

from matplotlib.axes import Axes

from dlcourse.checks import expect

_VARYING = "values vary: "


def mark_varying(ax: Axes, reason: str) -> None:
    """Say in a figure, and in its digest, why its values differ from one machine to the next.

    For chaotic trainings and for measured times: what such a figure shows is its shape, so tests
    compare its title, axes and legend and not its values.

    Args:
        ax: the axes whose values vary.
        reason: why, such as "chaotic" or "timed on this machine".

    Raises:
        ValueError: the reason is empty.

    Example:
        >>> from dlcourse.display.style import new_axes
        >>> figure, ax = new_axes("A wild run", "step", "loss")
        >>> mark_varying(ax, "chaotic: details differ between machines")
        >>> varying(ax)
        'chaotic: details differ between machines'
    """
    expect(bool(reason), "reason", "a short text", reason)
    ax.set_gid(_VARYING + reason)
    ax.set_xlabel(f"{ax.get_xlabel()}\n({reason})".lstrip())


def varying(ax: Axes) -> str:
    """Return why the values of these axes differ between machines; empty if they do not."""
    gid = ax.get_gid() or ""
    return gid.removeprefix(_VARYING) if gid.startswith(_VARYING) else ""
