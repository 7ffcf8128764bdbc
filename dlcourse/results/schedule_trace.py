"""The learning rates that schedules plan, before any training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcourse.checks import expect, expect_integer, expect_labels, listed
from dlcourse.display.bands import legend_beside, plot_band
from dlcourse.display.canvas import labeled_axes, panel_title
from dlcourse.display.style import method_style
from dlcourse.display.tables import Table
from dlcourse.results.fields import as_array, floats


@dataclass(frozen=True, eq=False, repr=False)
class ScheduleTrace:
    """Planned learning rates of M schedules over T steps; nothing was trained.

    Args:
        labels: the M names of the schedules.
        rates: the rate planned for each step, shape (M, T); a copy that cannot be written to.

    Raises:
        ValueError: `rates` has not one row for each label, or no step.

    >>> import numpy as np
    >>> from dlcourse.results.schedule_trace import ScheduleTrace
    >>> trace = ScheduleTrace(("constant", "halved"), np.array([[0.1, 0.1], [0.1, 0.05]]))
    >>> trace
    ScheduleTrace(constant, halved; planned for steps 0 to 1)
    >>> trace.table()
    Learning rates as planned
    <BLANKLINE>
    step  constant  halved
    ----  --------  ------
       0       0.1     0.1
       1       0.1    0.05
    """

    labels: tuple[str, ...]
    rates: np.ndarray

    def __post_init__(self) -> None:
        labels = expect_labels("labels", self.labels)
        shape = as_array("rates", self.rates).shape
        steps = shape[1] if len(shape) == 2 else 0
        expect(steps > 0, "rates", f"an array of shape ({len(labels)}, steps)", shape)
        rates = floats("rates", self.rates, (len(labels), steps))
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "rates", rates)

    def __repr__(self) -> str:
        return f"ScheduleTrace({', '.join(self.labels)}; planned for steps 0 to {self._last})"

    @property
    def _last(self) -> int:
        return self.rates.shape[1] - 1

    def table(self, steps: Sequence[int] | None = None) -> Table:
        """Return one row a step, one column a schedule.

        Args:
            steps: which steps to show. Defaults to six or fewer, evenly spaced.

        Raises:
            ValueError: a step was not traced.
        """
        shown = np.unique(np.linspace(0, self._last, 6).round().astype(int))
        shown = shown.tolist() if steps is None else list(listed("steps", steps, "a list of steps"))
        for step in shown:
            expect_integer("steps", step, minimum=0)
            expect(step <= self._last, "steps", f"at most {self._last}, the last step", step)
        rows = [[step, *self.rates[:, step].tolist()] for step in shown]
        return Table(["step", *self.labels], rows, "Learning rates as planned")

    def plot(
        self, *, ax: Axes | None = None, title: str | None = None, **style: Any
    ) -> Axes | None:
        """Draw the planned rate over the steps, one line a schedule.

        Args:
            ax: the Matplotlib axes to draw on. Defaults to a new figure, which is then shown.
            title: Defaults to that of `ax`, or to "Learning rates as planned".
            **style: how the lines look, as in `Axes.plot`, such as `linewidth=1`.

        Returns:
            `ax`; None where the figure was new and has been shown.
        """
        text = {"xlabel": "step", "ylabel": "learning rate as planned"}
        heading = "Learning rates as planned"
        title = panel_title(ax, title, heading)
        with labeled_axes(ax, title, heading, **text) as drawn:
            for row, (label, rates) in enumerate(zip(self.labels, self.rates, strict=True)):
                look = {**method_style(label, row), **style}
                plot_band(drawn, np.arange(rates.size), rates[np.newaxis], label, **look)
            legend_beside(drawn)
        return ax
