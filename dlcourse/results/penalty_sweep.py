"""What a sweep of penalty strengths returns: the final losses, and the size of the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from dlcourse.checks import expect, expect_integer, listed
from dlcourse.display.tables import Table, format_exact
from dlcourse.results import sweep
from dlcourse.results.keys import in_words, known_series, quantity, series_of_one_quantity

# A weight counts as nearly zero below this size: it hardly acts, and is still stored and used.
NEARLY_ZERO = 1e-2

_WORDS = {
    "weight_norm": "norm of the penalized weights",
    "near_zeros": f"weights below {NEARLY_ZERO:g} in size",
    "zeros": "weights that are exactly zero",
}


def measure_weights(kernels: Sequence[Sequence[np.ndarray]]) -> dict[str, np.ndarray]:
    """Return the size of each run's weights: their norm, and how many are (nearly) zero.

    Args:
        kernels: for each run its weight arrays, of any shapes.

    Returns:
        Arrays of shape (runs,): "weight_norm" is the root of the sum of all squares, "near_zeros"
        counts weights below 0.01 in size, "zeros" those that are exactly zero.

    Raises:
        ValueError: there is no list of number arrays for a run.

    >>> import numpy as np
    >>> from dlcourse import measure_weights
    >>> measured = measure_weights([[np.array([3.0, 0.0]), np.array([[4.0, 1e-9]])]])
    >>> {key: value.tolist() for key, value in measured.items()}
    {'weight_norm': [5.0], 'near_zeros': [2], 'zeros': [1]}
    """
    expected = "one list of weight arrays for each run"
    runs = [listed("kernels", run, expected) for run in listed("kernels", kernels, expected)]
    for run in runs:
        for kernel in run:
            numeric = np.asarray(kernel).dtype.kind in "biuf"
            expect(numeric, "kernels", expected, type(kernel).__name__)
        expect(len(run) > 0, "kernels", expected, run)
    flat = [np.concatenate([np.ravel(kernel) for kernel in run]) for run in runs]
    return {
        "weight_norm": np.array([np.linalg.norm(weights.astype(float)) for weights in flat]),
        "near_zeros": np.array([(np.abs(weights) < NEARLY_ZERO).sum() for weights in flat]),
        "zeros": np.array([(weights == 0).sum() for weights in flat]),
    }


@dataclass(frozen=True, eq=False, repr=False)
class PenaltySweep:
    """How trainings under several strengths of a penalty ended. M penalties, R strengths, S seeds.

    Args:
        labels: the M names of the penalties.
        strengths: the R values of λ, increasing.
        seeds: the S seeds.
        epochs: how long each training was.
        weights: how many weights are penalized.
        final: key → array (M, R, S) at the training's end: "loss" and, if there are validation
            rows, "val_loss", both on the data without the penalty; "penalty"; and what
            `measure_weights` returns for the penalized weights.

    Raises:
        ValueError: the arrays do not agree in shape.

    >>> from dlcourse.results.penalty_sweep import PenaltySweep
    >>> val_loss = [[[0.5], [0.3], [0.9]]]
    >>> sweep = PenaltySweep(("L2",), (0.01, 0.1, 1.0), (0,), 5, 640, {"val_loss": val_loss})
    >>> sweep.best_strengths()
    {'L2': 0.1}
    """

    labels: tuple[str, ...]
    strengths: tuple[float, ...]
    seeds: tuple[int, ...]
    epochs: int
    weights: int
    final: Mapping[str, np.ndarray]

    def __post_init__(self) -> None:
        grid = sweep.checked_grid(self.labels, "strengths", self.strengths, self.seeds, self.epochs)
        expect_integer("weights", self.weights, minimum=0)
        mapping = isinstance(self.final, Mapping) and len(self.final) > 0
        expect(mapping, "final", "a non-empty mapping of key to array", self.final)
        final = {
            key: sweep.checked_final(f"final[{key!r}]", values, *grid)
            for key, values in self.final.items()
        }
        for name, value in zip(("labels", "strengths", "seeds"), grid, strict=True):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "final", MappingProxyType(final))

    def __repr__(self) -> str:
        penalties, strengths = ", ".join(self.labels), ", ".join(map(format_exact, self.strengths))
        return f"PenaltySweep({penalties}; strengths {strengths}; {len(self.seeds)} seeds)"

    def medians(self, key: str) -> np.ndarray:
        """Return the median over the seeds, shape (M, R); a diverged run counts as infinite."""
        return sweep.medians(known_series(self.final, key))

    def best_strengths(self) -> dict[str, float]:
        """Return each penalty's strength with the lowest median data loss on validation rows.

        Raises:
            ValueError: every strength of a penalty diverged.
        """
        return sweep.best_values(self.labels, "strengths", self.strengths, self.medians("val_loss"))

    def at_the_edge(self) -> tuple[str, ...]:
        """Return the penalties whose best strength is the first or last tried: widen the grid."""
        return sweep.at_the_edge(self.best_strengths(), self.strengths)

    def table(self) -> Table:
        """Return one row for each penalty and strength: medians over the seeds at the end.

        Numbers have at most 4 decimals: what is left of a weight that was driven to nothing
        differs between machines.
        """
        columns = ["penalty", "strength", *(key.replace("_", " ") for key in self.final)]
        medians = np.stack([self.medians(key) for key in self.final], axis=-1)  # (M, R, keys)
        rows = [
            [label, format_exact(strength), *medians[i, j].round(4).tolist()]
            for i, label in enumerate(self.labels)
            for j, strength in enumerate(self.strengths)
        ]
        seeds = f"medians over {len(self.seeds)} seeds"
        caption = f"{self.weights} penalized weights after {self.epochs} epochs: {seeds}"
        return Table(columns, rows, caption)

    def plot(
        self, *keys: str, ax: Axes | None = None, title: str | None = None, **style: Any
    ) -> Axes | None:
        """Draw one line for each penalty over the strength: median of the seeds, min to max.

        Validation is drawn solid, training dashed. A cross on the edge marks where the median
        diverges.

        Args:
            *keys: keys of `final` of one quantity. Defaults to the data loss, on training rows
                and, if there are any, on validation rows.
            ax: the Matplotlib axes to draw on. Defaults to a new figure, which is then shown.
            title: Defaults to that of `ax`, or to the quantity.
            **style: how the lines look, as in `Axes.plot`, such as `linewidth=1`.

        Returns:
            `ax`; None where the figure was new and has been shown.

        Raises:
            ValueError: a key was not measured, or the keys are of several quantities.
        """
        keys = keys or tuple(key for key in ("loss", "val_loss") if key in self.final)
        series = series_of_one_quantity(self.final, keys)
        several = in_words(quantity(keys[0]), data=len(keys) == 1)
        return sweep.draw_sweep(
            self.labels, self.strengths, series, ax=ax, title=title, style=style,
            xlabel="penalty strength λ", ylabel=_WORDS.get(keys[0], several),
        )  # fmt: skip
