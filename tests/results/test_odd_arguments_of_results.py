"""Whatever is passed to a result, it is legitimate or refused by the argument's name."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib import pyplot as plt
from odd_values import ODD, is_legitimate_or_refused_by_name

from dlcourse.data.dataset import Dataset
from dlcourse.results.learning_rate_sweep import LearningRateSweep
from dlcourse.results.penalty_sweep import PenaltySweep, measure_weights
from dlcourse.results.schedule_trace import ScheduleTrace
from dlcourse.results.training_runs import TrainingRuns

FIELDS = {
    "labels": ["SGD"], "seeds": [0, 1], "epochs": [1, 2],
    "history": {"loss": np.ones((1, 2, 2)), "val_loss": np.ones((1, 2, 2))},
    "steps": {"learning_rate": np.ones((1, 2, 3))}, "epochs_run": [[2, 2]],
    "seconds": [[1.0, 1.0]], "steps_per_epoch": [2],
    "models": {}, "weights": {}, "updates": {}, "task": None, "methods": {}, "places": {},
}  # fmt: skip


class Model:
    """What a filmstrip asks of a trained model."""

    weights = ()

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights

    def __call__(self, rows):
        return np.stack([rows[:, 0], rows[:, 1]], axis=1)


class Task:
    """What a filmstrip asks of a task."""

    data = Dataset("plane", np.eye(2), [0, 1])


SNAPSHOTS = {("SGD", seed): [[np.ones((2, 2))]] * 2 for seed in (0, 1)}
KEPT = {"models": dict.fromkeys(SNAPSHOTS, Model()), "weights": SNAPSHOTS, "updates": SNAPSHOTS}
RUNS = TrainingRuns(**{**FIELDS, **KEPT, "task": Task()})
RATES = {"labels": ["SGD"], "learning_rates": [0.1, 1.0], "seeds": [0], "monitor": "loss",
         "epochs": 1, "final": [[[1.0], [2.0]]]}  # fmt: skip
STRENGTHS = {"labels": ["L2"], "strengths": [0.1, 1.0], "seeds": [0], "epochs": 1, "weights": 3,
             "final": {"loss": [[[1.0], [2.0]]]}}  # fmt: skip
TRACE = {"labels": ["a"], "rates": [[0.1, 0.1]]}
LOOK = {"ax": None, "title": None}
CALLS = {
    "TrainingRuns": (TrainingRuns, FIELDS),
    "runs[label]": (lambda label: RUNS[label], {"label": "SGD"}),
    "final": (RUNS.final, {"key": "loss"}),
    "best": (RUNS.best, {"key": "loss", "mode": "min"}),
    "epochs_to": (RUNS.epochs_to, {"key": "loss", "target": 1.0, "mode": "min"}),
    "table": (lambda key: RUNS.table(key), {"key": "loss"}),
    "plot": (lambda key, **how: RUNS.plot(key, **how), {"key": "loss", "yscale": None, **LOOK}),
    "plot_steps": (RUNS.plot_steps, {"key": "learning_rate", **LOOK}),
    "filmstrip": (RUNS.filmstrip, {"seed": 0, "epochs": [1]}),
    "animate": (lambda path: RUNS.animate(path, seed=9), {"path": "film.gif"}),
    "load": (TrainingRuns.load, {"path": "missing.npz"}),
    "LearningRateSweep": (LearningRateSweep, RATES),
    "LearningRateSweep.plot": (LearningRateSweep(**RATES).plot, LOOK),
    "PenaltySweep": (PenaltySweep, STRENGTHS),
    "PenaltySweep.plot": (lambda key, **how: PenaltySweep(**STRENGTHS).plot(key, **how),
                          {"key": "loss", **LOOK}),
    "ScheduleTrace": (ScheduleTrace, TRACE),
    "ScheduleTrace.plot": (ScheduleTrace(**TRACE).plot, LOOK),
    "ScheduleTrace.table": (ScheduleTrace(**TRACE).table, {"steps": [0]}),
    "measure_weights": (measure_weights, {"kernels": [[np.ones(2)]]}),
}  # fmt: skip
ARGUMENTS = [(call, name) for call, (_, arguments) in CALLS.items() for name in arguments]


@pytest.fixture(autouse=True, scope="module")
def _no_figures():
    with mpl.rc_context({"figure.max_open_warning": 0}):
        yield
    plt.close("all")


@pytest.mark.parametrize(("call", "name"), ARGUMENTS, ids=str)
def test_odd_arguments(call, name, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    function, arguments = CALLS[call]

    @settings(derandomize=True, max_examples=12, deadline=None, database=None)
    @given(value=ODD)
    def check(value):
        try:
            kept = is_legitimate_or_refused_by_name(function, arguments, name, value)
        except FileNotFoundError:  # a path may be missing
            kept = name == "path"
        assert kept

    check()
