"""Plans: every setting reaches them, and what follows from the fields."""

from __future__ import annotations

import keras
import pytest
from training_reference import blob_task, two_layers

from dlcourse import Method, train_runs
from dlcourse.training.plan import TrainingPlan, measured_epochs

SGD = keras.optimizers.SGD
STOP, OTHER = keras.callbacks.TerminateOnNaN(), keras.callbacks.History()


class Planned(Exception):
    """Ends a call when its plans are known."""


@pytest.fixture
def plans(monkeypatch):
    """Collect the plans instead of training them, with what else is handed on."""
    caught = []

    def stop(plans, **settings):
        caught.extend(plans)
        caught.append(settings)
        raise Planned

    monkeypatch.setattr("dlcourse.training.train.run_plans", stop)
    return caught


# Not the defaults, so that a setting that gets lost is missed.
SETTINGS = {
    "epochs": 7,
    "batch_size": 3,
    "callbacks": (STOP,),
    "evaluate_every": 1,
    "record": ("loss", "model"),
    "jit_compile": False,
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_reaches_every_plan(name, plans):
    with pytest.raises(Planned):
        train_runs({"a": SGD(), "b": SGD()}, blob_task(), seeds=[4, 2], **SETTINGS)
    assert [getattr(plan, name) for plan in plans[:-1]] == [SETTINGS[name]] * 4


def test_how_often_is_measured_reaches_the_plan(plans):
    with pytest.raises(Planned):
        train_runs({"a": SGD()}, blob_task(), epochs=9, seeds=[0], evaluate_every=4)
    assert plans[0].evaluate_every == 4


def test_there_is_a_plan_for_each_method_and_seed(plans):
    methods, task = {"a": Method(SGD()), "b": Method(SGD())}, blob_task()
    with pytest.raises(Planned):
        train_runs(methods, task, epochs=1, seeds=[4, 2])
    assert [(plan.label, plan.seed) for plan in plans[:-1]] == [
        ("a", 4), ("a", 2), ("b", 4), ("b", 2)]  # fmt: skip
    assert all(plan.method is methods[plan.label] and plan.task is task for plan in plans[:-1])


def test_a_method_s_own_settings_come_before_the_comparison_s(plans):
    own = Method(SGD(), model=two_layers, batch_size=6, callbacks=[OTHER])
    with pytest.raises(Planned):
        train_runs({"own": own, "other": SGD()}, blob_task(), seeds=[0], **SETTINGS)
    assert [plan.batch_size for plan in plans[:-1]] == [6, 3]
    assert plans[0].callbacks == (STOP, OTHER) and plans[1].callbacks == (STOP,)
    assert plans[0].build is two_layers and plans[1].build is plans[1].task.model


@pytest.mark.parametrize(("batch_size", "steps"), [(50, 1), (49, 2), (25, 2), (8, 7), (80, 1)])
def test_the_number_of_steps(batch_size, steps):
    plan = TrainingPlan(label="a", method=Method(SGD()), task=blob_task(), seed=0, epochs=3,
                        batch_size=batch_size)  # fmt: skip
    assert (plan.rows, plan.steps_per_epoch, plan.steps) == (50, steps, 3 * steps)


@pytest.mark.parametrize(
    ("epochs", "every", "expected"), [(4, 1, [1, 2, 3, 4]), (5, 2, [2, 4, 5]), (2, 9, [2])]
)
def test_which_epochs_are_measured(epochs, every, expected):
    assert measured_epochs(epochs, every).tolist() == expected
