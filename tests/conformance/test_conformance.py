from __future__ import annotations

import random

import keras
import numpy as np
import pytest
from keras.optimizers import SGD, Adam, RMSprop
from keras.optimizers.schedules import CosineDecay, ExponentialDecay, PiecewiseConstantDecay

import dlcourse
from dlcourse.conformance import conform

COSINE = CosineDecay(0.1, decay_steps=100)


def sgd(w, g, state, learning_rate):
    return w - learning_rate * g


def momentum(w, g, state, learning_rate, momentum):
    state["v"] = momentum * state.get("v", 0) - learning_rate * g
    return w + state["v"]


def cosine(step, initial_learning_rate, decay_steps):
    return initial_learning_rate * 0.5 * (1 + np.cos(np.pi * min(step / decay_steps, 1)))


# The report


def test_agreement_is_told_in_plain_words():
    report = conform(sgd, SGD(0.1))
    assert bool(report) is True
    assert (report.difference, report.hint, report.mistake) == ("", "", "")
    assert " ".join(repr(report).split()) == (
        "Your rule is Keras's SGD, to 1e-6: 12 steps of a scalar, a vector and a matrix, alone and"
        " in turn, with w²/2 from w = 1, plain gradients, zero and sparse gradients, tiny"
        " gradients, huge gradients, alternating gradients."
    )
    assert max(map(len, repr(report).splitlines())) <= 96


def test_agreement_of_a_schedule_names_the_steps():
    report = conform(cosine, COSINE, steps=5, tolerance=0.001)
    assert repr(report) == "Your rule is Keras's CosineDecay, to 0.001: 21 steps, from 0 to 3000."


def test_the_first_difference_is_named_with_step_case_and_both_values():
    report = conform(sgd, SGD(0.1, momentum=0.9))
    assert bool(report) is False
    # On w²/2 from w = 1 plain descent goes 0.9, 0.81; with momentum 0.9 it goes 0.9, 0.72.
    assert report.difference == (
        "First difference: w after step 2 (w²/2 from w = 1): yours 0.81, Keras 0.72."
    )
    assert repr(report).splitlines() == [
        "Your rule is not Keras's SGD.",
        report.difference,
        f"Hint: {report.hint}",
    ]


def test_the_element_that_differs_is_named():
    def fifth_stays(w, g, state, learning_rate):
        if g.ndim == 1:
            g[..., 4] = 0
        return w - learning_rate * g

    def one_of_the_matrix_stays(w, g, state, learning_rate):
        if g.ndim == 2:
            g[2, 1] = 0
        return w - learning_rate * g

    assert "w[4] after step 1 (plain gradients)" in conform(fifth_stays, SGD(0.1)).difference
    assert "w[2, 1] after step 1 (alter" in conform(one_of_the_matrix_stays, SGD(0.1)).difference


def test_as_many_digits_are_shown_as_tell_the_numbers_apart():
    report = conform(lambda w, g, state, learning_rate: w * (1 + 3e-8) - learning_rate * g,
                     SGD(0.1), tolerance=1e-8)  # fmt: skip
    assert "yours 0.90000003, Keras 0.9." in report.difference


def test_a_schedules_difference_names_the_step():
    report = conform(lambda step, values: values[0], PiecewiseConstantDecay([10], [1.0, 0.5]))
    assert report.difference == (
        "First difference: the learning rate at step 11: yours 1, Keras 0.5."
    )


def test_the_tolerance_decides():
    def nearly(w, g, state, learning_rate):
        return w - 1.00001 * learning_rate * g

    assert not conform(nearly, SGD(0.1))
    assert conform(nearly, SGD(0.1), tolerance=1e-3)
    assert not conform(lambda step, **h: 1.00001 * cosine(step, 0.1, 100), COSINE)
    assert conform(lambda step, **h: 1.00001 * cosine(step, 0.1, 100), COSINE, tolerance=1e-3)


def test_steps_decide_how_far_is_looked():
    def stops_after_two(w, g, state, learning_rate):
        state["step"] = state.get("step", 0) + 1
        return w - learning_rate * g if state["step"] <= 2 else w

    assert conform(stops_after_two, SGD(0.1), steps=2)
    assert "after step 3" in conform(stops_after_two, SGD(0.1), steps=3).difference


# Every case finds what it is there for


@pytest.mark.parametrize(
    ("case", "hint", "bend"),
    [
        ("tiny", "epsilon", lambda g: np.where(abs(g) < 1e-9, 0, g)),
        ("huge", "clipped", lambda g: g.clip(-9, 9)),
        ("alternating", "", lambda g: g if g.ndim < 2 else g.T.reshape(g.shape)),
    ],
)
def test_a_case_of_its_own_finds_it(case, hint, bend):
    def bent(w, g, state, learning_rate):
        return w - learning_rate * bend(g)

    report = conform(bent, SGD())
    assert f"({case} gradients" in report.difference
    assert hint in report.hint


def test_sparse_gradients_find_a_rule_that_skips_zeros():
    def lazy(w, g, state, learning_rate, momentum):
        v = state.get("v", np.zeros_like(w))
        state["v"] = np.where(g == 0, v, momentum * v - learning_rate * g)
        return w + np.where(g == 0, 0, state["v"])

    report = conform(lazy, SGD(0.1, momentum=0.9))
    assert "zero and sparse gradients" in report.difference
    assert report.hint == "They part where a gradient is zero: averages go on all the same."


def test_a_state_that_variables_share_is_found():
    velocity = {}

    def shared(w, g, state, learning_rate, momentum):
        velocity[w.shape] = momentum * velocity.get(w.shape, 0) - learning_rate * g
        return w + velocity[w.shape]

    report = conform(shared, SGD(0.1, momentum=0.9))
    assert not report
    assert "belongs in `state`" in report.hint


def test_a_state_that_only_mixes_when_variables_take_turns_is_found():
    count = {}

    def stops_after_twelve_calls(w, g, state, learning_rate):
        count["calls"] = count.get("calls", 0) + 1 if state else 1
        state["begun"] = True
        return w - learning_rate * g if count["calls"] <= 12 else w

    report = conform(stops_after_twelve_calls, SGD(0.1))
    assert report.difference.endswith("It agrees while the variables are not taken in turn.")
    assert "belongs in `state`" in report.hint


def test_a_rule_that_draws_random_numbers_is_told_so():
    rng = np.random.default_rng(0)

    def noisy(w, g, state, learning_rate):
        return w - learning_rate * g * rng.uniform(0.9, 1.1)

    assert "not give the same answer again" in conform(noisy, SGD(0.1)).hint


# What the numbers say about a mistake that is not in the catalogue


def test_a_constant_factor_is_named():
    report = conform(lambda w, g, state, learning_rate: w - 3 * learning_rate * g, SGD(0.1))
    assert report.hint == "With plain gradients every step is 3 times Keras's."
    report = conform(lambda step, **h: 7 * cosine(step, 0.1, 100), COSINE)
    assert report.hint == "Every rate is 7 times Keras's."


def test_a_first_step_that_agrees_points_to_the_state():
    def forgets_every_third(w, g, state, learning_rate, momentum):
        state["t"] = state.get("t", 0) + 1
        old = state.get("v", 0) if state["t"] % 3 else 0
        state["v"] = momentum * old - learning_rate * g
        return w + state["v"]

    report = conform(forgets_every_third, SGD(0.1, momentum=0.9))
    assert report.mistake == ""
    assert "what `state` carries" in report.hint


def test_a_first_step_that_differs_points_to_signs_roots_and_rate():
    report = conform(lambda w, g, state, learning_rate: w - learning_rate * g**3, SGD(0.5))
    assert report.hint.startswith("With some gradients the first step differs already: look at")


def test_a_default_for_a_name_that_keras_lacks_is_named():
    report = conform(lambda w, g, state, lr=0.5: w - lr * g, SGD(0.1))
    assert "SGD has no hyperparameter `lr`" in report.hint
    report = conform(lambda step, initial_learning_rate, warmup=3: 0.0, COSINE)
    assert "CosineDecay has no hyperparameter `warmup`" in report.hint


# A rule that gives no weights


def raises_by_itself(w, g, state, learning_rate):
    return w - state["v"]


def raises_deeper(w, g, state, learning_rate):
    return raises_by_itself(w, g, state, learning_rate)


@pytest.mark.parametrize(
    ("rule", "told", "hint"),
    [
        (raises_by_itself, "At step 1 it raised KeyError: 'v', in its line", ".get("),
        (raises_deeper, """: return w - state["v"].""", "state.get('v', 0)"),
        (lambda w, g, state: 1 / 0, "raised ZeroDivisionError", "count the step from 1"),
        (lambda w, g, state, learning_rate: learning_rate ^ 2, "raised TypeError", "`**`"),
        (lambda w, g, state: np.float64(2) ^ 3, "raised TypeError", "`**`"),
        (lambda w, g, state, weight_decay: w * weight_decay, "NoneType", "has no weight_decay"),
        (lambda w, g, state: None, "At step 1 it returned None.", "`return`"),
        (lambda w, g, state: (w, state), "it returned a tuple", "the new weights alone"),
        (lambda w, g, state: "w", "it returned a str, not numbers", ""),
        (lambda w, g, state: np.ones(5), "of shape (5,) for weights of shape ()", "shape of `w`"),
        (
            lambda w, g, state: g.sum(),
            "of shape () for weights of shape (20,).",
            "`w`",
        ),
    ],
)
def test_a_rule_that_gives_no_weights_is_told_so(rule, told, hint):
    report = conform(rule, SGD(0.1))
    assert not report
    assert told in report.difference
    assert hint in report.hint


def test_a_variable_that_should_be_in_the_state_is_told_so():
    count = 0

    def counts(w, g, state):
        count += 1  # noqa: F823, F841
        return w

    report = conform(counts, SGD(0.1))
    assert "raised UnboundLocalError" in report.difference
    assert "is kept in `state`" in report.hint
    assert count == 0


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (
            lambda step, decay_steps: 1 / (step - 5),
            "At step 5 it raised ZeroDivisionError: division by zero, in its",
        ),
        (lambda step: None, "At step 0 it returned None."),
        (lambda step: [1.0, 2.0], "At step 0 it returned shape (2,), not one number."),
        (lambda step: (0.1, 0.2), "it returned a tuple"),
    ],
)
def test_a_schedule_rule_that_gives_no_rate_is_told_so(rule, told):
    assert told in conform(rule, COSINE).difference


def test_nan_is_a_difference_and_warns_of_nothing(recwarn):
    report = conform(lambda w, g, state, learning_rate: w - learning_rate * g / g * g, SGD(0.1))
    assert "zero and sparse gradients): yours nan, Keras" in report.difference
    assert not [warning for warning in recwarn if issubclass(warning.category, RuntimeWarning)]


def test_an_interrupt_stops_the_check():
    def interrupted(w, g, state):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        conform(interrupted, SGD(0.1))


def test_what_a_rule_prints_comes_after_the_verdict(capsys):
    def talks(w, g, state, learning_rate):
        print(f"w = {w}")
        return w - learning_rate * g

    report = conform(talks, SGD(0.1))
    assert report and capsys.readouterr().out == ""
    lines = repr(report).splitlines()
    assert lines[0].startswith("Your rule is Keras's SGD") and len(lines) < 10
    assert "It printed " in repr(report) and "lines, which begin: w = 1.0" in repr(report)


def test_a_line_of_a_library_is_not_the_learners():
    def inverts(w, g, state):
        return np.linalg.inv(np.zeros((2, 2)))

    difference = conform(inverts, SGD(0.1)).difference
    assert "raised LinAlgError: Singular matrix, in its line" in difference
    assert "return np.linalg.inv(np.zeros((2, 2)))" in difference
    library = {}
    exec(compile("def rule(w, g, state): return 1 / 0", np.__file__, "exec"), library)
    assert "in its line" not in conform(library["rule"], SGD(0.1)).difference


# What is left alone


def test_a_rule_cannot_change_what_keras_or_the_next_call_gets():
    def vandal(w, g, state, learning_rate, momentum):
        state["v"] = momentum * state.get("v", 0) - learning_rate * g
        new = w + state["v"]
        w[...], g[...] = np.nan, np.nan
        return new

    def schedule_vandal(step, boundaries, values):
        rate = values[0] if step <= boundaries[0] else values[1]
        boundaries.clear()
        values.clear()
        return rate

    assert conform(vandal, SGD(0.1, momentum=0.9))
    assert conform(schedule_vandal, PiecewiseConstantDecay([10], [1.0, 0.5]))


def test_the_keras_object_and_random_numbers_stay_as_they_are():
    optimizer = SGD(0.1, momentum=0.9)
    keras.utils.set_random_seed(3)
    expected = keras.random.normal((2,)), random.random(), keras.random.normal((2,))
    keras.utils.set_random_seed(3)
    first = keras.random.normal((2,))
    assert conform(momentum, optimizer)
    assert not optimizer.built
    assert int(optimizer.iterations) == 0
    got = first, random.random(), keras.random.normal((2,))
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_report_is_the_same_again():
    reports = [conform(sgd, RMSprop(0.01)) for _ in range(2)]
    assert reports[0] == reports[1]
    assert repr(reports[0]) == repr(reports[1])


@pytest.mark.parametrize("scale", [8.0, 1024.0])
def test_a_loss_scale_factor_changes_no_rule(scale):
    assert conform(sgd, SGD(0.1, loss_scale_factor=scale))
    assert conform(momentum, SGD(0.1, momentum=0.9, loss_scale_factor=scale))


# Bad calls


class WithoutConfig(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.1


@pytest.mark.parametrize(
    ("rule", "keras_object", "message"),
    [
        ("sgd", SGD(0.1), "`rule` must be a function of (w, g, state, and hyperparameters by "
         "Keras's names). Received: rule='sgd'"),
        (SGD(0.1), SGD(0.1), "`rule` must be a function of (w, g, state,"),
        (dict, SGD(0.1), "`rule` must be a function of (w, g, state,"),
        (max, SGD(0.1), "`rule` must be a function of (w, g, state,"),
        (lambda w, g: w, SGD(0.1), "`rule` must be a function of (w, g, state,"),
        (lambda *arguments: 0, SGD(0.1), "`rule` must be a function of (w, g, state,"),
        (lambda w, g, state, *rest: 0, SGD(0.1), "`rule` must be a function of (w, g, state,"),
        (lambda w, g, learning_rate: w, SGD(0.1), "Received: rule=<lambda>(w, g, learning_rate)"),
        (lambda: 0.1, COSINE, "`rule` must be a function of (step, and hyperparameters by Keras's"),
        (lambda decay_steps: 0.1, COSINE, "`rule` must be a function of (step,"),
        (sgd, COSINE, "`rule` must be a function whose hyperparameters are among CosineDecay's: "
         "initial_learning_rate, decay_steps, alpha, warmup_target, warmup_steps. "
         "Received: rule=sgd(w, g, state, learning_rate)"),
        (lambda w, g, state, lr: w, SGD(0.1), "`rule` must be a function whose hyperparameters are "
         "among SGD's: learning_rate, weight_decay, momentum, nesterov. "
         "Received: rule=<lambda>(w, g, state, lr)"),
        (sgd, "sgd", "`keras_object` must be a Keras optimizer or learning rate schedule. "
         "Received: keras_object='sgd'"),
        (sgd, SGD, "`keras_object` must be a Keras optimizer or learning rate schedule."),
        (sgd, None, "`keras_object` must be a Keras optimizer or learning rate schedule."),
        (cosine, WithoutConfig(), "`keras_object` must be a schedule that from_config(get_config())"
         " can rebuild"),
        (sgd, SGD(0.1, global_clipnorm=1.0), "`keras_object` must be an optimizer without "
         "global_clipnorm"),
        (sgd, keras.optimizers.Muon(0.1), "`keras_object` must be an optimizer that runs in "
         "float64"),
    ],
)  # fmt: skip
def test_bad_calls_are_refused(rule, keras_object, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        conform(rule, keras_object)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"steps": 1}, "`steps` must be an integer >= 2. Received: steps=1"),
        ({"steps": 10**9}, "`steps` must be an integer <= 10000. Received: steps=1000000000"),
        ({"steps": 2.0}, "`steps` must be an integer >= 2. Received: steps=2.0"),
        ({"tolerance": 0}, "`tolerance` must be a number > 0. Received: tolerance=0"),
        ({"tolerance": "1e-6"}, "`tolerance` must be a number > 0."),
    ],
)
def test_bad_settings_are_refused(argument, message):
    with pytest.raises(ValueError) as error:  # noqa: PT011
        conform(sgd, SGD(0.1), **argument)
    assert message in str(error.value)


def test_it_is_public():
    assert dlcourse.conform is conform
    assert not conform(sgd, Adam(ExponentialDecay(0.1, 10, 0.5)))
