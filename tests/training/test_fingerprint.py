"""A fingerprint changes with all that a training depends on, and with nothing else."""

from __future__ import annotations

import linecache
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import keras
import numpy as np
import pytest
from executor_cases import methods, task, with_dropout

from dlcourse import Method, Task
from dlcourse.training.canonical_text import Canonical
from dlcourse.training.fingerprint import fingerprint
from dlcourse.training.plan import TrainingPlan

SGD = keras.optimizers.SGD


def plans(build=with_dropout, method=None, **changes):
    chosen = {"SGD": method} if method else methods()
    settings = dict(task=task(build), seed=0, epochs=2, batch_size=8) | changes
    return [
        TrainingPlan(label=label, method=each, callbacks=each.callbacks, **settings)
        for label, each in chosen.items()
    ]


def in_cell(source: str, **names):
    """Define `build` as a notebook's cell does, whose source only linecache has."""
    name = f"<cell {hash(source)}>"
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    space = {"keras": keras, "__name__": "__main__", **names}
    exec(compile(source, name, "exec"), space)
    return space["build"]


BUILD = """def build():
    layers = [keras.layers.Dense(units), keras.layers.Dense(3)]
    return keras.Sequential([keras.Input((4,)), *layers])
"""
COMMENTED = "# a comment\n\n" + BUILD.replace("Dense(units),", "Dense( units ),  # wide\n   ")


def test_it_does_not_change_with_comments_lines_and_unused_names():
    one = in_cell(BUILD, units=8)
    assert fingerprint(plans(one)) == fingerprint(plans(in_cell(COMMENTED, units=8, other=3)))


def shadowed(units):
    return in_cell(BUILD, units=units)


def closing_over(units):
    def build():
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])

    return build


def calling(source):
    helper = in_cell(source.replace("build", "helper") + "build = helper\n")
    return in_cell("def build():\n    return helper()\n", helper=helper)


class WithBase:
    """A builder that holds a base which was trained before."""

    def __init__(self, value):
        self.base = keras.layers.Dense(3, kernel_initializer=keras.initializers.Constant(value))
        self.base.build((None, 4))

    def __call__(self):
        return keras.Sequential([keras.Input((4,)), self.base])


ONE_LINE = [lambda: 1, lambda: 2]
PAIRS = {
    "a global that the builder uses": (shadowed(8), shadowed(9)),
    "a variable that it closes over": (closing_over(8), closing_over(9)),
    "what it calls": (calling("def build(): return 1\n"), calling("def build(): return 2\n")),
    "a default": (partial(with_dropout), partial(with_dropout, 1)),
    "two lambdas in one line": tuple(ONE_LINE),
    "a base's weights": (WithBase(0.1), WithBase(0.2)),
    "a long array": tuple(closing_over(np.where(np.arange(5000) == at, 1, 0)) for at in (9, 2500)),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_it_changes_with_what_a_builder_uses(pair):
    one, other = (fingerprint(plans(build)) for build in PAIRS[pair])
    assert one != other
    assert one == fingerprint(plans(PAIRS[pair][0]))


class Halving(keras.optimizers.schedules.LearningRateSchedule):
    """A learner's schedule without get_config."""

    def __init__(self, rate):
        self._rate = rate

    def __call__(self, step):
        return self._rate * 0.5 ** keras.ops.cast(step, "float32")


def excluding(names):
    optimizer = keras.optimizers.AdamW(0.1)
    optimizer.exclude_from_weight_decay(var_names=names)
    return Method(optimizer)


DECAY = keras.optimizers.schedules.ExponentialDecay
METHODS = [
    Method(SGD(0.1)),
    Method(SGD(0.1, momentum=0.9)),
    Method(SGD(0.1, nesterov=True)),
    Method(SGD(DECAY(0.1, 10, 0.5))),
    Method(SGD(DECAY(0.1, 10, 0.6))),
    Method(SGD(Halving(0.1))),
    Method(SGD(Halving(0.2))),
    excluding(["bias"]),
    excluding(["kernel"]),
    Method(SGD(0.1), callbacks=[keras.callbacks.EarlyStopping(patience=1)]),
    Method(SGD(0.1), callbacks=[keras.callbacks.EarlyStopping(patience=2)]),
    Method(SGD(0.1), callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch: 0.1)]),
    Method(SGD(0.1), callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch: 0.2)]),
]


def test_all_methods_have_fingerprints_of_their_own_that_stay():
    made = [fingerprint(plans(method=method)) for method in METHODS]
    assert len(set(made)) == len(METHODS)
    assert made == [fingerprint(plans(method=method)) for method in METHODS]


@pytest.mark.parametrize("change", [dict(seed=1), dict(epochs=3), dict(record=("loss",))])
def test_it_changes_with_the_settings(change):
    assert fingerprint(plans()) != fingerprint(plans(**change))


class Focal(keras.losses.Loss):
    """A learner's loss whose setting get_config omits."""

    def __init__(self, power):
        super().__init__()
        self.power = power

    def call(self, y_true, y_pred):
        return y_pred**self.power


def test_it_changes_with_what_a_loss_does_not_configure():
    tasks = [Task(task().data, with_dropout, Focal(power)) for power in (2, 2, 3)]
    one, same, other = (fingerprint(plans(task=each)) for each in tasks)
    assert one == same != other


def test_it_is_the_same_in_another_process():
    script = "import test_fingerprint as t; print(t.fingerprint(t.plans()))"
    paths = [*sys.path, str(Path(__file__).parent)]
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": "5"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == fingerprint(plans())


def test_what_has_no_content_of_its_own_is_refused(tmp_path):
    with open(tmp_path / "log", "w") as file, pytest.raises(TypeError, match="TextIOWrapper"):
        Canonical().text(file)
