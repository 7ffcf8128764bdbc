"""What a sweep of penalty strengths returns: the final losses, and the size of the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from dlcourse.checks import expect
from dlcourse.display.tables import Table
from dlcourse.results.keys import data_name, in_words, known_series, quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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

    >>> measured = measure_weights([[np.array([3.0, 0.0]), np.array([[4.0, 1e-9]])]])
    >>> {key: value.tolist() for key, value in measured.items()}
    {'weight_norm': [5.0], 'near_zeros': [2], 'zeros': [1]}
    """
    flat = [np.concatenate([np.ravel(kernel) for kernel in run]) for run in kernels]
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
        shape = len(self.labels), len(self.strengths), len(self.seeds)
        checked = {}
        for key, values in self.final.items():
            array = checked[key] = np.array(values, dtype=float)
            expect(array.shape == shape, f"final[{key!r}]", f"of shape {shape}", array.shape)
            array.setflags(write=False)
        object.__setattr__(self, "final", MappingProxyType(checked))

    def __repr__(self) -> str:
        penalties = ", ".join(self.labels)
        strengths = ", ".join(f"{strength:g}" for strength in self.strengths)
        return f"PenaltySweep({penalties}; strengths {strengths}; {len(self.seeds)} seeds)"

    def medians(self, key: str) -> np.ndarray:
        """Return the median over the seeds, shape (M, R); a diverged run counts as infinite."""
        values = known_series(self.final, key)
        return np.median(np.where(np.isfinite(values), values, np.inf), axis=-1)

    def best_strengths(self) -> dict[str, float]:
        """Return each penalty's strength with the lowest median data loss on validation rows."""
        best = self.medians("val_loss").argmin(axis=1)
        return {
            label: self.strengths[place] for label, place in zip(self.labels, best, strict=True)
        }

    def at_the_edge(self) -> tuple[str, ...]:
        """Return the penalties whose best strength is the first or last tried: widen the grid."""
        edges = self.strengths[0], self.strengths[-1]
        return tuple(label for label, best in self.best_strengths().items() if best in edges)

    def table(self) -> Table:
        """Return one row for each penalty and strength: medians over the seeds at the end.

        Numbers have at most 4 decimals: what is left of a weight that was driven to nothing
        differs between machines.
        """
        columns = ["penalty", "strength", *(key.replace("_", " ") for key in self.final)]
        medians = np.stack([self.medians(key) for key in self.final], axis=-1)  # (M, R, keys)
        rows = [
            [label, f"{strength:g}", *medians[i, j].round(4).tolist()]
            for i, label in enumerate(self.labels)
            for j, strength in enumerate(self.strengths)
        ]
        seeds = f"medians over {len(self.seeds)} seeds"
        caption = f"{self.weights} penalized weights after {self.epochs} epochs: {seeds}"
        return Table(columns, rows, caption)

    def plot(self, *keys: str, ax: Axes | None = None, title: str | None = None) -> None:
        """Draw one line for each penalty over the strength: median of the seeds, min to max.

        Validation is drawn solid, training dashed.

        Args:
            *keys: keys of `final` of one quantity. Defaults to the data loss, on training rows
                and, if there are any, on validation rows.
            ax: the Matplotlib axes to draw on. Defaults to a new figure, which is then shown.
            title: Defaults to the quantity.

        Raises:
            ValueError: a key was not measured, or the keys are of several quantities.
        """
        from matplotlib import pyplot as plt  # loads with the first plot

        from dlcourse.display.bands import legend_beside, plot_band
        from dlcourse.display.style import method_style, new_axes, suggest_scale

        keys = keys or tuple(key for key in ("loss", "val_loss") if key in self.final)
        series = {key: known_series(self.final, key) for key in keys}
        single = len({quantity(key) for key in keys}) == 1
        expect(single, "keys", "keys of one quantity, such as 'loss', 'val_loss'", keys)
        several = in_words(quantity(keys[0]), data=len(keys) == 1)
        ylabel = _WORDS.get(keys[0], several)
        title = title or ylabel[0].upper() + ylabel[1:]
        if ax is None:
            _, own = new_axes(title, "penalty strength λ", ylabel, xscale="log")
            self.plot(*keys, ax=own, title=title)
            plt.show()
            return
        yscale = suggest_scale(list(series.values()))
        ax.set(title=title, xlabel="penalty strength λ", ylabel=ylabel, xscale="log", yscale=yscale)
        for index, label in enumerate(self.labels):
            for key, values in series.items():
                training = len(keys) > 1 and data_name(key) == "training"
                text = label if len(keys) == 1 else f"{label}, {data_name(key)}"
                style = method_style(label, index, training=training)
                plot_band(ax, self.strengths, values[index].T, text, **{**style, "markevery": 1})
        legend_beside(ax)
