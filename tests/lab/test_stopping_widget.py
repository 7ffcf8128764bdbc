"""The stopping widget: JavaScript's replay against `replay_early_stopping`."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from v8 import evaluate

import dlcourse as dl

SPECIAL = [
    [0.9, 0.6, 0.7, 0.5, 0.6, 0.6, 0.4],
    [np.nan, 0.5, 0.4, 0.3],
    [0.5, np.nan, np.nan, 0.4],
    [np.inf, 0.5, np.inf, 0.4, 0.45, 0.6],
    [1.0, 1.0 - 1e-9, 1.0 - 2e-9, 0.5],  # equal in 32 bits
    [0.3],
]


def curves():
    random = np.random.default_rng(0)
    falling = 1 / np.arange(1, 31) + 0.05 * random.normal(size=(20, 30))
    return [*map(np.array, SPECIAL), *falling]


def runs_of(rows, key="val_loss", seeds=None):
    epochs = max(map(len, rows))
    history = np.full((1, len(rows), epochs), np.nan)
    for place, row in enumerate(rows):
        history[0, place, : len(row)] = row
    return dl.TrainingRuns(
        labels=["SGD"],
        seeds=range(len(rows)),
        epochs=range(1, epochs + 1),
        history={key: history},
        steps={},
        epochs_run=[[len(row) for row in rows]],
        seconds=np.ones((1, len(rows))),
        steps_per_epoch=[10],
    )


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("patience", [0, 1, 2, 5, 40])
@pytest.mark.parametrize("min_delta", [0.0, 0.03])
def test_replay_equals_pythons(mode, patience, min_delta):
    widget = dl.lab.stopping(runs_of(curves()), mode=mode)
    for start in (0, 2, 7):
        for best in (True, False):
            rule = {
                "patience": patience,
                "min_delta": min_delta,
                "start_from_epoch": start,
                "restore_best_weights": best,
            }
            widget.settings = {**widget.settings, **rule}
            ours = evaluate(
                """rows.map((row) => {
                    const found = stopping_replay.replay(row.map(Number), rule, mode);
                    return [found.epochsRun, found.bestEpoch, found.keptEpoch, found.stopped];
                })""",
                rows=widget.data["curves"]["SGD"],
                rule=widget.settings,
                mode=widget.data["mode"],
            )
            theirs = [
                [int(s.epochs_run), int(s.best_epoch), int(s.kept_epoch), bool(s.stopped)]
                for s in widget.stops()
            ]
            assert ours == theirs


def test_costs_of_patience_are_medians_and_ranges_over_seeds():
    rows = curves()[len(SPECIAL) :]
    widget = dl.lab.stopping(runs_of(rows))
    costs = evaluate(
        "stopping_replay.patienceCosts(rows, rule, 'min', 8)",
        rows=widget.data["curves"]["SGD"],
        rule=widget.settings,
    )
    for patience, cost in enumerate(costs):
        stops = dl.replay_early_stopping(rows, patience=patience, restore_best_weights=True)
        for ours, theirs in [(cost["epochs"], stops.epochs_run), (cost["kept"], stops.kept(rows))]:
            assert ours["median"] == pytest.approx(np.median(theirs))
            assert (ours["low"], ours["high"]) == (theirs.min(), theirs.max())


def test_the_copied_code_makes_the_callback():
    widget = dl.lab.stopping(runs_of(SPECIAL), patience=4, min_delta=0.5, start_from_epoch=1)
    code = evaluate("stopping_words.kerasCode(data, rule)", data=widget.data, rule=widget.settings)
    space: dict = {}
    exec(code, space)
    stop = space["stop"]
    assert isinstance(stop, keras.callbacks.EarlyStopping)
    assert (stop.monitor, stop.patience, stop.start_from_epoch) == ("val_loss", 4, 1)
    assert abs(stop.min_delta) == 0.5 and stop.restore_best_weights


def test_accuracy_is_better_when_higher():
    widget = dl.lab.stopping(runs_of([[0.5, 0.6, 0.55, 0.4]], "val_accuracy"), "val_accuracy")
    assert int(widget.stops()[0].kept_epoch) == 2
    assert "weights kept: 0.600" in repr(widget)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"runs": [[0.1]]}, "`runs`"),
        ({"key": "loss"}, "`key`"),
        ({"patience": -1}, "`patience`"),
        ({"min_delta": -1.0}, "`min_delta`"),
        ({"start_from_epoch": 0.5}, "`start_from_epoch`"),
        ({"mode": "low"}, "`mode`"),
    ],
)
def test_bad_arguments_are_named(changes, named):
    with pytest.raises(ValueError, match=f"^{named} must be"):
        dl.lab.stopping(**{"runs": runs_of(SPECIAL), **changes})


def test_epochs_that_were_skipped_are_refused():
    runs = runs_of([[0.3, 0.2]])
    skipped = dl.TrainingRuns(**{**vars(runs), "epochs": [1, 3], "epochs_run": [[3]]})
    with pytest.raises(ValueError, match=r"^`runs.epochs` must be every epoch"):
        dl.lab.stopping(skipped)
