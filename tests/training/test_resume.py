"""What is finished stays, whatever happens; and only the same call goes on with it."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import replace

import keras
import numpy as np
import pytest
from executor_cases import SETTINGS, assert_same_bits, methods, task, with_dropout
from training_reference import blobs

from dlcourse import Dataset, Task, train_runs
from dlcourse.training import fingerprint, program_cache, run_file

SGD = keras.optimizers.SGD
TWO = {"low": SGD(0.1), "high": SGD(0.2)}
SHORT = dict(epochs=2, seeds=[0, 1])


@pytest.fixture
def trained(monkeypatch):
    """List which runs are trained, by method and seed."""
    made = []
    train = program_cache.ProgramCache.train

    def counting(self, plan, progress):
        made.append((plan.label, plan.seed))
        return train(self, plan, progress)

    monkeypatch.setattr(program_cache.ProgramCache, "train", counting)
    return made


def test_the_same_call_trains_nothing_and_gives_the_same_bits(tmp_path, trained):
    first = train_runs(methods(), task(), resume=tmp_path / "new" / "folder", **SETTINGS)
    assert len(trained) == 8
    again = train_runs(methods(), task(), resume=str(tmp_path / "new" / "folder"), **SETTINGS)
    assert len(trained) == 8
    assert_same_bits(again, first)
    np.testing.assert_array_equal(again.seconds, first.seconds)


def test_more_methods_and_seeds_train_only_what_is_missing(tmp_path, trained):
    train_runs({"low": SGD(0.1)}, task(), resume=tmp_path, epochs=2, seeds=[0])
    trained.clear()
    runs = train_runs(TWO, task(), resume=tmp_path, **SHORT)
    assert trained == [("low", 1), ("high", 0), ("high", 1)]
    assert runs == train_runs(TWO, task(), **SHORT)
    trained.clear()
    assert train_runs(TWO, task(), resume=tmp_path, epochs=2, seeds=[1]) == train_runs(
        TWO, task(), epochs=2, seeds=[1]
    )


def wider():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(9), keras.layers.Dense(3)])


def moved_data():
    data = blobs()
    x = data.x_train.copy()
    x[3, 1] += 1e-6
    return replace(task(), data=replace(data, x_train=x))


CHANGED = {
    "data": dict(task=moved_data()),
    "model": dict(task=task(wider)),
    "loss": dict(task=replace(task(), loss=keras.losses.SparseCategoricalCrossentropy())),
    "metrics": dict(task=replace(task(), metrics=())),
    "optimizer": dict(methods={"low": SGD(0.1, momentum=0.5)}),
    "callbacks": dict(callbacks=[keras.callbacks.EarlyStopping()]),
    "epochs (2 there, 3 here)": dict(epochs=3),
    "batch_size (32 there, 8 here)": dict(batch_size=8),
    "evaluate_every (1 there, 2 here)": dict(evaluate_every=2),
    'record ([] there, ["loss"] here)': dict(record=["loss"]),
    'jit_compile ("auto" there, true here)': dict(jit_compile=True),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs")
    train_runs({"low": SGD(0.1)}, task(), resume=path, epochs=2, seeds=[0])
    return path


@pytest.mark.parametrize("part", CHANGED)
@pytest.mark.parametrize("seeds", [[0], [5]], ids=["the same run", "another seed"])
def test_a_call_with_anything_else_changed_is_refused_by_name(part, seeds, folder, trained):
    call = {"methods": {"low": SGD(0.1)}, "task": task(), "epochs": 2} | CHANGED[part]
    message = f"the stored run 'low', seed 0 differs in {part}. Received: resume="
    with pytest.raises(ValueError, match=re.escape(message)):
        train_runs(**call, seeds=seeds, resume=folder)
    assert not trained


@pytest.mark.parametrize("library", ["dlcourse", "Keras", "TensorFlow", "NumPy"])
def test_other_versions_are_refused_by_name(library, folder, monkeypatch):
    here = {**fingerprint.versions(), library: "0.0.1"}
    monkeypatch.setattr("dlcourse.training.resume.versions", lambda: here)
    with pytest.raises(ValueError, match=f'differs in {library} .* there, "0.0.1" here'):
        train_runs({"low": SGD(0.1)}, task(), epochs=2, seeds=[0], resume=folder)


def test_another_method_may_differ_in_what_belongs_to_methods(folder):
    train_runs({"high": SGD(0.2)}, task(), epochs=2, seeds=[0], resume=folder)
    with pytest.raises(ValueError, match="differs in data"):
        train_runs({"third": SGD(0.2)}, moved_data(), epochs=2, seeds=[0], resume=folder)


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_damaged_file_is_named_and_only_its_run_is_trained_again(tmp_path, trained, damage):
    first = train_runs(TWO, task(), resume=tmp_path, **SHORT)
    file = sorted(tmp_path.iterdir())[0]
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes({"flip": content, "cut": content[:-5], "empty": b""}[damage])
    trained.clear()
    with pytest.warns(UserWarning, match=f"{file.name}' is damaged. Its run is trained again."):
        again = train_runs(TWO, task(), resume=tmp_path, **SHORT)
    assert trained == [("high", 0)] and again == first
    train_runs(TWO, task(), resume=tmp_path, **SHORT)  # mended: no warning, which would fail
    assert len(trained) == 1


def test_a_full_disk_keeps_what_was_stored_and_names_the_run(tmp_path, trained, monkeypatch):
    write, written = run_file.write_sealed, []

    def fill(path, content, seal):
        if len(written) == 2:
            part = path.with_name("half.part")
            part.write_bytes(content[:10])
            part.unlink()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(path)
        write(path, content, seal)

    with monkeypatch.context() as full:
        full.setattr(run_file, "write_sealed", fill)
        with pytest.raises(OSError, match="'high', seed 0 is trained, but cannot be stored: No"):
            train_runs(TWO, task(), resume=tmp_path, **SHORT)
    assert len(list(tmp_path.iterdir())) == 2
    trained.clear()
    train_runs(TWO, task(), resume=tmp_path, **SHORT)
    assert trained == [("high", 0), ("high", 1)]


def test_an_interrupt_keeps_what_is_finished(tmp_path, trained):
    def interrupt(epoch, logs):
        if len(trained) == 3:
            raise KeyboardInterrupt

    stopper = keras.callbacks.LambdaCallback(on_epoch_end=interrupt)
    with pytest.raises(KeyboardInterrupt, match="2 of 4 runs are finished and are kept in"):
        train_runs(TWO, task(), resume=tmp_path, callbacks=[stopper], **SHORT)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for wrong in (tmp_path / "file", 3):
        with pytest.raises(ValueError, match="`resume` must be a folder"):
            train_runs(TWO, task(), resume=wrong, **SHORT)


def test_labels_that_look_alike_in_file_names_have_files_of_their_own(tmp_path):
    alike = {"a/b": SGD(0.1), "a b": SGD(0.2), "ä": SGD(0.3), "A b": SGD(0.4)}
    first = train_runs(alike, task(), resume=tmp_path, epochs=1, seeds=[0])
    assert len(list(tmp_path.iterdir())) == 4
    assert train_runs(alike, task(), resume=tmp_path, epochs=1, seeds=[0]) == first


def test_a_run_of_no_validation_rows_and_a_diverged_one_come_back(tmp_path):
    data = Dataset("blobs", blobs().x_train, blobs().y_train)
    wild = {"wild": SGD(1e38)}
    settings = dict(epochs=2, seeds=[0], resume=tmp_path)
    first = train_runs(wild, Task(data, with_dropout, task().loss), **settings)
    again = train_runs(wild, Task(data, with_dropout, task().loss), **settings)
    assert first.diverged.all() and again == first
