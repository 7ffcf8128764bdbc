"""What a sweep of learning rates returns: how every run ended, and the best rate of each method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcourse.checks import expect_text
from dlcourse.display.tables import Table, format_exact
from dlcourse.results import sweep
from dlcourse.results.keys import in_words

# A rate is good if its median loss is within this factor of the best.
VALLEY = 1.5
_CHAOTIC = "beyond each valley chaotic: values differ between machines"


@dataclass(frozen=True, eq=False, repr=False)
class LearningRateSweep:
    """How trainings at several learning rates ended. M methods, R rates, S seeds.

    Args:
        labels: the M names of the methods.
        learning_rates: the R rates, increasing.
        seeds: the S seeds.
        monitor: the loss that was compared.
        epochs: how long each training was.
        final: shape (M, R, S), the monitored loss at the end; NaN or infinity if it diverged.

    Raises:
        ValueError: the arrays do not agree in shape, or an argument is of the wrong kind.

    >>> import numpy as np
    >>> from dlcourse.results.learning_rate_sweep import LearningRateSweep
    >>> sweep = LearningRateSweep(("SGD",), (0.01, 0.1, 1.0), (0,), "val_loss", 5,
    ...                           np.array([[[0.9], [0.2], [np.nan]]]))
    >>> sweep.best_rates()
    {'SGD': 0.1}
    """

    labels: tuple[str, ...]
    learning_rates: tuple[float, ...]
    seeds: tuple[int, ...]
    monitor: str
    epochs: int
    final: np.ndarray

    def __post_init__(self) -> None:
        grid = sweep.checked_grid(
            self.labels, "learning_rates", self.learning_rates, self.seeds, self.epochs
        )
        expect_text("monitor", self.monitor)
        final = sweep.checked_final("final", self.final, *grid)
        for name, value in zip(("labels", "learning_rates", "seeds"), grid, strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "final", final)

    def __repr__(self) -> str:
        methods, rates = ", ".join(self.labels), ", ".join(map(format_exact, self.learning_rates))
        return f"LearningRateSweep({methods}; learning rates {rates}; {len(self.seeds)} seeds)"

    @property
    def medians(self) -> np.ndarray:
        """The median final loss over the seeds, shape (M, R); diverged runs count as infinite."""
        return sweep.medians(self.final)

    def best_rates(self) -> dict[str, float]:
        """Return each method's rate with the lowest median.

        Raises:
            ValueError: every rate of a method diverged.
        """
        return sweep.best_values(self.labels, "learning_rates", self.learning_rates, self.medians)

    def at_the_edge(self) -> tuple[str, ...]:
        """Return the methods whose best rate is the lowest or highest tried: widen their grid."""
        return sweep.at_the_edge(self.best_rates(), self.learning_rates)

    def valley(self) -> dict[str, tuple[float, float]]:
        """Return each method's lowest and highest good rate, within 1.5× of its best median."""
        self.best_rates()  # raises where there is none
        rates = np.array(self.learning_rates)
        good = self.medians <= VALLEY * self.medians.min(axis=1, keepdims=True)
        return {
            label: (float(rates[row].min()), float(rates[row].max()))
            for label, row in zip(self.labels, good, strict=True)
        }

    def choose_rates(self) -> dict[str, float]:
        """Return each method's lowest good rate: as good as the best, farther from divergence."""
        return {label: low for label, (low, _) in self.valley().items()}

    def table(self) -> Table:
        """Return one row a method: its best rate, and its valley of good rates."""
        edge = self.at_the_edge()
        rows = []
        for label, best in self.best_rates().items():
            noted = format_exact(best) + (" (edge of the grid)" if label in edge else "")
            rows.append([label, noted, *map(format_exact, self.valley()[label])])
        columns = ["method", "best rate", "lowest good rate", "highest good rate"]
        good = f"within {VALLEY:g}× of the best median {self.monitor} of {len(self.seeds)} seeds"
        return Table(columns, rows, f"After {self.epochs} epochs; good: {good}")

    def plot(
        self, *, ax: Axes | None = None, title: str | None = None, **style: Any
    ) -> Axes | None:
        """Draw the final loss over the learning rate, one line a method: median, min to max.

        A ring marks the best rate, a cross on the edge where the median diverges. Beyond the
        valley trainings are chaotic, so the figure's values are not compared by tests.

        Args:
            ax: the Matplotlib axes to draw on. Defaults to a new figure, which is then shown.
            title: Defaults to that of `ax`, or to a question.
            **style: how the lines look, as in `Axes.plot`, such as `linewidth=1`.

        Returns:
            `ax`; None where the figure was new and has been shown.
        """
        best = {
            label: (self.learning_rates[row.argmin()], row.min())
            for label, row in zip(self.labels, self.medians, strict=True)
            if np.isfinite(row).any()
        }
        return sweep.draw_sweep(
            self.labels, self.learning_rates, {self.monitor: self.final}, ax=ax, title=title,
            xlabel="learning rate", ylabel=f"final {in_words(self.monitor)}", style=style,
            best=best, default_title="Which learning rate suits which method?", varying=_CHAOTIC,
        )  # fmt: skip
