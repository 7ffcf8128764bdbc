"""The benchmarks: every peer does the same work, and the report says what was measured."""

from __future__ import annotations

import functools
import importlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import race, sweep_workers
from benchmarks.measure import Job, environment, measure
from benchmarks.peers import PEERS, Setting
from benchmarks.race import Entry
from benchmarks.report import report
from benchmarks.sweep_workers import report_sweeps
from benchmarks.works import WORKS, Outcome, Work, glorot_weights
from dlcourse.environment import PINS
from dlcourse.keras_internals.seeds import seeded
from dlcourse.training.batches import batch_order

ROOT = Path(__file__).parents[1]
PAIRS = [(key, name) for name, peer in PEERS.items() for key in peer.works if name != "dlcourse"]


def tiny(key: str) -> Work:
    return replace(WORKS[key], **WORKS[key].tiny)


def in_dlcourse_order(work: Work) -> Work:
    """Return the work with its rows as the engine visits them in the first epoch of seed 0."""
    order = batch_order(work.rows, work.batch_size, seed=0, epoch=0)
    data = work.dataset()
    ordered = replace(data, x_train=data.x_train[order], y_train=data.y_train[order])
    return replace(work, data=lambda rows: ordered, shuffle=False)


def keras_weights(layers: tuple[int, ...], seed: int) -> list[np.ndarray]:
    """Return the initial weights that Keras draws from a seed."""
    from benchmarks.train_keras import network

    with seeded(seed):
        return network(layers).get_weights()


def loss_before_training(work: Work) -> float:
    """Return the cross-entropy of the untrained network, by hand."""
    data = work.dataset()
    kernel_1, bias_1, kernel_2, bias_2 = keras_weights(work.layers, 0)
    logits = np.maximum(data.x_train @ kernel_1 + bias_1, 0) @ kernel_2 + bias_2
    right = logits[np.arange(work.rows), data.y_train]
    return float(np.mean(np.log(np.exp(logits).sum(axis=1)) - right))


@functools.cache
def dlcourse_outcome(key: str) -> Outcome:
    from benchmarks.train_dlcourse import train

    return train(tiny(key))


def trainer(name: str) -> Callable[[Work], Outcome]:
    """Return a peer's `train`, with its first setting and with Keras's initial weights."""
    pytest.importorskip(PEERS[name].library)
    module = importlib.import_module(f"benchmarks.{PEERS[name].module}")
    options = dict(PEERS[name].settings[0].options)
    if PEERS[name].module != "train_keras":  # Keras has them from the seed
        options["initial_weights"] = keras_weights
    return functools.partial(module.train, **options)


@pytest.mark.parametrize(("key", "name"), PAIRS)
def test_peers_end_at_the_same_loss_after_the_same_steps(key, name):
    work, expected = in_dlcourse_order(tiny(key)), dlcourse_outcome(key)
    outcome = trainer(name)(work)
    assert outcome.steps == expected.steps == work.steps
    np.testing.assert_allclose(outcome.losses, expected.losses, rtol=3e-4)


@pytest.mark.parametrize("key", WORKS)
def test_tiny_works_learn_enough_to_tell_trainings_apart(key):
    before = loss_before_training(tiny(key))
    assert np.all(np.array(dlcourse_outcome(key).losses) < 0.98 * before)


@pytest.mark.parametrize("options", [setting.options for setting in PEERS["PyTorch"].settings[:3]])
def test_every_pytorch_implementation_ends_at_the_same_loss(options):
    pytest.importorskip("torch")
    from benchmarks.train_pytorch import train

    losses = train(tiny("trainings"), **options).losses
    np.testing.assert_allclose(losses, train(tiny("trainings")).losses, rtol=1e-5)


def test_steps_count_the_last_partial_batch():
    steps = {key: work.steps for key, work in WORKS.items()}
    assert steps == {"trainings": 20_000, "spiral": 10_001, "epoch": 938, "batch_1": 60_000}


def test_generated_rows_have_the_shape_of_mnist():
    data = tiny("epoch").dataset()
    assert data.x_train.shape == (200, 784)
    assert data.x_train.dtype == np.float32
    assert set(data.y_train) <= set(range(10))


def test_glorot_weights_are_within_glorot_s_limit():
    kernel, bias = glorot_weights((100, 50), 0)
    assert kernel.shape == (100, 50)
    assert 0.19 < np.abs(kernel).max() <= 0.2  # sqrt(6 / 150)
    assert not bias.any()
    assert kernel.dtype == bias.dtype == np.float32


def test_a_measurement_runs_in_a_process_of_its_own():
    job = Job("spiral", "NumPy by hand", {}, {"epochs": 10}, warm_up=True)
    first, second = measure([job, job], threads=1)
    assert (first.steps, len(first.losses)) == (10, 1)
    assert first.losses == second.losses
    assert first.training > 0


def test_memory_is_that_of_the_peer_alone():
    script = """if True:
        import sys
        import benchmarks.__main__
        from benchmarks.measure import Job, measure
        assert not {"tensorflow", "keras", "torch"} & sys.modules.keys()
        job = Job("spiral", "NumPy by hand", {}, {"epochs": 1}, warm_up=False)
        print(measure([job], threads=1)[0].megabytes)
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert 10 < float(done.stdout) < 100, done.stderr


def test_a_measurement_that_fails_says_why():
    job = Job("spiral", "NumPy by hand", {"no_such": 1}, {}, warm_up=False)
    with pytest.raises(RuntimeError, match="unexpected keyword argument 'no_such'"):
        measure([job], threads=1)


def test_fewer_steps_than_asked_are_an_error():
    job = Job("spiral", "NumPy by hand", {}, {"seeds": 2, "epochs": 3}, warm_up=False)
    with pytest.raises(RuntimeError, match=r"NumPy by hand took 3 steps instead of 6\."):
        measure([job], threads=1)


def test_environment_gives_threads_to_peers_and_pins_to_the_course(monkeypatch):
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")  # slows Keras
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")  # slows NumPy
    peer = environment(2)
    assert peer["OMP_NUM_THREADS"] == peer["TF_NUM_INTRAOP_THREADS"] == "2"
    assert peer["OPENBLAS_NUM_THREADS"] == "2"
    assert not {"TF_ENABLE_ONEDNN_OPTS", "OPENBLAS_CORETYPE"} & peer.keys()
    assert PINS.items() <= environment(None).items()


def took(training: float, compiling: float = 0.0) -> Outcome:
    return Outcome(compiling, training, steps=1, losses=[0.5], megabytes=400.4)


@pytest.fixture
def calls(monkeypatch) -> list[tuple[Job, int | None]]:
    """Put known seconds in the place of processes, and list what was to be measured."""
    made = []

    def fake(jobs: list[Job], threads: int | None) -> list[Outcome]:
        made.extend((job, threads) for job in jobs)
        return [took(_seconds(job, threads)) for job in jobs]

    monkeypatch.setattr(race, "measure", fake)
    return made


def _seconds(job: Job, threads: int | None) -> float:
    """One thread is faster but for the epoch; XLA is faster for batch 1 only."""
    if job.options.get("jit_compile") is True:
        return 0.5 if job.work == "batch_1" else 9
    return {None: 1, 1: 3, 2: 2 if job.work == "epoch" else 4}[threads]


def test_the_fastest_setting_is_taken_for_each_work(calls):
    fastest = race.fastest_settings("Keras fit")
    one, two, xla = PEERS["Keras fit"].settings
    assert fastest == {"trainings": one, "spiral": one, "epoch": two, "batch_1": xla}
    assert len(calls) == 4 * 3
    assert all(job.warm_up and job.changes == WORKS[job.work].trials[job.peer] for job, _ in calls)


def test_every_trial_and_part_is_smaller_than_the_work():
    changed = [
        (work, changes)
        for work in WORKS.values()
        for changes in [*work.parts.values(), *work.trials.values(), work.tiny]
    ]
    assert len(changed) > len(WORKS)
    assert all(replace(work, **changes).steps < work.steps for work, changes in changed)


def test_peers_take_turns_and_only_whole_works_with_compiling_start_cold(calls, monkeypatch):
    monkeypatch.setattr(race, "fastest_settings", race._first_settings)
    entries = race.race(repeats=2)
    measured = [(job.work, job.peer) for job, _ in calls]
    pairs = [(entry.work, entry.peer) for entry in entries if entry.setting]
    repeated = [pair for pair in pairs if pair[1] != "Keras fit, fewer calls"]
    assert measured == pairs + repeated
    cold = {(job.work, job.peer) for job, _ in calls if not job.warm_up}
    assert cold - {("trainings", "PyTorch")} == {("trainings", "dlcourse")}
    assert {entry.peer: entry.scale for entry in entries if entry.work == "batch_1"} == {
        "dlcourse": 1,
        "Keras fit": 20,
        "Keras fit, fewer calls": 10,
        "PyTorch": 5,
    }


def test_a_peer_whose_library_is_missing_is_named_and_not_measured(calls, monkeypatch):
    missing = replace(PEERS["PyTorch"], library="no_such_library")
    monkeypatch.setitem(PEERS, "PyTorch", missing)
    entries = race.race(repeats=1, tiny=True)
    assert "PyTorch" not in {job.peer for job, _ in calls}
    text = report(entries)
    assert text.count("PyTorch: not installed") == 4
    assert "× PyTorch: reached" not in text
    assert "× Keras fit: reached" in text


def test_tiny_works_say_nothing_about_the_bars(calls):
    text = report(race.race(repeats=1, tiny=True), tiny=True)
    assert "the figures mean nothing" in text
    assert "reached" not in text


def entries_of(key: str, **outcomes: list[Outcome]) -> list[Entry]:
    """Return entries for a report: dlcourse first, then Keras, of which a tenth was measured."""
    setting = PEERS["Keras fit"].settings[0]
    return [
        Entry(key, "dlcourse", Setting(None), outcomes=outcomes["dlcourse"]),
        Entry(key, "Keras fit", setting, WORKS[key].parts["Keras fit"], 10, outcomes["keras"]),
    ]


def report_of(monkeypatch, entries: list[Entry]) -> str:
    monkeypatch.setattr("benchmarks.report.WORKS", {entries[0].work: WORKS[entries[0].work]})
    return report(entries)


def test_report_without_compiling(monkeypatch):
    ours = [took(1.0, 1.0), took(1.1, 0.9), took(0.9, 2.1)]
    theirs = [took(22.0, 6.0), took(24.2, 6.0), took(18.9, 6.0)]
    text = report_of(monkeypatch, entries_of("spiral", dlcourse=ours, keras=theirs))
    # Training: 220 / 1, 242 / 1.1, 189 / 0.9. With compiling once: 226 / 2, 248 / 2, 195 / 3.
    assert "220 [210, 220]" in text
    assert "113 [65, 124]" in text
    assert "bar 200× Keras fit: reached 220×, met (training alone)" in text
    setting = "Keras fit: 1 thread, jit_compile=auto"
    assert f"{setting}; 200 of 10,001 steps measured, then scaled\n" in text
    assert "dlcourse: as shipped\n" in text
    assert "≥ 400" in text


def test_report_with_compiling_counts_it_for_every_training(monkeypatch):
    entries = entries_of("trainings", dlcourse=[took(2.0, 2.0)], keras=[took(3.0, 1.0)])
    text = report_of(monkeypatch, entries)
    # 10 × (3 + 1) against 2 + 2.
    assert "bar 12× Keras fit: reached 10×, NOT met (compiling included)" in text
    assert "training, s" not in text


def test_two_workers_are_compared_with_one_worker_of_the_same_kind():
    measured = {("loky", 1): [70.0, 72.0, 80.0], ("loky", 2): [35.0, 40.0, 40.0]}
    text = report_sweeps(measured)
    assert "Sweep of 50 trainings, 400 epochs each" in text
    assert "bar 1.7× loky: reached 2.00×, met (start-up included)" in text
    assert "distributed: not installed" in text
    dask = {("distributed", 1): [70.0], ("distributed", 2): [50.0]}
    assert "reached 1.40×, NOT met" in report_sweeps(dask)
    assert "reached" not in report_sweeps(dask, tiny=True)


def test_a_sweep_is_measured_in_a_process_of_its_own(monkeypatch):
    monkeypatch.setattr(sweep_workers, "BARS", {"loky": 1.7, "no_such_library": 1.6})
    monkeypatch.setattr(sweep_workers, "WORKERS", (1,))
    assert list(sweep_workers.measure_sweeps(1, tiny=True)) == [("loky", 1)]
