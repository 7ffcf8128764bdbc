"""`descend`: published numbers, closed forms, divergence, and errors that name the mistake."""

from __future__ import annotations

import re
import warnings

import keras
import numpy as np
import pytest

from dlcourse.landscapes.descent import descend
from dlcourse.landscapes.functions import bumpy, parabola, ravine, saddle
from dlcourse.landscapes.landscape import Landscape


def sgd(w, g, state, learning_rate):
    return w - learning_rate * g


def momentum(w, g, state, learning_rate, momentum=0.9):
    state["v"] = momentum * state.get("v", 0) - learning_rate * g
    return w + state["v"]


def nesterov(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) - learning_rate * g
    return w + momentum * state["v"] - learning_rate * g


def adagrad(w, g, state, learning_rate, epsilon=1e-7):
    state["s"] = state.get("s", 0.1) + g**2
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


def rmsprop(w, g, state, learning_rate, rho=0.9, epsilon=1e-7):
    state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    return w - learning_rate * g / np.sqrt(state["s"] + epsilon)


def adam(w, g, state, learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    t = state["t"] = state.get("t", 0) + 1
    state["m"] = beta_1 * state.get("m", 0) + (1 - beta_1) * g
    state["v"] = beta_2 * state.get("v", 0) + (1 - beta_2) * g**2
    m, v = state["m"] / (1 - beta_1**t), state["v"] / (1 - beta_2**t)
    return w - learning_rate * m / (np.sqrt(v) + epsilon)


# w after steps 1, 2, 3 on w**2 / 2 from w = 1 at learning rate 0.1, as Keras 3.15 prints them.
PRINTED = [
    (sgd, keras.optimizers.SGD(0.1), [0.9, 0.81, 0.729]),
    (momentum, keras.optimizers.SGD(0.1, momentum=0.9), [0.9, 0.72, 0.486]),
    (adagrad, keras.optimizers.Adagrad(0.1), [0.90465, 0.83934, 0.78751]),
    (rmsprop, keras.optimizers.RMSprop(0.1), [0.68377, 0.49887, 0.36918]),
    (adam, keras.optimizers.Adam(0.1), [0.9, 0.80041, 0.70159]),
]


@pytest.mark.parametrize(("rule", "optimizer", "printed"), PRINTED)
def test_first_steps_on_a_parabola(rule, optimizer, printed):
    by_hand = descend(rule, on=parabola(), start=1.0, steps=3, learning_rate=0.1)
    by_keras = descend(optimizer, on=parabola(), start=1.0, steps=3)
    for path in (by_hand, by_keras):
        assert path.points[1:, 0] == pytest.approx(printed, abs=0.6e-5)


def test_rows_are_the_states_after_each_step():
    path = descend(sgd, on=ravine(4), start=(3, 1), steps=2, learning_rate=0.1)
    assert path.points == pytest.approx(np.array([[3, 1], [2.7, 0.6], [2.43, 0.36]]))
    assert path.values == pytest.approx([6.5, 4.365, 3.21165])
    assert path.gradients == pytest.approx(np.array([[3, 4], [2.7, 2.4], [2.43, 1.44]]))
    assert path.learning_rates.tolist() == [0.1, 0.1]
    assert path.step_sizes == pytest.approx([0.5, np.hypot(0.27, 0.24)])


@pytest.mark.parametrize(
    ("rule", "optimizer"),
    [
        (momentum, keras.optimizers.SGD(0.05, momentum=0.6)),
        (nesterov, keras.optimizers.SGD(0.05, momentum=0.6, nesterov=True)),
    ],
)
@pytest.mark.parametrize(("on", "start"), [(ravine(), (-4, 1.5)), (saddle(), (0.1, 1))])
def test_rule_and_keras_walk_the_same_path(rule, optimizer, on, start):
    by_hand = descend(rule, on=on, start=start, steps=60, learning_rate=0.05, momentum=0.6)
    by_keras = descend(optimizer, on=on, start=start, steps=60)
    assert np.abs(by_hand.points - by_keras.points).max() < 2e-6
    assert by_keras.points.dtype == np.float64


@pytest.mark.parametrize("curvature", [0.5, 1, 4])
def test_plain_descent_converges_exactly_below_two_over_the_curvature(curvature):
    def sizes(share_of_limit, steps):
        rate = share_of_limit * 2 / curvature
        path = descend(sgd, on=parabola(curvature), start=1, steps=steps, learning_rate=rate)
        return np.abs(path.points[:, 0]), path.diverged

    t = np.arange(201)
    for share, factor in [(0.999, 0.998), (1, 1), (1.001, 1.002)]:
        measured, diverged = sizes(share, steps=200)
        assert measured == pytest.approx(factor**t)
        assert not diverged  # 1.002**200 is far from overflow
    assert sizes(1.1, steps=4000)[1]
    assert not sizes(0.9, steps=4000)[1]


def test_momentum_shrinks_by_its_square_root_where_it_is_underdamped():
    rate, friction = 0.04, 0.5
    path = descend(
        momentum, on=ravine(20), start=(1, 1), steps=40, learning_rate=rate, momentum=friction
    )
    # Each weight follows w'' = a w' - friction w with a = 1 + friction - rate * curvature.
    for w, curvature in zip(path.points.T, (1, 20), strict=True):
        a = 1 + friction - rate * curvature
        if a**2 < 4 * friction:  # underdamped: this positive form of (w', w) shrinks by friction
            size = w[1:] ** 2 - a * w[1:] * w[:-1] + friction * w[:-1] ** 2
            assert size[1:] / size[:-1] == pytest.approx(friction, rel=1e-6)
        else:  # overdamped: the larger root rules, and it is slower
            root = (a + np.sqrt(a**2 - 4 * friction)) / 2
            assert w[-1] / w[-2] == pytest.approx(root, rel=1e-6) and root > np.sqrt(friction)
    assert (1.5 - 0.04) ** 2 > 2 > (1.5 - 0.8) ** 2  # both branches were taken


@pytest.mark.parametrize(
    ("rate", "friction", "end"),
    [
        (0.02, 0.0, -1.7),  # stuck in the first minimum
        (0.2, 0.0, 0.3),  # a later one
        (0.02, 0.95, 1.9),  # over both hills
        (0.05, 0.9, 1.9),
        (0.12, 0.7, 1.9),
    ],
)
def test_where_the_weight_comes_to_rest_on_the_bumps(rate, friction, end):
    rule = keras.optimizers.SGD(rate, momentum=friction)
    by_hand = descend(
        momentum, on=bumpy(), start=-2, steps=300, learning_rate=rate, momentum=friction
    )
    for path in (by_hand, descend(rule, on=bumpy(), start=-2, steps=300)):
        assert path.points[-1] == pytest.approx([end], abs=1e-2)


@pytest.mark.parametrize(
    "rule", [(sgd, {"learning_rate": 0.4}), (keras.optimizers.SGD(0.4), {})], ids=["rule", "keras"]
)
def test_overflow_is_a_result(rule):
    rule, hyperparameters = rule
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        path = descend(rule, on=bumpy(), start=-2, steps=50, **hyperparameters)
    assert path.diverged and 3 < path.end < 15
    assert np.isfinite(path.values[: path.end]).all() and path.values[path.end - 1] > 1e30
    assert np.isnan(path.points[path.end + 1 :]).all() and path.points.shape == (51, 1)
    assert np.isnan(path.learning_rates[path.end :]).all()


def test_a_gradient_that_is_not_finite_ends_the_path():
    def to_the_cusp(w, g, state):
        return 0 * w

    cusp = Landscape(
        "cusp",
        lambda w: np.sqrt(np.abs(w[..., 0])),
        lambda w: np.sign(w) / abs(w) ** 0.5,
        ((-1, 1),),
    )
    path = descend(to_the_cusp, on=cusp, start=1, steps=5)
    assert path.values[:2].tolist() == [1, 0] and np.isnan(path.gradients[1, 0])
    assert path.diverged and path.end == 1 and np.isnan(path.points[2:]).all()


def test_a_rule_may_change_its_arguments_in_place():
    def in_place(w, g, state, learning_rate):
        g *= learning_rate
        w -= g
        state.setdefault("seen", []).append(w)
        for old in state["seen"][:-1]:
            old[:] = 99
        return w

    path = descend(in_place, on=ravine(4), start=(3, 1), steps=5, learning_rate=0.1)
    pure = descend(sgd, on=ravine(4), start=(3, 1), steps=5, learning_rate=0.1)
    assert np.array_equal(path.points, pure.points)
    assert np.array_equal(path.gradients, pure.gradients)


def test_start_array_stays_the_callers():
    start = np.array([1.0, 1.0])
    path = descend(sgd, on=ravine(), start=start, steps=1, learning_rate=0.1)
    start[:] = 7
    assert path.points[0].tolist() == [1, 1]


def test_state_is_new_for_each_call():
    first, second = (
        descend(momentum, on=parabola(), start=1, steps=3, learning_rate=0.1) for _ in "ab"
    )
    assert np.array_equal(first.points, second.points)


def test_keras_optimizer_stays_as_it_was():
    optimizer = keras.optimizers.Adam(0.1)
    first = descend(optimizer, on=ravine(), start=(1, 1), steps=5)
    second = descend(optimizer, on=ravine(), start=(1, 1), steps=5)
    assert np.array_equal(first.points, second.points)
    assert not optimizer.built and int(optimizer.iterations.numpy()) == 0


def test_used_keras_optimizer_starts_afresh():
    used = keras.optimizers.SGD(0.1, momentum=0.9)
    used.apply([np.ones(1)], [keras.Variable(np.ones(1))])
    path = descend(used, on=parabola(), start=1, steps=1)
    assert path.points[1] == pytest.approx([0.9])


def test_schedule_is_recorded_as_used():
    schedule = keras.optimizers.schedules.InverseTimeDecay(0.1, decay_steps=1, decay_rate=0.1)
    rates = [0.1 / (1 + 0.1 * step) for step in range(4)]
    by_keras = descend(keras.optimizers.SGD(schedule), on=parabola(), start=1, steps=4)
    by_hand = descend(
        sgd, on=parabola(), start=1, steps=4, learning_rate=lambda step: 0.1 / (1 + 0.1 * step)
    )
    for path in (by_keras, by_hand):
        assert path.learning_rates == pytest.approx(rates)
        assert path.points[1:, 0] == pytest.approx(np.cumprod(1 - np.array(rates)))


def test_learning_rates_of_rules_with_a_default_and_without_any():
    def default(w, g, state, learning_rate=0.25):
        return w - learning_rate * g

    def sign(w, g, state):
        return w - np.sign(g)

    path = descend(default, on=parabola(), start=1, steps=2)
    assert path.learning_rates.tolist() == [0.25, 0.25]
    assert np.isnan(descend(sign, on=parabola(), start=1, steps=2).learning_rates).all()


def test_labels():
    def label(rule, **more):
        return descend(rule, on=parabola(), start=1, steps=1, **more).label

    assert label(sgd, learning_rate=0.1) == "sgd"
    assert label(sgd, learning_rate=0.1, label="plain") == "plain"
    assert label(keras.optimizers.Adam()) == "Adam"


def test_rules_that_are_no_plain_functions():
    class Rule:
        def __call__(self, w, g, state, **hyperparameters):
            return w - hyperparameters["learning_rate"] * g

    for rate in (0.1, lambda step: 0.1):
        path = descend(Rule(), on=parabola(), start=1, steps=1, learning_rate=rate)
        assert path.points[1] == pytest.approx([0.9])
        assert (path.label, path.learning_rates[0]) == ("Rule", 0.1)


def test_a_rule_may_return_a_tensor(recwarn):
    def tensor_rule(w, g, state, learning_rate):
        return keras.ops.convert_to_tensor(w) - learning_rate * g

    path = descend(tensor_rule, on=parabola(), start=1, steps=2, learning_rate=0.5)
    assert path.points[:, 0] == pytest.approx([1, 0.5, 0.25])
    assert not recwarn.list


def returns(value):
    def broken(w, g, state, learning_rate):
        return value

    return broken


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"rule": "sgd"}, "`rule` must be a function (w, g, state, ...) or a Keras optimizer."),
        ({"rule": keras.optimizers.SGD}, "`rule` must be a function (w, g, state, ...) or"),
        ({"rule": dict}, "`rule` must be a function (w, g, state, ...) or a Keras optimizer."),
        (
            {
                "rule": keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5),
                "learning_rate": None,
            },
            "`rule` must be a function (w, g, state, ...) or a Keras optimizer.",
        ),
        (
            {"on": "bumpy"},
            "`on` must be a Landscape, such as bumpy(). Received: on='bumpy'",
        ),
        ({"steps": 0}, "`steps` must be an integer >= 1. Received: steps=0"),
        ({"steps": 2.0}, "`steps` must be an integer >= 1. Received: steps=2.0"),
        (
            {"start": (1, 2, 3)},
            "`start` must be 2 finite numbers, the landscape's weights. Received: start=(1, 2, 3)",
        ),
        ({"start": 1.0}, "`start` must be 2 finite numbers, the landscape's weights."),
        ({"start": (1, np.nan)}, "`start` must be 2 finite numbers, the landscape's weights."),
        ({"steps": 10**9}, "`steps` must be an integer <= 1000000. Received: steps=1000000000"),
        ({"label": 3}, "`label` must be a text. Received: label=3"),
        ({"rule": max}, "or a Keras optimizer. Received: max("),
        ({"start": "here"}, "`start` must be 2 finite numbers, the landscape's weights."),
        (
            {"on": parabola(), "start": None},
            "`start` must be 1 finite number, the landscape's weights. Received: start=None",
        ),
        (
            {"momentum": 0.9},
            "`hyperparameters` must be those of sgd(w, g, state, learning_rate) (got an unexpected "
            "keyword argument 'momentum'). Received: hyperparameters={'learning_rate': 0.1, "
            "'momentum': 0.9}",
        ),
        (
            {"rule": nesterov},
            "`hyperparameters` must be those of nesterov(w, g, state, learning_rate, momentum) "
            "(missing a required argument: 'momentum').",
        ),
        (
            {"rule": lambda w, g: w},
            "`rule` must be a function (w, g, state, ...) or a Keras optimizer.",
        ),
        (
            {"rule": keras.optimizers.SGD(0.1)},
            "`hyperparameters` must be empty for a Keras optimizer, which brings its own. "
            "Received: hyperparameters={'learning_rate': 0.1}",
        ),
        (
            {"learning_rate": "0.1"},
            "`learning_rate` must be a finite number. Received: learning_rate='0.1'",
        ),
        (
            {"rule": returns(None)},
            "`broken(w, g, state, ...)` must be the new weights, an array of shape (2,). "
            "Received: broken(w, g, state, ...)=None",
        ),
        ({"rule": returns(np.ones(3))}, "must be the new weights, an array of shape (2,)."),
        ({"rule": returns(0.5)}, "must be the new weights, an array of shape (2,)."),
        ({"rule": returns((np.ones(2), {}))}, "must be the new weights, an array of shape (2,)."),
    ],
)
def test_unusable_arguments_are_refused(changed, message):
    arguments = {"rule": sgd, "on": ravine(), "start": (1, 1), "steps": 3, "learning_rate": 0.1}
    arguments |= changed
    if changed.get("learning_rate", 0) is None:
        del arguments["learning_rate"]
    with pytest.raises(ValueError, match=re.escape(message)):
        descend(arguments.pop("rule"), **arguments)


@pytest.mark.parametrize("name", ["on", "start", "steps", "label"])
def test_a_hyperparameter_that_descend_would_take_for_its_own_is_refused(name):
    space = {}
    exec(f"def rule(w, g, state, learning_rate, {name}=5): return w", space)
    message = f"`rule` must be a function whose hyperparameters have other names than {name},"
    with pytest.raises(ValueError, match=re.escape(message)):
        descend(space["rule"], on=parabola(), start=1.0, steps=3, learning_rate=0.1)


def test_numpy_scalars_are_numbers():
    path = descend(
        sgd, on=parabola(), start=np.float32(1), steps=np.int64(2), learning_rate=np.float32(0.5)
    )
    assert path.points[:, 0].tolist() == [1, 0.5, 0.25]
