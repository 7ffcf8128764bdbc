"""Exercises by kind of answer: a number, a choice, a function, or a rule that must be Keras's."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from dlcourse.checks import expect, expect_number
from dlcourse.exercises.exercise import Checker, Exercise

if TYPE_CHECKING:
    import keras


def number(
    question: str,
    right: float,
    *,
    tolerance: float = 0.01,
    wrong: Mapping[float, str] | None = None,
    **texts: Any,
) -> Exercise:
    """Make an exercise whose answer is a number.

    Args:
        question: what is asked; name the unit.
        right: the answer.
        tolerance: relative distance from `right` that still counts as right; absolute where
            `right` is 0.
        wrong: typical wrong answers, each with a message for the mistake behind it.
        **texts: `hints`, `solution` and `because`, as in `Exercise`.

    Raises:
        ValueError: `right` or a wrong answer is no number, or a wrong answer lies within the
            tolerance of the right one.

    >>> from dlcourse.exercises import number
    >>> exercise = number("How many weights has Dense(3) on 4 inputs?", 15, solution="4·3 + 3",
    ...                   wrong={12: "Each of the 3 units has a bias, too."})
    >>> exercise.check(12)
    Not yet: Each of the 3 units has a bias, too.
    >>> exercise.check(20)
    Not yet: 20 is too large.
    """
    expect_number("right", right)
    expect_number("tolerance", tolerance, above=0)
    mistakes = {} if wrong is None else expect_messages("wrong", wrong)

    def is_close(value: float, target: float) -> bool:
        absolute = tolerance if right == 0 else 0
        return math.isclose(value, target, rel_tol=tolerance, abs_tol=absolute)

    for value in mistakes:
        expect_number("wrong", value)
        expect(not is_close(value, right), "wrong", f"farther from {right} than allowed", value)

    def checker(answer: Any) -> str | None:
        value = _as_number(answer)
        if value is None:
            return f"the answer is a number, not {answer!r}."
        if is_close(value, right):
            return None
        for typical, message in mistakes.items():
            if is_close(value, typical):
                return message
        return f"{value:.6g} is too {'large' if value > right else 'small'}."

    return Exercise(question, checker, answer=right, **texts)


def _as_number(answer: Any) -> float | None:
    """Convert an answer to a float; None for text, truth values and NaN."""
    try:
        value = math.nan if isinstance(answer, (str, bool)) else float(answer)
    except (TypeError, ValueError, OverflowError):
        return None
    return None if math.isnan(value) else value


def choice(question: str, right: str, wrong: Mapping[str, str], **texts: Any) -> Exercise:
    """Make an exercise whose answer is one of several options.

    Args:
        question: what is asked.
        right: the right option, as the learner types it; case and blanks around it do not matter.
        wrong: the other options, each with the reason why it is not right.
        **texts: `hints`, `solution` and `because`, as in `Exercise`; the solution is `right`
            where none is given.

    Raises:
        ValueError: `right` is among the wrong options, or there are none.

    >>> from dlcourse.exercises import choice
    >>> exercise = choice("What does momentum remember?", "gradients",
    ...                   {"losses": "The rule never sees a loss."})
    >>> exercise.check("Losses")
    Not yet: The rule never sees a loss.
    >>> exercise.check("weights")
    Not yet: choose one of 'gradients', 'losses'.
    """
    expect_options("right", [right])
    mistakes = expect_messages("wrong", wrong)
    expect(bool(mistakes), "wrong", "a mapping of at least one option to a message", wrong)
    expect_options("wrong", list(mistakes))
    expect(not same_option(right, mistakes), "right", "none of the wrong options", right)
    options = [right, *mistakes]
    is_option = one_of(options)

    def checker(answer: Any) -> str | None:
        return is_option(answer) or mistakes.get(same_option(answer, options))

    return Exercise(question, checker, answer=right, **{"solution": right, **texts})


def one_of(options: Collection[str]) -> Checker:
    """Check that an answer is one of the options, whichever.

    >>> one_of(["yes", "no"])("perhaps")
    "choose one of 'no', 'yes'."
    """
    listed = ", ".join(repr(option) for option in sorted(options))
    return lambda answer: None if same_option(answer, options) else f"choose one of {listed}."


def same_option(answer: Any, options: Collection[str]) -> str:
    """Return the option that an answer means, whatever its case and blanks; "" if there is none.

    >>> same_option(" Both the same ", ["both the same", "neither"])
    'both the same'
    """
    meant = _bare(answer) if isinstance(answer, str) else None
    return next((option for option in options if _bare(option) == meant), "")


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold()


def expect_options(name: str, options: Any) -> None:
    """Raise unless these are different, non-empty strings."""
    ok = isinstance(options, (list, tuple)) and all(isinstance(each, str) for each in options)
    bare = {_bare(option) for option in options} if ok else {""}
    different = len(bare) == len(options) if ok else False
    expect(different and "" not in bare, name, "a list of different options", options)


def expect_messages(name: str, messages: Any) -> dict[Any, str]:
    """Return a mapping of wrong answers to messages as a dict, or raise."""
    ok = isinstance(messages, Mapping) and all(isinstance(m, str) for m in messages.values())
    expect(ok, name, "a mapping of wrong answers to messages", messages)
    return dict(messages)


def function(question: str, checker: Checker, **texts: Any) -> Exercise:
    """Make an exercise whose answer is a function that returns something.

    Args:
        question: what is asked; name the function and its arguments.
        checker: as in `Exercise`; it is called with functions only. Where the function returns
            None, or `...`, the student reads that instead of what the checker would say.
        **texts: `hints`, `solution` and `because`, as in `Exercise`; the solution is code.

    >>> from dlcourse.exercises import function
    >>> def checker(double):
    ...     return None if double(3) == 6 else f"double(3) must be 6. Received: {double(3)}."
    >>> exercise = function("Write double(x).", checker, solution="def double(x): return 2 * x")
    >>> exercise.check(lambda x: x + x)
    Right.
    >>> exercise.check(lambda x: None)
    Not yet: it returns nothing: end it with `return` and the result.
    """
    expect(callable(checker), "checker", "a function of the answer", checker)

    @functools.wraps(checker)
    def check_function(answer: Any) -> str | None:
        if not callable(answer):
            return f"the answer is a function, not {answer!r}."
        try:
            return checker(_returning(answer))
        except _NothingReturned:
            return "it returns nothing: end it with `return` and the result."

    return Exercise(question, check_function, **texts)


class _NothingReturned(Exception):
    pass


def _returning(answer: Callable) -> Callable:
    """Wrap a function so that a call that returns nothing ends the check."""

    @functools.wraps(answer)
    def call(*values: Any, **named: Any) -> Any:
        result = answer(*values, **named)
        if result is None or result is ...:
            raise _NothingReturned
        return result

    return call


def rule(
    question: str,
    keras_object: keras.optimizers.Optimizer | keras.optimizers.schedules.LearningRateSchedule,
    **texts: Any,
) -> Exercise:
    """Make an exercise whose answer is a rule that does what a Keras object does.

    The rule runs beside the Keras object over many gradients (`dlcourse.conform`); where it goes
    another way, the learner reads the step, the quantity and, where known, the mistake.

    Args:
        question: what is asked.
        keras_object: an optimizer or a schedule with its hyperparameters.
        **texts: `hints`, `solution` and `because`, as in `Exercise`; the solution is code.

    Raises:
        ValueError: `keras_object` is no optimizer or schedule that `conform` can run.

    >>> import keras
    >>> from dlcourse.exercises import rule
    >>> exercise = rule("Write plain gradient descent.", keras.optimizers.SGD(0.1),
    ...                 solution="return w - learning_rate * g")
    >>> exercise.check(lambda w, g, state, learning_rate: w - learning_rate * g)
    Right.
    """
    from dlcourse.conformance.comparison import expect_comparable

    expect_comparable(keras_object)
    return Exercise(question, functools.partial(explain_rule, keras_object=keras_object), **texts)


def explain_rule(answer: Any, keras_object: Any) -> str | None:
    """Say where a rule goes another way than a Keras object; None if it does not."""
    from dlcourse.conformance.comparison import conform
    from dlcourse.conformance.learner_rule import UnusableRule

    if not callable(answer):
        return f"the answer is a function, not {answer!r}."
    try:
        report = conform(answer, keras_object)
    except UnusableRule as error:
        return f"your answer must be {error.expected}. Yours is {error.shown}."
    if report:
        return None
    return f"this is not Keras's {report.keras_name}. {report.difference} {report.hint}".rstrip()
