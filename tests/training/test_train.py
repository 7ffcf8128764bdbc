"""The engine trains as `model.fit` does, on equal terms, and records what happened."""

from __future__ import annotations

import pickle
import random
from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from training_reference import LOGITS, blob_task, blobs, keras_fit, two_layers

from dlcourse import Dataset, Method, Task, train_runs
from dlcourse.keras_internals.seeds import seeded
from dlcourse.training.execution import run_plans
from dlcourse.training.network import Network
from dlcourse.training.plan import TrainingPlan
from dlcourse.training.program import Program, pays_for_xla
from dlcourse.training.program_cache import rows_of

SGD, Adam = keras.optimizers.SGD, keras.optimizers.Adam
EPOCHS = 3


def with_layer(layer):
    def build():
        dense = keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)
        return keras.Sequential([keras.Input((4,)), dense[0], layer(), dense[1]])

    return build


def penalized():
    strength = keras.regularizers.L1L2(0.01, 0.02)
    hidden = keras.layers.Dense(8, activation="relu", kernel_regularizer=strength)
    return keras.Sequential([keras.Input((4,)), hidden, keras.layers.Dense(3)])


def functional():
    inputs = keras.Input((4,))
    return keras.Model(inputs, keras.layers.Dense(3)(keras.layers.Dense(5, "gelu")(inputs)))


class Subclassed(keras.Model):
    """A model whose `call` knows no `training` argument."""

    def __init__(self):
        super().__init__()
        self.hidden, self.logits = keras.layers.Dense(5, "relu"), keras.layers.Dense(3)

    def call(self, inputs):
        return self.logits(self.hidden(inputs))


class OwnSGD(keras.optimizers.SGD):
    """A learner's optimizer, not registered with Keras."""


class OwnSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """A learner's schedule, not registered with Keras, without a get_config."""

    def __call__(self, step):
        return 0.1 / (1.0 + tf.cast(step, tf.float32))


DECAY = keras.optimizers.schedules.ExponentialDecay(0.1, decay_steps=5, decay_rate=0.5)

CASES = {
    "plain": (two_layers, SGD(0.1)),
    "momentum": (two_layers, SGD(0.1, momentum=0.9)),
    "nesterov": (two_layers, SGD(0.1, momentum=0.9, nesterov=True)),
    "adam": (two_layers, Adam(0.01)),
    "rmsprop": (two_layers, keras.optimizers.RMSprop(0.01)),
    "adamw": (two_layers, keras.optimizers.AdamW(0.01, weight_decay=0.1)),
    "clipped": (two_layers, SGD(0.1, clipnorm=0.1)),
    "schedule-free": (two_layers, keras.optimizers.ScheduleFreeAdamW(0.01)),
    "averaged weights": (two_layers, SGD(0.1, use_ema=True, ema_momentum=0.8)),
    "loss scale": (two_layers, SGD(0.1, loss_scale_factor=8.0)),
    "dropout": (with_layer(lambda: keras.layers.Dropout(0.5)), SGD(0.1)),
    "batch normalization": (with_layer(keras.layers.BatchNormalization), SGD(0.1)),
    "penalties": (penalized, SGD(0.1)),
    "constraint": (
        with_layer(lambda: keras.layers.Dense(6, kernel_constraint=keras.constraints.UnitNorm())),
        SGD(0.1),
    ),
    "schedule": (two_layers, SGD(DECAY)),
    "accumulation": (two_layers, SGD(0.1, gradient_accumulation_steps=3)),
    "functional": (functional, Adam(0.01)),
    "subclassed": (Subclassed, Adam(0.01)),
    "own optimizer": (two_layers, OwnSGD(0.1)),
    "own schedule": (two_layers, SGD(OwnSchedule())),
}


COMPILED_BY_XLA = ("momentum", "adam", "batch normalization", "penalties", "accumulation")


@pytest.mark.parametrize("case", CASES)
def test_a_training_equals_keras_fit(case):
    assert_equals_keras(case, jit_compile=False)


@pytest.mark.parametrize("case", COMPILED_BY_XLA)
def test_a_training_compiled_by_xla_equals_keras_fit(case):
    assert_equals_keras(case, jit_compile=True)


def assert_equals_keras(case, *, jit_compile):
    build, optimizer = CASES[case]
    task = blob_task(build)
    model, history = keras_fit(task, optimizer, epochs=EPOCHS, seed=3)
    settings = dict(epochs=EPOCHS, batch_size=8, record=["model"], jit_compile=jit_compile)
    # Seeds 0 and 1 go first, so that seed 3 shows whether all state was put back.
    runs = train_runs({case: optimizer}, task, seeds=[0, 1, 3], **settings)
    trained = runs.models[case, 3]
    for mine, theirs in zip(trained.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)
    if not optimizer.use_ema:  # Keras measures the last epoch before it puts the average in place
        assert_equal_history(runs, history, seed=3)


def assert_equal_history(runs, history, *, seed):
    row = runs.seeds.index(seed)
    val_loss = runs.history["val_loss"][0, row] + runs.history["penalty"][0, row]
    run = int(runs.epochs_run[0, row])
    np.testing.assert_allclose(val_loss[:run], history["val_loss"], rtol=1e-4)
    val_accuracy = runs.history["val_accuracy"][0, row]
    np.testing.assert_allclose(val_accuracy[:run], history["val_accuracy"], rtol=1e-5)


def test_training_losses_are_measured_at_the_end_of_the_epoch_in_inference_mode():
    task = blob_task(with_layer(lambda: keras.layers.Dropout(0.5)))
    runs = train_runs({"SGD": SGD(0.1)}, task, epochs=2, seeds=[0], record=["model"])
    model = runs.models["SGD", 0]
    model.compile(loss=LOGITS, metrics=["accuracy"])
    expected = model.evaluate(task.data.x_train, task.data.y_train, verbose=0)
    measured = [runs.final(key)[0, 0] for key in ("loss", "accuracy")]
    np.testing.assert_allclose(measured, expected, rtol=1e-5)


def test_evaluating_rows_in_parts_gives_what_all_rows_give(monkeypatch):
    monkeypatch.setattr(
        "dlcourse.training.evaluation.ROWS_PER_EVALUATION", 20
    )  # of 50 rows: 20, 20 and 10
    task = blob_task(penalized)
    runs = train_runs({"SGD": SGD(0.1)}, task, epochs=1, seeds=[0], record=["model"])
    model = runs.models["SGD", 0]
    answers = model(task.data.x_val)
    accuracy = np.mean(np.argmax(answers, axis=1) == task.data.y_val)
    expected = [LOGITS(task.data.y_val, answers), accuracy, sum(model.losses)]
    measured = [runs.final(key)[0, 0] for key in ("val_loss", "val_accuracy", "penalty")]
    np.testing.assert_allclose(measured, expected, rtol=1e-5)


def test_the_penalty_is_recorded_apart():
    runs = train_runs(
        {"SGD": SGD(0.1)}, blob_task(penalized), epochs=1, seeds=[0], record=["model"]
    )
    kernel = runs.models["SGD", 0].get_weights()[0]
    penalty = 0.01 * np.abs(kernel).sum() + 0.02 * (kernel**2).sum()
    np.testing.assert_allclose(runs.final("penalty")[0, 0], penalty, rtol=1e-5)
    assert "val_penalty" not in runs.history  # it is the same


@pytest.mark.parametrize(
    "callback",
    [
        keras.callbacks.EarlyStopping("val_loss", patience=1, restore_best_weights=True),
        keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.1, patience=1, min_delta=0.05),
        keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5),
        keras.callbacks.TerminateOnNaN(),
    ],
    ids=lambda callback: type(callback).__name__,
)
def test_keras_callbacks_act_as_in_keras_fit(callback):
    fast = SGD(1e38) if isinstance(callback, keras.callbacks.TerminateOnNaN) else SGD(1.0)
    task = blob_task()
    model, history = keras_fit(task, fast, epochs=12, callbacks=[callback])
    runs = train_runs(
        {"SGD": fast},
        task,
        epochs=12,
        seeds=[1, 0],
        batch_size=8,
        callbacks=[callback],
        record=["model"],
    )
    assert runs.epochs_run[0, 1] == len(history["val_loss"])
    assert_equal_history(runs, history, seed=0)
    for mine, theirs in zip(runs.models["SGD", 0].get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-5)


def test_early_stopping_pads_with_nan_and_every_run_stops_on_its_own():
    stop = keras.callbacks.EarlyStopping("val_loss", patience=0)
    methods = {"wild": SGD(3.0), "calm": SGD(1e-3)}
    runs = train_runs(methods, blob_task(), epochs=20, seeds=[0, 1], callbacks=[stop])
    assert (runs.epochs_run[0] < 20).all() and (runs.epochs_run[1] == 20).all()
    for row, epochs in enumerate(runs.epochs_run[0]):
        assert np.isnan(runs.history["val_loss"][0, row, epochs:]).all()
        assert np.isfinite(runs.history["val_loss"][0, row, : epochs - 1]).all()
        assert np.isnan(runs.steps["learning_rate"][0, row, 2 * epochs :]).all()


def test_a_callback_that_acts_on_batches_sees_every_step_and_its_loss():
    seen = []
    listener = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append((batch, logs["loss"]))
    )
    methods = {"SGD": SGD(0.1)}
    runs = train_runs(
        methods,
        blob_task(),
        epochs=2,
        seeds=[0],
        batch_size=25,
        callbacks=[listener],
        record=["loss"],
    )
    losses = runs.steps["loss"][0, 0]
    expected = [(0, losses[0]), (1, losses[:2].mean()), (0, losses[2]), (1, losses[2:].mean())]
    np.testing.assert_allclose(seen, expected, rtol=1e-6)


def test_the_learning_rate_is_recorded_as_it_was_used():
    halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.4 * 0.5**epoch)
    methods = {"schedule": SGD(DECAY), "callback": Method(SGD(0.4), callbacks=[halve])}
    runs = train_runs(methods, blob_task(), epochs=2, seeds=[0], batch_size=25)
    expected = [[0.1 * 0.5 ** (step / 5) for step in range(4)], [0.4, 0.4, 0.2, 0.2]]
    np.testing.assert_allclose(runs.steps["learning_rate"][:, 0], expected, rtol=1e-6)


def test_a_callback_sets_the_rate_of_its_own_method():
    halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)
    methods = {"SGD": SGD(0.4), "Adam": Adam(0.2)}
    settings = dict(epochs=2, seeds=[0], batch_size=50, callbacks=[halve])
    rates = train_runs(methods, blob_task(), **settings).steps["learning_rate"][:, 0]
    np.testing.assert_allclose(rates, [[0.2, 0.1], [0.1, 0.05]], rtol=1e-6)


def test_losses_and_norms_are_recorded_per_step_on_request():
    x = np.array([[1.0], [2.0]], "float32")

    def line():
        zero = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
        return keras.Sequential([keras.Input((1,)), zero])

    task = Task(Dataset("line", x, 2 * x), line, keras.losses.MeanSquaredError())
    record = ["loss", "gradient_norm", "weight_norm", "weights"]
    runs = train_runs({"SGD": SGD(0.1)}, task, epochs=2, seeds=[0], batch_size=2, record=record)
    # mean (2x - wx)^2 = 2.5 (2 - w)^2, so w goes 0 -> 0 + 0.1 * 10 = 1 -> 1.5
    np.testing.assert_allclose(runs.steps["loss"][0, 0], [10, 2.5], rtol=1e-6)
    np.testing.assert_allclose(runs.steps["gradient_norm"][0, 0], [10, 5], rtol=1e-6)
    np.testing.assert_allclose(runs.steps["weight_norm"][0, 0], [1, 1.5], rtol=1e-6)
    kernels = [snapshot[0].item() for snapshot in runs.weights["SGD", 0]]
    np.testing.assert_allclose(kernels, [1, 1.5], rtol=1e-6)


def test_methods_start_from_the_same_weights_and_see_the_same_batches():
    methods = {
        "none": SGD(1e-30),
        "Adam": Adam(1e-30),
        "other model": Method(SGD(1e-30), two_layers),
    }
    runs = train_runs(methods, blob_task(), epochs=1, batch_size=8, record=["loss"])
    for key in ("none", "Adam"):
        np.testing.assert_array_equal(runs[key].steps["loss"], runs["other model"].steps["loss"])
    assert len(np.unique(runs.steps["loss"][0, :, 0])) == 5


def test_weights_drawn_by_tensorflow_itself_follow_from_the_seed_too():
    def build():
        draw = lambda shape, dtype: tf.random.normal(shape, dtype=dtype)  # noqa: E731
        layers = [keras.layers.Dense(3, use_bias=False, kernel_initializer=draw) for _ in range(2)]
        return keras.Sequential([keras.Input((4,)), *layers])

    methods = {"first": SGD(1e-30), "second": Method(SGD(1e-30), partial(build))}
    runs = train_runs(methods, blob_task(build), epochs=1, seeds=[0, 1, 2], record=["weights"])
    for seed in (0, 1, 2):
        with seeded(seed):
            expected = build().get_weights()
        for label in methods:
            for drawn, wanted in zip(runs.weights[label, seed][0], expected, strict=True):
                np.testing.assert_array_equal(drawn, wanted)


def test_a_run_is_a_pure_function_of_its_plan():
    task = blob_task(with_layer(lambda: keras.layers.Dropout(0.3)))
    methods = {"a": Adam(0.01), "b": SGD(DECAY), "c": SGD(0.2), "d": SGD(0.3)}
    together = train_runs(methods, task, epochs=2, seeds=[4, 2])
    again = train_runs(dict(reversed(methods.items())), task, epochs=2, seeds=[2, 4])
    for label in methods:
        for key in ("loss", "val_accuracy"):
            first, second = (runs[label].history[key] for runs in (together, again))
            np.testing.assert_array_equal(first, second[:, ::-1])
    alone = train_runs({"c": methods["c"]}, task, epochs=2, seeds=[2])
    np.testing.assert_array_equal(alone.history["loss"][0, 0], together["c"].history["loss"][0, 1])


def test_a_plan_survives_pickling_whole():
    optimizer = keras.optimizers.AdamW(DECAY, weight_decay=0.5, clipnorm=0.7)
    optimizer.exclude_from_weight_decay(var_names=["kernel"])
    stop = keras.callbacks.EarlyStopping("val_loss", patience=0, min_delta=10.0)
    plan = TrainingPlan(
        label="AdamW",
        method=Method(optimizer, batch_size=8, callbacks=[stop]),
        task=blob_task(),
        seed=1,
        epochs=4,
        batch_size=8,
        callbacks=(stop,),
        record=("weights",),
    )
    sent = pickle.loads(pickle.dumps(plan))
    assert [type(c) for c in sent.method.callbacks] == [keras.callbacks.EarlyStopping]
    assert sent.method.batch_size == 8
    here, there = run_plans([plan])[0], run_plans([sent])[0]
    assert here.epochs_run == there.epochs_run == 2  # the callback acts there too
    for one, other in zip(here.weights[-1], there.weights[-1], strict=True):
        np.testing.assert_array_equal(one, other)
    undecayed = TrainingPlan(**{**vars(plan), "method": Method(keras.optimizers.AdamW(DECAY))})
    assert not np.array_equal(run_plans([undecayed])[0].weights[-1][0], here.weights[-1][0])


def test_the_random_state_of_the_caller_is_left_as_it_was():
    def draw():
        return (
            random.random(),
            np.random.rand(),  # noqa: NPY002
            float(tf.random.uniform([])),
            float(keras.random.uniform([])),
        )

    keras.utils.set_random_seed(5)
    draw()
    expected = draw()
    keras.utils.set_random_seed(5)
    draw()
    train_runs({"SGD": SGD(0.1)}, blob_task(), epochs=1, seeds=[0])
    assert draw() == expected


def test_the_objects_of_the_caller_are_not_changed():
    optimizer = SGD(0.1, momentum=0.9)
    stop = keras.callbacks.EarlyStopping("val_loss", patience=1)
    before = dict(vars(stop))
    train_runs({"a": optimizer, "b": optimizer}, blob_task(), epochs=2, seeds=[0], callbacks=[stop])
    assert not optimizer.built and vars(stop) == before


class Tabulated(keras.optimizers.schedules.LearningRateSchedule):
    """A learner's schedule, all of which look alike in print."""

    def __init__(self, rate):
        self.rate = rate

    def __repr__(self):
        return "Tabulated()"

    def __call__(self, step):
        return self.rate


def test_schedules_that_look_alike_are_two_schedules():
    methods = {"low": SGD(Tabulated(0.01)), "high": SGD(Tabulated(1.0))}
    rates = train_runs(methods, blob_task(), epochs=1, seeds=[0]).steps["learning_rate"]
    np.testing.assert_allclose(rates[:, 0, 0], [0.01, 1.0])


def test_seeds_may_come_from_a_generator():
    methods = {"a": SGD(0.1), "b": SGD(0.2)}
    runs = train_runs(methods, blob_task(), epochs=1, seeds=(seed for seed in (3, 4)))
    assert runs.seeds == (3, 4) and runs.final("loss").shape == (2, 2)


def test_one_optimizer_under_two_labels_gives_the_same_run_twice():
    optimizer = Adam(0.01)
    runs = train_runs({"a": optimizer, "b": optimizer}, blob_task(), epochs=2, seeds=[0])
    np.testing.assert_array_equal(*runs.history["loss"])


def test_weights_that_were_excluded_from_decay_stay_excluded():
    optimizer = keras.optimizers.AdamW(1e-12, weight_decay=1e11)
    optimizer.exclude_from_weight_decay(var_names=["kernel"])
    runs = train_runs({"AdamW": optimizer}, blob_task(), epochs=1, seeds=[0], record=["model"])
    assert np.abs(runs.models["AdamW", 0].get_weights()[0]).max() > 0.1


@pytest.mark.parametrize("batch_size", [50, 10, 8])
@pytest.mark.parametrize("steps_per_call", [1, 10, 1_000])
def test_steps_are_the_same_however_many_share_a_call(batch_size, steps_per_call, monkeypatch):
    task = blob_task(with_layer(lambda: keras.layers.Dropout(0.3)))
    record = ["loss", "weights", "updates"]
    settings = dict(epochs=7, seeds=[0], batch_size=batch_size, record=record, jit_compile=False)
    often = train_runs({"Adam": Adam(0.1)}, task, **settings)
    monkeypatch.setattr("dlcourse.training.loop.STEPS_PER_CALL", steps_per_call)
    seldom = train_runs({"Adam": Adam(0.1)}, task, evaluate_every=3, **settings)
    assert seldom.epochs.tolist() == [3, 6, 7]
    np.testing.assert_array_equal(seldom.steps["loss"], often.steps["loss"])
    np.testing.assert_array_equal(seldom.history["loss"], often.history["loss"][..., [2, 5, 6]])
    for kept in ("weights", "updates"):
        all_seldom, all_often = (getattr(runs, kept)["Adam", 0] for runs in (seldom, often))
        for one, other in zip(all_seldom, [all_often[i] for i in (2, 5, 6)], strict=True):
            for a, b in zip(one, other, strict=True):
                np.testing.assert_array_equal(a, b)


def test_epochs_share_a_call_where_nothing_happens_between_them(monkeypatch):
    calls = []
    take = Program.take
    monkeypatch.setattr(Program, "take", lambda self, *a: (calls.append(a[1:]), take(self, *a))[1])
    settings = dict(epochs=5, seeds=[0], batch_size=10, evaluate_every=2)
    train_runs({"SGD": SGD(0.1)}, blob_task(), **settings)
    assert calls == [(0, 10), (0, 10), (0, 5)]


@pytest.mark.parametrize(
    ("build", "steps", "pays"),
    [
        (two_layers, 1_999, False),
        (two_layers, 2_000, True),
        (with_layer(lambda: keras.layers.Dropout(0.5)), 10**9, False),
    ],
)
def test_xla_is_for_long_runs_without_random_layers(build, steps, pays, monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Linux")
    task = blob_task(build)
    network = Network(task, build, [0], rows_of(task))
    assert pays_for_xla(network, steps) == pays


def regression():
    return Task(
        Dataset("sum", blobs().x_train, blobs().x_train.sum(axis=1)),
        lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]),
        keras.losses.MeanSquaredError(),
        metrics=["mae"],
    )


def one_hot():
    data = blobs()
    labels = np.eye(3, dtype="float32")[data.y_train]
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    return Task(Dataset("one-hot", data.x_train, labels), two_layers, loss, ["accuracy"])


def binary():
    data = blobs()
    labels = (data.y_train == 0).astype("float32")
    loss = keras.losses.BinaryCrossentropy()
    return Task(
        Dataset("binary", data.x_train, labels),
        lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, "sigmoid")]),
        loss,
        ["accuracy"],
    )


@pytest.mark.parametrize("task", [regression, one_hot, binary])
def test_other_kinds_of_task_learn(task):
    task = task()
    runs = train_runs(
        {"Adam": Adam(0.05)}, task, epochs=60, seeds=[0], batch_size=10, record=["model"]
    )
    model = runs.models["Adam", 0]
    model.compile(loss=task.loss, metrics=list(task.metrics))
    expected = model.evaluate(task.data.x_train, task.data.y_train, verbose=0, batch_size=50)
    metric = next(key for key in runs.history if key not in ("loss", "penalty"))
    measured = [runs.final(key)[0, 0] for key in ("loss", metric)]
    np.testing.assert_allclose(measured, expected, rtol=1e-4)
    assert runs.final("loss")[0, 0] < 0.5 * runs.history["loss"][0, 0, 0]


def test_a_diverged_run_is_a_result():
    runs = train_runs({"SGD": SGD(1e38), "calm": SGD(0.1)}, blob_task(), epochs=2, seeds=[0, 1])
    assert runs.diverged.tolist() == [[True, True], [False, False]]


def test_an_interrupt_leaves_a_usable_session():
    def interrupt(epoch, logs):
        raise KeyboardInterrupt

    stopper = keras.callbacks.LambdaCallback(on_epoch_end=interrupt)
    random.seed(3)
    expected = random.random()
    random.seed(3)
    with pytest.raises(KeyboardInterrupt):
        train_runs({"SGD": SGD(0.1)}, blob_task(), epochs=2, seeds=[0], callbacks=[stopper])
    assert random.random() == expected
    runs = train_runs({"SGD": SGD(0.1)}, blob_task(), epochs=2, seeds=[0])
    assert runs.epochs_run.tolist() == [[2]]


def test_steps_that_callbacks_look_at_are_not_compiled_by_xla(monkeypatch):
    monkeypatch.setattr("dlcourse.training.program.STEPS_THAT_PAY_FOR_XLA", 1)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    task = blob_task()
    network = Network(task, two_layers, [0], rows_of(task))
    plan = TrainingPlan(
        label="a", method=Method(SGD(0.1)), task=task, seed=0, epochs=1, batch_size=50
    )
    compiled = [Program(network, plan, by_batch=by_batch)._jit for by_batch in (False, True)]
    assert compiled == [True, False]
