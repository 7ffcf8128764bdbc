"""The same numbers in this process and on any executor; what goes wrong says where."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import keras
import numpy as np
import pytest
from executor_cases import SETTINGS, assert_same_bits, methods, task, with_dropout

from dlcourse import Dataset, Method, Task, train_runs
from dlcourse.training import program_cache
from dlcourse.training.packing import pack, unpack
from dlcourse.training.program import Program

loky = pytest.importorskip("loky")
SGD = keras.optimizers.SGD


@pytest.fixture(scope="module")
def here():
    """What this process records."""
    return train_runs(methods(), task(), **SETTINGS)


def some_methods():
    """Return fewer methods, to save the time to compile them."""
    return {label: methods()[label] for label in ("schedule", "stops early")}


@pytest.fixture(scope="module")
def pool():
    """Two loky workers, for several tests."""
    with loky.ProcessPoolExecutor(2) as executor:
        yield executor


def test_two_workers_give_the_same_bits(here, pool):
    assert_same_bits(train_runs(methods(), task(), executor=pool, **SETTINGS), here)


def test_dask_gives_the_same_bits(here):
    distributed = pytest.importorskip("distributed")
    settings = dict(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
    with distributed.Client(**settings) as client:
        runs = train_runs(methods(), task(), executor=client.get_executor(), **SETTINGS)
    assert_same_bits(runs, here)


def test_one_worker_of_a_spawn_pool_gives_the_same_bits(here):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        runs = train_runs(some_methods(), task(), executor=executor, **SETTINGS)
    assert_same_bits(runs, here[list(some_methods())])


def test_threads_of_this_process_give_the_same_bits_and_leave_its_random_state(here):
    random.seed(3)
    expected = random.random()
    random.seed(3)
    with ThreadPoolExecutor(2) as executor:
        runs = train_runs(some_methods(), task(), executor=executor, **SETTINGS)
    assert random.random() == expected
    assert_same_bits(runs, here[list(some_methods())])


class Kill(keras.callbacks.Callback):
    """Ends the process in the second epoch of one seed, as a lack of memory would."""

    def __init__(self, caller: int) -> None:
        super().__init__()
        self.caller = caller

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1 and os.getpid() != self.caller and self.model.optimizer.momentum > 0:
            os.kill(os.getpid(), signal.SIGKILL)


def test_four_workers_give_the_same_bits_and_a_dead_one_is_named(here, tmp_path):
    with loky.ProcessPoolExecutor(4) as four:
        runs = train_runs(some_methods(), task(), executor=four, **SETTINGS)
        assert_same_bits(runs, here[list(some_methods())])
        deadly = Method(SGD(0.1, momentum=0.9), callbacks=[Kill(os.getpid())])
        mixed = {"fine": SGD(0.1), "deadly": deadly}
        settings = dict(epochs=3, seeds=[5], resume=tmp_path)
        with pytest.raises(RuntimeError, match="ended while it trained.*'deadly', seed 5"):
            train_runs(mixed, task(), executor=four, **settings)
    runs = train_runs(mixed, task(), **settings)  # in this process nothing is deadly
    assert runs.epochs_run.tolist() == [[3], [3]]


def test_an_error_in_a_worker_is_the_same_and_names_the_run(pool):
    class Fails(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            raise FloatingPointError("too large")

    for executor in (None, pool):
        with pytest.raises(FloatingPointError, match="too large") as caught:
            train_runs({"SGD": SGD(0.1)}, task(), epochs=2, seeds=[7], callbacks=[Fails()],
                       executor=executor)  # fmt: skip
        assert caught.value.__notes__ == ["While training 'SGD', seed 7."]


def test_what_does_not_fit_is_refused_before_anything_is_sent():
    class Unused(ThreadPoolExecutor):
        def submit(self, *arguments, **keywords):
            pytest.fail("it trained")

    wide = Task(task().data, lambda: keras.Sequential([keras.layers.Dense(2)]), task().loss)
    with pytest.raises(ValueError, match="at least 3 outputs"):
        train_runs({"SGD": SGD(0.1)}, wide, epochs=1, executor=Unused())


@pytest.mark.parametrize("executor", ["loky", 2, print])
def test_what_is_no_executor_is_refused(executor):
    with pytest.raises(ValueError, match="`executor` must be a concurrent.futures.Executor"):
        train_runs({"SGD": SGD(0.1)}, task(), epochs=1, executor=executor)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no forks here")
def test_an_executor_that_forks_is_refused():
    with (
        ProcessPoolExecutor(1, mp_context=get_context("fork")) as executor,
        pytest.raises(ValueError, match="`executor` must be one that does not fork"),
    ):
        train_runs({"SGD": SGD(0.1)}, task(), epochs=1, executor=executor)


def test_an_interrupt_stops_the_workers_and_keeps_what_is_finished(pool, tmp_path):
    forever = dict(epochs=10**6, evaluate_every=10**6)
    short = dict(epochs=1, seeds=range(3), resume=tmp_path / "short")
    train_runs({"SGD": SGD(0.1)}, task(), executor=pool, **short)  # the workers are warm
    timer = threading.Timer(2.0, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        train_runs({"SGD": SGD(0.1)}, task(), executor=pool, seeds=range(3), **forever)
    # Both workers are free again: a run of a million epochs takes them longer than this test.
    again = train_runs({"SGD": SGD(0.1)}, task(), executor=pool, epochs=1, seeds=range(3))
    assert again == train_runs({"SGD": SGD(0.1)}, task(), **short)


def test_a_worker_compiles_a_method_once_and_gets_the_rows_once(monkeypatch):
    """One worker, here a thread, whose programs and messages are counted."""
    sent, compiled = [], []

    class Counting(ThreadPoolExecutor):
        def submit(self, work, order, arrays):
            sent.append(sum(array.nbytes for array in (arrays or {}).values()))
            return super().submit(work, order, arrays)

    monkeypatch.setattr(
        program_cache,
        "Program",
        lambda *args, **kwargs: compiled.append(1) or Program(*args, **kwargs),
    )
    x = np.random.default_rng(0).normal(size=(20_000, 4))
    many = Task(Dataset("many", x, x[:, 0] > 0), with_dropout, task().loss)
    with Counting(1) as executor:
        train_runs({"SGD": SGD(0.1), "faster": SGD(0.2)}, many, epochs=1, seeds=range(3),
                   batch_size=20_000, executor=executor)  # fmt: skip
    assert len(compiled) == 1
    assert max(sent) >= x.size * 4 and sum(map(bool, sent)) == 1


def test_large_arrays_travel_apart_and_once():
    array = np.arange(20_000.0)
    packed, arrays = pack([array, {"again": array.copy()}, np.arange(3)])
    assert len(packed) < 1_000 and len(arrays) == 1
    first, second, small = unpack(packed, arrays)
    np.testing.assert_array_equal(first, array)
    np.testing.assert_array_equal(second["again"], array)
    np.testing.assert_array_equal(small, np.arange(3))


class OwnLoss(keras.losses.Loss):
    """A learner's loss, not registered with Keras, with a setting that get_config omits."""

    def __init__(self, power):
        super().__init__(name="own")
        self.power = power

    def call(self, y_true, y_pred):
        return keras.ops.abs(y_true - y_pred) ** self.power


class OwnMetric(keras.metrics.MeanMetricWrapper):
    """A learner's metric, not registered with Keras."""

    def __init__(self, name="own", dtype=None):
        super().__init__(lambda y_true, y_pred: keras.ops.abs(y_true - y_pred), name, dtype)

    def get_config(self):
        return {"name": self.name, "dtype": self.dtype}


def test_own_losses_and_metrics_travel(pool):
    x = np.linspace(-1, 1, 20).reshape(-1, 1)
    line = lambda: keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])  # noqa: E731
    own = Task(Dataset("line", x, 2 * x), line, OwnLoss(3), metrics=[OwnMetric()])
    settings = dict(epochs=2, seeds=[0, 1], record=["loss"])
    there = train_runs({"SGD": SGD(0.1)}, own, executor=pool, **settings)
    assert there == train_runs({"SGD": SGD(0.1)}, own, **settings)
