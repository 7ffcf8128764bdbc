"""What a known mistake is: a wrong rule that runs, and what to tell whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


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
    """Mistakes, written down by decorating their wrong rules; the likelier one comes first."""

    def __init__(self, *, also_right: bool = False) -> None:
        super().__init__()
        self.also_right = also_right

    def of(self, *concerns: str) -> Callable[[Callable], Mistake]:
        """Record the decorated rule: its name is the mistake's, its docstring the hint.

        >>> mistakes = Mistakes()
        >>> @mistakes.of("SGD")
        ... def uphill(right, w, g, state, h):
        ...     "Subtract the gradient."
        ...     return right(w, -g, state, h)
        >>> mistakes[0].name, mistakes[0].hint
        ('uphill', 'Subtract the gradient.')
        """

        def record(rule: Callable) -> Mistake:
            hint = " ".join((rule.__doc__ or "").split())
            name = rule.__name__.replace("_", " ")
            self.append(Mistake(name, concerns, rule, hint, self.also_right))
            return self[-1]

        return record
