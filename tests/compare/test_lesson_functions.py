"""Every lesson function at once: each setting forwarded, each argument checked by name."""

from __future__ import annotations

import inspect
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras.callbacks import CSVLogger, EarlyStopping
from keras.optimizers import SGD
from training_reference import blob_task, blobs

import dlcourse as dl
from dlcourse.compare import runner
from dlcourse.experiment.building import build_model
from dlcourse.results.run import Run
from dlcourse.results.training_runs import TrainingRuns
from dlcourse.training.settings import DEFAULTS, Settings


def network(penalty=None):
    hidden = keras.layers.Dense(4, "relu", kernel_regularizer=penalty)
    return keras.Sequential(
        [keras.Input((4,)), hidden, keras.layers.Dropout(0.5), keras.layers.Dense(3)]
    )


TASK = replace(blob_task(network), data=blobs(rows=64))
OPTIMIZER = {"optimizer": SGD(0.1)}
L2 = keras.regularizers.L2
# name: what is varied, what else comes before the keywords, keywords besides the settings
COMPARISONS = {
    "compare_optimizers": ({"a": SGD(0.1), "b": SGD(0.2)}, [], {}),
    "compare_activations": ({"a": "relu", "b": None}, [], OPTIMIZER),
    "compare_initializers": ({"a": keras.initializers.Zeros()}, [], OPTIMIZER),
    "compare_penalties": ({"a": None, "b": L2(0.1)}, [], OPTIMIZER),
    "compare_dropout_rates": ([0, 0.5], [], OPTIMIZER),
    "compare_patience": ({"a": None, "b": EarlyStopping()}, [], OPTIMIZER),
    "compare_accumulation": ([1, 2], [], OPTIMIZER),
    "compare_schedules": ({"a": 0.1, "b": 0.2}, [], OPTIMIZER),
}
SWEEPS = {
    "sweep_learning_rate": ({"a": SGD()}, [[0.1, 0.2]], {}),
    "sweep_penalty": ({"a": L2}, [[0.1, 0.2]], OPTIMIZER),
    "compare_normalizations": ({"a": network}, [[0.1, 0.2]], OPTIMIZER),
}
ALL = COMPARISONS | SWEEPS
NOT_OF_SWEEPS = {"evaluate_every", "record"}
# Another value than the default for each setting, and one that is wrong.
OTHER = {
    "epochs": 3,
    "seeds": (4, 5),
    "batch_size": 16,
    "callbacks": (CSVLogger("log.csv"),),
    "evaluate_every": 2,
    "record": ("loss",),
    "jit_compile": False,
    "executor": ThreadPoolExecutor(1),
    "resume": "runs",
}
WRONG = {
    "epochs": 0,
    "seeds": [-1],
    "batch_size": 2.5,
    "callbacks": ["stop"],
    "evaluate_every": 0,
    "record": ["weight"],
    "jit_compile": "yes",
    "executor": 2,
    "resume": 2,
}


class Trained(Exception):
    """Raised in place of a training."""


@pytest.fixture
def spy(monkeypatch):
    """Record what would be trained."""
    calls = []

    def train_runs(methods, task, **settings):
        calls.append((methods, task, settings))
        raise Trained

    monkeypatch.setattr(runner, "train_runs", train_runs)
    return calls


def call(name, task=TASK, varied=None, **changes):
    first, then, keywords = ALL[name]
    first = first if varied is None else varied
    return getattr(dl, name)(first, task, *then, **{"epochs": 1, **keywords, **changes})


def settings_of(name):
    return set(OTHER) - (NOT_OF_SWEEPS if name in SWEEPS else set())


def test_the_tables_are_complete():
    public = {name for name in dl.__all__ if name.startswith(("compare_", "sweep_"))}
    assert set(ALL) == public
    assert OTHER.keys() == WRONG.keys() == Settings.__annotations__.keys()


@pytest.mark.parametrize("name", ALL)
def test_every_setting_is_forwarded(name, spy):
    one_by_one = {key: value for key, value in OTHER.items() if key in settings_of(name)}
    callbacks = {"callbacks": one_by_one.pop("callbacks")}  # they want every epoch measured
    for given in (one_by_one, callbacks):
        with pytest.raises(Trained):
            call(name, **given)
        methods, task, settings = spy[-1]
        assert task is TASK and methods
        assert {key: settings[key] for key in given} == given


@pytest.mark.parametrize("name", ALL)
def test_settings_that_are_not_given_have_their_defaults(name, spy):
    with pytest.raises(Trained):
        call(name)
    settings = spy[-1][2]
    expected = {**DEFAULTS, "seeds": tuple(DEFAULTS["seeds"])}
    if name in SWEEPS:
        del expected["record"]
    if name == "sweep_penalty":
        expected["record"] = ("weights",)
    assert {**settings, "seeds": tuple(settings["seeds"])} == {**expected, "epochs": 1}


@pytest.mark.parametrize("name", ALL)
def test_a_micro_batch_is_a_share_of_the_batch(name, spy):
    with pytest.raises(Trained):
        call(name, batch_size=16)
    sizes = {method.batch_size for method in spy[-1][0].values()}
    assert sizes == ({16, 8} if name == "compare_accumulation" else {None})


@pytest.mark.parametrize("name", SWEEPS)
def test_a_sweep_measures_at_the_end_alone_where_no_callback_watches(name, spy):
    for callbacks, every in (((), 7), (OTHER["callbacks"], 1)):
        with pytest.raises(Trained):
            call(name, epochs=7, callbacks=callbacks)
        assert spy[-1][2]["evaluate_every"] == every
    for setting in NOT_OF_SWEEPS:
        with pytest.raises(TypeError, match=f"unexpected keyword argument '{setting}'"):
            call(name, **{setting: OTHER[setting]})


def test_a_sweep_of_methods_with_callbacks_measures_what_they_watch(spy):
    watched = {"a": dl.Method(SGD(), callbacks=[EarlyStopping()])}
    with pytest.raises(Trained):
        call("sweep_learning_rate", varied=watched, epochs=7)
    assert spy[-1][2]["evaluate_every"] == 1


@pytest.mark.parametrize("name", ALL)
def test_every_setting_is_checked_by_name_before_anything_trains(name, spy):
    for setting in settings_of(name):
        with pytest.raises(ValueError, match=f"^`{setting}` must be"):
            call(name, **{setting: WRONG[setting]})
    assert not spy


@pytest.mark.parametrize("name", ALL)
def test_what_is_varied_task_and_optimizer_are_checked_by_name(name, spy):
    first = next(iter(inspect.signature(getattr(dl, name)).parameters))
    mapping = isinstance(ALL[name][0], dict)
    for wrong in [None, 3, "adam", {}, [], *([{1: SGD()}] * mapping)]:
        with pytest.raises(ValueError, match=f"^`{first}` must be"):
            getattr(dl, name)(wrong, TASK, *ALL[name][1], epochs=1, **ALL[name][2])
    if mapping:
        with pytest.raises(ValueError, match=r"^`(\w+\['a'\]|model)` must be"):
            call(name, varied={"a": object()})
    with pytest.raises(ValueError, match="^`task` must be a dlcourse.Task"):
        call(name, task=SGD(0.1))
    if "optimizer" in ALL[name][2]:
        with pytest.raises(ValueError, match="^`optimizer` must be a Keras optimizer object"):
            call(name, optimizer="sgd")
        with pytest.raises(TypeError, match="missing a required argument: 'optimizer'"):
            getattr(dl, name)(ALL[name][0], TASK, *ALL[name][1], epochs=1)
    assert not spy


@pytest.mark.parametrize("name", ["sweep_learning_rate", "sweep_penalty", "compare_normalizations"])
@pytest.mark.parametrize("values", [None, 0.1, "0.1", [], [0.1], [0.2, 0.1], [0.1, 0.1], [0, 1]])
def test_what_is_swept_is_checked_by_name(name, values, spy):
    swept = "strengths" if name == "sweep_penalty" else "learning_rates"
    varied, _, keywords = ALL[name]
    with pytest.raises(ValueError, match=f"^`{swept}` must be"):
        getattr(dl, name)(varied, TASK, values, epochs=1, **keywords)
    assert not spy


@pytest.mark.parametrize("name", ALL)
def test_an_unknown_or_missing_keyword_is_named(name, spy):
    with pytest.raises(TypeError, match="unexpected keyword argument 'epoch'"):
        call(name, epoch=3)
    varied, then, keywords = ALL[name]
    with pytest.raises(TypeError, match="missing a required argument: 'epochs'"):
        getattr(dl, name)(varied, TASK, *then, **keywords)
    assert not spy


@pytest.mark.parametrize("name", ALL)
def test_signature_and_help_tell_all_that_is_taken(name):
    function = getattr(dl, name)
    parameters = inspect.signature(function).parameters
    assert list(parameters)[1] == "task"
    assert settings_of(name) <= parameters.keys()
    for setting in settings_of(name):
        expected = DEFAULTS.get(setting, inspect.Parameter.empty)
        assert parameters[setting].default == expected
        assert parameters[setting].kind is inspect.Parameter.KEYWORD_ONLY
    text = inspect.getdoc(function)
    documented = re.findall(r"(?m)^    (\w+): ", text.split("Args:")[1].split("Returns:")[0])
    assert documented == list(parameters)
    for section in ("Args:", "Returns:", "Raises:", "Example:"):
        assert text.count(f"\n{section}\n") == 1, section


@pytest.mark.parametrize("name", COMPARISONS)
def test_a_pure_function_makes_the_methods(name):
    varied, _, keywords = COMPARISONS[name]
    plan = inspect.unwrap(getattr(dl, name))
    methods = plan(varied, TASK, **keywords, batch_size=16)
    assert len(methods) == len(varied)
    for method in methods.values():
        assert isinstance(method, dl.Method)
        assert isinstance(build_model(method.model or network, TASK), keras.Model)


def test_a_report_that_is_made_of_runs_is_made_of_all():
    said = []

    def plan(varied, task, **settings):
        return {label: dl.Method(each) for label, each in varied.items()}

    lesson = runner.comparison(plan, report=lambda varied, runs: said.append((varied, runs)))
    plan.__doc__ = None
    varied = {"a": SGD(0.1)}
    runs = lesson(varied, TASK, epochs=1, seeds=[0])
    assert said == [(varied, runs)] and isinstance(runs, TrainingRuns)


@pytest.mark.parametrize("name", ["sweep_penalty", "sweep_learning_rate", "compare_dropout_rates"])
def test_strengths_and_rates_that_look_alike_are_two(name, spy):
    close = [0.1, 0.10000001]
    varied, _, keywords = ALL[name]
    given = (close, TASK) if name == "compare_dropout_rates" else (varied, TASK, close)
    with pytest.raises(Trained):
        getattr(dl, name)(*given, epochs=1, **keywords)
    labels = list(spy[-1][0])
    assert len(labels) == 2 and "0.10000001" in labels[1]


def one_run(label, seed, **values):
    return Run(label, seed, values, {"learning_rate": [0.1]}, 1, 0.0, 1)


def test_a_sweep_keeps_rows_by_method_rate_and_seed(monkeypatch):
    def train_runs(methods, task, *, seeds, **settings):
        grid = [(i, s) for i in range(len(methods)) for s in seeds]
        labels = list(methods)
        return TrainingRuns.from_runs(
            [one_run(labels[i], s, val_loss=[10 * i + s], loss=[-1.0]) for i, s in grid], [1]
        )

    monkeypatch.setattr(runner, "train_runs", train_runs)
    methods = {"a": SGD(), "b": SGD(momentum=0.5)}
    sweep = call("sweep_learning_rate", varied=methods, seeds=[1, 2])
    assert sweep.final.tolist() == [[[1, 2], [11, 12]], [[21, 22], [31, 32]]]
    assert (sweep.labels, sweep.learning_rates) == (("a", "b"), (0.1, 0.2))
    assert (sweep.seeds, sweep.monitor, sweep.epochs) == ((1, 2), "val_loss", 1)
    assert np.all(call("sweep_learning_rate", monitor="loss").final == -1)
