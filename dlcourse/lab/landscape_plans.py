"""What the descent widget is told of a landscape: the package's by formula, others by samples."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from dlcourse.landscapes import functions
from dlcourse.landscapes.landscape import Landscape

OWN = "sampled"
_SIZE_1D, _SIZE_2D = 2001, 121  # samples along each weight

# Kind → what makes it, and where a walk on it begins.
_KNOWN = {
    "ravine": (functions.ravine, (-4.0, 1.5)),
    "rosenbrock": (functions.rosenbrock, (-1.5, 2.0)),
    "beale": (functions.beale, (1.0, 1.5)),
    "saddle": (functions.saddle, (0.01, 1.0)),
    "bumpy": (functions.bumpy, (-2.0, 0.0)),
    "parabola": (functions.parabola, (1.8, 0.0)),
}


def kind_of(landscape: Landscape) -> str:
    """Return the name of the function that made a landscape, or `OWN`."""
    for kind, (make, _) in _KNOWN.items():
        if _unbound(make().function) is _unbound(landscape.function):
            return kind
    return OWN


def plans_for(landscape: Landscape) -> list[dict[str, Any]]:
    """Return the plans of all landscapes to choose from, with the given one as it was given."""
    own = kind_of(landscape)
    known = {kind: landscape if kind == own else make() for kind, (make, _) in _KNOWN.items()}
    plans = [_plan(kind, each, _KNOWN[kind][1]) for kind, each in known.items()]
    if own != OWN:
        return plans
    start = [low + 0.2 * (high - low) for low, high in landscape.domain]
    return [_plan(OWN, landscape, (*start, 0.0)[:2]) | _samples(landscape), *plans]


def landscape_of(settings: dict[str, Any], own: Landscape) -> Landscape:
    """Return the landscape that a widget's settings name, `own` being the one it was made with."""
    kind = settings["landscape"]
    if kind == "ravine":
        return functions.ravine(settings["condition"], settings["angle"])
    return own if kind == kind_of(own) else _KNOWN[kind][0]()


def parameters(landscape: Landscape) -> dict[str, float]:
    """Return what a landscape of the package was made with, such as its curvature."""
    return {key: float(value) for key, value in _keywords(landscape).items()}


def _plan(kind: str, landscape: Landscape, start: tuple[float, ...]) -> dict[str, Any]:
    settings = ", ".join(f"{key}={value}" for key, value in parameters(landscape).items())
    own = "your_landscape  # the one that you gave to the lab"
    return {
        "kind": kind,
        "label": "your own" if kind == OWN else kind,
        "name": landscape.name,
        "domain": [list(map(float, interval)) for interval in landscape.domain],
        "minima": [list(map(float, point)) for point in landscape.minima],
        "start": [float(value) for value in start],
        "python": own if kind == OWN else f"dl.{kind}({settings})",
        **parameters(landscape),
    }


def _samples(landscape: Landscape) -> dict[str, Any]:
    """The function and its gradient on a grid, the last weight fastest."""
    size = _SIZE_1D if landscape.dimensions == 1 else _SIZE_2D
    axes = [np.linspace(low, high, size) for low, high in landscape.domain]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    with np.errstate(all="ignore"):
        gradients = np.moveaxis(landscape.gradient(grid), -1, 0)
        arrays = [landscape.function(grid), *gradients]
    return {"size": size, "samples": [_encode(array) for array in arrays]}


def _encode(array: np.ndarray) -> str:
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()


def _keywords(landscape: Landscape) -> dict[str, Any]:
    known = kind_of(landscape) != OWN
    return dict(getattr(landscape.function, "keywords", {})) if known else {}


def _unbound(function: Any) -> Any:
    return getattr(function, "func", function)
