"""The pictures of a result: curves over epochs or steps, a filmstrip, and a film."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from dlcourse.data.dataset import Dataset


class Drawing:
    """What `TrainingRuns` can draw; nothing here trains."""

    def plot(
        self,
        *keys: str,
        ax: Axes | None = None,
        title: str | None = None,
        yscale: str | None = None,
        chaotic: bool = False,
    ) -> None:
        """Draw measured curves over epochs: line = median over seeds, band = min to max.

        Validation is drawn solid, training dashed. In the median a diverged run counts as the
        worst, and a run that stopped early keeps its last value.

        Args:
            *keys: keys of one quantity, such as "loss", "val_loss". Defaults to that of `table`.
            ax: the Matplotlib axes to draw on. Defaults to a new figure, which is then shown.
            title: Defaults to the quantity.
            yscale: "linear" or "log". Defaults to "log" where a loss spans more than 10×.
            chaotic: say that details differ between machines, and compare no value in tests.
        """
        from dlcourse.results import curves  # Matplotlib loads with the first plot

        look = {"ax": ax, "title": title, "yscale": yscale, "chaotic": chaotic}
        curves.plot_history(self, keys, **look)

    def plot_steps(self, key: str, *, ax: Axes | None = None) -> None:
        """Draw what was recorded at each step, such as "gradient_norm"; see `plot`."""
        from dlcourse.results import curves

        curves.plot_steps(self, key, ax=ax)

    def plot_learning_rate(self, *, ax: Axes | None = None) -> None:
        """Draw the learning rate of each step as the optimizer used it, not as it was planned."""
        self.plot_steps("learning_rate", ax=ax)

    def filmstrip(
        self, data: Dataset, *, seed: int | None = None, epochs: Sequence[int] | None = None
    ) -> None:
        """Draw one run on data with two inputs as a strip of frames, from its first to its last.

        Each frame shows the regions that the network assigns to the classes, with the training
        points; the weights, layer under layer, one colored cell each; and what the frame's last
        step changed in them. The curves below show loss, accuracy and learning rate, with the
        frames marked.

        Args:
            data: what the run was trained on.
            seed: which run. Defaults to the first.
            epochs: which measured epochs to show. Defaults to four, spaced by ratio.

        Raises:
            ValueError: the runs are of several methods, "model", "weights" or "updates" were not
                recorded, an epoch was not measured, or the data do not have two inputs.
        """
        from dlcourse.results import filmstrip

        filmstrip.draw_filmstrip(self, data, seed=seed, epochs=epochs)

    def animate(self, path: str | PathLike[str], data: Dataset, *, seed: int | None = None) -> None:
        """Write one run as an animated GIF with one frame per measured epoch; see `filmstrip`.

        Args:
            path: where to write it, ending in ".gif".
            data: what the run was trained on.
            seed: which run. Defaults to the first.

        Raises:
            ValueError: as in `filmstrip`, or the path does not end in ".gif".
        """
        from dlcourse.results import film

        film.write_animation(self, path, data, seed=seed)
