"""Results: what they hold, what they refuse, and what they say."""

from __future__ import annotations

import copy
import dataclasses
import errno
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

from dlcourse.data.dataset import Dataset
from dlcourse.results.run import Run
from dlcourse.results.training_runs import TrainingRuns

NAN = float("nan")
INF = float("inf")


def one_run(label="SGD", seed=0, losses=(2.0, 1.0, 0.5), accuracies=None, **changes):
    """A run of two steps an epoch that was measured after each of its epochs."""
    accuracies = accuracies or [0.5] * len(losses)
    values = {
        "label": label,
        "seed": seed,
        "history": {"val_loss": losses, "val_accuracy": accuracies},
        "steps": {"learning_rate": [0.1] * (2 * len(losses))},
        "epochs_run": len(losses),
        "seconds": 1.0,
        "steps_per_epoch": 2,
    }
    return Run(**{**values, **changes})


def three_methods() -> TrainingRuns:
    """SGD trains to the end, Momentum diverges from seed 1, Adam stops early from seed 2."""
    return TrainingRuns.from_runs(
        [
            one_run("SGD", 0, [2.0, 1.5, 1.0], [0.2, 0.5, 0.6]),
            one_run("SGD", 1, [2.0, 1.75, 1.5], [0.1, 0.2, 0.3]),
            one_run("SGD", 2, [2.0, 1.5, 1.25], [0.3, 0.5, 0.5]),
            one_run("Momentum", 0, [1.0, 0.5, 0.25], [0.6, 0.7, 0.8]),
            one_run("Momentum", 1, [1.0, INF, NAN], [0.6, 0.1, 0.1]),
            one_run("Momentum", 2, [1.0, 0.5, 0.75], [0.6, 0.8, 0.7]),
            one_run("Adam", 0, [1.0, 0.5, 0.125], [0.6, 0.8, 0.9]),
            one_run("Adam", 1, [1.0, 0.25, 0.375], [0.7, 0.9, 0.8]),
            one_run("Adam", 2, [0.5, 0.625], [0.8, 0.7]),
        ],
        epochs=[1, 2, 3],
    )


def fields(**changes):
    """What `TrainingRuns` takes, for one method, two seeds, two epochs and three steps."""
    return {
        "labels": ["SGD"],
        "seeds": [0, 1],
        "epochs": [1, 2],
        "history": {"loss": np.ones((1, 2, 2))},
        "steps": {"learning_rate": np.ones((1, 2, 3))},
        "epochs_run": [[2, 2]],
        "seconds": [[1.0, 1.0]],
        "steps_per_epoch": [2],
        **changes,
    }


def test_runs_are_stacked_by_method_and_seed_and_padded():
    runs = three_methods()
    assert runs.labels == ("SGD", "Momentum", "Adam")
    assert runs.seeds == (0, 1, 2)
    np.testing.assert_array_equal(runs.history["val_loss"][2, 1], [1.0, 0.25, 0.375])
    np.testing.assert_array_equal(runs.history["val_loss"][2, 2], [0.5, 0.625, NAN])
    np.testing.assert_array_equal(runs.steps["learning_rate"][2, 2], [0.1] * 4 + [NAN] * 2)
    np.testing.assert_array_equal(runs.epochs_run, [[3, 3, 3], [3, 3, 3], [3, 3, 2]])
    np.testing.assert_array_equal(runs.steps_per_epoch, [2, 2, 2])
    assert not runs.models
    assert not runs.weights


def test_runs_may_come_in_any_order_of_seeds():
    ordered = TrainingRuns.from_runs([one_run("SGD", s) for s in (0, 1)], [1, 2, 3])
    mixed = TrainingRuns.from_runs([one_run("SGD", s) for s in (1, 0)], [1, 2, 3])
    assert ordered.seeds == (0, 1)
    assert mixed.seeds == (1, 0)
    np.testing.assert_array_equal(ordered.history["val_loss"], mixed.history["val_loss"])


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        ([], "`runs` must be exactly one run for each method and seed. Received: runs=[]"),
        ([one_run(), one_run()], "Received: runs=[('SGD', 0), ('SGD', 0)]"),
        ([one_run("A"), one_run("B"), one_run("B", 1)], "exactly one run for each method and seed"),
        (
            [one_run("A"), one_run("B", history={"loss": [1.0]})],
            "`history` must be the same keys ['val_loss', 'val_accuracy'] in each run. "
            "Received: history=['loss']",
        ),
        (
            [one_run(losses=[1.0] * 4)],
            "`history['val_loss']` must be at most 3 values. Received: history['val_loss']=4",
        ),
        (
            [one_run(), one_run(seed=1, steps_per_epoch=3)],
            "`steps_per_epoch` must be the same for each seed. Received: steps_per_epoch=[2, 3]",
        ),
        (
            [one_run(epochs_run=2)],
            "`history['val_loss']` must be NaN after a run's last epoch.",
        ),
    ],
)
def test_runs_that_do_not_fit_together(runs, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        TrainingRuns.from_runs(runs, epochs=[1, 2, 3])
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"labels": "SGD"},
            "`labels` must be different, non-empty strings. Received: labels='SGD'",
        ),
        ({"labels": []}, "`labels` must be"),
        ({"labels": [""]}, "`labels` must be"),
        ({"labels": ["SGD", "SGD"]}, "`labels` must be"),
        (
            {"seeds": []},
            "`seeds` must be different integers >= 0, at least one.",
        ),
        ({"seeds": [1, 1]}, "`seeds` must be different integers >= 0"),
        ({"seeds": [0, 0.5]}, "`seeds` must be an integer >= 0. Received: seeds=0.5"),
        ({"epochs": [2, 1]}, "`epochs` must be increasing epoch numbers >= 1"),
        ({"epochs": [0, 1]}, "Received: epochs=[0, 1]"),
        ({"epochs": [0.5, 1.5]}, "`epochs` must be"),
        ({"epochs": []}, "`epochs` must be"),
        (
            {"history": {"loss": np.ones((1, 2, 3))}},
            "`history['loss'].shape` must be (1, 2, 2). Received: history['loss'].shape=(1, 2, 3)",
        ),
        (
            {"history": [1, 2]},
            "`history` must be a mapping of key to array. Received: history='list'",
        ),
        (
            {"history": {"loss": [[["a", "b"]] * 2]}},
            "`history['loss'].dtype` must be a real number",
        ),
        (
            {"steps": {"learning_rate": np.ones((1, 2, 3)), "loss": np.ones((1, 2, 4))}},
            "`steps['loss'].shape` must be (1, 2, 3)",
        ),
        ({"steps": {"learning_rate": 0.1}}, "`steps['learning_rate'].shape` must be (1, 2, 0)"),
        (
            {"epochs_run": [2, 2]},
            "`epochs_run.shape` must be (1, 2). Received: epochs_run.shape=(2,)",
        ),
        ({"epochs_run": [[2, -1]]}, "`epochs_run` must be integers >= 0"),
        ({"epochs_run": [[2.0, 2.5]]}, "`epochs_run` must be integers >= 0"),
        ({"seconds": [1.0]}, "`seconds.shape` must be (1, 2)"),
        ({"steps_per_epoch": [0]}, "`steps_per_epoch` must be integers >= 1"),
        ({"models": {"SGD": None}}, "`models` must be a mapping whose keys are (label, seed)"),
        ({"models": {("SGD", 7): None}}, "Received: models=('SGD', 7)"),
        ({"weights": {("SGD", 0): [[]] * 3}}, "`weights[('SGD', 0)]` must be at most 2 lists"),
    ],
)
def test_fields_that_do_not_agree(changes, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        TrainingRuns(**fields(**changes))
    assert message in str(error.value)


def test_arrays_are_frozen_copies():
    loss = np.ones((1, 2, 2))
    weight = np.zeros(3)
    runs = TrainingRuns(**fields(history={"loss": loss}, weights={("SGD", 0): [[weight]]}))
    loss[:] = weight[:] = 7
    assert runs.history["loss"].max() == 1
    assert runs.weights["SGD", 0][0][0].max() == 0
    for array in (runs.epochs, runs.epochs_run, runs.seconds, runs.steps_per_epoch):
        assert not array.flags.writeable
    for array in (runs.history["loss"], runs.steps["learning_rate"], runs.weights["SGD", 0][0][0]):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    with pytest.raises(TypeError, match="does not support item assignment"):
        runs.history["loss"] = loss
    with pytest.raises(dataclasses.FrozenInstanceError):
        runs.labels = ("Adam",)


def test_float32_is_kept():
    loss = np.ones((1, 2, 2), dtype=np.float32)
    assert TrainingRuns(**fields(history={"loss": loss})).final("loss").dtype == np.float32


def test_equality_compares_what_was_measured():
    history = {"loss": np.array([[[1.0, 0.5], [1.0, NAN]]])}
    steps = {"learning_rate": np.array([[[0.1, 0.1, 0.1], [0.1, 0.1, NAN]]])}
    runs = TrainingRuns(**fields(history=history, steps=steps))
    again = TrainingRuns(**fields(history=history, steps=steps, seconds=[[5.0, 7.0]]))
    assert runs == again
    assert runs != TrainingRuns(**fields(history=history))
    more = {**history, "accuracy": np.ones((1, 2, 2))}
    assert runs != TrainingRuns(**fields(history=more, steps=steps))
    changed = {"loss": np.array([[[1.0, 0.5], [1.0, 0.5]]])}
    assert runs != TrainingRuns(**fields(history=changed, steps=steps))
    for changes in (
        {"labels": ["Adam"]},
        {"seeds": [0, 2]},
        {"epochs": [1, 3], "epochs_run": [[3, 3]]},
    ):
        assert runs != TrainingRuns(**fields(history=history, steps=steps, **changes))
    assert runs != "runs"


def test_pickle_and_deepcopy_keep_everything():
    runs = TrainingRuns(
        **fields(models={("SGD", 1): {"a": 1}}, weights={("SGD", 0): [[np.arange(3.0)]]})
    )
    for other in (pickle.loads(pickle.dumps(runs)), copy.deepcopy(runs)):
        assert other == runs
        assert other.models == {("SGD", 1): {"a": 1}}
        np.testing.assert_array_equal(other.weights["SGD", 0][0][0], [0, 1, 2])
        np.testing.assert_array_equal(other.seconds, runs.seconds)
        assert not other.history["loss"].flags.writeable


def test_selection_by_label():
    models = {(label, seed): f"{label} {seed}" for label in ("SGD", "Adam") for seed in (0, 1)}
    runs = TrainingRuns.from_runs(
        [
            one_run(label, seed, [value, value], model=models[label, seed], steps_per_epoch=steps)
            for label, value, steps in (("SGD", 1.0, 2), ("Adam", 0.5, 3))
            for seed in (0, 1)
        ],
        epochs=[1, 2],
    )
    adam = runs["Adam"]
    assert adam.labels == ("Adam",)
    assert adam.models == {("Adam", 0): "Adam 0", ("Adam", 1): "Adam 1"}
    np.testing.assert_array_equal(adam.history["val_loss"], np.full((1, 2, 2), 0.5))
    np.testing.assert_array_equal(adam.steps_per_epoch, [3])
    assert runs[["Adam", "SGD"]].labels == ("Adam", "SGD")
    assert runs[["Adam", "SGD"]].final("val_loss").tolist() == [[0.5, 0.5], [1.0, 1.0]]
    assert runs[["SGD", "Adam"]] == runs
    assert (len(runs), list(runs), "SGD" in runs, "Lion" in runs) == (
        2,
        ["SGD", "Adam"],
        True,
        False,
    )


@pytest.mark.parametrize(
    ("label", "message"),
    [
        ("Lion", "`label` must be one of 'SGD', 'Momentum', 'Adam'. Received: label='Lion'"),
        (["SGD", 3], "Received: label=3"),
        ([], "`label` must be different labels, at least one"),
        (["SGD", "SGD"], "`label` must be different labels, at least one"),
        (np.array(["SGD", 1.0], object), "Received: label=1.0"),
    ],
)
def test_selection_of_unknown_labels(label, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        three_methods()[label]
    assert message in str(error.value)


def test_repr_is_short():
    assert repr(three_methods()) == (
        "TrainingRuns(3 methods: SGD, Momentum, Adam; 3 seeds; 3 epochs; "
        "history: val_loss, val_accuracy; steps: learning_rate)"
    )


def test_final_is_taken_at_each_runs_last_epoch():
    np.testing.assert_array_equal(
        three_methods().final("val_loss"),
        [[1.0, 1.5, 1.25], [0.25, NAN, 0.75], [0.125, 0.375, 0.625]],
    )


def test_final_of_runs_that_stopped_between_or_before_measurements():
    runs = TrainingRuns(
        **fields(
            epochs=[2, 4],
            epochs_run=[[3, 1]],
            history={"loss": [[[0.5, NAN], [NAN, NAN]]]},
        )
    )
    np.testing.assert_array_equal(runs.final("loss"), [[0.5, NAN]])


def test_best_over_epochs():
    runs = three_methods()
    np.testing.assert_array_equal(
        runs.best("val_loss"), [[1.0, 1.5, 1.25], [0.25, 1.0, 0.5], [0.125, 0.25, 0.5]]
    )
    np.testing.assert_array_equal(
        runs.best("val_accuracy"), [[0.6, 0.3, 0.5], [0.8, 0.6, 0.8], [0.9, 0.9, 0.8]]
    )
    np.testing.assert_array_equal(runs["Adam"].best("val_accuracy", mode="min"), [[0.6, 0.7, 0.7]])


def test_epochs_to_a_target():
    runs = three_methods()
    np.testing.assert_array_equal(
        runs.epochs_to("val_loss", 0.5), [[NAN, NAN, NAN], [2, NAN, 2], [2, 2, 1]]
    )
    np.testing.assert_array_equal(
        runs.epochs_to("val_accuracy", 0.7), [[NAN, NAN, NAN], [2, NAN, 2], [2, 1, 1]]
    )


def test_epochs_to_gives_epoch_numbers_and_compares_in_float32():
    accuracy = np.array([[[0.5, np.float32(342) / np.float32(360)]] * 2])
    runs = TrainingRuns(
        **fields(epochs=[5, 10], epochs_run=[[10, 10]], history={"accuracy": accuracy})
    )
    assert runs.epochs_to("accuracy", 0.95).tolist() == [[10, 10]]
    assert runs.epochs_to("accuracy", np.float64(0.95)).tolist() == [[10, 10]]
    assert np.isnan(runs.epochs_to("accuracy", 0.9501)).all()


def test_unknown_keys_and_directions():
    runs = TrainingRuns(**fields(history={"dice": [[[0.1, 0.2], [0.3, 0.4]]]}))
    assert runs.best("dice", mode="max").tolist() == [[0.2, 0.4]]
    assert runs.epochs_to("dice", 0.3, mode="max")[0, 1] == 1
    for ask in (runs.best, lambda key: runs.epochs_to(key, 1.0)):
        with pytest.raises(ValueError, match=r"`mode` must be 'min' or 'max' for the key 'dice'"):
            ask("dice")
    with pytest.raises(ValueError, match=r"Received: mode='maximum'"):
        runs.best("dice", mode="maximum")
    for ask in (runs.final, runs.best, runs.table, lambda key: runs.epochs_to(key, 1.0)):
        with pytest.raises(
            ValueError, match=r"`key` must be one of 'dice'\. Received: key='vall_l"
        ):
            ask("vall_loss")


def test_diverged():
    np.testing.assert_array_equal(
        three_methods().diverged, [[False] * 3, [False, True, False], [False] * 3]
    )


@pytest.mark.parametrize("key", ["loss", "val_loss"])
@pytest.mark.parametrize("value", [NAN, INF])
def test_any_loss_that_is_not_finite_is_divergence(key, value):
    history = {"loss": np.ones((1, 2, 2)), "val_loss": np.ones((1, 2, 2))}
    assert not TrainingRuns(**fields(history=history)).diverged.any()
    history[key][0, 1, 1] = value
    assert TrainingRuns(**fields(history=history)).diverged.tolist() == [[False, True]]


def test_divergence_between_measurements_is_seen_in_the_steps():
    steps = {"learning_rate": [[[0.1, 0.1, NAN]] * 2], "loss": [[[1.0, 1.0, NAN], [1.0, INF, NAN]]]}
    unmeasured = fields(
        epochs=[5, 10], epochs_run=[[1, 1]], history={"loss": np.full((1, 2, 2), NAN)}
    )
    assert TrainingRuns(**{**unmeasured, "steps": steps}).diverged.tolist() == [[False, True]]


def test_table_of_runs_that_all_trained_to_the_end():
    assert repr(three_methods()["SGD"].table()).split("\n") == [
        "After 3 epochs: median [min, max] over 3 seeds",
        "",
        "method  val_loss           val_accuracy",
        "------  -----------------  --------------------",
        "SGD     1.25 [1.00, 1.50]  0.500 [0.300, 0.600]",
    ]


def test_table_says_what_diverged_and_what_stopped_early():
    table = three_methods().table()
    assert table.caption == (
        "At the last trained epoch: median [min, max] over 3 seeds; "
        "diverged runs count as the worst"
    )
    assert table.columns == ("method", "val_loss", "val_accuracy", "epochs", "diverged")
    assert table.rows == (
        ("SGD", "1.25 [1.00, 1.50]", "0.500 [0.300, 0.600]", "3 [3, 3]", "0 of 3"),
        (
            "Momentum",
            "0.750 [0.250, diverged]",
            "0.700 [diverged, 0.800]",
            "3 [3, 3]",
            "1 of 3",
        ),
        ("Adam", "0.375 [0.125, 0.625]", "0.800 [0.700, 0.900]", "3 [2, 3]", "0 of 3"),
    )


def test_table_of_a_method_that_mostly_diverged():
    losses = ([1.0, 0.5], [1.0, NAN], [INF, INF])
    runs = TrainingRuns.from_runs(
        [one_run("SGD", seed, loss) for seed, loss in enumerate(losses)], [1, 2]
    )
    assert runs.table("val_loss").rows == (("SGD", "diverged [0.500, diverged]", "2 of 3"),)


def test_table_of_one_seed_and_of_chosen_keys():
    table = TrainingRuns.from_runs([one_run(seed=7)], [1, 2, 3]).table("val_accuracy", "val_loss")
    assert table.caption == "After 3 epochs, seed 7"
    assert table.columns == ("method", "val_accuracy", "val_loss")
    assert table.rows == (("SGD", "0.500", "0.500"),)


def test_table_defaults_to_training_values_without_validation():
    history = {key: np.ones((1, 2, 2)) for key in ("accuracy", "loss", "penalty")}
    assert TrainingRuns(**fields(history=history)).table().columns == ("method", "loss", "accuracy")


def test_describe(capsys):
    assert three_methods().describe() is None
    assert capsys.readouterr().out.splitlines() == [
        "3 methods (SGD, Momentum, Adam), trained from seeds 0 to 2 for 3 epochs of 2 steps.",
        "Measured at the end of each epoch: val_loss, val_accuracy.",
        "Recorded at each step: learning_rate.",
        "Adam stopped early in 1 of 3 runs, after 2 epochs.",
        "Momentum diverged in 1 of 3 runs.",
    ]


def test_describe_other_settings(capsys):
    runs = [
        one_run(label, seed, [1.0, 0.5], steps={}, epochs_run=10, steps_per_epoch=steps)
        for label, steps in (("A", 4), ("B", 8))
        for seed in (3, 5)
    ]
    TrainingRuns.from_runs(runs, epochs=[5, 10]).describe()
    assert capsys.readouterr().out.splitlines() == [
        "2 methods (A, B), trained from seeds 3, 5 for 10 epochs of 4 to 8 steps.",
        "Measured at the end of 2 epochs: val_loss, val_accuracy.",
        "No run diverged.",
    ]


def test_dataframe_has_one_row_for_each_trained_epoch():
    frame = three_methods()[["SGD", "Adam"]].to_dataframe()
    assert list(frame.columns) == ["method", "seed", "epoch", "val_loss", "val_accuracy"]
    assert len(frame) == 9 + 8
    last = frame[(frame.method == "Adam") & (frame.seed == 2)]
    assert last.epoch.tolist() == [1, 2]
    assert last.val_loss.tolist() == [0.5, 0.625]


def test_dataframe_without_pandas(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(
        ImportError, match="needs pandas, which is not installed: pip install pandas"
    ):
        three_methods().to_dataframe()


@pytest.mark.parametrize("name", ["runs.npz", "runs"])
def test_saved_and_loaded(tmp_path, name):
    run = ("η × 2", 1)
    weights = {run: [[np.arange(6.0).reshape(2, 3), np.zeros(3)], [np.ones((2, 3)), np.ones(3)]]}
    runs = TrainingRuns(
        **fields(labels=["η × 2"], seconds=[[3.0, 4.0]], weights=weights, models={run: object()})
    )
    runs.save(tmp_path / name)
    loaded = TrainingRuns.load(str(tmp_path / name))
    assert loaded == runs
    assert (loaded.labels, loaded.seeds, loaded.models) == (("η × 2",), (0, 1), {})
    np.testing.assert_array_equal(loaded.seconds, [[3.0, 4.0]])
    np.testing.assert_array_equal(loaded.epochs_run, [[2, 2]])
    np.testing.assert_array_equal(loaded.steps_per_epoch, [2])
    assert loaded.weights.keys() == weights.keys()
    for snapshot, expected in zip(loaded.weights[run], weights[run], strict=True):
        for array, wanted in zip(snapshot, expected, strict=True):
            np.testing.assert_array_equal(array, wanted)


def test_labels_and_early_stops_survive_a_file(tmp_path):
    runs = three_methods()
    runs.save(tmp_path / "runs.npz")
    assert TrainingRuns.load(tmp_path / "runs.npz") == runs
    assert repr(TrainingRuns.load(tmp_path / "runs.npz").table()) == repr(runs.table())


def test_files_that_are_no_result(tmp_path):
    (tmp_path / "notes.npz").write_text("loss: low")
    np.savez(tmp_path / "other.npz", labels=["SGD"])
    (tmp_path / "empty.npz").touch()
    for name in ("notes.npz", "other.npz", "empty.npz"):
        with pytest.raises(ValueError, match=rf"`path` must be a whole file, .*{name}'$"):
            TrainingRuns.load(tmp_path / name)
    for number in (0, None, "", b"runs.npz"):  # 0 would be the standard input
        with pytest.raises(ValueError, match="`path` must be a path"):
            TrainingRuns.load(number)
    with pytest.raises(FileNotFoundError):
        TrainingRuns.load(tmp_path / "missing.npz")


def test_damage_is_never_read(tmp_path):
    path = tmp_path / "runs.npz"
    TrainingRuns(**fields()).save(path)
    whole = path.read_bytes()
    damages = [*(whole[:end] for end in range(0, len(whole), 7)), whole + b"x"]
    for place in np.random.default_rng(0).choice(8 * len(whole), 400, replace=False).tolist():
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << place % 8
        damages.append(bytes(flipped))
    for damaged in damages:
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"`path` must be a whole file, .*runs\.npz'$"):
            TrainingRuns.load(path)


def test_saving_replaces_a_file_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "runs.npz"
    old, new = TrainingRuns(**fields()), TrainingRuns(**fields(labels=["Adam"]))
    old.save(path)
    (tmp_path / "link.npz").symlink_to(path)
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", raising(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(OSError, match="No space left"):
            new.save(path)
    assert TrainingRuns.load(path) == old
    new.save(tmp_path / "link.npz")
    assert TrainingRuns.load(path) == new
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link.npz", "runs.npz"]


def raising(error):
    def stop(*args):
        raise error

    return stop


def test_a_file_keeps_names_of_any_kind_and_what_was_recorded_of_each_run(tmp_path):
    runs = TrainingRuns(
        **fields(
            labels=["lr=0.1/é\0"],
            history={"loss/a b": np.ones((1, 2, 2), np.float16), "file": np.zeros((1, 2, 2))},
            weights={
                ("lr=0.1/é\0", 1): [[np.arange(3.0), np.ones((2, 1), np.float32)], []],
                ("lr=0.1/é\0", 0): [],
            },
            places={"lr=0.1/é\0": 3},
        )
    )
    runs.save(tmp_path / "runs")
    loaded = TrainingRuns.load(tmp_path / "runs")
    assert loaded == runs
    assert loaded.history["loss/a b"].dtype == np.float16
    assert loaded.places == runs.places == {"lr=0.1/é\0": 3}
    np.testing.assert_array_equal(loaded.seconds, runs.seconds)
    assert [[len(each) for each in kept] for kept in loaded.weights.values()] == [[2, 0], []]
    assert [*loaded.weights] == [*runs.weights]
    np.testing.assert_array_equal(loaded.weights["lr=0.1/é\0", 1][0][0], [0, 1, 2])
    assert loaded.weights["lr=0.1/é\0", 1][0][1].dtype == np.float32


class KnownTask:
    """What a result asks of a task."""

    data = Dataset("two rows", [[0.0], [1.0]], [0, 1])


def test_a_result_knows_its_task_and_methods_as_long_as_it_stays_in_memory(tmp_path):
    task, methods = KnownTask(), {"SGD": object(), "Adam": object()}
    runs = TrainingRuns.from_runs(
        [one_run("SGD"), one_run("Adam")], [1, 2, 3], task=task, methods=methods
    )
    assert runs.task is runs["Adam"].task is task
    assert (runs.methods, runs["Adam"].methods) == (methods, {"Adam": methods["Adam"]})
    plain = TrainingRuns.from_runs([one_run("SGD"), one_run("Adam")], [1, 2, 3])
    assert plain == runs
    runs.save(tmp_path / "runs")
    loaded = TrainingRuns.load(tmp_path / "runs")
    for other in (plain, loaded, pickle.loads(pickle.dumps(runs)), copy.deepcopy(runs)):
        assert (other.task, other.methods) == (None, {})
        assert other == runs


@pytest.mark.parametrize(
    "changes",
    [{"task": "digits"}, {"methods": {"Adam": 1}}, {"methods": ["SGD"]}, {"places": {"SGD": -1}}],
)
def test_task_methods_and_places_are_checked(changes):
    with pytest.raises(ValueError, match=f"`{next(iter(changes))}` must be"):
        TrainingRuns(**fields(**changes))


def test_a_method_keeps_its_place_in_a_part_of_the_result():
    runs = three_methods()
    assert runs.places == {"SGD": 0, "Momentum": 1, "Adam": 2}
    assert runs[["Adam", "SGD"]].places == {"Adam": 2, "SGD": 0}
    assert runs[["Adam", "SGD"]]["Adam"].places == {"Adam": 2}


def test_results_need_no_tensorflow():
    loaded = "{name.split('.')[0] for name in sys.modules}"
    script = f"import sys, dlcourse.results.training_runs; print(*{loaded})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert not {"keras", "tensorflow", "pandas", "sklearn"} & set(done.stdout.split())
