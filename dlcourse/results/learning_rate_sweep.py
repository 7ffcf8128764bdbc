"""What a sweep of learning rates returns: how every run ended, and the best rate of each method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlcourse.checks import expect
from dlcourse.display.tables import Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# A rate is good if its median loss is within this factor of the best.
VALLEY = 1.5


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
        ValueError: the arrays do not agree in shape.

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
        shape = len(self.labels), len(self.learning_rates), len(self.seeds)
        final = np.array(self.final, dtype=float)
        expect(final.shape == shape, "final", f"an array of shape {shape}", final.shape)
        final.setflags(write=False)
        object.__setattr__(self, "final", final)

    def __repr__(self) -> str:
        methods, rates = ", ".join(self.labels), ", ".join(f"{r:g}" for r in self.learning_rates)
        return f"LearningRateSweep({methods}; learning rates {rates}; {len(self.seeds)} seeds)"

    @property
    def medians(self) -> np.ndarray:
        """The median final loss over the seeds, shape (M, R); diverged runs count as infinite."""
        return np.median(np.where(np.isfinite(self.final), self.final, np.inf), axis=-1)

    def best_rates(self) -> dict[str, float]:
        """Return each method's rate with the lowest median.

        Raises:
            ValueError: every rate of a method diverged.
        """
        rates = {}
        for label, medians in zip(self.labels, self.medians, strict=True):
            converged = np.isfinite(medians).any()
            expect(bool(converged), "learning_rates", f"low enough for {label}: all diverged",
                   self.learning_rates)  # fmt: skip
            rates[label] = self.learning_rates[int(medians.argmin())]
        return rates

    def at_the_edge(self) -> tuple[str, ...]:
        """Return the methods whose best rate is the lowest or highest tried: widen their grid."""
        edges = self.learning_rates[0], self.learning_rates[-1]
        return tuple(label for label, rate in self.best_rates().items() if rate in edges)

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
        best, edge = self.best_rates(), self.at_the_edge()
        rows = [
            [
                label,
                f"{best[label]:g}" + " (edge of the grid)" * (label in edge),
                f"{low:g}",
                f"{high:g}",
            ]
            for label, (low, high) in self.valley().items()
        ]
        columns = ["method", "best rate", "lowest good rate", "highest good rate"]
        good = (
            f"good: within {VALLEY:g}× of the best median {self.monitor} of {len(self.seeds)} seeds"
        )
        return Table(columns, rows, f"After {self.epochs} epochs; {good}")

    def plot(self, *, ax: Axes | None = None, title: str | None = None) -> None:
        """Draw the final loss over the learning rate, one line a method: median, min to max.

        A line ends where more than half of the seeds diverged. A ring marks the best rate. Beyond
        the valley trainings are chaotic, so the figure's values are not compared by tests.
        """
        from dlcourse.results.learning_rate_sweep_plot import (
            plot_sweep,  # Matplotlib loads with the first plot
        )

        plot_sweep(self, ax=ax, title=title)
