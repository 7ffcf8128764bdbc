from __future__ import annotations

import functools
import linecache
import re
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from dlcourse.exercises import Exercise, Prediction, Text, Verdict, choice, function, number, rule

TEXTS = {"hints": ["Look.", "Look closer."], "solution": "7", "because": "Seven it is."}
SEVEN = Exercise("Seven?", lambda answer: None if answer == 7 else "that is not 7.", **TEXTS)
NOT_ATTEMPTED = "Not attempted yet. Put your answer in place of `...` and run the cell again."


def call(function) -> None:
    function(2.0)


CALLED = Exercise("A function.", call, solution="def f(x): return x")


def test_import_loads_no_heavy_library() -> None:
    code = (
        "import sys, dlcourse.exercises; "
        "print(*{'keras', 'tensorflow', 'matplotlib', 'sklearn', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


# Verdicts


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("right", "Right. Why."),
        ("wrong", "Not yet: Why."),
        ("not attempted", "Not attempted yet. Why."),
        ("noted", "Noted. Why."),
        ("surprise", "Surprise: Why."),
    ],
)
def test_a_verdict_reads_as_a_sentence_and_is_true_only_if_right(state, shown) -> None:
    verdict = Verdict(state, "Why.")
    assert repr(verdict) == shown
    assert bool(verdict) == (state == "right")


def test_jupyter_shows_verdicts_and_texts_without_quotes() -> None:
    from IPython.lib.pretty import pretty

    assert pretty(SEVEN.check(7)) == "Right. Seven it is."
    assert pretty(SEVEN.solution()) == "7\n\nSeven it is."
    assert pretty(SEVEN) == "Seven?"
    assert max(map(len, pretty(Text("word " * 50)).splitlines())) <= 88


@pytest.mark.parametrize(
    ("answer", "shown"),
    [(7, "Right. Seven it is."), (8, "Not yet: that is not 7."), (..., NOT_ATTEMPTED)],
)
def test_check(answer, shown) -> None:
    assert repr(SEVEN.check(answer)) == shown


def test_hints_come_one_by_one_and_end() -> None:
    exercise = Exercise("Seven?", lambda answer: None, **TEXTS)
    shown = [repr(exercise.hint()) for _ in range(4)]
    end = "There are no more hints. solution() shows a worked answer."
    assert shown == ["Hint 1 of 2: Look.", "Hint 2 of 2: Look closer.", end, end]


def test_solution_keeps_the_shape_of_code() -> None:
    code = """
        def f(w):
            return w
    """
    exercise = Exercise("Code?", lambda answer: None, solution=code)
    assert str(exercise.solution()) == "def f(w):\n    return w"
    assert repr(exercise.solution()) == "def f(w):\n    return w"


# Not attempted


def pass_only(w):
    pass


def documented_pass(w):
    """Do nothing."""


def returns_none(w):
    return None


def only_dots(w): ...


def returns_ellipsis(w):
    return ...


def half_done(w):
    state = {"v": ...}
    return w + state["v"]


def ellipsis_inside(w):
    def step(w):
        return w - ...

    return step(w)


class Stub:
    def __call__(self, w):
        return ...


@functools.cache
def decorated(w):
    return w[...] - ...


@pytest.mark.parametrize(
    "answer",
    [
        ...,
        (0.5, ...),
        [[...], 1],
        {"rate": ...},
        only_dots,
        returns_ellipsis,
        half_done,
        ellipsis_inside,
        lambda w: ...,
        Stub,
        decorated.__wrapped__,
    ],
)
def test_stubs_are_not_attempts(answer) -> None:
    assert repr(SEVEN.check(answer)) == NOT_ATTEMPTED


@pytest.mark.parametrize("function", [pass_only, documented_pass, returns_none])
def test_an_empty_function_is_no_attempt(function) -> None:
    verdict = SEVEN.check(function)
    assert verdict.state == "not attempted"
    assert verdict.message.startswith(f"`{function.__name__}` does nothing yet: write its body")


def test_none_is_no_attempt_and_no_ellipsis() -> None:
    shown = "Not attempted yet. The answer is still None: give one and run the cell again."
    assert repr(SEVEN.check(None)) == shown
    assert repr(SEVEN.check([1, None])) == shown


def forgets_return(w):
    w = w - 0.1


@pytest.mark.parametrize(
    "answer",
    [
        0,
        "",
        False,
        [],
        {},
        forgets_return,
        lambda w: w,
        lambda w: w[..., :],
        lambda w: w[...],
        lambda w: 0.1,
        Text,
    ],
)
def test_wrong_answers_are_attempts(answer) -> None:
    assert SEVEN.check(answer).state == "wrong"


def test_an_ellipsis_may_be_part_of_a_right_answer() -> None:
    def first(x):
        column = 0
        return x[..., column]

    def checker(function):
        return None if function(np.ones((2, 3))).tolist() == [1, 1] else "wrong column."

    assert Exercise("First column?", checker, solution="x[..., 0]").check(first)


def test_code_without_a_source_is_an_attempt() -> None:
    space = {}
    exec("def first(x): return x[..., :]", space)
    assert SEVEN.check(space["first"]).state == "wrong"


# What the student's code prints


def test_the_verdict_comes_first_and_prints_are_cut(capsys) -> None:
    def talks(w):
        for _ in range(200):
            print("w is", w)
        return w

    def checker(function):
        return None if function(7) == 7 else "that is not 7."

    verdict = Exercise("Seven?", checker, solution="7").check(talks)
    assert capsys.readouterr().out == ""
    lines = repr(verdict).splitlines()
    assert lines[0] == "Right." and len(lines) < 4
    assert lines[1].startswith("It printed 200 lines, which begin: w is 7 / w is 7")


def test_a_rule_that_prints_is_counted_once(momentum) -> None:
    def talks(w, g, state, learning_rate):
        print("hello")
        return w

    shown = repr(momentum.check(talks)).split()
    assert shown.count("printed") == 1 and shown[0] == "Not"


# Crashes of the student's code


def student(source: str):
    """Run a student's cell and return the function it defines."""
    source = textwrap.dedent(source).lstrip()
    linecache.cache["<cell>"] = (len(source), None, source.splitlines(keepends=True), "<cell>")
    cell = {"np": np, "sys": sys}
    exec(compile(source, "<cell>", "exec"), cell)
    return list(cell.values())[-1]


def test_a_crash_is_reported_with_the_students_line() -> None:
    rule = student("""
        def rule(w):
            velocity = w * 0
            return 1 / velocity
    """)
    assert CALLED.check(rule).message == (
        "your code stopped in line 3 (`return 1 / velocity`) of `rule` "
        "with ZeroDivisionError: float division by zero"
    )


def test_a_crash_in_a_helper_of_the_student_names_the_helper() -> None:
    rule = student("""
        def helper(w):
            return w.missing

        def rule(w):
            return helper(w)
    """)
    message = CALLED.check(rule).message
    assert message.startswith("your code stopped in line 2 (`return w.missing`) of `helper` with")


def test_a_crash_inside_a_library_names_the_students_line_that_called_it() -> None:
    rule = student("def rule(w):\n    return np.linalg.inv(np.zeros((2, 2)))")
    message = CALLED.check(rule).message
    assert "in line 2 (`return np.linalg.inv(np.zeros((2, 2)))`) of `rule` with" in message
    assert message.endswith("LinAlgError: Singular matrix")


def test_a_function_with_other_arguments_is_reported() -> None:
    message = CALLED.check(student("def rule(w, rate): return w")).message
    assert message == (
        "the check could not use your answer: "
        "TypeError: rule() missing 1 required positional argument: 'rate'"
    )


def test_leaving_python_is_reported_but_an_interrupt_is_not_swallowed() -> None:
    leave = student("def leave(w): sys.exit('bye')")
    assert "of `leave` with SystemExit: bye" in CALLED.check(leave).message
    with pytest.raises(KeyboardInterrupt):
        CALLED.check(student("def interrupt(w): raise KeyboardInterrupt"))


def test_an_exception_that_cannot_be_printed_is_reported() -> None:
    rule = student("""
        class Hostile(Exception):
            def __str__(self):
                raise RuntimeError

        def rule(w):
            raise Hostile
    """)
    message = CALLED.check(rule).message
    assert message.startswith(
        "your code stopped in line 6 (`raise Hostile`) of `rule` with Hostile"
    )


def test_long_messages_are_cut() -> None:
    message = CALLED.check(student("def rule(w): raise ValueError('long ' * 1000)")).message
    assert len(message) < 500
    assert message.endswith("long ...")


# Numbers

FIFTEEN = number("How many?", 15, wrong={12: "the biases are missing."}, solution="15")


@pytest.mark.parametrize(
    "answer", [15, 15.0, 3 * 5, np.float32(15), np.array(15), 15.1, 14.9, np.int64(15)]
)
def test_numbers_within_the_tolerance_are_right(answer) -> None:
    assert FIFTEEN.check(answer)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (12, "the biases are missing."),
        (12.05, "the biases are missing."),
        (15.2, "15.2 is too large."),
        (14.8, "14.8 is too small."),
        (-15, "-15 is too small."),
        (np.inf, "inf is too large."),
        (np.nan, "the answer is a number, not nan."),
        ("15", "the answer is a number, not '15'."),
        (True, "the answer is a number, not True."),
        ([15, 15], "the answer is a number, not [15, 15]."),
    ],
)
def test_wrong_numbers_get_their_message(answer, message) -> None:
    assert FIFTEEN.check(answer) == Verdict("wrong", message)


def test_tolerance_is_absolute_around_zero() -> None:
    zero = number("Zero?", 0, tolerance=0.1, solution="0")
    assert zero.check(0.05)
    assert not zero.check(0.2)
    assert not number("Small?", 1e-6, solution="1e-6").check(0)


def test_a_wrong_number_close_to_the_right_one_is_refused() -> None:
    expected = "`wrong` must be farther from 100 than allowed. Received: wrong=100.5"
    with pytest.raises(ValueError, match=re.escape(expected)):
        number("How many?", 100, wrong={100.5: "never shown"}, solution="100")


# Choices

MEMORY = choice("What?", "gradients", {"losses": "no loss enters.", "data": "no data enter."})


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("losses", "no loss enters."),
        ("data", "no data enter."),
        ("Losses ", "no loss enters."),
        ("gradient", "choose one of 'data', 'gradients', 'losses'."),
        (3, "choose one of 'data', 'gradients', 'losses'."),
        (["gradients"], "choose one of 'data', 'gradients', 'losses'."),
    ],
)
def test_wrong_choices_get_their_message(answer, message) -> None:
    assert MEMORY.check(answer) == Verdict("wrong", message)


def test_right_choice() -> None:
    assert MEMORY.check("gradients") and MEMORY.check(" Gradients")
    assert repr(MEMORY.solution()) == "gradients"
    with pytest.raises(ValueError, match="`right` must be none of the wrong options"):
        choice("What?", "a", {"a": "never shown"})


# Rules


@pytest.fixture(scope="module")
def momentum() -> Exercise:
    import keras

    return rule("Write momentum.", keras.optimizers.SGD(0.1, momentum=0.9), solution="...")


def test_right_rules(momentum) -> None:
    def velocity(w, g, state, learning_rate, momentum):
        state["v"] = momentum * state.get("v", 0) - learning_rate * g
        return w + state["v"]

    def positive_velocity(w, g, state, learning_rate, momentum):
        state["v"] = momentum * state.get("v", 0) + learning_rate * g
        return w - state["v"]

    assert momentum.check(velocity)
    assert momentum.check(positive_velocity)


def test_a_wrong_rule_gets_its_first_difference_and_the_hint(momentum) -> None:
    verdict = momentum.check(lambda w, g, state, learning_rate: w - learning_rate * g)
    # From w = 1 on w²/2 at rate 0.1: plain descent 0.9, 0.81; with momentum 0.9 0.9, 0.72.
    start = "this is not Keras's SGD. First difference: w after step 2 (w²/2 from w = 1): "
    assert verdict.state == "wrong"
    assert verdict.message.startswith(start + "yours 0.81, Keras 0.72. ")
    assert "velocity" in verdict.message.removeprefix(start)


def test_a_rule_that_crashes_is_reported_with_its_line(momentum) -> None:
    crashing = student("""
        def crashing(w, g, state, learning_rate, momentum):
            state["v"] = momentum * state["v"] - learning_rate * g
            return w + state["v"]
    """)
    message = momentum.check(crashing).message
    assert "raised KeyError: 'v', in its line 2: state[\"v\"] = momentum *" in message


def test_a_rule_without_return_is_told_so(momentum) -> None:
    def forgets_return(w, g, state, learning_rate, momentum):
        w = w - learning_rate * g

    assert "returned None" in momentum.check(forgets_return).message


def test_a_half_done_rule_is_not_an_attempt(momentum) -> None:
    def half_done(w, g, state, learning_rate, momentum):
        state["v"] = ...
        return w + state["v"]

    assert repr(momentum.check(half_done)) == NOT_ATTEMPTED


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (0.1, "the answer is a function, not 0.1."),
        (lambda w, g: w - 0.1 * g, "your answer must be a function of (w, g, state, "),
        (
            lambda w, g, state, beta: w,
            "your answer must be a function whose hyperparameters are among SGD's: learning_rate",
        ),
    ],
)
def test_what_is_no_rule_is_told_the_form(momentum, answer, message) -> None:
    assert message in momentum.check(answer).message


# Predictions


def faster() -> Prediction:
    return Prediction("Which is faster?", ["plain", "momentum"], because="Steps add up.")


@pytest.mark.parametrize(
    ("guess", "noted", "compared"),
    [
        (
            "momentum",
            "Noted. You predict 'momentum'. The experiment will tell.",
            "Right. You predicted 'momentum'. Steps add up.",
        ),
        (
            "plain",
            "Noted. You predict 'plain'. The experiment will tell.",
            "Surprise: you predicted 'plain', and it is 'momentum'. Steps add up.",
        ),
        (
            ...,
            NOT_ATTEMPTED,
            "Not attempted yet. Make your prediction above, then run this cell again.",
        ),
        (
            "both",
            "Not yet: choose one of 'momentum', 'plain'.",
            "Not attempted yet. Make your prediction above, then run this cell again.",
        ),
    ],
)
def test_a_prediction_is_noted_and_compared_later(guess, noted, compared) -> None:
    prediction = faster()
    assert repr(prediction.check(guess)) == noted
    assert repr(prediction.compare("momentum")) == compared


def test_a_prediction_can_be_changed_before_the_experiment() -> None:
    prediction = faster()
    prediction.check("plain")
    prediction.check("momentum")
    assert prediction.compare("momentum")


@pytest.mark.parametrize("guess", ["Momentum", "momentum ", " MOMENTUM\n"])
def test_case_and_blanks_of_a_guess_do_not_matter(guess) -> None:
    prediction = faster()
    assert prediction.check(guess).message.startswith("You predict 'momentum'.")
    assert prediction.compare("momentum")


def test_an_invalid_guess_takes_the_old_one_back() -> None:
    prediction = faster()
    prediction.check("momentum")
    prediction.check("both")
    assert prediction.compare("momentum").state == "not attempted"


def test_who_has_seen_the_outcome_cannot_be_right_any_more() -> None:
    prediction = faster()
    prediction.check("plain")
    assert prediction.compare("momentum").state == "surprise"
    late = "Noted. You have seen what happened, so your prediction stays 'plain'."
    assert repr(prediction.check("momentum")) == late
    assert prediction.compare("momentum").state == "surprise"
    assert prediction.check("plain").message.startswith("You predict 'plain'")


def test_the_cells_may_run_again_in_any_order() -> None:
    prediction = faster()
    assert prediction.compare("momentum").state == "not attempted"
    for _ in range(2):
        assert prediction.check("momentum").state == "noted"
        assert prediction.compare("momentum").state == "right"


def test_an_outcome_that_was_no_option_is_an_error() -> None:
    message = "`outcome` must be one of ('plain', 'momentum'). Received: outcome='sgd'"
    with pytest.raises(ValueError, match=re.escape(message)):
        faster().compare("sgd")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Exercise("", len, solution="1"), "`question` must be a sentence"),
        (lambda: Exercise("?", len, solution=""), "`solution` must be the worked answer"),
        (
            lambda: Exercise("?", len, hints="Look.", solution="1"),
            "`hints` must be a list of sentences. Received: hints='Look.'",
        ),
        (lambda: Prediction("?", ["a"]), "`options` must be a list of two outcomes or more"),
        (lambda: Prediction("?", ["a", " A"]), "`options` must be a list of different options"),
        (lambda: Prediction("?", "ab"), "`options` must be a list of different options"),
        (lambda: Exercise("?", 3, solution="1"), "`checker` must be a function of the answer"),
        (lambda: Verdict("good"), "`state` must be one of 'not attempted', 'noted',"),
        (lambda: number("?", "1", solution="1"), "`right` must be a finite number"),
        (lambda: number("?", 1, wrong={"2": "no"}, solution="1"), "`wrong` must be a finite"),
        (lambda: number("?", 1, wrong=[2], solution="1"), "`wrong` must be a mapping of wrong"),
        (lambda: choice("?", "a", {}), "`wrong` must be a mapping of at least one option"),
        (lambda: choice("?", "", {"b": "no"}), "`right` must be a list of different options"),
        (lambda: choice("?", "a", {"b": "no", " B": "no"}), "`wrong` must be a list of different"),
        (lambda: function("?", 3, solution="1"), "`checker` must be a function of the answer"),
        (lambda: choice("?", "a", {"A": "no"}), "`right` must be none of the wrong options"),
        (lambda: rule("?", "sgd", solution="1"), "`keras_object` must be a Keras optimizer"),
    ],
)
def test_ill_formed_exercises_are_refused(make, message) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        make()
