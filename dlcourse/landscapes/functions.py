"""Landscapes: functions of one or two weights with exact gradients and known minima.

A network's loss has thousands of weights and cannot be seen. What an optimizer does can be seen
here: every gradient is exact, every minimum is known, and a step costs nothing.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.polynomial import Polynomial

from dlcourse.checks import expect_number
from dlcourse.landscapes.landscape import Landscape

# Powers are written as products: NumPy's `**` may differ in the last bit between processors.

# The roots of a polynomial's slope are its turning points, so these are known exactly; its
# sixth power makes walls on which too large a step explodes.
_TURNING_POINTS = (-1.7, -1.0, 0.3, 1.1, 1.9)
_BUMPY_SLOPE = Polynomial.fromroots(_TURNING_POINTS)
_BUMPY = _BUMPY_SLOPE.integ(lbnd=_TURNING_POINTS[-1])  # zero at the last, lowest minimum


def _bumpy(w: np.ndarray) -> np.ndarray:
    return _BUMPY(w[..., 0])


def _bumpy_gradient(w: np.ndarray) -> np.ndarray:
    return _BUMPY_SLOPE(w)


def bumpy() -> Landscape:
    """One weight, three minima, each lower than the one before: -1.7, 0.3 and 1.9.

    It shows what the learning rate decides on a function that is not convex. From the left,
    w = -2, a small rate stops in the first minimum, a larger one in the second, and only a memory
    of past gradients carries the weight over both hills into the third. Too large a rate climbs
    the walls, which steepen like w**6, and overflows within a few steps.

    The rule: slope(w) = (w + 1.7) (w + 1) (w - 0.3) (w - 1.1) (w - 1.9), and the function is
    its integral from 1.9, so the lowest value is 0.

    >>> import numpy as np
    >>> from dlcourse import bumpy
    >>> landscape = bumpy()
    >>> landscape.function(np.array(landscape.minima)).round(2)
    array([0.  , 0.43, 1.21])
    """
    minima = tuple((point,) for point in _TURNING_POINTS[::-2])
    return Landscape("bumpy", _bumpy, _bumpy_gradient, ((-2.1, 2.3),), minima)


def _parabola(w: np.ndarray, curvature: float) -> np.ndarray:
    return curvature * w[..., 0] * w[..., 0] / 2


def _parabola_gradient(w: np.ndarray, curvature: float) -> np.ndarray:
    return curvature * w


def parabola(curvature: float = 1.0) -> Landscape:
    """One weight, one minimum at 0: curvature * w**2 / 2.

    It shows the limit of the learning rate: plain gradient descent multiplies w by
    (1 - learning_rate * curvature) in every step, so it converges exactly when
    learning_rate < 2 / curvature.

    Args:
        curvature: how fast the slope changes; the second derivative everywhere.

    Raises:
        ValueError: the curvature is not a number > 0.

    >>> import numpy as np
    >>> from dlcourse import parabola
    >>> parabola(curvature=4).gradient(np.array([0.5]))
    array([2.])
    """
    expect_number("curvature", curvature, above=0)
    function = partial(_parabola, curvature=curvature)
    gradient = partial(_parabola_gradient, curvature=curvature)
    name = f"parabola, curvature {curvature:g}"
    return Landscape(name, function, gradient, ((-2, 2),), ((0.0,),))


def _ravine(w: np.ndarray, condition: float, angle: float) -> np.ndarray:
    along, across = _along_and_across(w, angle)
    return (along * along + condition * across * across) / 2


def _ravine_gradient(w: np.ndarray, condition: float, angle: float) -> np.ndarray:
    along, across = _along_and_across(w, angle)
    slopes = np.stack([along, condition * across], axis=-1)
    return np.stack(_along_and_across(slopes, -angle), axis=-1)


def _along_and_across(w: np.ndarray, angle: float) -> tuple[np.ndarray, np.ndarray]:
    """Where weights are along the floor of a ravine that is turned by an angle, and across it."""
    cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    x, y = w[..., 0], w[..., 1]
    return cosine * x + sine * y, cosine * y - sine * x


def ravine(condition: float = 20.0, angle: float = 0.0) -> Landscape:
    """Two weights, one minimum at (0, 0): (w[0]**2 + condition * w[1]**2) / 2, which may be turned.

    It shows why plain gradient descent zigzags or crawls: the curvature is 1 along w[0] and
    `condition` along w[1]. The steep direction limits the learning rate to 2 / condition, and
    with that rate the shallow direction is slow. Both curvatures' ratio, the condition number,
    sets how slow. Turned, the ravine is the same to SGD, and another to methods that scale each
    weight by itself, such as Adam.

    Args:
        condition: the steep curvature, at least 1.
        angle: the direction of the floor, in degrees from w[0] toward w[1].

    Raises:
        ValueError: the condition is not a number >= 1, or the angle is no number.

    >>> import numpy as np
    >>> from dlcourse import ravine
    >>> ravine(condition=20).gradient(np.array([1.0, 1.0]))
    array([ 1., 20.])
    >>> ravine(condition=20, angle=90).gradient(np.array([1.0, 1.0])).round(9)
    array([20.,  1.])
    """
    expect_number("condition", condition, minimum=1)
    expect_number("angle", angle)
    function = partial(_ravine, condition=condition, angle=angle)
    gradient = partial(_ravine_gradient, condition=condition, angle=angle)
    turned = f", angle {angle:g}°" if angle else ""
    name = f"ravine, condition {condition:g}{turned}"
    return Landscape(name, function, gradient, ((-5, 5), (-2, 2)), ((0.0, 0.0),))


def _rosenbrock(w: np.ndarray) -> np.ndarray:
    x, y = w[..., 0], w[..., 1]
    rise = y - x * x
    return (1 - x) * (1 - x) + 100 * rise * rise


def _rosenbrock_gradient(w: np.ndarray) -> np.ndarray:
    x, y = w[..., 0], w[..., 1]
    rise = y - x * x
    return np.stack([2 * (x - 1) - 400 * x * rise, 200 * rise], axis=-1)


def rosenbrock() -> Landscape:
    """Two weights, one minimum at (1, 1): (1 - x)**2 + 100 (y - x**2)**2.

    It shows a ravine that bends: the floor is found in a few steps, but along it the gradient is
    small and turns, so that a velocity built up in one direction must be unlearned.

    Reference: Rosenbrock, "An automatic method for finding the greatest or least value of a
    function" (1960), https://doi.org/10.1093/comjnl/3.3.175

    >>> import numpy as np
    >>> from dlcourse import rosenbrock
    >>> rosenbrock().function(np.array([-1.2, 1.0])).round(1)
    np.float64(24.2)
    """
    return Landscape(
        "Rosenbrock", _rosenbrock, _rosenbrock_gradient, ((-2, 2), (-1, 3)), ((1.0, 1.0),)
    )


_BEALE = np.array([1.5, 2.25, 2.625])


def _beale_terms(w: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The three residuals and their derivatives by x and y, each of shape (..., 3)."""
    x, y = w[..., :1], w[..., 1:]
    by_x = np.concatenate([y, y * y, y * y * y], axis=-1) - 1
    by_y = x * np.concatenate([np.ones_like(y), 2 * y, 3 * y * y], axis=-1)
    return _BEALE + x * by_x, by_x, by_y


def _beale(w: np.ndarray) -> np.ndarray:
    residuals, _, _ = _beale_terms(w)
    return (residuals * residuals).sum(axis=-1)


def _beale_gradient(w: np.ndarray) -> np.ndarray:
    residuals, by_x, by_y = _beale_terms(w)
    return 2 * np.stack([(residuals * by_x).sum(axis=-1), (residuals * by_y).sum(axis=-1)], axis=-1)


def beale() -> Landscape:
    """Two weights, one minimum at (3, 0.5), between a plateau and steep walls.

    It shows one learning rate meeting very different slopes: the gradient is in the thousands at
    the corners and nearly nothing on the plateau around y = 1.

    The rule: the sum over k = 1, 2, 3 of (c_k - x (1 - y**k))**2, with c = 1.5, 2.25, 2.625.

    Reference: Beale, "On an iterative method for finding a local minimum of a function of more
    than one variable" (1958); in Moré, Garbow and Hillstrom, "Testing Unconstrained Optimization
    Software" (1981), https://doi.org/10.1145/355934.355936

    >>> import numpy as np
    >>> from dlcourse import beale
    >>> beale().function(np.array([0.0, 0.0])).round(2)
    np.float64(14.2)
    """
    return Landscape("Beale", _beale, _beale_gradient, ((-4.5, 4.5), (-4.5, 4.5)), ((3.0, 0.5),))


def _saddle(w: np.ndarray) -> np.ndarray:
    x, y = w[..., 0], w[..., 1]
    return x * x * x * x / 4 - x * x / 2 + y * y / 2


def _saddle_gradient(w: np.ndarray) -> np.ndarray:
    x, y = w[..., 0], w[..., 1]
    return np.stack([x * x * x - x, y], axis=-1)


def saddle() -> Landscape:
    """Two weights, a saddle point at (0, 0) between two equal minima at (1, 0) and (-1, 0).

    It shows how a step slows down where the gradient vanishes without a minimum: downhill along
    y leads to the saddle, and the way out along x begins with almost no slope. Started at x = 0
    exactly, no optimizer that sees only this gradient ever leaves.

    The rule: x**4 / 4 - x**2 / 2 + y**2 / 2.

    >>> import numpy as np
    >>> from dlcourse import saddle
    >>> saddle().gradient(np.array([0.0, 0.0]))
    array([0., 0.])
    """
    return Landscape(
        "saddle", _saddle, _saddle_gradient, ((-2, 2), (-1.2, 1.2)), ((1.0, 0.0), (-1.0, 0.0))
    )
