"""The rates that schedules plan."""

from __future__ import annotations

import re

import numpy as np
import pytest
from keras.callbacks import ReduceLROnPlateau
from keras.optimizers import schedules
from schedule_cases import CLOSED_FORMS, Sawtooth

from dlcourse import trace_schedule
from dlcourse.display.digest.figure import figure_digest


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_trace_is_the_closed_form(name):
    schedule, expected = CLOSED_FORMS[name]
    trace = trace_schedule({name: schedule}, steps=12)
    np.testing.assert_allclose(trace.rates, [expected], atol=1e-7)


def test_trace_is_labeled_as_planned():
    schedule = schedules.PiecewiseConstantDecay([1], [0.5, 0.25])
    trace = trace_schedule({"stairs": schedule, "constant": 0.1}, steps=3)
    assert repr(trace) == "ScheduleTrace(stairs, constant; planned for steps 0 to 2)"
    table = trace.table()
    assert table.caption == "Learning rates as planned"
    assert table.columns == ("step", "stairs", "constant")
    assert [row[:2] for row in table.rows] == [(0, 0.5), (1, 0.5), (2, 0.25)]
    assert [row[0] for row in trace.table([2]).rows] == [2]
    from matplotlib import pyplot as plt

    _, ax = plt.subplots()
    trace.plot(ax=ax)
    assert ax.get_ylabel() == "learning rate as planned"
    assert ax.lines[0].get_ydata().tolist() == [0.5, 0.5, 0.25]
    assert "legend: stairs | constant" in figure_digest(ax.figure)


def test_long_traces_show_few_rows():
    table = trace_schedule({"constant": 0.1}, steps=1001).table()
    assert [row[0] for row in table.rows] == [0, 200, 400, 600, 800, 1000]


def test_trace_is_frozen():
    rates = trace_schedule({"constant": 0.1}, steps=2).rates
    with pytest.raises(ValueError, match="read-only"):
        rates[0, 0] = 1.0


def test_tracing_again_and_again_is_silent(capfd):
    for _ in range(8):
        trace_schedule({"own": Sawtooth()}, steps=2)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: trace_schedule({}, steps=3), "`schedules` must be a non-empty mapping of labels"),
        (
            lambda: trace_schedule({"a": 0.1}, steps=0),
            "`steps` must be an integer >= 1. Received: steps=0",
        ),
        (
            lambda: trace_schedule({"a": ReduceLROnPlateau()}, steps=3),
            "`schedules['a']` must be a Keras schedule or a number. Received: ",
        ),
        (
            lambda: trace_schedule({"a": -0.1}, steps=3),
            "`schedules['a']` must be a number > 0. Received: schedules['a']=-0.1",
        ),
        (
            lambda: trace_schedule({"a": 0.1}, steps=3).table([3]),
            "`steps` must be at most 2, the last step. Received: steps=3",
        ),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_a_rate_may_be_any_number():
    rates = trace_schedule({"float32": np.float32(0.5), "integer": 1}, steps=2).rates
    assert rates.tolist() == [[0.5, 0.5], [1.0, 1.0]]
