"""A landscape: a function of one or two weights, small enough to draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcourse.checks import as_floats, expect
from dlcourse.display.canvas import labeled_axes

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
        ValueError: the domain is not one or two intervals, a callable is not vectorized, or a
            minimum has not one number for each weight.

    >>> import numpy as np
    >>> from dlcourse import Landscape
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
        expect(isinstance(self.name, str), "name", "a text", self.name)
        bounds = as_floats(self.domain)
        intervals = bounds.shape in [(1, 2), (2, 2)] and (bounds[:, 0] < bounds[:, 1]).all()
        pairs = intervals and np.isfinite(bounds).all()
        expect(bool(pairs), "domain", "one or two pairs (low, high)", self.domain)
        d = self.dimensions
        for name, shape in [("function", (3,)), ("gradient", (3, d))]:
            self._expect_vectorized(name, np.linspace(*bounds.T, num=3), shape)
        points = as_floats(self.minima)
        ok = points.shape == (0,) or (points.ndim == 2 and points.shape[1] == d)
        ok = ok and bool(np.isfinite(points).all())
        expect(ok, "minima", f"points of {d} weights", self.minima)

    def _expect_vectorized(self, name: str, w: np.ndarray, shape: tuple[int, ...]) -> None:
        function = getattr(self, name)
        expect(callable(function), name, "a function of the weights", function)
        try:
            with np.errstate(all="ignore"):
                found: Any = np.shape(function(w))
        except (IndexError, TypeError, ValueError) as error:
            found = error
        expected = f"vectorized (w[..., 0], not w[0]): weights {w.shape} in, shape {shape} out"
        expect(found == shape, name, expected, found)

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
        return self.lowest[0] if len(self.minima) else None

    @property
    def minimum_value(self) -> float | None:
        """The value at the lowest minimum, or None when none is known."""
        return float(self.function(self.minimum)) if len(self.minima) else None

    @property
    def axis_labels(self) -> tuple[str, str]:
        """What a figure shows along x and y."""
        return ("w", "f(w)") if self.dimensions == 1 else ("w[0]", "w[1]")

    def plot(self, *, ax: Axes | None = None, title: str | None = None) -> Axes | None:
        """Draw the curve (one weight) or the contours (two weights), and mark the lowest points.

        Args:
            ax: the Matplotlib axes to draw on. Defaults to a new figure, which is then shown.
            title: Defaults to the landscape's name, in a new figure.

        Returns:
            The axes that were given; None for a new figure.
        """
        with labeled_axes(ax, title, self.name, *self.axis_labels) as drawn:
            draw = _draw_curve if self.dimensions == 1 else _draw_contours
            with np.errstate(all="ignore"):
                draw(drawn, self)
            if len(self.minima):
                heights = self.function(self.lowest)
                x, y = self.lowest.T if self.dimensions == 2 else (self.lowest, heights)
                drawn.plot(x, y, **_STAR)
                drawn.legend(frameon=True)
        return ax


def _draw_curve(ax: Axes, landscape: Landscape) -> None:
    (low, high), *_ = landscape.domain
    w = np.linspace(low, high, 401)[:, np.newaxis]
    values = landscape.function(w)
    ax.plot(w[:, 0], values, color=_GRAY, label="f(w)", zorder=1)
    ax.set_xlim(low, high)
    shown = values[np.isfinite(values)]
    if shown.size:
        margin = 0.08 * np.ptp(shown) or 1.0  # a flat landscape has room above and below
        ax.set_ylim(shown.min() - margin, shown.max() + margin)


def _draw_contours(ax: Axes, landscape: Landscape) -> None:
    x, y = (np.linspace(low, high, 201) for low, high in landscape.domain)
    values = landscape.function(np.stack(np.meshgrid(x, y), axis=-1))
    shown = values[np.isfinite(values)]
    # Each line a constant factor higher above the minimum than the one before.
    bottom = shown.min(initial=np.inf) if not len(landscape.minima) else landscape.minimum_value
    heights = shown[shown > bottom] - bottom
    if heights.size:  # a flat landscape has no contours
        low, high = np.quantile(heights, [0.01, 1])
        levels = np.unique(bottom + np.geomspace(low, high, 14)[:-1])
        ax.contour(x, y, values, levels=levels, colors=_GRAY, linewidths=0.8, linestyles="solid")
    ax.set(xlim=landscape.domain[0], ylim=landscape.domain[1])
    ax.grid(False)
