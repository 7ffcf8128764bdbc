"""Call a rule that someone is still writing: what goes wrong in it is told, never raised."""

from __future__ import annotations

import copy
import inspect
import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcourse.conformance.learner_code import own_line

# In every Keras optimizer's configuration, but in no rule of the course.
_SETTINGS = {
    "name",
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "loss_scale_factor",
    "gradient_accumulation_steps",
}


class UnusableRule(ValueError):
    """What was given as a rule is none.

    Args:
        rule: what was given.
        expected: what it must be.
    """

    def __init__(self, rule: Any, expected: str) -> None:
        self.shown, self.expected = _shown(rule), expected
        super().__init__(f"`rule` must be {expected}. Received: rule={self.shown}")


class RuleFailed(Exception):
    """The rule returned no weights.

    Args:
        what: what it did instead, to follow "it".
        hint: what to do about it; may be empty.
    """

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what, self.hint = what, hint

    def at(self, step: int) -> RuleFailed:
        """Return the same failure, told as a sentence with the step at which it happened."""
        return RuleFailed(f"At step {step} it {self.what}.", self.hint)


class LearnerRule:
    """A hand-written rule, called with the hyperparameters that its signature names.

    Args:
        rule: the function, as the learner wrote it.
        leading: the names of its first parameters: `w`, `g` and `state`, or `step`.
        keras_name: the Keras class it is compared with.
        config: the Keras object's hyperparameters by name.

    Attributes:
        advice: what to say of parameters that Keras does not know; may be empty.

    Raises:
        UnusableRule: `rule` is no such function, or asks for a hyperparameter that Keras's has not.
    """

    def __init__(
        self, rule: Any, leading: tuple[str, ...], keras_name: str, config: Mapping[str, Any]
    ) -> None:
        parameters = _parameters(rule, leading, config)
        known = ", ".join(name for name in config if name not in _SETTINGS)
        unknown = [name for name in parameters if name not in config]
        missing = any(parameters[name].default is inspect.Parameter.empty for name in unknown)
        if missing:
            expected = f"a function whose hyperparameters are among {keras_name}'s: {known}"
            raise UnusableRule(rule, expected)
        self.rule, self.names = rule, [name for name in parameters if name in config]
        self.advice = _advice(keras_name, unknown)

    def __call__(self, *leading: Any, config: Mapping[str, Any]) -> Any:
        """Call the rule with copies, so that it may change in place what it is given."""
        given = {name: copy.copy(config[name]) for name in self.names}
        try:
            with np.errstate(all="ignore"):  # NaN and infinity are told, not warned of
                return self.rule(*leading, **given)
        except Exception as error:
            absent = [name for name, value in given.items() if value is None]
            told = " ".join([f"raised {type(error).__name__}:", *str(error).split()])
            raise RuleFailed(told + _line(error), _hint(error, absent)) from error


def as_weights(returned: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return what a rule returned as an array of the weights' shape, or raise RuleFailed."""
    _expect_returned(returned, "the new weights", "`state` keeps itself")
    if np.shape(returned) != shape:
        raise RuleFailed(
            f"returned weights of shape {np.shape(returned)} for weights of shape {shape}",
            "The new weights have the shape of `w`: work element by element.",
        )
    return _as_float(returned)


def as_rate(returned: Any) -> float:
    """Return what a schedule rule returned as one number, or raise RuleFailed."""
    _expect_returned(returned, "the learning rate", "one number")
    if np.shape(returned) != ():
        raise RuleFailed(f"returned shape {np.shape(returned)}, not one number")
    return float(_as_float(returned))


def _expect_returned(returned: Any, what: str, alone: str) -> None:
    if returned is None:
        raise RuleFailed("returned None", f"End it with `return` and {what}.")
    if isinstance(returned, tuple):
        raise RuleFailed("returned a tuple", f"Return {what} alone: {alone}.")


def _as_float(returned: Any) -> np.ndarray:
    try:
        return np.array(returned, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise RuleFailed(f"returned a {type(returned).__name__}, not numbers") from None


def _shown(rule: Any) -> str:
    """Return a rule as it was written, without its address in memory."""
    if not callable(rule):
        return repr(rule)
    name = getattr(rule, "__name__", type(rule).__name__)
    try:
        return f"{name}{inspect.signature(rule)}"
    except (TypeError, ValueError):
        return name


def _parameters(
    rule: Any, leading: tuple[str, ...], config: Mapping[str, Any]
) -> dict[str, inspect.Parameter]:
    """Return the parameters after the leading ones; `**hyperparameters` stands for all."""
    parameters = _signature(rule)
    first, rest = parameters[: len(leading)], parameters[len(leading) :]
    positional = [p for p in first if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    ok = len(positional) == len(leading) and not any(p.name in config for p in first)
    if not ok or any(p.kind == p.VAR_POSITIONAL for p in rest):
        form = f"a function of ({', '.join(leading)}, and hyperparameters by Keras's names)"
        raise UnusableRule(rule, form)
    named = {p.name: p for p in rest if p.kind != p.VAR_KEYWORD}
    return named if len(named) == len(rest) else {**dict.fromkeys(config, rest[-1]), **named}


def _signature(rule: Any) -> list[inspect.Parameter]:
    """Return a rule's parameters; none of what is no rule."""
    if not callable(rule) or inspect.isclass(rule) or hasattr(rule, "get_config"):
        return []
    try:
        return list(inspect.signature(rule).parameters.values())
    except (TypeError, ValueError):
        return []


def _advice(keras_name: str, own_defaults: list[str]) -> str:
    if not own_defaults:
        return ""
    names = " or ".join(f"`{name}`" for name in own_defaults)
    return (
        f"{keras_name} has no hyperparameter {names}, so the rule's default was used: call"
        " hyperparameters by Keras's names."
    )


def _line(error: Exception) -> str:
    """Name the learner's own line in which an exception came up, if it came up in one."""
    if (own := own_line(error)) is None:
        return ""
    _, number, source = own
    return f", in its line {number}" + (f": {textwrap.shorten(source, 90)}" if source else "")


def _hint(error: Exception, absent: list[str]) -> str:
    """Return a hint on an exception that beginners often meet, or nothing."""
    message = str(error)
    if absent and isinstance(error, TypeError) and "NoneType" in message:
        return f"This Keras object has no {' or '.join(absent)}: None is what the rule gets."
    if isinstance(error, TypeError) and ("^" in message or "bitwise_xor" in message):
        return "`^` is Python's exclusive or; a power is written `**`."
    if isinstance(error, KeyError):
        return "`state` starts empty: read it with a first value, as in state.get('v', 0)."
    if isinstance(error, UnboundLocalError):
        return "What must last from step to step is kept in `state`, not in a variable."
    if isinstance(error, ZeroDivisionError):
        return "If this is a bias correction, count the step from 1: 1 - beta_1**0 is 0."
    return ""
