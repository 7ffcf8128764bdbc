"""A landscape: a function of one or two weights, small enough to draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from dlcourse.checks import expect

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_GRAY = "0.7"
_STAR = {"color": "black", "marker": "*", "markersize": 12, "linestyle": "none", "label": "minimum"}


@dataclass(frozen=True)
class Landscape:
    """A function of one or two weights, with its gradient and its minima.

    Both callables take weights of shape (..., d), so that one call also fills a grid:
    write `w[..., 0]` where you mean the first weight.

    Attributes:
        name: for titles and messages.
        function: weights (..., d) to values (...).
        gradient: weights (..., d) to gradients (..., d).
        domain: for each of the d weights, the lowest and highest to draw.
        minima: the known minima, in any order; empty when none is known.

    Raises:
        ValueError: the domain is not one or two intervals, or a callable is not vectorized.

    >>> bowl = Landscape("bowl", lambda w: (w**2).sum(-1), lambda w: 2 * w, ((-1, 1), (-1, 1)))
    >>> bowl.gradient(np.array([0.5, 1.0]))
    array([1., 2.])
    """

    name: str
    function: Callable[[np.ndarray], np.ndarray] = field(repr=False)
    gradient: Callable[[np.ndarray], np.ndarray] = field(repr=False)
    domain: tuple[tuple[float, float], ...]
    minima: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        bounds = np.asarray(self.domain, dtype=float)
        intervals = bounds.shape in [(1, 2), (2, 2)] and (bounds[:, 0] < bounds[:, 1]).all()
        expect(intervals, "domain", "one or two pairs (low, high)", self.domain)
        d = self.dimensions
        for name, shape in [("function", (3,)), ("gradient", (3, d))]:
            with np.errstate(all="ignore"):
                found = np.shape(getattr(self, name)(np.linspace(*bounds.T, num=3)))
            expected = f"vectorized (w[..., 0], not w[0]): weights (3, {d}) in, shape {shape} out"
            expect(found == shape, name, expected, found)
        expect(
            all(np.shape(point) == (d,) for point in self.minima),
            "minima",
            f"points of {d} weights",
            self.minima,
        )

    @property
    def dimensions(self) -> int:
        """How many weights the function has: 1 or 2."""
        return len(self.domain)

    @property
    def lowest(self) -> np.ndarray:
        """The known minima that share the lowest value, shape (count, d)."""
        points = np.array(self.minima, dtype=float).reshape(-1, self.dimensions)
        values = self.function(points)
        return points[values == values.min(initial=np.inf)]

    @property
    def minimum(self) -> np.ndarray | None:
        """The lowest minimum, shape (d,), or None when none is known."""
        return self.lowest[0] if self.minima else None

    @property
    def minimum_value(self) -> float | None:
        """The value at the lowest minimum, or None when none is known."""
        return float(self.function(self.minimum)) if self.minima else None

    @property
    def axis_labels(self) -> tuple[str, str]:
        """What a figure shows along x and y."""
        return ("w", "f(w)") if self.dimensions == 1 else ("w[0]", "w[1]")

    def plot(self, *, ax: Axes | None = None, title: str | None = None) -> None:
        """Draw the curve (one weight) or the contours (two weights), and mark the lowest points.

        Args:
            ax: axes to draw on. Defaults to a figure of its own, which is shown.
            title: the figure's title. Defaults to the landscape's name.
        """
        from matplotlib import pyplot as plt  # loads on the first plot

        from dlcourse.display.style import new_axes

        if ax is None:
            _, own = new_axes(title or self.name, *self.axis_labels)
            self.plot(ax=own)
            plt.show()
            return
        draw = _draw_curve if self.dimensions == 1 else _draw_contours
        draw(ax, self)
        if self.minima:
            heights = self.function(self.lowest)
            x, y = self.lowest.T if self.dimensions == 2 else (self.lowest, heights)
            ax.plot(x, y, **_STAR)
            ax.legend(frameon=True)


def _draw_curve(ax: Axes, landscape: Landscape) -> None:
    (low, high), *_ = landscape.domain
    w = np.linspace(low, high, 401)[:, np.newaxis]
    values = landscape.function(w)
    ax.plot(w[:, 0], values, color=_GRAY, label="f(w)", zorder=1)
    margin = 0.08 * np.ptp(values)
    ax.set(xlim=(low, high), ylim=(values.min() - margin, values.max() + margin))


def _draw_contours(ax: Axes, landscape: Landscape) -> None:
    x, y = (np.linspace(low, high, 201) for low, high in landscape.domain)
    values = landscape.function(np.stack(np.meshgrid(x, y), axis=-1))
    # Each line a constant factor higher above the minimum than the one before.
    bottom = values.min() if landscape.minimum is None else landscape.minimum_value
    heights = values - bottom
    low, high = np.quantile(heights[heights > 0], [0.01, 1])
    levels = bottom + np.geomspace(low, high, 14)[:-1]
    ax.contour(x, y, values, levels=levels, colors=_GRAY, linewidths=0.8, linestyles="solid")
    ax.set(xlim=landscape.domain[0], ylim=landscape.domain[1])
    ax.grid(False)
