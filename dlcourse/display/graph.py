"""A calculation drawn as a graph: values flow forward, gradients flow back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from dlcourse.checks import expect, expect_number, listed
from dlcourse.display.style import PALETTE

_VALUE, _GRADIENT = PALETTE[0], PALETTE[1]
_BOX = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": "0.5"}

Operations = Mapping[str, tuple[str, Sequence[str]]]
Places = dict[str, tuple[float, float]]


def draw_graph(
    operations: Operations,
    values: Mapping[str, float],
    gradients: Mapping[str, float] | None = None,
    *,
    title: str,
) -> None:
    """Draw a calculation as a computational graph, from its inputs on the left to its result.

    It shows the two passes of backpropagation: each box has its value above (forward) and, once it
    is known, the gradient of the result with respect to it below (backward).

    Args:
        operations: each calculated value's name → the operation's sign and the names it is
            calculated from, in the order of calculation.
        values: name → number, of inputs and calculated values.
        gradients: name → number, as far as known.
        title: what the figure shows.

    Raises:
        ValueError: a value is missing, or is used before it is calculated.

    Example:
        >>> from dlcourse import draw_graph
        >>> circuit = {"a": ("×", ["w", "x"]), "z": ("+", ["a", "b"])}
        >>> draw_graph(circuit, {"w": 2, "x": 3, "b": 1, "a": 6, "z": 7}, title="A line")

    Source: Karpathy, CS231n, "Backpropagation, Intuitions" (2015), for the form of the drawing:
    https://cs231n.github.io/optimization-2/
    """
    expect(isinstance(title, str), "title", "a string", title)
    places = graph_places(checked_operations(operations))
    _expect_numbers("values", values)
    _expect_numbers("gradients", {} if gradients is None else gradients)
    for name in places:
        expect(name in values, "values", f"a number for each name; {name!r} has none", list(values))
    up = [height for _, height in places.values()]
    _, ax = plt.subplots(figsize=(6.4, max(3.0, 1.0 + 0.8 * (max(up) - min(up)))))
    plot_graph(ax, operations, values, gradients or {}, title=title)
    plt.show()


def plot_graph(
    ax: Axes,
    operations: Operations,
    values: Mapping[str, float],
    gradients: Mapping[str, float],
    *,
    title: str,
) -> None:
    """Draw a graph whose arguments have been checked, as `draw_graph` does, into given axes."""
    places = graph_places(operations)
    across, up = zip(*places.values(), strict=True)
    ax.set_title(f"{title}\nabove a box: its value" + ", below: its gradient" * bool(gradients))
    ax.axis("off")
    for name, (_, inputs) in operations.items():
        for each in inputs:
            arrow = {"arrowstyle": "-|>", "color": "0.5", "shrinkA": 14, "shrinkB": 14}
            ax.annotate("", xy=places[name], xytext=places[each], arrowprops=arrow)
    for name, place in places.items():
        sign = operations[name][0] if name in operations else name
        _draw_box(ax, place, sign, values[name], gradients.get(name))
    ax.set_xlim(min(across) - 0.5, max(across) + 0.5)
    ax.set_ylim(min(up) - 0.6, max(up) + 0.6)


def checked_operations(operations: Operations) -> Operations:
    """Return the operations as names → (sign, names of inputs), or raise."""
    expected = "a mapping of names to a sign and the names of its inputs"
    mapping = isinstance(operations, Mapping) and len(operations) > 0
    expect(mapping, "operations", expected, operations)
    checked = {}
    for name, operation in operations.items():
        pair = listed("operations", operation, expected)
        expect(isinstance(name, str) and len(pair) == 2, "operations", expected, operations)
        inputs = listed("operations", pair[1], expected)
        texts = all(isinstance(text, str) for text in (pair[0], *inputs))
        expect(texts and len(inputs) > 0, "operations", expected, operations)
        expect(name not in inputs, "operations", "in the order of calculation", operations)
        checked[name] = pair[0], inputs
    return checked


def _expect_numbers(name: str, numbers: object) -> None:
    expect(isinstance(numbers, Mapping), name, "a mapping of names to numbers", numbers)
    for number in numbers.values():
        expect_number(name, number)


def _draw_box(
    ax: Axes, place: tuple[float, float], sign: str, value: float, gradient: float | None
) -> None:
    centered = {"ha": "center", "textcoords": "offset points", "fontsize": 9}
    ax.text(*place, sign, ha="center", va="center", bbox=_BOX)
    ax.annotate(f"{value:.3g}", place, (0, 15), color=_VALUE, va="bottom", **centered)
    if gradient is not None:
        ax.annotate(f"{gradient:.3g}", place, (0, -15), color=_GRADIENT, va="top", **centered)


def graph_places(operations: Operations) -> Places:
    """Place inputs one column before their first use, and results level with their inputs' mean."""
    depth: dict[str, int] = {}
    inputs: list[str] = []
    for name, (_, used) in operations.items():
        new = [each for each in used if each not in depth]
        early = [each for each in new if each in operations]
        expect(not early, "operations", "in the order of calculation", list(operations))
        inputs += new
        depth[name] = 1 + max((depth[each] for each in used if each in depth), default=0)
        depth.update(dict.fromkeys(new, depth[name] - 1))
    height = {name: -float(row) for row, name in enumerate(inputs)}
    for name, (_, used) in operations.items():
        height[name] = sum(height[each] for each in used) / len(used)
    return {name: (float(column), height[name]) for name, column in depth.items()}
