"""The circuit widget: a computational graph, forward and back, one edge at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from dlcourse.checks import expect, expect_number
from dlcourse.display.graph import Operations, checked_operations, graph_places, plot_graph
from dlcourse.display.tables import format_number
from dlcourse.lab.circuit_rules import backward, expect_known, forward
from dlcourse.lab.widget import Widget

_SIGMOID = {
    "a": ("×", ["w0", "x0"]),
    "c": ("×", ["w1", "x1"]),
    "z": ("+", ["a", "c", "b"]),
    "n": ("× (−1)", ["z"]),
    "e": ("exp", ["n"]),
    "d": ("+ 1", ["e"]),
    "p": ("1/·", ["d"]),
}
_LEAVES = {"w0": 1.0, "x0": 3.0, "w1": -2.0, "x1": 1.0, "b": -0.5}


def circuit(
    operations: Operations | None = None, values: Mapping[str, float] | None = None
) -> CircuitWidget:
    """Play with a computational graph: drag an input, step forward, step back edge by edge.

    It shows that backpropagation is one multiplication for each edge: the gradient that arrives at
    a box, times the box's local derivative. Where two edges meet, gradients add up.

    The rule: ∂result/∂input = Σ over the boxes that use it of ∂result/∂box · ∂box/∂input.

    Args:
        operations: each calculated value's name → the operation's sign and the names it is
            calculated from, in the order of calculation, as for `dlcourse.draw_graph`; the last
            one is the result. Signs: "+" of any number of values; "−", "×" and "max" of two;
            "× (−1)", "+ 1", "1/·", "exp", "log", "·²", "σ", "tanh" and "relu" of one. Defaults to
            the sigmoid of w0·x0 + w1·x1 + b.
        values: name → number, of the inputs; of calculated values, it is not used.

    Returns:
        The widget; as a cell's last line it is shown. Its `settings` follow what you do.

    Raises:
        ValueError: an argument is wrong.

    Example:
        >>> from dlcourse import lab
        >>> line = {"a": ("×", ["w", "x"]), "y": ("+", ["a", "b"])}
        >>> lab.circuit(line, {"w": 2, "x": 3, "b": 1})
        Computational graph of y. Forward: w = 2, x = 3, b = 1, a = 6, y = 7.
        Back, the gradient of y: w 3, x 2, b 1, a 1, y 1.

    See also:
        `dlcourse.draw_graph`, which draws what you calculated yourself.

    Reference:
        Karpathy, CS231n, "Backpropagation, Intuitions", https://cs231n.github.io/optimization-2/
    """
    operations = checked_operations(_SIGMOID if operations is None else operations)
    expect_known(operations)
    values = _LEAVES if values is None else values
    expect(isinstance(values, Mapping), "values", "a mapping of names to numbers", values)
    places = graph_places(operations)
    leaves = {name: values.get(name) for name in places if name not in operations}
    for name, value in leaves.items():
        expect_number(f"values[{name!r}]", value)
    return CircuitWidget(operations, places, {name: float(leaves[name]) for name in leaves})


class CircuitWidget(Widget):
    """What `circuit` returns; `settings` holds the inputs' values and the step."""

    entry = "widgets/circuit.js"

    def __init__(
        self, operations: Operations, places: dict[str, Any], leaves: dict[str, float]
    ) -> None:
        values = forward(operations, leaves)
        gradients = backward(operations, values)
        super().__init__(
            title="Computational graph",
            data={
                "operations": [[name, sign, list(of)] for name, (sign, of) in operations.items()],
                "places": {name: list(place) for name, place in places.items()},
            },
            settings={"leaves": leaves, "step": 0},
            text=_describe(operations, places, values, gradients),
            figure=lambda: _draw(operations, values, gradients),
        )


def _describe(
    operations: Operations,
    places: dict[str, Any],
    values: dict[str, float],
    gradients: dict[str, float],
) -> str:
    result = list(operations)[-1]
    names = [*(name for name in places if name not in operations), *operations]
    forth = ", ".join(f"{name} = {format_number(values[name])}" for name in names)
    back = ", ".join(
        f"{name} {format_number(gradients[name])}" for name in names if name in gradients
    )
    return (
        f"Computational graph of {result}. Forward: {forth}.\n"
        f"Back, the gradient of {result}: {back}."
    )


def _draw(operations: Operations, values: dict[str, float], gradients: dict[str, float]) -> Figure:
    heights = [height for _, height in graph_places(operations).values()]
    size = (6.4, max(3.0, 1.0 + 0.8 * (max(heights) - min(heights))))
    figure = Figure(figsize=size, dpi=100, layout="constrained")
    title = f"{list(operations)[-1]}, forward and back"
    plot_graph(figure.subplots(), operations, values, gradients, title=title)
    return figure
