"""The operations of a computational graph: each one's value and local derivatives, and both passes.

The front end has the same in circuit/operations.js and circuit/passes.js; tests hold them together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.checks import expect
from dlcourse.display.graph import Operations


@dataclass(frozen=True)
class Operation:
    """How one box calculates.

    Args:
        inputs: how many values it takes; 0 for any number.
        value: the inputs → the value.
        slopes: the inputs and the value → the derivative with respect to each input.
    """

    inputs: int
    value: Callable[..., Any]
    slopes: Callable[..., Any]


# An operation's sign in the drawing → what it does.
OPERATIONS: Mapping[str, Operation] = {
    "+": Operation(0, lambda x: sum(x), lambda x, y: [1.0] * len(x)),
    "−": Operation(2, lambda x: x[0] - x[1], lambda x, y: [1.0, -1.0]),
    "×": Operation(2, lambda x: x[0] * x[1], lambda x, y: [x[1], x[0]]),
    "max": Operation(
        2,
        lambda x: max(x),
        # As in TensorFlow, the first one's where both are the largest.
        lambda x, y: [1.0, 0.0] if x[0] >= x[1] else [0.0, 1.0],
    ),
    "× (−1)": Operation(1, lambda x: -x[0], lambda x, y: [-1.0]),
    "+ 1": Operation(1, lambda x: x[0] + 1, lambda x, y: [1.0]),
    "1/·": Operation(1, lambda x: 1 / x[0], lambda x, y: [-y * y]),
    "exp": Operation(1, lambda x: np.exp(x[0]), lambda x, y: [y]),
    "log": Operation(1, lambda x: np.log(x[0]), lambda x, y: [1 / x[0]]),
    "·²": Operation(1, lambda x: x[0] ** 2, lambda x, y: [2 * x[0]]),
    "σ": Operation(1, lambda x: 1 / (1 + np.exp(-x[0])), lambda x, y: [y * (1 - y)]),
    "tanh": Operation(1, lambda x: np.tanh(x[0]), lambda x, y: [1 - y * y]),
    "relu": Operation(1, lambda x: np.maximum(x[0], 0), lambda x, y: [float(x[0] > 0)]),
}


def expect_known(operations: Operations) -> None:
    """Raise unless each operation is one of `OPERATIONS` and has its number of inputs."""
    for name, (sign, inputs) in operations.items():
        known = sign in OPERATIONS
        expect(known, "operations", f"made of {', '.join(OPERATIONS)}", f"{name}: {sign}")
        count = OPERATIONS[sign].inputs
        fits = count in (0, len(inputs))
        expect(fits, "operations", f"{count} input(s) for {sign!r}", f"{name}: {list(inputs)}")


def forward(operations: Operations, leaves: Mapping[str, float]) -> dict[str, float]:
    """Return every name's value; what overflows or is undefined is infinite or NaN."""
    values = {name: np.float64(value) for name, value in leaves.items()}
    with np.errstate(all="ignore"):
        for name, (sign, inputs) in operations.items():
            values[name] = np.float64(OPERATIONS[sign].value([values[each] for each in inputs]))
    return {name: float(value) for name, value in values.items()}


def backward(operations: Operations, values: Mapping[str, float]) -> dict[str, float]:
    """Return the gradient of the last value with respect to every name that it depends on."""
    gradients = {list(operations)[-1]: np.float64(1)}
    with np.errstate(all="ignore"):
        for name, (sign, inputs) in reversed(operations.items()):
            if name not in gradients:
                continue
            x = [np.float64(values[each]) for each in inputs]
            slopes = OPERATIONS[sign].slopes(x, np.float64(values[name]))
            for each, slope in zip(inputs, slopes, strict=True):
                gradients[each] = gradients.get(each, 0) + gradients[name] * slope
    return {name: float(value) for name, value in gradients.items()}
