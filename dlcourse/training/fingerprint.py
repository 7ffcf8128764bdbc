"""What decides a training, as short hashes: equal where the same would be trained."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import fields
from functools import cache
from importlib.metadata import version
from typing import Any

from dlcourse import __version__
from dlcourse.keras_internals.cloning import recipe
from dlcourse.training.canonical_text import Canonical
from dlcourse.training.plan import TrainingPlan


def fingerprint(plans: Iterable[TrainingPlan]) -> str:
    """Return a hash of everything that decides what these plans record, but library versions.

    It changes with the data, the code that builds a model and what that code uses, the optimizer,
    its settings and schedules, the loss, the metrics, the callbacks, labels, seeds and settings. It
    does not change with comments, line numbers, the place of a file or the Python version.

    Returns:
        64 hexadecimal digits.

    >>> import keras
    >>> from dlcourse import Method, Task, spirals
    >>> def line():
    ...     return keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    >>> task = Task(spirals(), line, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    >>> def plan(rate):
    ...     return TrainingPlan(label="SGD", method=Method(keras.optimizers.SGD(rate)),
    ...                         task=task, seed=0, epochs=5, batch_size=32)
    >>> fingerprint([plan(0.1)]) == fingerprint([plan(0.1)])
    True
    >>> fingerprint([plan(0.1)]) == fingerprint([plan(0.2)])
    False
    """
    canonical = Canonical()
    described = [describe(plan, canonical) for plan in plans]
    return _hash(json.dumps(described, sort_keys=True))


def describe(plan: TrainingPlan, canonical: Canonical) -> dict[str, Any]:
    """Return each part of a plan by name: as it is where it is short, else its hash.

    Args:
        plan: the plan.
        canonical: keeps what it knows of large arrays from one plan to the next.
    """
    kind, optimizer, excluded = recipe(plan.method.optimizer)
    optimizer = {name: value for name, value in optimizer.items() if name != "name"}
    whole = {
        "model": plan.build,
        "optimizer": [kind, optimizer, excluded],  # but its name, which Keras counts up
        "callbacks": plan.callbacks,
        **{f.name: getattr(plan.task, f.name) for f in fields(plan.task) if f.name != "model"},
    }
    plain = {
        field.name: getattr(plan, field.name)
        for field in fields(plan)
        if field.name not in ("method", "task", "callbacks")
    }
    described = {name: _hash(canonical.text(value)) for name, value in whole.items()}
    return json.loads(json.dumps(plain)) | described


@cache
def versions() -> dict[str, str]:
    """Return the versions of the libraries that numbers may depend on."""
    libraries = {"Keras": "keras", "TensorFlow": "tensorflow", "NumPy": "numpy"}
    return {"dlcourse": __version__} | {name: version(key) for name, key in libraries.items()}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
