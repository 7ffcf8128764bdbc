"""The works in eager PyTorch: rows in tensors, no DataLoader, no needless work in the loop."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from benchmarks.works import Outcome, Work, glorot_weights

# What differs from PyTorch's defaults is what Keras does.
_OPTIMIZERS = {
    "SGD": torch.optim.SGD,
    "Momentum": partial(torch.optim.SGD, momentum=0.9),
    "AdaGrad": partial(torch.optim.Adagrad, initial_accumulator_value=0.1, eps=1e-7),
    "RMSprop": partial(torch.optim.RMSprop, alpha=0.9, eps=1e-7),
    "Adam": partial(torch.optim.Adam, eps=1e-7),
}


def train(
    work: Work,
    *,
    initial_weights: Callable[[tuple[int, ...], int], list[np.ndarray]] = glorot_weights,
    **implementation: bool,
) -> Outcome:
    """Do the work.

    Args:
        work: what to train.
        initial_weights: from layers and seed to kernels (inputs, units) and biases (units,).
        **implementation: foreach=True or fused=True, as in PyTorch's optimizers.
    """
    data = work.dataset()
    parts = [_tensors(data.x_train, data.y_train)]
    if work.evaluate:
        parts.append(_tensors(data.x_val, data.y_val))
    compiling = training = 0.0
    steps, losses = 0, []
    for seed in range(work.seeds):
        for name, rate in work.optimizers.items():
            began = time.perf_counter()
            torch.manual_seed(seed)
            model = _network(work.layers, initial_weights(work.layers, seed))
            optimizer = _optimizer(name, model, rate, implementation)
            built = time.perf_counter()
            steps += _fit(model, optimizer, work, parts)
            training += time.perf_counter() - built
            compiling += built - began
            losses.append(_evaluate(model, *parts[0])[0])
    return Outcome(compiling, training, steps, losses)


def _fit(model: nn.Module, optimizer: torch.optim.Optimizer, work: Work, parts: list[tuple]) -> int:
    """Train, evaluate after each epoch where the work says so, and return the steps taken."""
    steps, history = 0, []
    for _ in range(work.epochs):
        for x, y in _batches(*parts[0], work):
            optimizer.zero_grad(set_to_none=True)
            cross_entropy(model(x), y).backward()
            optimizer.step()
            steps += 1
        if work.evaluate:
            history.append([_evaluate(model, *part) for part in parts])
    return steps


def _batches(x: torch.Tensor, y: torch.Tensor, work: Work) -> Iterable[tuple]:
    """Shuffle the rows once an epoch and cut them up: less work than to gather each batch."""
    if work.batch_size == work.rows:
        return [(x, y)]
    if work.shuffle:
        order = torch.randperm(work.rows)
        x, y = x[order], y[order]
    return zip(x.split(work.batch_size), y.split(work.batch_size), strict=True)


@torch.inference_mode()
def _evaluate(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> tuple[float, float]:
    """Return loss and accuracy."""
    logits = model(x)
    return cross_entropy(logits, y).item(), (logits.argmax(1) == y).float().mean().item()


def _tensors(x: np.ndarray, y: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.tensor(x), torch.tensor(y, dtype=torch.int64)


def _network(layers: tuple[int, ...], weights: list[np.ndarray]) -> nn.Module:
    """Build dense layers with ReLU between them, which end in logits."""
    modules = []
    for inputs, units in itertools.pairwise(layers):
        modules += [nn.Linear(inputs, units), nn.ReLU()]
    model = nn.Sequential(*modules[:-1])
    with torch.no_grad():
        for mine, given in zip(model.parameters(), weights, strict=True):
            mine.copy_(torch.tensor(given.T))  # PyTorch's kernels are (units, inputs)
    return model


def _optimizer(
    name: str, model: nn.Module, rate: float, implementation: dict[str, bool]
) -> torch.optim.Optimizer:
    if name == "RMSprop" and implementation.get("fused"):
        implementation = {"foreach": True}  # RMSprop is not there in fused form
    return _OPTIMIZERS[name](model.parameters(), lr=rate, **implementation)
