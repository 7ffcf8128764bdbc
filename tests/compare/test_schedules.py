from __future__ import annotations

import re
import warnings

import keras
import numpy as np
import pytest
from keras.callbacks import Callback, EarlyStopping, LearningRateScheduler, ReduceLROnPlateau
from keras.optimizers import SGD, schedules
from schedule_cases import CLOSED_FORMS

from dlcourse import Dataset, Task
from dlcourse.compare.schedules import compare_schedules

X = np.linspace(-1, 1, 20, dtype="float32").reshape(-1, 1)


def line():
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, name="line")])


TASK = Task(Dataset("line", X, 2 * X, X, 2 * X), line, keras.losses.MeanSquaredError())


def train(schedules, optimizer=None, *, epochs=3, seeds=(0, 1)):
    """Four steps an epoch."""
    return compare_schedules(
        schedules, TASK, optimizer=optimizer or SGD(0.1), epochs=epochs, seeds=seeds, batch_size=5
    )


def test_rates_as_used_are_the_closed_forms():
    runs = train({name: schedule for name, (schedule, _) in CLOSED_FORMS.items()})
    assert runs.labels == tuple(CLOSED_FORMS)
    for name, (_, expected) in CLOSED_FORMS.items():
        used = runs[name].steps["learning_rate"]
        np.testing.assert_allclose(used, np.tile(expected, (1, 2, 1)), atol=1e-7)


def test_weights_move_at_the_recorded_rate():
    """On f = mean (w x - 2 x)², one full batch a step, w - 2 shrinks by 1 - 2 rate mean(x²)."""
    rates = [0.5, 0.25, 0.125]
    schedule = schedules.PiecewiseConstantDecay([0, 1], rates)
    runs = compare_schedules(
        {"steps": schedule},
        TASK,
        optimizer=SGD(),
        epochs=3,
        seeds=[0],
        batch_size=20,
        record=["weights"],
    )
    w = np.array([weights[0].item() for weights in runs.weights["steps", 0]])
    factors = 1 - 2 * np.array(rates[1:]) * np.mean(X**2)
    np.testing.assert_allclose((w[1:] - 2) / (w[:-1] - 2), factors, rtol=1e-4)


def test_callbacks_start_from_the_rate_of_the_optimizer_in_each_run():
    halve = LearningRateScheduler(lambda epoch, rate: rate if epoch == 0 else 0.5 * rate)
    runs = train({"halve": halve}, SGD(0.4))
    expected = np.repeat([0.4, 0.2, 0.1], 4)
    np.testing.assert_allclose(runs.steps["learning_rate"], np.tile(expected, (1, 2, 1)), rtol=1e-6)


def test_objects_handed_in_are_not_changed():
    optimizer, plateau = SGD(0.4, momentum=0.5), ReduceLROnPlateau(patience=1, min_delta=1e9)
    runs = train({"plateau": plateau, "0.2": 0.2}, optimizer)
    assert runs["plateau"].steps["learning_rate"].min() < 0.4
    assert float(optimizer.learning_rate) == pytest.approx(0.4)
    assert int(optimizer.iterations.numpy()) == 0
    assert not hasattr(plateau, "best") or plateau.best is None


def test_only_the_rate_of_the_optimizer_is_replaced():
    schedule = schedules.PiecewiseConstantDecay([3], [0.2, 0.1])
    with_momentum = train({"schedule": schedule}, SGD(9.0, momentum=0.9)).final("loss")
    without = train({"schedule": schedule}, SGD(0.001)).final("loss")
    assert np.isfinite(with_momentum).all()
    assert not np.allclose(with_momentum, without)


# A plateau that no loss can avoid: nothing counts as an improvement.
class Unconfigured(schedules.LearningRateSchedule):
    """As in many a tutorial: a schedule that cannot be saved."""

    def __call__(self, step):
        return 0.1 + 0.0 * keras.ops.cast(step, "float32")


NO_PROGRESS = dict(min_delta=1e9)
IDLE = {
    "beyond": (
        schedules.PiecewiseConstantDecay([100_000, 110_000], [1.0, 0.5, 0.1]),
        "never changed the learning rate: all 12 steps used 1. "
        "Its first boundary, step 100000, lies beyond the last step, 11.",
    ),
    "at the end": (
        schedules.PiecewiseConstantDecay([11], [0.1, 0.01]),
        "Its first boundary, step 11, is the last step, 11.",
    ),
    "one value": (
        schedules.PiecewiseConstantDecay([3], [0.1, 0.1]),
        "Its hyperparameters leave the rate as it is.",
    ),
    "stair": (
        schedules.ExponentialDecay(0.1, 12, 0.5, staircase=True),
        "It counts optimizer steps: decay_steps is 12, the last step 11.",
    ),
    "slow": (
        schedules.ExponentialDecay(0.1, 100_000, 0.96),
        "hardly changed the learning rate: 0.1 to 0.0999996 in 12 steps. "
        "It counts optimizer steps: decay_steps is 100000, the last step 11.",
    ),
    "restarts": (
        schedules.CosineDecayRestarts(0.1, 1000),
        "It counts optimizer steps: decay_steps is 1000, the last step 11.",
    ),
    "patient": (
        ReduceLROnPlateau(patience=2, **NO_PROGRESS),
        "With patience=2 it acts from epoch 4 on; there were 3.",
    ),
    "at its floor": (
        ReduceLROnPlateau(patience=1, min_lr=0.1, **NO_PROGRESS),
        "The rate began at or below min_lr=0.1.",
    ),
    "progress": (
        ReduceLROnPlateau(patience=1, min_delta=0),
        "Before the last epoch val_loss was never 1 epochs without progress.",
    ),
    "scheduler": (
        LearningRateScheduler(lambda epoch, rate: 0.2),
        "all 12 steps used 0.2. Its function returned this rate at every epoch.",
    ),
    "over at once": (
        schedules.CosineDecay(0.1, 3),
        "had the learning rate at nothing from step 3 on, within the first epoch of 4 steps. "
        "It counts optimizer steps: decay_steps is 3.",
    ),
    "cut short": (
        schedules.PiecewiseConstantDecay([4, 100], [0.1, 0.01, 0.001]),
        "never reached its boundary at step 100: the last step was 11.",
    ),
    "without get_config": (Unconfigured(), "Its hyperparameters leave the rate as it is."),
    "callback": (EarlyStopping(patience=9), "The callback left the rate as it was."),
}


@pytest.mark.parametrize("name", IDLE)
def test_warns_of_a_schedule_that_never_ran(name):
    schedule, message = IDLE[name]
    with pytest.warns(UserWarning, match=re.escape(message)) as caught:
        train({name: schedule, "constant": 0.1})
    ours = [warning for warning in caught if "The schedule" in str(warning.message)]
    assert len(ours) == 1, "the constant rate is meant to stay"
    assert str(ours[0].message).startswith(f"The schedule {name!r} ")
    assert "schedules" not in ours[0].filename.replace(__file__, ""), "it names the caller's line"


class InSomeRuns(Callback):
    """Lowers the rate in a run that drew a small number; runs 0 and 1 draw 0.55 and 0.42."""

    def on_train_begin(self, logs=None):
        self.lowers = np.random.rand() < 0.5  # noqa: NPY002 (each run seeds NumPy for callbacks)

    def on_epoch_end(self, epoch, logs=None):
        if self.lowers:
            self.model.optimizer.learning_rate = 0.05


RUNNING = {
    "the boundary before the last step": schedules.PiecewiseConstantDecay([10], [0.1, 0.01]),
    "by more than 1 %": schedules.ExponentialDecay(0.1, 11, 0.98),
    "a rising rate": schedules.CosineDecay(0.0, 10**9, warmup_target=0.1, warmup_steps=4),
    "over in the second epoch": schedules.CosineDecay(0.1, 4),
    "constant": 0.1,
    "constant integer": 1,
    "the earliest plateau": ReduceLROnPlateau(patience=1, **NO_PROGRESS),
    "in some runs": InSomeRuns(),
}


@pytest.mark.parametrize("name", RUNNING)
def test_is_silent_where_the_rate_changed(name):
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="The schedule")
        train({name: RUNNING[name]})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: train([0.1]), "`schedules` must be a non-empty mapping of labels to schedules."),
        (
            lambda: train({"a": "cosine"}),
            "`schedules['a']` must be a Keras schedule, a number or a Keras callback.",
        ),
        (lambda: train({"a": True}), "`schedules['a']` must be a number > 0."),
        (lambda: train({"a": float("nan")}), "`schedules['a']` must be a number > 0."),
        (lambda: train({"a": 0.1}, "sgd"), "`optimizer` must be a Keras optimizer object."),
        (
            lambda: train({"a": ReduceLROnPlateau()}, SGD(schedules.CosineDecay(0.1, 9))),
            "`optimizer.learning_rate` must be a number where a callback is to change it.",
        ),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
