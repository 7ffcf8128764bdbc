"""The one place that trains: every method on the same task, seeds and batches."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from os import PathLike
from typing import Literal

import keras

from dlcourse.checks import expect
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.keras_internals.cloning import expect_clonable
from dlcourse.results.training_runs import TrainingRuns
from dlcourse.training.execution import run_plans
from dlcourse.training.plan import TrainingPlan, measured_epochs
from dlcourse.training.settings import checked_settings


def train_runs(
    methods: Mapping[str, keras.optimizers.Optimizer | Method],
    task: Task,
    *,
    epochs: int,
    seeds: Iterable[int] = range(5),
    batch_size: int = 32,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    evaluate_every: int = 1,
    record: Collection[str] = (),
    jit_compile: bool | Literal["auto"] = "auto",
    executor: Executor | None = None,
    resume: str | PathLike[str] | None = None,
) -> TrainingRuns:
    """Train every method from every seed, on equal terms, and return what was recorded.

    For one seed all methods start from the same weights and see the same batches in the same
    order. A training is the one that `model.fit` would do with these batches; only the loop over
    the batches is compiled. Losses and metrics are measured at an epoch's end on all rows in
    inference mode, the penalty apart. Callbacks see these values under Keras's keys, where `loss`
    and `val_loss` include the penalty, as Keras reports them.

    Args:
        methods: label → Keras optimizer, or `Method` where more than the optimizer varies. The
            objects are cloned for each run and not changed.
        task: data, model and loss.
        epochs: passes over the training rows.
        seeds: one run per method and seed.
        batch_size: rows per step; from the number of training rows up it is full batch.
        callbacks: Keras callbacks for every method; copied for each run.
        evaluate_every: epochs between two measurements.
        record: any of "loss", "gradient_norm" and "weight_norm" (per step), "weights" (a snapshot
            per measurement), "updates" (what the step before it changed) and "model" (the trained
            model).
        jit_compile: whether XLA compiles the step; "auto" does so for runs of 2,000 steps and
            more without random layers.
        executor: a `concurrent.futures.Executor` whose workers train, each with one TensorFlow
            thread; the numbers are the same. None trains in this process.
        resume: a folder that keeps each run as it is finished: the same call again trains only
            what is missing, and any other call is refused.

    Returns:
        What was recorded, arrays of shape (methods, seeds, epochs or steps). A run that diverged
        is a result, with the values it reached.

    Raises:
        ValueError: an argument is wrong, or `resume` holds runs of another training; nothing was
            trained.
        RuntimeError: a worker of the executor ended. Runs that were finished are in `resume`.

    >>> from dlcourse import train_runs
    >>> import keras, numpy as np
    >>> from dlcourse import Dataset, Task
    >>> x = np.linspace(-1, 1, 20, dtype="float32").reshape(-1, 1)
    >>> def line():
    ...     return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> task = Task(Dataset("line", x, 2 * x), line, keras.losses.MeanSquaredError())
    >>> runs = train_runs({"SGD": keras.optimizers.SGD(0.1)}, task, epochs=40, batch_size=5)
    >>> bool((runs.final("loss") < 1e-3).all())
    True
    """
    expect(isinstance(task, Task), "task", "a dlcourse.Task", task)
    settings = checked_settings(
        epochs=epochs,
        seeds=seeds,
        batch_size=batch_size,
        callbacks=callbacks,
        evaluate_every=evaluate_every,
        record=record,
        jit_compile=jit_compile,
        executor=executor,
        resume=resume,
    )
    given = _as_methods(methods)
    plans = [
        TrainingPlan(
            label=label,
            method=method,
            task=task,
            seed=seed,
            epochs=settings["epochs"],
            batch_size=method.batch_size or settings["batch_size"],
            callbacks=(*settings["callbacks"], *method.callbacks),
            evaluate_every=settings["evaluate_every"],
            record=settings["record"],
            jit_compile=settings["jit_compile"],
        )
        for label, method in given.items()
        for seed in settings["seeds"]
    ]
    measured = measured_epochs(settings["epochs"], settings["evaluate_every"])
    runs = run_plans(plans, executor=settings["executor"], resume=settings["resume"])
    return TrainingRuns.from_runs(runs, measured, task=task, methods=given)


def _as_methods(methods: Mapping[str, keras.optimizers.Optimizer | Method]) -> dict[str, Method]:
    """Return every entry as a Method."""
    expected = "a non-empty mapping of labels to Keras optimizers or Methods"
    expect(isinstance(methods, Mapping) and len(methods) > 0, "methods", expected, methods)
    made = {}
    for label, entry in methods.items():
        expect(isinstance(label, str), "methods", "a mapping whose labels are strings", label)
        ok = isinstance(entry, keras.optimizers.Optimizer | Method)
        expect(ok, f"methods[{label!r}]", "a Keras optimizer object or a Method", entry)
        if not isinstance(entry, Method):
            expect_clonable(f"methods[{label!r}]", entry)
            entry = Method(entry)
        made[label] = entry
    return made
