"""An editor and a type checker know every public name: a small program of a user is checked."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from public_names import STUB, stub

ROOT = Path(__file__).parents[1]
PROGRAM = """\
import keras
import numpy as np

import dlcourse as dl

dl.start(seed=0)
rng = np.random.default_rng(0)
x = rng.normal(size=(200, 8)).astype("float32")
y = (x.sum(axis=1) > 0).astype("int32")
data = dl.Dataset("my rows", x[:150], y[:150], x[150:], y[150:])


def build() -> keras.Model:
    layers = [keras.layers.Dense(16, "relu"), keras.layers.Dropout(0.5), keras.layers.Dense(2)]
    return keras.Sequential([keras.Input((8,)), *layers])


loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
task = dl.Task(data, build, loss, metrics=("accuracy",))
sweep = dl.sweep_learning_rate({"SGD": keras.optimizers.SGD()}, task, [0.01, 0.1], epochs=2)
rates: dict[str, float] = sweep.best_rates()
optimizers = {
    "SGD": keras.optimizers.SGD(rates["SGD"]),
    "Adam": keras.optimizers.Adam(0.01),
}
runs = dl.compare_optimizers(optimizers, task, epochs=3, seeds=range(3), record=["loss"])
runs.plot("val_loss", title="My race")
print(runs.table())
final: np.ndarray = runs.final("val_loss")
dropped = dl.compare_dropout_rates(
    [0, 0.5], task, optimizer=keras.optimizers.SGD(0.1), epochs=2, batch_size=16
)
first: str = dropped.labels[0]
for finding in dl.diagnose(runs):
    print(finding.name, finding.certain, finding.advice)
stops = dl.replay_early_stopping(runs.history["val_loss"], patience=2)
print(stops.kept_epoch)
"""
# A mistake in a line of the program, and what the checker must say of that line.
MISTAKES = [
    ("dl.start(seed=0)", 'dl.start(seed="0")', "arg-type"),
    ("dl.compare_optimizers(", "dl.compare_optimizer(", "attr-defined"),
    ("task, epochs=3, seeds=range(3)", "task, seeds=range(3)", "call-arg"),
    ("batch_size=16", "batchsize=16", "call-arg"),
    ('record=["loss"]', "record=3", "arg-type"),
    ("optimizer=keras.optimizers.SGD(0.1), epochs=2", "epochs=2", "call-arg"),
    ("rates: dict[str, float]", "rates: dict[str, str]", "assignment"),
    ("runs.table()", "runs.tables()", "attr-defined"),
    ("first: str", "first: int", "assignment"),
    ("finding.advice", "finding.advise", "attr-defined"),
    ("patience=2", 'patience="2"', "arg-type"),
    ("print(stops.kept_epoch)", "print(stops.epoch_kept)", "attr-defined"),
    ('{"SGD": keras.optimizers.SGD()}', '["SGD"]', "arg-type"),
    ("[0, 0.5], task", "task, [0, 0.5]", "arg-type"),
]


def check(programs: dict[str, str], folder: Path) -> dict[str, list[tuple[int, str]]]:
    """Run mypy over programs; return line and code of each error, by program."""
    for name, text in programs.items():
        (folder / name).write_text(text)
    options = ["--follow-imports=silent", "--ignore-missing-imports", "--show-error-codes"]
    command = [sys.executable, "-m", "mypy", "--no-incremental", *options, *programs]
    environment = {**os.environ, "MYPYPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = defaultdict(list)
    for name, line, code in re.findall(r"(?m)^(\w+\.py):(\d+): error: .*\[([\w-]+)\]", done.stdout):
        found[name].append((int(line), code))
    return found


@pytest.fixture(scope="module")
def errors(tmp_path_factory):
    """The errors in the program, and in the program with each mistake."""
    programs = {"right.py": PROGRAM}
    for number, (right, wrong, _) in enumerate(MISTAKES):
        assert PROGRAM.count(right) == 1, right
        programs[f"wrong_{number}.py"] = PROGRAM.replace(right, wrong)
    return check(programs, tmp_path_factory.mktemp("typed"))


def test_a_right_program_has_no_error(errors):
    assert not errors["right.py"]


@pytest.mark.parametrize("number", range(len(MISTAKES)), ids=lambda number: MISTAKES[number][1])
def test_a_mistake_is_found_where_it_is(number, errors):
    right, _, code = MISTAKES[number]
    line = PROGRAM[: PROGRAM.index(right)].count("\n") + 1
    found = errors[f"wrong_{number}.py"]
    assert any(code == each and abs(at - line) <= 1 for at, each in found), found


def test_the_names_for_editors_are_those_that_are_loaded():
    assert STUB.read_text(encoding="utf-8") == stub(), "run `python tools/public_names.py`"


def test_the_package_says_that_it_is_typed():
    assert (ROOT / "dlcourse/py.typed").exists()
