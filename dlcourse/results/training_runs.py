"""What a comparison of methods returns: frozen arrays with a table, plots and a description."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Self

from dlcourse.display.tables import Table
from dlcourse.results import curves, files, film, filmstrip, summary
from dlcourse.results.arrays import RunArrays
from dlcourse.results.run import Run, stack_runs

if TYPE_CHECKING:
    import pandas
    from matplotlib.axes import Axes

    from dlcourse.experiment.method import Method
    from dlcourse.experiment.task import Task


class TrainingRuns(RunArrays):
    """Everything that was measured while several methods were trained from the same seeds.

    The arrays are copies that cannot be written to. M is the number of methods, S of seeds, E of
    measured epochs and T of the steps of the longest run; NaN pads the runs that stopped early.
    A run diverged when a loss was no longer a finite number: that is a result, and is said in
    `table`, `plot` and `describe`.

    Two results are equal where labels, seeds, epochs, history and steps are: models, weights and
    wall time do not count. A pickled or deep-copied result knows its task and methods no more.

    Args:
        labels: the M names of the methods.
        seeds: the S seeds; each method was trained once from each.
        epochs: shape (E,), the epochs after which `history` was measured, counted from 1.
        history: Keras's key → array (M, S, E), measured at the epoch's end in inference mode.
            `loss` and `val_loss` are losses on the data, without the penalty that Keras adds;
            the penalty has its own key.
        steps: key → array (M, S, T), recorded at each step, such as `learning_rate`, as used.
        epochs_run: shape (M, S), how many epochs were trained.
        seconds: shape (M, S), the wall time of the steps, without compiling and measuring.
        steps_per_epoch: shape (M,).
        models: (label, seed) → the trained model, where models were kept.
        weights: (label, seed) → for each measured epoch, the model's list of weight arrays.
        updates: the same for what the last step before the measurement changed.
        task: what the methods were trained on; None for a result that was loaded from a file.
        methods: label → the method, likewise.
        places: label → the method's place in the comparison, from 0. It chooses the color, which
            a method therefore keeps in `runs["Adam"]`.

    Raises:
        ValueError: the arrays do not agree in shape, or a label or seed appears twice.

    >>> import numpy as np
    >>> from dlcourse import TrainingRuns
    >>> runs = TrainingRuns(
    ...     labels=["SGD", "Adam"], seeds=[0, 1, 2], epochs=[1, 2],
    ...     history={"val_loss": [[[2, 1.5], [2, 1.6], [2, 1.4]], [[2, 0.5], [2, 0.4], [2, 0.45]]]},
    ...     steps={}, epochs_run=np.full((2, 3), 2), seconds=np.ones((2, 3)),
    ...     steps_per_epoch=[10, 10])
    >>> runs
    TrainingRuns(2 methods: SGD, Adam; 3 seeds; 2 epochs; history: val_loss; steps: none)
    >>> runs.table()
    After 2 epochs: median [min, max] over 3 seeds
    <BLANKLINE>
    method  val_loss
    ------  --------------------
    SGD     1.50 [1.40, 1.60]
    Adam    0.450 [0.400, 0.500]
    """

    @classmethod
    def from_runs(
        cls,
        runs: Iterable[Run],
        epochs: Sequence[int],
        *,
        task: Task | None = None,
        methods: Mapping[str, Method] | None = None,
    ) -> Self:
        """Put single runs together, one for each method and seed; NaN pads the shorter ones."""
        return cls(**stack_runs(list(runs), epochs), task=task, methods=methods or {})

    def __repr__(self) -> str:
        return summary.short(self)

    def table(self, *keys: str) -> Table:
        """Return one row a method: median [min, max] over seeds, at the last trained epoch.

        A run that diverged counts as the worst, so that the median stays honest. Where runs
        diverged or stopped early, columns say how many, and after how many epochs.

        Args:
            *keys: keys of `history`. Defaults to the loss and all metrics, on validation data if
                there are any.

        Raises:
            ValueError: a key was not recorded.
        """
        return summary.table(self, keys)

    def describe(self) -> None:
        """Print in plain sentences what was run, and which runs diverged or stopped early."""
        print(summary.description(self))

    def to_dataframe(self) -> pandas.DataFrame:
        """Return a pandas table, one row for each method, seed and trained epoch."""
        return summary.dataframe(self)

    def save(self, path: str | PathLike[str]) -> None:
        """Write everything but models, task and methods to one compressed file, without pickle.

        The file appears in one step: whatever stood there before is never lost to a full disk.

        Args:
            path: where to write it; ".npz" is the usual ending. `numpy.load` opens it too.

        Raises:
            OSError: it cannot be written.
        """
        files.save(self, path)

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Self:
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the file was not written by `save`, or has been damaged since.
        """
        return cls(**files.read(path))

    def plot(
        self,
        *keys: str,
        ax: Axes | None = None,
        title: str | None = None,
        yscale: str | None = None,
        **style: Any,
    ) -> Axes | None:
        """Draw measured curves over epochs: line = median over seeds, band = min to max.

        Validation is drawn solid, training dashed. In the median a diverged run counts as the
        worst, and a run that stopped early keeps its last value. A cross on the edge marks where
        the median has diverged. More than five lines are hard to tell apart: choose methods, as
        in `runs[["SGD", "Adam"]].plot()`.

        Args:
            *keys: keys of one quantity, such as "loss", "val_loss". Defaults to the loss, on
                validation data if there are any.
            ax: the Matplotlib axes to draw on. Defaults to a new figure, which is then shown.
            title: Defaults to that of `ax`, or to the quantity.
            yscale: "linear" or "log". Defaults to "log" where a loss spans more than 10×.
            **style: how the lines look, as in `Axes.plot`, such as `linewidth=1`.

        Returns:
            `ax`; None where the figure was new and has been shown.

        Raises:
            ValueError: a key was not recorded, or the keys are of several quantities.
            TypeError: Matplotlib does not know the style.
        """
        return curves.plot_history(self, keys, ax=ax, title=title, yscale=yscale, style=style)

    def plot_steps(
        self, key: str, *, ax: Axes | None = None, title: str | None = None, **style: Any
    ) -> Axes | None:
        """Draw what was recorded at each step, such as "gradient_norm"; see `plot`."""
        return curves.plot_steps(self, key, ax=ax, title=title, style=style)

    def plot_learning_rate(
        self, *, ax: Axes | None = None, title: str | None = None, **style: Any
    ) -> Axes | None:
        """Draw the learning rate of each step as the optimizer used it; see `plot`."""
        return self.plot_steps("learning_rate", ax=ax, title=title, **style)

    def filmstrip(self, *, seed: int | None = None, epochs: Sequence[int] | None = None) -> None:
        """Draw one run on data with two inputs as a strip of frames, from its first to its last.

        Each frame shows the regions that the network assigns to the classes, with the training
        points; the weights, layer under layer, one colored cell each; and what the frame's last
        step changed in them. The curves below show loss, accuracy and learning rate, with the
        frames marked.

        Args:
            seed: which run. Defaults to the first.
            epochs: which measured epochs to show. Defaults to four, spaced by ratio.

        Raises:
            ValueError: the runs are of several methods, "model", "weights" or "updates" were not
                recorded, the task is not known, an epoch was not measured, or the data do not have
                two inputs.
        """
        filmstrip.draw_filmstrip(self, seed=seed, epochs=epochs)

    def animate(self, path: str | PathLike[str], *, seed: int | None = None) -> None:
        """Write one run as an animated GIF with one frame per measured epoch; see `filmstrip`.

        Args:
            path: where to write it, ending in ".gif".
            seed: which run. Defaults to the first.

        Raises:
            ValueError: as in `filmstrip`, or the path does not end in ".gif".
        """
        film.write_animation(self, path, seed=seed)
