"""The landscapes: gradients against finite differences, minima against closed forms and grids."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from matplotlib import pyplot as plt

from dlcourse.landscapes.functions import beale, bumpy, parabola, ravine, rosenbrock, saddle
from dlcourse.landscapes.landscape import Landscape

LANDSCAPES = [
    bumpy(),
    parabola(),
    parabola(7.0),
    ravine(),
    ravine(3),
    ravine(7, angle=30),
    rosenbrock(),
    beale(),
    saddle(),
]
each_landscape = pytest.mark.parametrize("landscape", LANDSCAPES, ids=lambda each: each.name)


def random_weights(landscape, count=50):
    low, high = np.transpose(landscape.domain)
    return np.random.default_rng(0).uniform(low, high, size=(count, landscape.dimensions))


def slopes(function, w, h=1e-6):
    """Central differences of a function of (..., d) along each of the d weights."""
    sides = [(function(w + h * axis), function(w - h * axis)) for axis in np.eye(w.shape[-1])]
    return np.stack([(up - down) / (2 * h) for up, down in sides], axis=-1)


@each_landscape
def test_gradient_is_the_slope_of_the_function(landscape):
    w = random_weights(landscape)
    expected = slopes(landscape.function, w)
    assert np.allclose(landscape.gradient(w), expected, rtol=1e-6, atol=1e-4)
    assert np.abs(expected).max() > 1  # so that the tolerance cannot hide a missing gradient


@each_landscape
def test_minima_are_flat_and_curved_upward(landscape):
    for point in np.array(landscape.minima):
        assert np.allclose(landscape.gradient(point), 0, atol=1e-12)
        curvatures = np.linalg.eigvalsh(slopes(landscape.gradient, point))
        assert (curvatures > 0.1).all()


@each_landscape
def test_no_point_of_the_domain_is_lower_than_the_minimum(landscape):
    values = landscape.function(random_weights(landscape, 20_000))
    assert landscape.minimum_value <= values.min() < landscape.minimum_value + 0.2


@each_landscape
def test_callables_are_vectorized(landscape):
    w = random_weights(landscape, 6).reshape(2, 3, -1)
    values, gradients = landscape.function(w), landscape.gradient(w)
    assert values.shape == (2, 3) and gradients.shape == w.shape
    for index in np.ndindex(2, 3):
        assert values[index] == landscape.function(w[index])
        assert np.array_equal(gradients[index], landscape.gradient(w[index]))


@each_landscape
def test_pickle_keeps_the_landscape(landscape):
    copy, w = pickle.loads(pickle.dumps(landscape)), random_weights(landscape)
    assert (copy.name, copy.domain, copy.minima) == (
        landscape.name,
        landscape.domain,
        landscape.minima,
    )
    assert np.array_equal(copy.function(w), landscape.function(w))


def test_bumpy_minima_by_bisection_of_the_measured_slope():
    landscape, found = bumpy(), []

    def slope(w):
        return slopes(landscape.function, np.array([w]))[0]

    edges = np.linspace(*landscape.domain[0], 50)
    for low, high in pairwise(edges):
        if slope(low) < 0 < slope(high):
            for _ in range(40):
                middle = (low + high) / 2
                low, high = (middle, high) if slope(middle) < 0 else (low, middle)
            found.append(low)
    assert np.allclose(found, np.sort(np.ravel(landscape.minima)), atol=1e-6)


def test_bumpy_minima_fall_from_left_to_right_between_hills():
    first, hill, second, second_hill, third = bumpy().function(
        np.array([[-1.7], [-1.0], [0.3], [1.1], [1.9]])
    )
    assert hill > first > second and second_hill > second > third == 0
    assert bumpy().minima == ((1.9,), (0.3,), (-1.7,)) and bumpy().minimum.tolist() == [1.9]


def test_bumpy_walls_steepen_like_the_sixth_power():
    near, far = bumpy().function(np.array([[-1e4], [-2e4]]))
    assert far / near == pytest.approx(2**6, rel=1e-3)


@pytest.mark.parametrize(
    ("landscape", "w", "value"),
    [
        (rosenbrock(), (1, 1), 0),
        (rosenbrock(), (-1.2, 1), 24.2),  # the start that Rosenbrock gives
        (beale(), (3, 0.5), 0),
        (beale(), (0, 0), 1.5**2 + 2.25**2 + 2.625**2),
        (saddle(), (0, 0), 0),
        (saddle(), (-1, 0), -1 / 4),
        (parabola(3), (2,), 6),
        (ravine(20), (1, 2), 40.5),
    ],
)
def test_values_in_closed_form(landscape, w, value):
    assert landscape.function(np.array(w, dtype=float)) == pytest.approx(value)


def test_quadratics_have_the_curvatures_asked_for():
    assert slopes(parabola(7).gradient, np.array([1.3])) == pytest.approx(7)
    assert slopes(ravine(50).gradient, np.array([1.0, 2.0])) == pytest.approx(np.diag([1, 50]))


def test_saddle_point_curves_down_along_x_and_up_along_y():
    origin = np.zeros(2)
    assert np.array_equal(saddle().gradient(origin), origin)
    assert slopes(saddle().gradient, origin) == pytest.approx(np.diag([-1, 1]))
    assert saddle().lowest.tolist() == [[1, 0], [-1, 0]]


def test_lowest_minimum_is_found_in_any_order():
    given = bumpy()
    turned = Landscape("turned", given.function, given.gradient, given.domain, given.minima[::-1])
    assert turned.minimum == pytest.approx([1.9])


def test_a_landscape_without_known_minima():
    slope = Landscape("slope", lambda w: w[..., 0], np.ones_like, ((0, 1),))
    assert slope.minimum is None and slope.minimum_value is None and len(slope.lowest) == 0
    slope.plot()
    assert [line.get_label() for line in plt.gca().lines] == ["f(w)"]
    tilted = Landscape("tilted", lambda w: w[..., 0], lambda w: w, ((0, 1), (0, 1)))
    tilted.plot()
    assert len(plt.gca().lines) == 0 and len(plt.gca().collections) == 1


def test_repr_has_no_address():
    assert repr(ravine(5)) == (
        "Landscape(name='ravine, condition 5', domain=((-5, 5), (-2, 2)), minima=((0.0, 0.0),))"
    )


def square(w):
    return (w * w).sum(axis=-1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((square, lambda w: 2 * w, "ab"), "`domain` must be one or two pairs (low, high)."),
        ((square, lambda w: 2 * w, ((0, np.inf),)), "`domain` must be one or two pairs (low,"),
        ((3, lambda w: 2 * w, ((0, 1),)), "`function` must be a function of the weights."),
        ((lambda w: w[5], lambda w: 2 * w, ((0, 1),)), "`function` must be vectorized"),
        ((square, square, ((0, 1), (0, 1)), "ab"), "`gradient` must be vectorized"),
        ((square, lambda w: 2 * w, ((0, 1),), "ab"), "`minima` must be points of 1 weights."),
        ((square, lambda w: 2 * w, ((0, 1),), ((np.nan,),)), "`minima` must be points of 1"),
        (
            (square, lambda w: 2 * w, ((1, 0),)),
            "`domain` must be one or two pairs (low, high). Received: domain=((1, 0),)",
        ),
        (
            (square, lambda w: 2 * w, ((0, 1),) * 3),
            "`domain` must be one or two pairs (low, high).",
        ),
        (
            (lambda w: w[0] ** 2, lambda w: 2 * w, ((0, 1),)),
            "`function` must be vectorized (w[..., 0], not w[0]): weights (3, 1) in, "
            "shape (3,) out. Received: function=(1,)",
        ),
        (
            (square, lambda w: 2 * w[..., 0], ((0, 1), (0, 1))),
            "`gradient` must be vectorized (w[..., 0], not w[0]): weights (3, 2) in, "
            "shape (3, 2) out. Received: gradient=(3,)",
        ),
        (
            (square, lambda w: 2 * w, ((0, 1), (0, 1)), ((0.0,),)),
            "`minima` must be points of 2 weights. Received: minima=((0.0,),)",
        ),
    ],
)
def test_unusable_landscapes_are_refused(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Landscape("mine", *arguments)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: parabola(0), "`curvature` must be a number > 0. Received: curvature=0"),
        (lambda: parabola("2"), "`curvature` must be a number > 0. Received: curvature='2'"),
        (lambda: ravine(0.5), "`condition` must be a number >= 1. Received: condition=0.5"),
    ],
)
def test_unusable_curvatures_are_refused(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


def test_plot_of_one_weight_shows_the_curve_and_the_minimum():
    assert bumpy().plot() is None
    axes = plt.gca()
    curve, star = axes.lines
    x, y = curve.get_data()
    assert np.array_equal(y, bumpy().function(x[:, np.newaxis]))
    assert (x[0], x[-1]) == bumpy().domain[0] == axes.get_xlim()
    assert star.get_xydata().tolist() == [[1.9, 0]] and star.get_label() == "minimum"
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("bumpy", "w", "f(w)")


@pytest.mark.parametrize("landscape", [ravine(), rosenbrock(), beale(), saddle()])
def test_plot_of_two_weights_shows_log_spaced_contours(landscape):
    landscape.plot(title="mine")
    axes = plt.gca()
    (contours,) = axes.collections
    heights = contours.levels - landscape.minimum_value
    assert heights[0] > 0 and np.allclose(np.diff(np.log(heights), 2), 0, atol=1e-6)
    for level, line in zip(contours.levels, contours.allsegs, strict=True):
        assert len(line) > 0  # a level that shows nothing helps nobody
        assert landscape.function(np.concatenate(line)) == pytest.approx(level, rel=0.3, abs=0.3)
    assert (axes.get_xlim(), axes.get_ylim()) == landscape.domain
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("mine", "w[0]", "w[1]")


def test_plot_on_given_axes_does_not_show(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("shown"))
    _, axes = plt.subplots()
    assert ravine().plot(ax=axes) is axes
    assert len(axes.collections) == 1
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == ("", "w[0]", "w[1]")
    axes.set_title("kept")
    assert ravine().plot(ax=axes).get_title() == "kept"
    assert ravine().plot(ax=axes, title="mine").get_title() == "mine"


@pytest.mark.parametrize(("ax", "title"), [("here", None), (None, 3)])
def test_what_is_no_axes_or_title_is_refused(ax, title):
    name, value = ("title", 3) if ax is None else ("ax", "'here'")
    with pytest.raises(ValueError, match=re.escape(f"Received: {name}={value}")):
        ravine().plot(ax=ax, title=title)
    assert not plt.get_fignums()


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("height", [0.0, 5.0])
def test_a_flat_landscape_is_drawn(d, height, recwarn):
    origin = ((0.0,) * d,)
    for minima in ((), origin):
        flat = Landscape(
            "flat", lambda w: 0 * w[..., 0] + height, np.zeros_like, ((-1, 1),) * d, minima
        )
        flat.plot()
        plt.gcf().canvas.draw()
    assert len(plt.gca().lines) == (2 if d == 1 else 1)
    assert not recwarn.list
    if d == 1:
        assert plt.gca().get_ylim() == (height - 1, height + 1)


def test_a_landscape_of_two_heights_and_one_with_a_pole_are_drawn(recwarn):
    area = ((-1, 1), (-1, 1))
    Landscape("step", lambda w: (w[..., 0] > 0) * 1.0, np.zeros_like, area).plot()
    Landscape("pole", lambda w: 1 / np.abs(w[..., 0] * w[..., 1]), np.ones_like, area).plot()
    Landscape("curve", lambda w: 1 / w[..., 0], np.ones_like, ((-1, 1),)).plot()
    plt.gcf().canvas.draw()
    assert plt.gca().get_ylim() == pytest.approx((-200 - 32, 200 + 32))
    assert not recwarn.list


DOMAINS = {
    "bumpy": ((-2.1, 2.3),),
    "parabola": ((-2, 2),),
    "ravine": ((-5, 5), (-2, 2)),
    "Rosenbrock": ((-2, 2), (-1, 3)),
    "Beale": ((-4.5, 4.5), (-4.5, 4.5)),
    "saddle": ((-2, 2), (-1.2, 1.2)),
}


@each_landscape
def test_the_picture_is_the_drawn_domain_with_the_minima_inside(landscape):
    domain = DOMAINS[landscape.name.split(",")[0]]
    assert landscape.domain == domain
    landscape.plot()
    assert plt.gca().get_xlim() == pytest.approx(domain[0])
    if len(domain) == 2:
        assert plt.gca().get_ylim() == pytest.approx(domain[1])
        assert len(plt.gca().collections[0].levels) == 13
    for minimum in landscape.minima:
        for w, (low, high) in zip(minimum, domain, strict=True):
            assert low < w < high


def test_import_loads_no_tensorflow():
    modules = "dlcourse.landscapes.functions, dlcourse.landscapes.descent"
    program = f"import sys, {modules}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"tensorflow", "keras"} & set(loaded.stdout.split())
