"""Descent paths: where the steps on a landscape led, as frozen arrays that draw themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from dlcourse.checks import as_floats, expect, expect_integer
from dlcourse.display.canvas import labeled_axes
from dlcourse.display.tables import Table, format_number
from dlcourse.landscapes.landscape import Landscape
from dlcourse.landscapes.path_lines import draw_lines, draw_numbered_steps, legend_label


@dataclass(frozen=True, eq=False, repr=False)
class DescentPath:
    """What `descend` recorded; row t of an array is the state after t steps.

    The arrays are copies that cannot be written to. A path that left the range of floating-point
    numbers diverged: its last recorded row holds infinity or NaN, and NaN pads the rows after it.

    Args:
        label: the path's name in plots.
        landscape: where the steps were taken.
        points: the weights, shape (steps + 1, d); the first is the start.
        values: the landscape's value at each point, shape (steps + 1,).
        gradients: its gradient at each point, shape (steps + 1, d).
        learning_rates: the learning rate each step used, shape (steps,); NaN where there is none.

    Raises:
        ValueError: the arrays do not agree in shape, or are no arrays of numbers.

    >>> import numpy as np
    >>> from dlcourse import DescentPath, parabola
    >>> w = np.array([[1.0], [0.9]])
    >>> DescentPath("SGD", parabola(), w, w[:, 0] ** 2 / 2, w, [0.1])
    DescentPath(SGD on parabola, curvature 1: 1 step from w = 1 to 0.9)
    """

    label: str
    landscape: Landscape
    points: np.ndarray
    values: np.ndarray
    gradients: np.ndarray
    learning_rates: np.ndarray

    def __post_init__(self) -> None:
        expect(isinstance(self.label, str), "label", "a text", self.label)
        known = isinstance(self.landscape, Landscape)
        expect(known, "landscape", "a Landscape, such as bumpy()", self.landscape)
        steps, d = as_floats(self.learning_rates).size, self.landscape.dimensions
        shapes = {
            "points": (steps + 1, d),
            "values": (steps + 1,),
            "gradients": (steps + 1, d),
            "learning_rates": (steps,),
        }
        for name, shape in shapes.items():
            array = as_floats(getattr(self, name))
            expect(array.shape == shape, f"{name}.shape", f"{shape}", array.shape)
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    def __repr__(self) -> str:
        return f"DescentPath({self._summary()})"

    def __reduce__(self) -> tuple:
        return DescentPath, tuple(vars(self).values())

    @property
    def steps(self) -> int:
        """How many steps were asked for."""
        return len(self.learning_rates)

    @property
    def end(self) -> int:
        """The last step that was recorded: `steps`, or the one at which the path diverged."""
        rows = np.column_stack([self.points, self.values, self.gradients])
        broken = np.flatnonzero(~np.isfinite(rows).all(axis=1))
        return int(broken[0]) if broken.size else self.steps

    @property
    def diverged(self) -> bool:
        """Whether the path left the range of floating-point numbers."""
        last = [*self.points[-1], self.values[-1], *self.gradients[-1]]
        return not np.isfinite(last).all()

    @property
    def step_sizes(self) -> np.ndarray:
        """The length of each step, shape (steps,)."""
        return _lengths(np.diff(self.points, axis=0))

    def table(self, steps: Sequence[int] | None = None) -> Table:
        """Return one row a step: where it led, and with which learning rate and step size.

        Args:
            steps: which steps to show, 0 being the start. Defaults to all of a short path, and
                to 0, 1, 2, 5, 10, 20, 50, ... and the last of a long one.

        Raises:
            ValueError: a step is not an integer from 0 to the path's last step.

        >>> from dlcourse import descend, parabola
        >>> def sgd(w, g, state, learning_rate):
        ...     return w - learning_rate * g
        >>> path = descend(sgd, on=parabola(), start=1.0, steps=2, learning_rate=0.5)
        >>> path.table().rows[-1][:3]
        (2, 0.25, 0.03125)
        """
        array = isinstance(steps, np.ndarray) and steps.ndim == 1
        listed = array or isinstance(steps, (list, tuple, range))
        expect(steps is None or listed, "steps", "a list of integers", steps)
        shown = self._landmarks() if steps is None else list(steps)
        for step in shown:
            expect_integer("steps", step, minimum=0)
            expect(step <= self.steps, "steps", f"at most {self.steps}, the last step", step)
        one = self.landscape.dimensions == 1
        weights = ["w"] if one else ["w[0]", "w[1]"]
        slopes = self.gradients if one else _lengths(self.gradients)
        rates, sizes = (np.append(np.nan, each) for each in (self.learning_rates, self.step_sizes))
        columns = np.column_stack([self.points, self.values, slopes, rates, sizes])
        slope = "gradient" if one else "gradient norm"
        return Table(
            ["step", *weights, "f(w)", slope, "learning_rate", "step size"],
            [[step, *columns[step].tolist()] for step in shown],
            f"{self.label} on {self.landscape.name}",
        )

    def describe(self) -> None:
        """Print in a sentence where the path began, where it ended, and whether it diverged."""
        first, last = (format_number(self.values[step]) for step in (0, self.end))
        print(f"{self._summary()}; f(w) went from {first} to {last}.")

    def _summary(self) -> str:
        first, last = (_point(self.points[step]) for step in (0, self.end))
        steps = "1 step" if self.end == 1 else f"{self.end} steps"
        diverged = ", where it diverged" if self.diverged else ""
        way = f"{steps} from w = {first} to {last}{diverged}"
        return f"{self.label} on {self.landscape.name}: {way}"

    def plot(self, *, ax: Axes | None = None, title: str | None = None) -> Axes | None:
        """Draw the path: numbered steps on the curve (one weight), or a line over the contours.

        Args:
            ax: the Matplotlib axes to draw on. Defaults to a new figure, which is then shown.
            title: Defaults to the path's label and the landscape's name, in a new figure.

        Returns:
            The axes that were given; None for a new figure.
        """
        place = self.landscape
        heading = f"{self.label} on {place.name}{': diverged' if self.diverged else ''}"
        with labeled_axes(ax, title, heading, *place.axis_labels) as drawn:
            place.plot(ax=drawn)
            if place.dimensions == 1:
                label = legend_label(self.label, self.diverged)
                draw_numbered_steps(drawn, label, self.picture(), place.domain[0])
            else:
                draw_lines(drawn, {self.label: (self.picture(), self.diverged)})
        return ax

    def picture(self) -> np.ndarray:
        """What to draw, shape (points, 2): w and f(w) for one weight, else the two weights.

        A path that leaves the landscape's domain for good ends one step outside.
        """
        low, high = np.transpose(self.landscape.domain)
        inside = ((low <= self.points) & (self.points <= high)).all(axis=1)
        both = self.points if low.size == 2 else np.column_stack([self.points, self.values])
        return until_gone(both, inside)

    def _landmarks(self) -> list[int]:
        """The steps to show when none are chosen."""
        if self.end <= 10:
            return list(range(self.end + 1))
        decades = [digit * 10**power for power in range(len(str(self.end))) for digit in (1, 2, 5)]
        return [0, *(step for step in decades if step < self.end), self.end]


def until_gone(rows: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Cut a path that leaves the picture for good one step beyond its last point inside."""
    return rows[: np.flatnonzero(inside).max(initial=-1) + 2]


def _lengths(vectors: np.ndarray) -> np.ndarray:
    """The length of each row; without squares, which would overflow first."""
    with np.errstate(over="ignore"):
        return np.hypot.reduce(np.abs(vectors), axis=1)


def _point(w: np.ndarray) -> str:
    """Write weights with 3 digits: a number for one weight, in parentheses for two."""
    numbers = ", ".join(format_number(value) for value in w)
    return numbers if w.size == 1 else f"({numbers})"
