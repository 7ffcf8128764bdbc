"""The stopping widget: early stopping's rule on recorded curves."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from dlcourse.checks import expect, expect_integer, expect_number
from dlcourse.diagnosis.replay import Stops, replay_early_stopping
from dlcourse.display.style import PALETTE
from dlcourse.display.tables import format_median
from dlcourse.lab.widget import Widget
from dlcourse.results.keys import in_words, known_series, resolve_mode
from dlcourse.results.training_runs import TrainingRuns


def stopping(
    runs: TrainingRuns,
    key: str = "val_loss",
    *,
    mode: str = "auto",
    patience: int = 3,
    min_delta: float = 0.0,
    start_from_epoch: int = 0,
    restore_best_weights: bool = True,
) -> StoppingWidget:
    """Play with early stopping on recorded curves: drag patience, see where each seed stops.

    It shows what a patience costs in epochs and what it brings, over all seeds, without training
    again: stopping changes nothing before the stop.

    The rule is that of `keras.callbacks.EarlyStopping`: `patience` epochs in a row that do not
    beat the best value so far by more than `min_delta` end the training.

    Args:
        runs: trainings measured after every epoch; of several methods, one is shown at a time.
        key: what to watch, a key of `runs.history`.
        mode: "min" if lower is better, "max" if higher, "auto" to tell from the key.
        patience: epochs without improvement that end the training, at first.
        min_delta: what an improvement must exceed, at first.
        start_from_epoch: how many epochs pass before the first is watched, at first.
        restore_best_weights: whether the best epoch's weights are kept, at first.

    Returns:
        The widget; as a cell's last line it is shown. Its `settings` follow what you do.

    Raises:
        ValueError: an argument is wrong.

    Example:
        >>> import numpy as np
        >>> from dlcourse import TrainingRuns, lab
        >>> runs = TrainingRuns(
        ...     labels=["SGD"], seeds=[0, 1], epochs=range(1, 6),
        ...     history={"val_loss": [[[0.9, 0.6, 0.7, 0.5, 0.4], [0.8, 0.5, 0.6, 0.7, 0.6]]]},
        ...     steps={}, epochs_run=[[5, 5]], seconds=[[1, 1]], steps_per_epoch=[10])
        >>> lab.stopping(runs, patience=2)
        Early stopping on validation loss of SGD, patience 2, 2 seeds of up to 5 epochs.
        Epochs trained: 4.5 [4, 5]. Validation loss of the weights kept: 0.450 [0.400, 0.500].

    See also:
        `dlcourse.replay_early_stopping`, which gives the numbers, and `dlcourse.compare_patience`,
        which trains.

    Reference:
        Prechelt, "Early Stopping — But When?" (1998), https://doi.org/10.1007/3-540-49430-8_3
    """
    expect(isinstance(runs, TrainingRuns), "runs", "a TrainingRuns", type(runs).__name__)
    known_series(runs.history, key)
    every = np.array_equal(runs.epochs, np.arange(1, len(runs.epochs) + 1))
    expect(every, "runs.epochs", "every epoch from 1 on", runs.epochs.tolist())
    expect_integer("patience", patience, minimum=0)
    expect_number("min_delta", min_delta, minimum=0)
    expect_integer("start_from_epoch", start_from_epoch, minimum=0)
    settings = {
        "label": runs.labels[0],
        "patience": int(patience),
        "min_delta": float(min_delta),
        "start_from_epoch": int(start_from_epoch),
        "restore_best_weights": bool(restore_best_weights),
    }
    return StoppingWidget(runs, key, resolve_mode(key, mode), settings)


class StoppingWidget(Widget):
    """What `stopping` returns; `settings` holds the rule, under Keras's names."""

    entry = "widgets/stopping.js"

    def __init__(self, runs: TrainingRuns, key: str, mode: str, settings: dict[str, Any]) -> None:
        self.curves = {
            label: _curves(runs.history[key][place], runs.epochs_run[place])
            for place, label in enumerate(runs.labels)
        }
        self.mode = mode
        super().__init__(
            title="Early stopping",
            data={
                "monitor": key,
                "quantity": in_words(key),
                "mode": mode,
                "seeds": list(runs.seeds),
                "curves": {label: _numbers(each) for label, each in self.curves.items()},
            },
            settings=settings,
            text=_describe(self.curves, key, mode, settings),
            figure=lambda: _draw(self.curves, key, mode, settings),
        )

    def stops(self) -> list[Stops]:
        """Return where the present settings stop, one for each seed of the chosen method."""
        return _replay(self.curves, self.mode, self.settings)


def _curves(history: np.ndarray, epochs_run: np.ndarray) -> list[np.ndarray]:
    """One curve a seed, without what pads the runs that ended early."""
    return [curve[:end] for curve, end in zip(history, epochs_run, strict=True)]


def _numbers(curves: list[np.ndarray]) -> list[list[float | str]]:
    """Curves for JSON, which has no NaN and no infinity: JavaScript reads them from a text."""
    names = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return [[names.get(str(value), value) for value in curve.tolist()] for curve in curves]


def _replay(
    curves: dict[str, list[np.ndarray]], mode: str, settings: dict[str, Any]
) -> list[Stops]:
    rule = {name: value for name, value in settings.items() if name != "label"}
    return [replay_early_stopping(each, mode=mode, **rule) for each in curves[settings["label"]]]


def _describe(
    curves: dict[str, list[np.ndarray]], key: str, mode: str, settings: dict[str, Any]
) -> str:
    shown = curves[settings["label"]]
    stops = _replay(curves, mode, settings)
    epochs = format_median([int(stop.epochs_run) for stop in stops])
    kept = format_median([stop.kept(curve) for stop, curve in zip(stops, shown, strict=True)])
    chosen = ", ".join(
        f"{name} {settings[name]:g}"
        for name in ("patience", "min_delta", "start_from_epoch")
        if settings[name] or name == "patience"
    )
    what = in_words(key)
    return (
        f"Early stopping on {what} of {settings['label']}, {chosen}, {len(shown)} seeds of up to "
        f"{max(map(len, shown))} epochs.\nEpochs trained: {epochs}. "
        f"{what[0].upper()}{what[1:]} of the weights kept: {kept}."
    )


def _draw(
    curves: dict[str, list[np.ndarray]], key: str, mode: str, settings: dict[str, Any]
) -> Figure:
    figure = Figure(figsize=(6.4, 3.6), dpi=100, layout="constrained")
    ax = figure.subplots()
    title = f"{settings['label']}, patience {settings['patience']}: ■ stops, ● weights kept"
    ax.set(xlabel="epoch", ylabel=in_words(key), title=title)
    pairs = zip(curves[settings["label"]], _replay(curves, mode, settings), strict=True)
    for place, (curve, stop) in enumerate(pairs):
        color = PALETTE[place % len(PALETTE)]
        end, kept = int(stop.epochs_run), int(stop.kept_epoch)
        ax.plot(np.arange(1, len(curve) + 1), curve, color=color, alpha=0.3, linewidth=1)
        ax.plot(np.arange(1, end + 1), curve[:end], color=color)
        ax.plot(end, curve[end - 1], "s", color=color)
        ax.plot(kept, curve[kept - 1], "o", color=color)
    return figure
