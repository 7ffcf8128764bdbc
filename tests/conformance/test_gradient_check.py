"""Gradients compared with finite differences: what is right, what is wrong, and why."""

from __future__ import annotations

import re

import numpy as np
import pytest
import tensorflow as tf

import dlcourse
from dlcourse.conformance.gradient_check import check_gradient

RANDOM = np.random.default_rng(5)
SQUARE = RANDOM.normal(size=(4, 4))
COLUMN = RANDOM.normal(size=(4, 1))
X, Y = RANDOM.normal(size=(6, 4)), RANDOM.normal(size=(6, 2))
LAYER = {"W": RANDOM.normal(size=(4, 2)), "b": RANDOM.normal(size=2)}


def bent(w):
    return (COLUMN * np.sin(w)).sum()


def bent_gradient(w):
    return COLUMN * np.cos(w)


def layer_loss(weights):
    return ((X @ weights["W"] + weights["b"] - Y) ** 2).mean()


def layer_gradient(weights):
    delta = 2 * (X @ weights["W"] + weights["b"] - Y) / Y.size
    return {"W": X.T @ delta, "b": delta.sum(axis=0)}


def changed(**changes):
    """The layer's gradient with some of its arrays changed by a function."""
    return lambda w: {n: changes.get(n, lambda g: g)(g) for n, g in layer_gradient(w).items()}


# Right gradients


@pytest.mark.parametrize(
    ("f", "gradient", "at"),
    [
        (bent, bent_gradient, SQUARE),
        (layer_loss, layer_gradient, LAYER),
        (lambda w: w**3, lambda w: 3 * w**2, 1.5),
        (lambda w: (w**4).sum(), lambda w: 4 * w**3, np.array([1e-4, 0.0, 1e3, -1e5])),
        (lambda w: np.exp(30 * w).sum(), lambda w: 30 * np.exp(30 * w), np.array([-1.0, 1.0])),
        (lambda w: (w**2).sum() / 2 + 1e6, lambda w: w, SQUARE),
        (lambda w: 7.0, np.zeros_like, SQUARE),
        (lambda w: int(w.sum() > 99), np.zeros_like, SQUARE),
    ],
    ids=["matrix", "names", "number", "sizes", "steep", "offset", "constant", "count"],
)
def test_right_gradients_are_right(f, gradient, at):
    report = check_gradient(f, gradient, at)
    assert report and report.verdict == "right"
    assert (report.found, report.hint, report.kinks) == ("", "", 0)


def test_the_report_counts_the_numbers():
    report = check_gradient(layer_loss, layer_gradient, LAYER)
    assert repr(report) == "Your gradient is right: 10 numbers agree with finite differences."
    assert {name: errors.shape for name, errors in report.errors.items()} == {
        "W": (4, 2),
        "b": (2,),
    }


def test_tensorflow_may_compute_both():
    def loss(w):
        return tf.reduce_sum(tf.tanh(w) ** 2)

    def by_tape(w):
        variable = tf.Variable(w)
        with tf.GradientTape() as tape:
            value = loss(variable)
        return tape.gradient(value, variable)

    assert check_gradient(loss, by_tape, SQUARE)


def test_it_is_public_and_leaves_the_point_alone():
    at = {name: array.copy() for name, array in LAYER.items()}

    def careless(weights):
        weights["W"][:] = 0
        return 1.0

    dlcourse.check_gradient(careless, lambda w: {n: 0 * a for n, a in w.items()}, at)
    for name, array in at.items():
        np.testing.assert_array_equal(array, LAYER[name])


def test_a_function_that_changes_its_point_in_place_gets_a_new_copy_each_time():
    def halves(weights):
        weights["W"] /= 2
        return (weights["W"] ** 2).sum() + weights["b"].sum()

    def in_place(weights):
        weights["W"] /= 2
        return {"W": weights["W"], "b": np.ones(2)}

    assert check_gradient(halves, in_place, LAYER)


def test_one_named_array_is_a_mapping_both_ways():
    report = check_gradient(
        lambda p: p["w"][0] ** 2, lambda p: {"w": 2 * p["w"]}, {"w": np.array([0.3])}
    )
    assert report


# What a function must be, so that differences say anything


@pytest.mark.parametrize("rate", [0.5, 0.1])
@pytest.mark.parametrize("numbers", [1, 4])
def test_a_random_function_is_never_accepted_and_called_random(rate, numbers):
    rng, at = np.random.default_rng(0), np.linspace(0.5, 2, numbers)

    def mask():
        return (rng.random(numbers) >= rate) / (1 - rate)

    for _ in range(30):
        with pytest.raises(ValueError, match="`f` must be a function that is not random"):
            check_gradient(lambda w: (w**2 * mask()).sum(), lambda w: 2 * w * mask(), at)


def test_a_mask_drawn_once_is_no_chance():
    mask = np.array([0.0, 2.0, 2.0])
    at = np.array([1.0, 2.0, 3.0])
    assert check_gradient(lambda w: (w**2 * mask).sum(), lambda w: 2 * w * mask, at)


def test_a_little_noise_is_chance_and_rounding_is_none():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="not random"):
        check_gradient(lambda w: w**2 + 1e-10 * rng.normal(), lambda w: 2 * w, 1.0)
    signs = [1, -1]

    def last_bit(w):
        signs.reverse()
        return float(w**2) * (1 + signs[0] * 2e-16)

    assert check_gradient(last_bit, lambda w: 2 * w, 1.3)


def test_randomness_that_comes_later_is_found():
    rng, calls = np.random.default_rng(0), []

    def late(w):
        calls.append(w)
        return w**2 + (rng.normal() if len(calls) > 60 else 0)

    with pytest.raises(ValueError, match="not random"):
        check_gradient(lambda w: late(w.sum()), lambda w: 2 * w.sum() * np.ones(9), np.ones(9) / 3)


def test_a_function_that_rounds_to_float32_inside_is_told_so():
    def single(w):
        return float(np.square(w, dtype="float32").sum(dtype="float32"))

    with pytest.raises(ValueError, match="`f` must be a function that computes in float64"):
        check_gradient(single, lambda w: 2 * w, SQUARE)


@pytest.mark.parametrize(
    ("f", "at"),
    [
        (lambda w: w / 8, 1.0),  # the point's own digits
        (lambda w: 100_001 * int(w > 0), 1.0),  # whole numbers need no fraction
        (lambda w: 0.125, 1.0),
    ],
)
def test_round_values_are_not_taken_for_float32(f, at):
    slope = (f(np.array(2.0)) - f(np.array(1.0))) / 1.0
    assert check_gradient(f, lambda w: slope, at)


def test_what_the_functions_print_comes_after_the_verdict(capsys):
    def talks(w):
        print("w is", w)
        return (w**2).sum()

    report = check_gradient(talks, lambda w: 2 * w, np.array([0.5, 1.5]))
    assert capsys.readouterr().out == ""
    verdict, printed = repr(report).splitlines()[0], repr(report).splitlines()[1:]
    assert verdict.startswith("Your gradient is right")
    assert printed[0].startswith("It printed 57 lines, which begin: w is [0.5 1.5]")


def test_a_large_number_is_moved_by_steps_of_its_size():
    at = np.array([1e9])
    assert check_gradient(lambda w: (w**2).sum(), lambda w: 2 * w, at)
    assert check_gradient(lambda w: (w**2).sum(), lambda w: 2.1 * w, at).verdict == "wrong"


def test_the_step_that_fits_best_counts():
    """At a step of 1e-4 the bend of exp(30 w) alone makes an error of 1.5e-6."""
    report = check_gradient(
        lambda w: np.exp(30 * w).sum(), lambda w: 30 * np.exp(30 * w) * (1 - 5e-7), np.ones(1)
    )
    assert report.errors["w"] == pytest.approx(5e-7, rel=0.2)


# Verdicts: the well-known thresholds


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (0.0, "right"),
        (5e-8, "right"),
        (2e-7, "doubtful"),
        (5e-5, "doubtful"),
        (2e-4, "suspicious"),
        (5e-3, "suspicious"),
        (2e-2, "wrong"),
        (1.0, "wrong"),
    ],
)
@pytest.mark.parametrize("index", [0, 2])
def test_the_worst_relative_error_decides(error, verdict, index):
    at = np.array([0.5, -2.0, 3.0])

    def gradient(w):
        g = 2 * w
        g[index] /= 1 - error if error < 1 else np.inf  # max(|a|, |n|) is the larger of both
        return g

    report = check_gradient(lambda w: (w**2).sum(), gradient, at)
    assert report.verdict == verdict and bool(report) == (verdict == "right")
    assert report.errors["w"].max() == pytest.approx(error, rel=1e-2, abs=1e-8)


def test_the_first_wrong_number_is_named_with_both_values():
    report = check_gradient(layer_loss, changed(b=lambda g: g * [1, 3]), LAYER)
    slope = layer_gradient(LAYER)["b"][1]
    assert report.found == (
        f"b[1]: yours {3 * slope:.4g}, finite differences {slope:.4g}, relative error 0.67."
    )
    first = repr(report).splitlines()[0]
    assert first == "Your gradient is wrong in b, right in W."


def test_as_many_digits_are_shown_as_tell_the_numbers_apart():
    report = check_gradient(lambda w: (w**2).sum(), lambda w: 2 * w * 1.00001, np.array([1.0]))
    assert "yours 2.00002, finite differences 2," in report.found
    assert report.hint == ""


# Kinks


def relu(w):
    return np.maximum(w, 0).sum()


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0])
def test_any_slope_between_the_sides_is_right_at_a_kink(slope):
    at = np.array([1.0, 0.0, -1.0])
    report = check_gradient(relu, lambda w: np.where(w == 0, slope, w > 0), at)
    assert report
    assert report.kinks == (slope != 0.5)  # 0.5 is what differences give: nothing to say
    told = "At a kink: 1 of 3 numbers. Any slope between the two sides' is accepted there."
    assert (told in repr(report)) == (slope != 0.5)


@pytest.mark.parametrize("slope", [-0.1, 1.1])
def test_a_slope_outside_the_sides_is_wrong_at_a_kink(slope):
    report = check_gradient(relu, lambda w: np.full_like(w, slope), np.array([0.0]))
    assert report.verdict == "wrong" and report.kinks == 0


@pytest.mark.parametrize("near", [1e-9, 5e-7, 5e-6, 5e-5, -1e-9, -5e-5])
def test_a_kink_near_the_point_does_no_harm(near):
    assert check_gradient(relu, lambda w: (w > 0) * 1.0, np.array([near, 1.0]))


def test_a_sharp_bend_is_no_kink():
    report = check_gradient(
        lambda w: np.sqrt(w**2 + 1e-4).sum(), lambda w: np.full_like(w, 0.5), np.zeros(1)
    )
    assert report.verdict == "wrong" and report.kinks == 0


# Hints


@pytest.mark.parametrize(
    ("gradient", "hint"),
    [
        (lambda w: -bent_gradient(w), "wrong sign"),
        (lambda w: 2 * bent_gradient(w), "twice what it should be"),
        (lambda w: bent_gradient(w) / 2, "half of what it should be"),
        (lambda w: 32 * bent_gradient(w), "32 times too large: if f is a mean"),
        (lambda w: bent_gradient(w) / 32, "32 times too small: is it divided"),
        (lambda w: 0.7 * bent_gradient(w), "0.7 times what it should be"),
        (lambda w: 0 * w, "It is zero"),
        (lambda w: np.nan * w, "not finite"),
        (lambda w: bent_gradient(w).T, "transposed"),
        (lambda w: bent_gradient(w) - 0.02 * w, "0.02 w is missing"),
        (lambda w: bent_gradient(w)[None].repeat(5, axis=0), "a row for each example"),
        (lambda w: bent_gradient(w).ravel(), "in the shape of their array"),
        (lambda w: bent_gradient(w)[0], ""),
        (lambda w: np.cos(w), ""),
    ],
)
def test_known_mistakes_are_named(gradient, hint):
    report = check_gradient(bent, gradient, SQUARE)
    assert report.verdict == "wrong"
    assert hint in report.hint and bool(hint) == bool(report.hint)
    assert max(map(len, repr(report).splitlines())) <= 96


def test_a_transposed_shape_is_named():
    report = check_gradient(layer_loss, changed(W=np.transpose), LAYER)
    assert report.found == "W has shape (4, 2), its gradient (2, 4)."
    assert report.hint.startswith("It is transposed")


def test_each_array_has_its_own_hint():
    report = check_gradient(layer_loss, changed(W=lambda g: -g, b=lambda g: 2 * g), LAYER)
    assert "W: Every number has the wrong sign" in report.hint
    assert "b: Every number is twice" in report.hint


def test_what_is_right_tells_where_to_look():
    report = check_gradient(layer_loss, changed(W=lambda g: np.sin(g)), LAYER)
    assert report.hint.startswith("The way back is right as far as b: look at the steps")


def test_one_number_shows_no_factor():
    report = check_gradient(lambda w: w**2, lambda w: 30 * w, 1.0)
    assert report.verdict == "wrong" and report.hint == ""


@pytest.mark.parametrize(
    ("returned", "found"),
    [
        ({"W": LAYER["W"]}, "It must return a mapping with the names W, b."),
        (LAYER["W"], "It must return a mapping with the names W, b."),
        ({**LAYER, "b": None}, "b got None instead of a gradient."),
        ({**LAYER, "b": "no"}, "b has shape (2,), its gradient ()."),
    ],
)
def test_what_is_no_gradient_is_told(returned, found):
    report = check_gradient(layer_loss, lambda w: returned, LAYER)
    assert report.verdict == "wrong" and report.found == found


# Bad input


@pytest.mark.parametrize(
    ("f", "at", "message"),
    [
        (bent, [], "`at` must be finite numbers. Received: at=[]"),
        (bent, [np.nan], "`at` must be finite numbers. Received: at=[nan]"),
        (bent, "here", "`at` must be finite numbers. Received: at='here'"),
        (bent, {}, "`at` must be an array, or a non-empty mapping of names to arrays."),
        (np.log, 0.0, "`f` must be a function that is finite near the point. Received: f="),
        (np.sin, SQUARE, "`f` must be a function that returns one number."),
        (lambda w: None, 1.0, "`f` must be a function that returns one number. Received: f=None"),
        (lambda w: np.float32(w), 1.0, "`f` must be a function that computes in float64. Received"),
        (np.float64, 1.0, "`f` must be a function of the point."),
        (bent, "1.5", "`at` must be finite numbers. Received: at='1.5'"),
        (bent, [1j], "`at` must be finite numbers. Received: at=[1j]"),
        (bent, {1: [1.0]}, "`at` must be an array, or a non-empty mapping of names to arrays."),
        (lambda: 1.0, 1.0, "`f` must be a function of the point."),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_bad_input_is_refused(f, at, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        check_gradient(f, lambda w: w, at)


@pytest.mark.parametrize(("f", "gradient", "name"), [(3, bent, "f"), (bent, 3, "gradient")])
def test_what_is_no_function_is_refused(f, gradient, name):
    message = f"`{name}` must be a function of the point. Received: {name}=3"
    with pytest.raises(ValueError, match=re.escape(message)):
        check_gradient(f, gradient, SQUARE)
