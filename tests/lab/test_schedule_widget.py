"""The schedule widget: what it begins with, what it says, and the run under it."""

from __future__ import annotations

import re

import keras
import numpy as np
import pytest
from v8 import evaluate

import dlcourse as dl
from dlcourse.lab.schedule import _PARAMETERS

schedules = keras.optimizers.schedules


def rates_shown(widget) -> list[float]:
    """The rates that the front end computes from a widget's settings."""
    return evaluate(
        """{
            const { rate } = engine_schedules.SCHEDULES[settings.schedule];
            const p = settings.parameters[settings.schedule];
            return Array.from({ length: settings.steps }, (_, step) => rate(step, p));
        }""",
        settings=widget.settings,
    )


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (0.3, "constant"),
        (schedules.CosineDecay(0.2, 150), "cosine"),
        (
            schedules.CosineDecay(0.0, 150, warmup_target=0.2, warmup_steps=30),
            "warm-up, then cosine",
        ),
        (schedules.PolynomialDecay(0.2, 150, end_learning_rate=0.0), "linear to zero"),
        (schedules.ExponentialDecay(0.2, 40, 0.7), "exponential"),
        ([(0, 0.1), (50, 0.3), (190, 0)], "drawn"),
    ],
)
def test_the_front_end_begins_with_what_was_given(given, name):
    widget = dl.lab.schedule(given, steps=200)
    assert widget.settings["schedule"] == name
    if isinstance(given, schedules.LearningRateSchedule):
        theirs = [float(given(step)) for step in range(200)]
    elif isinstance(given, list):
        theirs = np.interp(range(200), *np.transpose(given))
    else:
        theirs = [given] * 200
    np.testing.assert_allclose(rates_shown(widget), theirs, rtol=0, atol=1e-7)


def test_settings_are_the_engines():
    theirs = evaluate(
        """Object.fromEntries(Object.entries(engine_schedules.SCHEDULES).map(
            ([name, { parameters }]) => [name, Object.fromEntries(
                Object.entries(parameters).map(([key, { value }]) => [key, value]))]))"""
    )
    points = _PARAMETERS["drawn"]
    assert {**theirs, "drawn": points} == _PARAMETERS


@pytest.mark.parametrize(
    "given",
    [
        *(0, -0.1, "cosine", [(0, 0.1)], [(0, 0.1), (0, 0.2)], [(0, 0.1), (2.5, 0.2)]),
        schedules.CosineDecay(0.1, 50, alpha=0.1),
        schedules.InverseTimeDecay(0.1, 50, 0.5),
        schedules.ExponentialDecay(0.1, 50, 0.5, staircase=True),
        schedules.PolynomialDecay(0.1, 50),  # Keras's default ends at 0.0001
    ],
)
def test_what_the_lab_does_not_know_is_refused(given):
    with pytest.raises(ValueError, match="`learning_rate` must be"):
        dl.lab.schedule(given)


@pytest.mark.parametrize("bad", [{"steps": 9}, {"steps": 401}, {"steps_per_epoch": 0}])
def test_bad_arguments_are_named(bad):
    with pytest.raises(ValueError, match=f"`{next(iter(bad))}` must be"):
        dl.lab.schedule(**bad)


def test_text_and_picture_stand_in_for_the_widget():
    widget = dl.lab.schedule([(0, 0), (20, 0.1), (200, 0)], steps=200)
    assert repr(widget) == (
        "Schedule drawn over 200 steps, 10 epochs of 20 steps.\n"
        "Rate: 0 at step 0, 0.0556 at step 100, 0.000556 at step 199."
    )
    assert widget._repr_mimebundle_()[0]["image/png"].startswith("iVBOR")


@pytest.mark.parametrize(
    ("name", "p", "said"),
    [
        ("piecewise constant", {"boundary_1": 10, "boundary_2": 300}, "boundary 2 (step 300) is"),
        ("linear to zero", {"decay_steps": 60}, "the rate is 0 in the last 40 steps"),
        ("warm-up, then constant", {"warmup_steps": 101}, "the warm-up's end (step 101) is never"),
        ("cosine", {"decay_steps": 100}, None),
    ],
)
def test_places_that_are_never_reached_are_named(name, p, said):
    p = {**_PARAMETERS[name], **p}
    warning = evaluate(
        """{
            const rate = (_, step) => engine_schedules.SCHEDULES[name].rate(step, p);
            return schedule_words.warnings(name, p, 100, Array.from({ length: 100 }, rate));
        }""",
        name=name,
        p=p,
    )
    assert (said in warning) if said else warning == ""


def test_decaying_rates_settle_lower_than_a_constant_one():
    constant, falling = evaluate(
        """[(t) => 0.2, (t) => 0.2 * (1 - t / 200)].map((rate) =>
            schedule_run.settled(schedule_run.summarize(schedule_run.noisyRuns(
                Array.from({ length: 200 }, (_, step) => rate(step))))))"""
    )
    assert falling < constant / 3


def test_the_settled_loss_is_the_closed_form():
    """SGD at a constant rate: curvature c's share of the loss is rate σ² / (2 (2 - rate c))."""
    rate, noise = 0.1, 2.0
    settled = evaluate(
        "schedule_run.noisyRuns(new Array(20000).fill(0.1)).map((run) => run.slice(500))"
    )
    expected = sum(rate * noise**2 / (2 * (2 - rate * c)) for c in (0.25, 5))
    assert np.mean(settled) == pytest.approx(expected, rel=0.05)
    assert re.fullmatch(r"0\.2\d+", f"{expected:.4f}")
