from __future__ import annotations

import pytest

from dlcourse.conformance import comparison
from dlcourse.conformance.trajectories import KerasRun, run_keras

_RUNS: dict[str, KerasRun] = {}


@pytest.fixture(autouse=True)
def _run_each_keras_object_once(monkeypatch):
    """Many rules are compared with the same Keras object, whose own run takes most of the time."""

    def run_once(optimizer, steps):
        config = {name: value for name, value in optimizer.get_config().items() if name != "name"}
        key = repr((type(optimizer), config, steps))
        if key not in _RUNS:
            _RUNS[key] = run_keras(optimizer, steps)
        return _RUNS[key]

    monkeypatch.setattr(comparison, "run_keras", run_once)
