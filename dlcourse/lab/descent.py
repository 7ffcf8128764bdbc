"""The descent widget: one to four update rules walk on a landscape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from dlcourse.checks import as_floats, expect, expect_integer, expect_number
from dlcourse.display.tables import format_number
from dlcourse.lab.keras_walk import keras_walk
from dlcourse.lab.landscape_plans import kind_of, landscape_of, parameters, plans_for
from dlcourse.lab.noise import gradient_noise
from dlcourse.lab.optimizer_rules import to_optimizer, to_rule
from dlcourse.lab.widget import Widget
from dlcourse.landscapes.functions import ravine
from dlcourse.landscapes.landscape import Landscape
from dlcourse.landscapes.path import DescentPath
from dlcourse.landscapes.path_plots import plot_paths


def descent(
    landscape: Landscape | None = None,
    optimizers: Sequence[keras.optimizers.Optimizer] | None = None,
    *,
    start: ArrayLike | None = None,
    steps: int = 60,
    goal: float | None = None,
    batch_size: int | None = None,
    noise: float = 1.0,
    seed: int = 0,
) -> DescentWidget:
    """Play with update rules on a landscape: drag the start, the rate, the momentum, the ravine.

    It shows what each hyperparameter does, while you move it. On a quadratic, a map over rate and
    momentum shows where SGD converges and how fast. Every rule equals Keras's; "Check with Keras"
    lets Keras walk the same paths, "Copy as Keras code" gives a cell that does.

    Args:
        landscape: one of the package's, or your own; of your own, the widget knows samples on a
            grid over its domain and ends a path that leaves it. Defaults to `ravine()`.
        optimizers: one to four Keras optimizers with a constant rate, out of SGD (with momentum,
            with Nesterov's), Adagrad, RMSprop, Adadelta, Adam, AdamW and Lion. Defaults to SGD
            and SGD with momentum, both at rate 0.05.
        start: where all paths begin, shape (d,). Defaults to a place from which it gets
            interesting.
        steps: how many steps to take, from 5 to 400.
        goal: a value of the landscape to get below; the widget tells who did, and when.
        batch_size: rows per gradient; fewer rows make it noisier. None for the exact gradient.
        noise: the spread of a single row's gradient around the exact one.
        seed: what draws the noise.

    Returns:
        The widget; as a cell's last line it is shown. Its `settings` follow what you do.

    Raises:
        ValueError: an argument is wrong.

    Example:
        >>> import keras
        >>> from dlcourse import lab, ravine
        >>> momentum = keras.optimizers.SGD(0.05, momentum=0.8)
        >>> lab.descent(ravine(20), [momentum], steps=40, goal=0.1)
        Descent on ravine, condition 20, from w = (-4, 1.5), 40 steps; goal: below 0.1.
        Momentum (learning_rate 0.05, momentum 0.8): f 30.5 → 0.00195, below the goal at step 21.

    See also:
        `dlcourse.descend`, which runs a rule of your own.

    Reference:
        Goh, "Why Momentum Really Works", https://distill.pub/2017/momentum
    """
    landscape = ravine() if landscape is None else landscape
    expect(isinstance(landscape, Landscape), "landscape", "a Landscape", landscape)
    if optimizers is None:
        optimizers = [keras.optimizers.SGD(0.05), keras.optimizers.SGD(0.05, momentum=0.9)]
    listed = isinstance(optimizers, Sequence) and 1 <= len(optimizers) <= 4
    expect(listed, "optimizers", "a list of one to four Keras optimizers", optimizers)
    expect_integer("steps", steps, minimum=5)
    expect(steps <= 400, "steps", "at most 400", steps)
    if goal is not None:
        expect_number("goal", goal)
    if batch_size is not None:
        expect_integer("batch_size", batch_size, minimum=1)
    expect_number("noise", noise, minimum=0)
    expect_integer("seed", seed, minimum=0)
    settings = {
        "landscape": kind_of(landscape),
        "condition": 20.0,
        "angle": 0.0,
        **parameters(landscape),
        "rules": [to_rule(f"optimizers[{k}]", each) for k, each in enumerate(optimizers)],
        "start": _start(landscape, start),
        "steps": int(steps),
        "batch_size": int(batch_size or 0),  # 0: the exact gradient
        "noise": float(noise),
        "seed": int(seed),
        "shown": None,
    }
    return DescentWidget(landscape, settings, None if goal is None else float(goal))


class DescentWidget(Widget):
    """What `descent` returns; `settings` follows what the learner does."""

    entry = "widgets/descent.js"

    def __init__(self, landscape: Landscape, settings: dict[str, Any], goal: float | None) -> None:
        paths = _walk(landscape, settings)
        super().__init__(
            title="Descent on a landscape",
            data={"landscapes": plans_for(landscape), "goal": goal},
            settings=settings,
            text=_describe(landscape, settings, paths, goal),
            figure=lambda: _draw(paths),
        )
        self.landscape = landscape

    def respond(self, content: dict[str, Any]) -> None:
        """Compare the paths that the front end shows with Keras's."""
        if content.get("do") == "check":
            self.in_thread(lambda: self._compare(content["paths"]))

    def _compare(self, shown: list[list[list[float]]]) -> str:
        landscape = landscape_of(self.settings, self.landscape)
        paths = _walk(landscape, self.settings)
        apart = [_apart(path, own) for path, own in zip(paths, shown, strict=True)]
        words = ", ".join(
            f"{path.label} {distance:.0e}" for path, distance in zip(paths, apart, strict=True)
        )
        kind = "the same paths" if max(apart) < 1e-3 else "other paths"
        return f"Keras walks {kind}. Largest relative difference in its 32 bits: {words}."


def _apart(path: DescentPath, shown: list[list[float]]) -> float:
    """The largest difference to a path that was shown, relative where weights are large."""
    points = path.points[: len(shown)]
    differences = np.abs(points - np.array(shown)) / np.maximum(1, np.abs(points))
    return float(np.nanmax(differences))


def _walk(landscape: Landscape, settings: dict[str, Any]) -> list[DescentPath]:
    """The paths that the settings ask for, by Keras."""
    batch = settings["batch_size"]
    noise = gradient_noise(
        settings["noise"] if batch else 0.0,
        batch_size=batch or 1,
        steps=settings["steps"],
        dimensions=landscape.dimensions,
        seed=settings["seed"],
    )
    start = settings["start"]
    return [
        keras_walk(rule["rule"], to_optimizer(rule), landscape, start=start, noise=noise)
        for rule in settings["rules"]
    ]


def _start(landscape: Landscape, start: ArrayLike | None) -> list[float]:
    """The start as two numbers; a landscape of one weight does not use the second."""
    if start is None:
        kind = kind_of(landscape)
        return next(plan["start"] for plan in plans_for(landscape) if plan["kind"] == kind)
    w = np.atleast_1d(as_floats(start))
    d = landscape.dimensions
    ok = w.shape == (d,) and np.isfinite(w).all()
    expect(ok, "start", f"{d} finite number{'s' * (d > 1)}, the landscape's weights", start)
    return [*w.tolist(), 0.0][:2]


def _describe(
    landscape: Landscape, settings: dict[str, Any], paths: list[DescentPath], goal: float | None
) -> str:
    place = ", ".join(format_number(value) for value in paths[0].points[0])
    place = place if landscape.dimensions == 1 else f"({place})"
    noisy = f", gradients of batches of {settings['batch_size']}" * bool(settings["batch_size"])
    aim = "" if goal is None else f"; goal: below {format_number(goal)}"
    head = f"Descent on {landscape.name}, from w = {place}, {settings['steps']} steps{noisy}{aim}."
    rules = settings["rules"]
    return "\n".join([head, *map(_describe_path, rules, paths, [goal] * len(paths))])


def _describe_path(rule: dict[str, Any], path: DescentPath, goal: float | None) -> str:
    chosen = [f"{key} {format_number(value)}" for key, value in rule.items() if key != "rule"]
    way = f"f {format_number(path.values[0])} → {format_number(path.values[path.end])}"
    if path.diverged:
        way = f"diverged at step {path.end}"
    below = np.flatnonzero(path.values < (-np.inf if goal is None else goal))
    met = f", below the goal at step {below[0]}" if below.size else ""
    return f"{path.label} ({', '.join(chosen)}): {way}{met}."


def _draw(paths: list[DescentPath]) -> Figure:
    figure = Figure(figsize=(6.4, 3.6), dpi=100, layout="constrained")
    ax = figure.subplots()
    ax.set(title=paths[0].landscape.name)
    labels = [f"{path.label} ({k + 1})" for k, path in enumerate(paths)]
    unique = len({path.label for path in paths}) == len(paths)
    plot_paths({path.label if unique else labels[k]: path for k, path in enumerate(paths)}, ax=ax)
    return figure
