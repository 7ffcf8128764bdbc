"""Exercises by kind of answer: a number, a choice, or a rule that must be Keras's rule."""

from __future__ import annotations

import math
from collections.abc import Mapping
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
        ValueError: a wrong answer lies within the tolerance of the right one.

    >>> exercise = number("How many weights has Dense(3) on 4 inputs?", 15, solution="4·3 + 3",
    ...                   wrong={12: "Each of the 3 units has a bias, too."})
    >>> exercise.check(12)
    Not yet: Each of the 3 units has a bias, too.
    >>> exercise.check(20)
    Not yet: 20 is too large.
    """
    expect_number("tolerance", tolerance, above=0)
    mistakes = dict(wrong or {})

    def is_close(value: float, target: float) -> bool:
        absolute = tolerance if right == 0 else 0
        return math.isclose(value, target, rel_tol=tolerance, abs_tol=absolute)

    for value in mistakes:
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

    return Exercise(question, checker, **texts)


def _as_number(answer: Any) -> float | None:
    """Convert an answer to a float; None for text, truth values and NaN."""
    try:
        value = math.nan if isinstance(answer, (str, bool)) else float(answer)
    except (TypeError, ValueError):
        return None
    return None if math.isnan(value) else value


def choice(question: str, right: str, wrong: Mapping[str, str], **texts: Any) -> Exercise:
    """Make an exercise whose answer is one of several options.

    Args:
        question: what is asked.
        right: the right option, as the learner types it.
        wrong: the other options, each with the reason why it is not right.
        **texts: `hints`, `solution` and `because`, as in `Exercise`; the solution is `right`
            where none is given.

    Raises:
        ValueError: `right` is among the wrong options.

    >>> exercise = choice("What does momentum remember?", "gradients",
    ...                   {"losses": "The rule never sees a loss."})
    >>> exercise.check("losses")
    Not yet: The rule never sees a loss.
    >>> exercise.check("weights")
    Not yet: choose one of 'gradients', 'losses'.
    """
    expect(right not in wrong, "right", "none of the wrong options", right)
    is_option = one_of([right, *wrong])

    def checker(answer: Any) -> str | None:
        return is_option(answer) or wrong.get(answer)

    return Exercise(question, checker, **{"solution": right, **texts})


def one_of(options: list[str]) -> Checker:
    """Check that an answer is one of the options, whichever.

    >>> one_of(["yes", "no"])("perhaps")
    "choose one of 'no', 'yes'."
    """
    listed = ", ".join(repr(option) for option in sorted(options))
    return lambda answer: None if answer in options else f"choose one of {listed}."


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

    >>> import keras
    >>> exercise = rule("Write plain gradient descent.", keras.optimizers.SGD(0.1),
    ...                 solution="return w - learning_rate * g")
    >>> exercise.check(lambda w, g, state, learning_rate: w - learning_rate * g)
    Right.
    """

    def checker(answer: Any) -> str | None:
        from dlcourse.conformance import conform

        if not callable(answer):
            return f"the answer is a function, not {answer!r}."
        report = conform(answer, keras_object)
        if report:
            return None
        return (
            f"this is not Keras's {report.keras_name}. {report.difference} {report.hint}".rstrip()
        )

    return Exercise(question, checker, **texts)
