"""Comparing weight penalties: the same model under each, and one penalty at many strengths."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Unpack

import keras

from dlcourse.checks import expect, expect_increasing, expect_labeled
from dlcourse.compare.runner import NOT_OF_SWEEPS, at_the_end, comparison, short, takes_settings
from dlcourse.experiment.building import build_model
from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task
from dlcourse.keras_internals.seeds import seeded
from dlcourse.results.penalty_sweep import PenaltySweep, measure_weights
from dlcourse.training.settings import Settings

Regularizer = keras.regularizers.Regularizer


@comparison
def compare_penalties(
    penalties: Mapping[str, Regularizer | None],
    task: Task,
    *,
    optimizer: keras.optimizers.Optimizer,
    **settings: Unpack[Settings],
) -> dict[str, Method]:
    """Train the same model under each weight penalty, over several seeds.

    It shows what the penalty alone changes: every run of a seed starts from the same weights and
    sees the same batches.

    The rule: what is minimized is the loss on the data plus the penalty of each layer that has
    one. Keras's L2 is λ Σ w², with the gradient 2 λ w; many books write ½ λ Σ w². Keras adds the
    penalty to the `loss` and `val_loss` that it reports, so that they grow with λ; here both are
    losses on the data alone, comparable between penalties, and `history["penalty"]` is the rest.

    Args:
        penalties: label → Keras regularizer, or None for no penalty.
        task: data, model and loss. Its model function takes the regularizer as its first argument
            and gives it to the layers that are to be penalized; `penalty=None` as its default
            makes the same function serve everywhere else.
        optimizer: a Keras optimizer; cloned for each run.

    Raises:
        ValueError: an argument is wrong, or the model uses no penalty; nothing was trained.

    Example:
        >>> import keras, dlcourse as dl
        >>> def line(penalty=None):
        ...     layer = keras.layers.Dense(1, kernel_regularizer=penalty)
        ...     return keras.Sequential([keras.Input((10,)), layer])
        >>> task = dl.Task(dl.diabetes(), line, keras.losses.MeanSquaredError())
        >>> penalties = {"none": None, "L2": keras.regularizers.L2(0.1)}
        >>> sgd = keras.optimizers.SGD(0.01)
        >>> runs = dl.compare_penalties(penalties, task, optimizer=sgd, epochs=5)
        >>> bool((runs["L2"].final("penalty") > runs["none"].final("penalty")).all())
        True

    See also: `sweep_penalty`, to find the strength first.

    Reference: Krogh and Hertz, "A Simple Weight Decay Can Improve Generalization" (1991),
    https://proceedings.neurips.cc/paper/1991/hash/8eefcfdf5990e441f0fb6f3fad709e21-Abstract.html
    """
    expect_labeled("penalties", penalties, "Keras regularizers or None")
    for label, penalty in penalties.items():
        ok = penalty is None or isinstance(penalty, Regularizer)
        expect(ok, f"penalties[{label!r}]", "a Keras regularizer object or None", penalty)
    try:
        inspect.signature(task.model).bind(None)
    except (TypeError, ValueError):
        expect(False, "task.model", "a function that takes the regularizer", task.model)
    for penalty in penalties.values():
        used = penalty is None or len(_penalized_positions(task, penalty)) > 0
        expect(used, "task.model", "a function that gives the regularizer to a layer", task.model)
    return {
        label: Method(optimizer, model=partial(task.model, penalty))
        for label, penalty in penalties.items()
    }


@takes_settings(without=NOT_OF_SWEEPS)
def sweep_penalty(
    penalties: Mapping[str, Callable[[float], Regularizer]],
    task: Task,
    strengths: Sequence[float],
    *,
    optimizer: keras.optimizers.Optimizer,
    **settings: Unpack[Settings],
) -> PenaltySweep:
    """Train under each penalty at each strength, and keep how every run ended.

    It shows both ends: a penalty too weak to act and one so strong that nothing is learned, and
    between them the valley in which validation data are predicted best. How many weights are
    small there, and how many are exactly zero, is counted.

    Args:
        penalties: label → a function of the strength λ that returns a Keras regularizer, such as
            `keras.regularizers.L2`.
        task: data, model and loss, as for `compare_penalties`.
        strengths: the values of λ to try, increasing. Steps of about 3× show the valley.
        optimizer: a Keras optimizer; cloned for each run.

    Returns:
        The final losses on the data and the size of the penalized weights, arrays of shape
        (penalties, strengths, seeds).

    Raises:
        ValueError: an argument is wrong, or the model uses no penalty; nothing was trained.

    Example:
        >>> import keras, dlcourse as dl
        >>> def line(penalty=None):
        ...     layer = keras.layers.Dense(1, kernel_regularizer=penalty)
        ...     return keras.Sequential([keras.Input((10,)), layer])
        >>> task = dl.Task(dl.diabetes(), line, keras.losses.MeanSquaredError())
        >>> sgd, penalties = keras.optimizers.SGD(0.01), {"L2": keras.regularizers.L2}
        >>> sweep = dl.sweep_penalty(penalties, task, [0.01, 10.0], optimizer=sgd, epochs=9)
        >>> sweep.best_strengths()
        {'L2': 0.01}

    See also: `compare_penalties`, for the curves of a few strengths.

    Reference: Krogh and Hertz, "A Simple Weight Decay Can Improve Generalization" (1991),
    https://proceedings.neurips.cc/paper/1991/hash/8eefcfdf5990e441f0fb6f3fad709e21-Abstract.html
    """
    values = expect_increasing("strengths", strengths)
    made = _penalties_at(penalties, values)
    training = {**at_the_end(settings), "record": ["weights"]}
    runs = compare_penalties(made, task, optimizer=optimizer, **training)
    final = {key: runs.final(key) for key in ("loss", "val_loss", "penalty") if key in runs.history}
    penalized = _penalized_positions(task, next(iter(made.values())))
    kernels = [
        [runs.weights[label, seed][-1][i] for i in penalized]
        for label, seed in itertools.product(runs.labels, runs.seeds)
    ]
    final |= measure_weights(kernels)
    shape = len(penalties), len(values), len(runs.seeds)
    return PenaltySweep(
        labels=tuple(penalties),
        strengths=values,
        seeds=runs.seeds,
        epochs=settings["epochs"],
        weights=sum(kernel.size for kernel in kernels[0]),
        final={key: array.reshape(shape) for key, array in final.items()},
    )


def _penalties_at(
    penalties: Mapping[str, Callable[[float], Regularizer]], strengths: Sequence[float]
) -> dict[str, Regularizer]:
    expect_labeled("penalties", penalties, "functions of the strength")
    for label, make in penalties.items():
        wanted = "a function of the strength, such as keras.regularizers.L2"
        function = callable(make) and not isinstance(make, Regularizer)
        expect(function, f"penalties[{label!r}]", wanted, make)
    return {
        f"{label} {short(strength)}": make(strength)
        for label, make in penalties.items()
        for strength in strengths
    }


def _penalized_positions(task: Task, penalty: Regularizer) -> list[int]:
    """Return which of the model's weight arrays carry a penalty, as places in `get_weights()`."""
    with seeded(0):  # the caller's random state stays as it is
        model = build_model(partial(task.model, penalty), task)
    return [i for i, weight in enumerate(model.weights) if weight.regularizer is not None]
