"""The learning rates that schedules plan, before any training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlcourse.checks import expect, expect_integer
from dlcourse.display.tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, repr=False)
class ScheduleTrace:
    """Planned learning rates of M schedules over T steps; nothing was trained.

    Args:
        labels: the M names of the schedules.
        rates: the rate planned for each step, shape (M, T); a copy that cannot be written to.

    Raises:
        ValueError: `rates` has not one row for each label, or no step.

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
        rates = np.array(self.rates, dtype=float)
        ok = rates.ndim == 2 and rates.shape[0] == len(self.labels) and rates.size > 0
        expect(ok, "rates", f"an array of shape ({len(self.labels)}, steps)", rates.shape)
        rates.setflags(write=False)
        object.__setattr__(self, "labels", tuple(self.labels))
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
        shown = shown.tolist() if steps is None else list(steps)
        for step in shown:
            expect_integer("steps", step, minimum=0)
            expect(step <= self._last, "steps", f"at most {self._last}, the last step", step)
        rows = [[step, *self.rates[:, step].tolist()] for step in shown]
        return Table(["step", *self.labels], rows, "Learning rates as planned")

    def plot(self, *, ax: Axes | None = None, title: str | None = None) -> None:
        """Draw the planned rate over the steps, one line a schedule.

        Args:
            ax: axes to draw on. Defaults to a figure of its own, which is shown.
            title: Defaults to "Learning rates as planned".
        """
        from matplotlib import pyplot as plt  # Matplotlib loads with the first plot

        from dlcourse.display.bands import legend_beside
        from dlcourse.display.style import method_style, new_axes

        text = {"title": title or "Learning rates as planned", "xlabel": "step"}
        text["ylabel"] = "learning rate as planned"
        if ax is None:
            _, drawn = new_axes(**text)
        else:
            drawn = ax
            drawn.set(**text)
        for index, (label, rates) in enumerate(zip(self.labels, self.rates, strict=True)):
            drawn.plot(rates, label=label, **method_style(label, index))
        legend_beside(drawn)
        if ax is None:
            plt.show()
