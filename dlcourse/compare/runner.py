"""What every lesson function shares: the settings that it takes, and the training of its methods.

The function itself is a pure one, from what is varied to methods; `comparison` trains these.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from dlcourse.experiment.method import Method
from dlcourse.experiment.task import Task, expect_task
from dlcourse.results.training_runs import TrainingRuns
from dlcourse.training.settings import DEFAULTS, Settings, checked_settings
from dlcourse.training.train import train_runs

P = ParamSpec("P")
Result = TypeVar("Result")

# A sweep keeps how each training ended, and nothing of what led there.
NOT_OF_SWEEPS = ("evaluate_every", "record")

RETURNS = """\
    Returns:
        What was recorded, by label: arrays of shape (methods, seeds, epochs or steps).

"""
RAISES = """\
    Raises:
        ValueError: an argument is wrong; nothing was trained.

"""


def comparison(
    plan: Callable[P, dict[str, Method]],
    *,
    report: Callable[[Mapping[str, Any], TrainingRuns], None] | None = None,
) -> Callable[P, TrainingRuns]:
    """Make a lesson function of a pure one: it trains the methods that `plan` returns.

    Args:
        plan: takes what is varied and the task, and the rest by keyword.
        report: what to say of the trained runs, given what was varied.
    """

    @takes_settings()
    @functools.wraps(plan)
    def trained(*args: P.args, **kwargs: P.kwargs) -> TrainingRuns:
        varied, task = args
        settings = {name: kwargs[name] for name in Settings.__annotations__}
        runs = run(plan(*args, **kwargs), task, settings)
        if report is not None:
            report(varied, runs)
        return runs

    return trained


def run(methods: Mapping[str, Method], task: Task, settings: Mapping[str, Any]) -> TrainingRuns:
    """Train methods under these settings."""
    return train_runs(methods, task, **settings)


def at_the_end(
    settings: Mapping[str, Any], methods: Mapping[str, Method] | None = None
) -> dict[str, Any]:
    """Return the settings of a training that is measured once, as far as callbacks allow."""
    watched = settings["callbacks"] or any(each.callbacks for each in (methods or {}).values())
    return {**settings, "evaluate_every": 1 if watched else settings["epochs"]}


def takes_settings(
    *, without: tuple[str, ...] = ()
) -> Callable[[Callable[P, Result]], Callable[P, Result]]:
    """Give a lesson function the settings: in its signature, in its help, and checked.

    The function is then called with all of them, whatever its caller left to the defaults.

    Args:
        without: settings that mean nothing there.
    """
    names = [name for name in Settings.__annotations__ if name not in without]

    def decorate(function: Callable[P, Result]) -> Callable[P, Result]:
        signature = _signature(function, names)

        @functools.wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> Result:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            expect_task(bound.arguments["task"])
            chosen = checked_settings(**{name: bound.arguments[name] for name in names})
            bound.arguments.update({name: chosen[name] for name in names})
            return function(*bound.args, **bound.kwargs)

        called.__signature__ = signature
        called.__doc__ = function.__doc__ and _document(function.__doc__, names)
        return called

    return decorate


def _signature(function: Callable, names: list[str]) -> inspect.Signature:
    own = inspect.signature(function)
    named = [each for each in own.parameters.values() if each.kind is not each.VAR_KEYWORD]
    settings = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY,
                          default=DEFAULTS.get(name, inspect.Parameter.empty),
                          annotation=Settings.__annotations__[name])
        for name in names
    ]  # fmt: skip
    return own.replace(parameters=[*named, *settings])


def _document(text: str, names: list[str]) -> str:
    """Complete a docstring: what `Settings` says of each setting, what comes out, what raises."""
    begins, arguments, ends = _split(text)
    _, described, _ = _split(Settings.__doc__ or "")
    entries = re.split(r"(?m)^(?=        \w+: )", described)
    told = {entry.split(":")[0].strip(): entry for entry in entries}
    if "    Returns:\n" not in text:
        ends = RETURNS + ends
    if "    Raises:\n" not in text:
        ends = ends.replace("    Example:\n", RAISES + "    Example:\n", 1)
    return begins + arguments + "".join(told[name] for name in names) + "\n" + ends


def _split(text: str) -> tuple[str, str, str]:
    """Return a docstring's text up to its arguments, the arguments, and what follows them."""
    begins, head, rest = text.partition("    Args:\n")
    arguments = re.match(r"(?:        .*\n)*", rest)[0]
    return begins + head, arguments, rest[len(arguments) :].removeprefix("\n")


def short(number: float) -> str:
    """Return the shortest text that stands for this number and no other.

    >>> short(0.5), short(0.0), short(0.10000001)
    ('0.5', '0', '0.10000001')
    """
    text = f"{number:g}"
    return text if float(text) == number else repr(number)
