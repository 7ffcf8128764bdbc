"""Comparing weight penalties: the same model under each, and one penalty at many strengths."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import keras

from dlcourse.checks import expect, expect_number
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task, build_model
from dlcourse.keras_internals.seeds import seeded
from dlcourse.results.penalty_sweep import PenaltySweep, measure_weights
from dlcourse.results.training_runs import TrainingRuns
from dlcourse.training.train import train_runs

Regularizer = keras.regularizers.Regularizer


def compare_penalties(
    penalties: Mapping[str, Regularizer | None],
    optimizer: keras.optimizers.Optimizer,
    task: Task,
    *,
    epochs: int,
    seeds: Iterable[int] = range(5),
    batch_size: int = 32,
    evaluate_every: int = 1,
    record: Collection[str] = (),
) -> TrainingRuns:
    """Train the same model under each weight penalty, over several seeds.

    It shows what the penalty alone changes: every run of a seed starts from the same weights and
    sees the same batches.

    The rule: what is minimized is the loss on the data plus the penalty of each layer that has
    one. Keras's L2 is λ Σ w², with the gradient 2 λ w; many books write ½ λ Σ w². Keras adds the
    penalty to the `loss` and `val_loss` that it reports, so that they grow with λ; here both are
    losses on the data alone, comparable between penalties, and `history["penalty"]` is the rest.

    Args:
        penalties: label → Keras regularizer, or None for no penalty.
        optimizer: a Keras optimizer; cloned for each run.
        task: data, model and loss. Its model function takes the regularizer as its first argument
            and gives it to the layers that are to be penalized; `penalty=None` as its default
            makes the same function serve everywhere else.
        epochs: passes over the training rows.
        seeds: one training per penalty and seed.
        batch_size: rows per step.
        evaluate_every: epochs between two measurements.
        record: what else to record, as in `train_runs`.

    Returns:
        What was recorded, arrays of shape (penalties, seeds, epochs or steps).

    Raises:
        ValueError: an argument is wrong, or the model uses no penalty; nothing was trained.

    Example:
        >>> from dataclasses import replace
        >>> def line(penalty=None):
        ...     layer = keras.layers.Dense(1, kernel_regularizer=penalty)
        ...     return keras.Sequential([keras.Input((1,)), layer])
        >>> task = replace(getfixture("line_task"), model=line)
        >>> penalties = {"none": None, "L2": keras.regularizers.L2(0.1)}
        >>> runs = compare_penalties(penalties, keras.optimizers.SGD(0.1), task, epochs=5)
        >>> bool((runs["L2"].final("penalty") > runs["none"].final("penalty")).all())
        True

    Source: Krogh and Hertz, "A Simple Weight Decay Can Improve Generalization" (1991).
    """
    mapping = isinstance(penalties, Mapping) and len(penalties) > 0
    expected = "a non-empty mapping of labels to Keras regularizers or None"
    expect(mapping, "penalties", expected, penalties)
    _expect_penalties(penalties, task)
    methods = {
        label: Method(optimizer, model=functools.partial(task.model, penalty))
        for label, penalty in penalties.items()
    }
    return train_runs(
        methods,
        task,
        epochs=epochs,
        seeds=seeds,
        batch_size=batch_size,
        evaluate_every=evaluate_every,
        record=record,
    )


def sweep_penalty(
    penalties: Mapping[str, Callable[[float], Regularizer]],
    strengths: Sequence[float],
    optimizer: keras.optimizers.Optimizer,
    task: Task,
    *,
    epochs: int,
    seeds: Iterable[int] = range(5),
    batch_size: int = 32,
) -> PenaltySweep:
    """Train under each penalty at each strength, and keep how every run ended.

    It shows both ends: a penalty too weak to act and one so strong that nothing is learned, and
    between them the valley in which validation data are predicted best. How many weights are
    small there, and how many are exactly zero, is counted.

    Args:
        penalties: label → a function of the strength λ that returns a Keras regularizer, such as
            `keras.regularizers.L2`.
        strengths: the values of λ to try, increasing. Steps of about 3× show the valley.
        optimizer: a Keras optimizer; cloned for each run.
        task: data, model and loss, as for `compare_penalties`.
        epochs: passes over the training rows.
        seeds: one training per penalty, strength and seed.
        batch_size: rows per step.

    Returns:
        The final losses on the data and the size of the penalized weights, arrays of shape
        (penalties, strengths, seeds).

    Raises:
        ValueError: an argument is wrong, or the model uses no penalty; nothing was trained.

    Example:
        >>> from dataclasses import replace
        >>> def line(penalty=None):
        ...     layer = keras.layers.Dense(1, kernel_regularizer=penalty)
        ...     return keras.Sequential([keras.Input((1,)), layer])
        >>> task = replace(getfixture("line_task"), model=line)
        >>> sgd, penalties = keras.optimizers.SGD(0.1), {"L2": keras.regularizers.L2}
        >>> sweep_penalty(penalties, [0.01, 10.0], sgd, task, epochs=20).best_strengths()
        {'L2': 0.01}
    """
    values = _checked_strengths(strengths)
    made = _made_penalties(penalties, values)
    runs = compare_penalties(
        made,
        optimizer,
        task,
        epochs=epochs,
        seeds=seeds,
        batch_size=batch_size,
        evaluate_every=epochs,
        record=["weights"],
    )
    shape = len(penalties), len(values), len(runs.seeds)
    final = {key: runs.final(key) for key in ("loss", "val_loss", "penalty") if key in runs.history}
    penalized = _penalized_positions(task, next(iter(made.values())))
    kernels = [
        [runs.weights[label, seed][-1][i] for i in penalized]
        for label, seed in itertools.product(runs.labels, runs.seeds)
    ]
    final |= measure_weights(kernels)
    return PenaltySweep(
        labels=tuple(penalties),
        strengths=values,
        seeds=runs.seeds,
        epochs=epochs,
        weights=sum(kernel.size for kernel in kernels[0]),
        final={key: array.reshape(shape) for key, array in final.items()},
    )


def _expect_penalties(penalties: Mapping[str, Regularizer | None], task: Task) -> None:
    """Raise unless each is a penalty or None, and the task's model gives it to a layer."""
    expect(isinstance(task, Task), "task", "a dlcourse.Task", task)
    for label, penalty in penalties.items():
        ok = penalty is None or isinstance(penalty, Regularizer)
        expect(ok, f"penalties[{label!r}]", "a Keras regularizer object or None", penalty)
    try:
        inspect.signature(task.model).bind(None)
    except TypeError:
        expect(False, "task.model", "a function that takes the regularizer", task.model)
    one = next((penalty for penalty in penalties.values() if penalty is not None), None)
    if one is not None:
        used = len(_penalized_positions(task, one)) > 0
        expect(used, "task.model", "a function that gives the regularizer to a layer", task.model)


def _penalized_positions(task: Task, penalty: Regularizer) -> list[int]:
    """Return which of the model's weight arrays carry a penalty, as places in `get_weights()`."""
    with seeded(0):  # the caller's random state stays as it is
        model = build_model(functools.partial(task.model, penalty), task)
    return [i for i, weight in enumerate(model.weights) if weight.regularizer is not None]


def _made_penalties(
    penalties: Mapping[str, Callable[[float], Regularizer]], strengths: Sequence[float]
) -> dict[str, Regularizer]:
    expected = "a non-empty mapping of labels to functions of the strength"
    mapping = isinstance(penalties, Mapping) and len(penalties) > 0
    expect(mapping, "penalties", expected, penalties)
    for label, make in penalties.items():
        wanted = "a function of the strength, such as keras.regularizers.L2"
        expect(callable(make) and not isinstance(make, Regularizer), f"penalties[{label!r}]",
               wanted, make)  # fmt: skip
    return {
        f"{label} {strength:g}": make(strength)
        for label, make in penalties.items()
        for strength in strengths
    }


def _checked_strengths(strengths: Sequence[float]) -> tuple[float, ...]:
    expected = "an increasing list of at least two numbers > 0"
    listed = isinstance(strengths, Iterable) and not isinstance(strengths, str)
    expect(listed, "strengths", expected, strengths)
    strengths = tuple(strengths)
    for strength in strengths:
        expect_number("strengths", strength, above=0)
    ok = len(strengths) > 1 and all(a < b for a, b in itertools.pairwise(strengths))
    expect(ok, "strengths", expected, strengths)
    return tuple(float(strength) for strength in strengths)
