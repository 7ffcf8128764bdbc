"""The rules that the mistakes are made from are Keras's."""

from __future__ import annotations

from types import SimpleNamespace

import keras
import pytest
from keras.optimizers import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, Nadam, RMSprop
from keras.optimizers.schedules import (
    CosineDecay,
    CosineDecayRestarts,
    ExponentialDecay,
    InverseTimeDecay,
    PiecewiseConstantDecay,
    PolynomialDecay,
)

from dlcourse.conformance import conform
from dlcourse.conformance.mistakes import CATALOGUE, DECAY
from dlcourse.conformance.rules import RULES
from dlcourse.conformance.schedule_rules import SCHEDULE_RULES, WAVE


@pytest.mark.parametrize(
    "optimizer",
    [
        SGD(0.1, momentum=0.9),
        SGD(0.1, momentum=0.9, nesterov=True),
        Adagrad(0.1),
        RMSprop(0.1),
        RMSprop(0.1, momentum=0.9, centered=True),
        Adadelta(1.0),
        Adam(0.1),
        Adam(0.1, amsgrad=True),
        AdamW(0.1, weight_decay=0.0),
        Adamax(0.1),
        Nadam(0.1),
        Lion(0.1),
    ],
    ids=lambda optimizer: type(optimizer).__name__,
)
def test_an_update_rule_is_that_of_keras(optimizer):
    def rule(w, g, state, **h):
        return RULES[type(optimizer).__name__](w, g, state, SimpleNamespace(**h, paper=False))

    assert conform(rule, optimizer)


@pytest.mark.parametrize(
    "schedule",
    [
        PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.1]),
        ExponentialDecay(0.1, 10, 0.9),
        ExponentialDecay(0.1, 10, 0.9, staircase=True),
        InverseTimeDecay(1.0, 10, 0.1),
        InverseTimeDecay(1.0, 10, 0.1, staircase=True),
        PolynomialDecay(0.1, 50, power=2.0),
        PolynomialDecay(0.1, 50, power=2.0, cycle=True),
        CosineDecay(0.1, 50, alpha=0.1),
        CosineDecay(0.01, 50, alpha=0.1, warmup_target=0.1, warmup_steps=10),
        CosineDecayRestarts(0.1, 10, t_mul=2.0, m_mul=0.9, alpha=0.1),
    ],
    ids=lambda schedule: type(schedule).__name__,
)
def test_a_schedules_rule_is_that_of_keras(schedule):
    def rule(step, **h):
        return SCHEDULE_RULES[type(schedule).__name__](step, SimpleNamespace(**h, **WAVE))

    assert conform(rule, schedule)


def test_all_schedules_of_keras_are_known():
    schedules = vars(keras.optimizers.schedules)
    base = keras.optimizers.schedules.LearningRateSchedule
    classes = {name for name, kind in schedules.items() if isinstance(kind, type)}
    assert classes - {base.__name__} == {*SCHEDULE_RULES}


def test_every_rule_has_mistakes_with_names_of_their_own_and_a_hint():
    mistakes = [*CATALOGUE, *DECAY]
    assert len(mistakes) >= 30
    assert len({mistake.name for mistake in mistakes}) == len(mistakes)
    assert {name for m in mistakes for name in m.concerns} == {*RULES, *SCHEDULE_RULES}
    for mistake in mistakes:
        assert mistake.hint.endswith("."), mistake.name
