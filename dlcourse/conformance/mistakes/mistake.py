"""What a known mistake is: a wrong rule that runs, and what to tell whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlcourse.conformance.rules import changed


@dataclass(frozen=True)
class Mistake:
    """A wrong rule that people write, and the hint that it earns.

    Args:
        name: a short name.
        concerns: the Keras classes, by name, whose rule is mistaken in this way.
        rule: the wrong rule, a function of `(right, w, g, state, h)`, or for schedules of
            `(right, step, h)`: the right rule, then what that gets.
        hint: one or two sentences to the learner.
        also_right: not wrong, but the form of a paper or of another library.
    """

    name: str
    concerns: tuple[str, ...]
    rule: Callable
    hint: str
    also_right: bool = False


class Mistakes(list[Mistake]):
    """A list of mistakes, the likelier one first.

    >>> mistakes = Mistakes()
    >>> sgd = mistakes.of("SGD")
    >>> @sgd("Subtract the gradient.")
    ... def goes_uphill(right, w, g, state, h):
    ...     return right(w, -g, state, h)
    >>> sgd.change("momentum unused", "Use `momentum`.", momentum=0.0)
    >>> [(mistake.name, mistake.hint) for mistake in mistakes]
    [('goes uphill', 'Subtract the gradient.'), ('momentum unused', 'Use `momentum`.')]
    """

    def __init__(self, *, also_right: bool = False) -> None:
        super().__init__()
        self.also_right = also_right

    def of(self, *concerns: str) -> Recorder:
        """Return what writes down mistakes in these Keras classes."""
        return Recorder(self, concerns)


@dataclass(frozen=True)
class Recorder:
    """A decorator of wrong rules: it records each under its function's name, with a hint."""

    mistakes: Mistakes
    concerns: tuple[str, ...]

    def __call__(self, hint: str) -> Callable[[Callable], Callable]:
        def record(rule: Callable) -> Callable:
            self._record(rule.__name__.replace("_", " "), rule, hint)
            return rule

        return record

    def change(self, name: str, hint: str, **values: Any) -> None:
        """Record the right rule with other hyperparameters than it was given."""

        def rule(right: Callable, *given: Any) -> Any:
            return right(*given[:-1], changed(given[-1], **values))

        self._record(name, rule, hint)

    def _record(self, name: str, rule: Callable, hint: str) -> None:
        also_right = self.mistakes.also_right
        self.mistakes.append(Mistake(name, self.concerns, rule, hint, also_right))
