"""Whatever is handed to a lesson function or a diagnosis: a clear error, or a legitimate call."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_lesson_functions import ALL, NOT_OF_SWEEPS, OTHER, SWEEPS, TASK, Trained, network

import dlcourse as dl
from dlcourse.compare import runner

NAN, INF = float("nan"), float("inf")
CLEAR = re.compile(
    r"^`[\w.\[\]' ]+` must |^(missing|got an unexpected|too many)|^`\w+` must be", re.M
)
# What people hand over by mistake, for anything.
ODD = st.sampled_from(
    [
        None, True, False, 0, 1, -1, 2, 10**12, 0.5, -0.5, NAN, INF, "", "adam", "0.1", b"x", [],
        [0], [1, 2], [0.1, 0.2], ["a"], [None], (), {}, {"a": None}, {"a": 1}, {"a": "relu"},
        {1: 2}, set(), range(3), range(0), object(), np.float32(0.5), np.int64(2), np.array(0.1),
        np.array([0.1, 0.2]), np.zeros((2, 2)), np.array([]), keras.optimizers.SGD, int, len,
        network, TASK, TASK.data, keras.optimizers.SGD(0.1), keras.losses.MeanSquaredError(),
        keras.callbacks.EarlyStopping(), keras.regularizers.L2(0.1), keras.initializers.Zeros(),
        keras.optimizers.schedules.CosineDecay(0.1, 5), keras.layers.ReLU(), dl.Method,
    ]
)  # fmt: skip
FAST = settings(
    max_examples=60, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


def outcome(call):
    """Run a call: "trained", "returned", "clear", or the unclear error itself."""
    try:
        call()
    except Trained:
        return "trained"
    except (ValueError, TypeError) as error:
        return "clear" if CLEAR.search(str(error)) else error
    except Exception as error:
        return error
    return "returned"


@pytest.fixture(autouse=True)
def nothing_trains(monkeypatch):
    def train_runs(methods, task, **settings):
        assert all(isinstance(method, dl.Method) for method in methods.values())
        raise Trained

    monkeypatch.setattr(runner, "train_runs", train_runs)


@pytest.mark.parametrize("name", ALL)
def test_lesson_functions(name):
    varied, then, keywords = ALL[name]
    taken = set(OTHER) - (NOT_OF_SWEEPS if name in SWEEPS else set())
    places = ["varied", "task", *(f"then {i}" for i, _ in enumerate(then)), *keywords, *taken]
    outcomes = []

    @FAST
    @given(st.sampled_from(places), ODD)
    def hand_over(place, odd):
        values = {"varied": varied, "task": TASK, **keywords, "epochs": 1, place: odd}
        rest = [values.pop(f"then {i}", each) for i, each in enumerate(then)]
        args = values.pop("varied"), values.pop("task"), *rest
        result = outcome(lambda: getattr(dl, name)(*args, **values))
        outcomes.append((place, odd, result))

    hand_over()
    unclear = [each for each in outcomes if isinstance(each[-1], Exception)]
    assert not unclear
    assert {"clear", "trained"} <= {each[-1] for each in outcomes if isinstance(each[-1], str)}
