"""A prediction: made before an experiment, compared with what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlcourse.checks import expect
from dlcourse.exercises.answers import expect_options, one_of, same_option
from dlcourse.exercises.exercise import Exercise, Verdict


class Prediction(Exercise):
    """A guess that is noted before the experiment and compared with its outcome afterwards.

    It can be changed until it is compared; whoever has seen the outcome predicts no more.

    Args:
        question: what will happen?
        options: the outcomes to choose from.
        because: why it happens, as it does; shown with the comparison.

    Raises:
        ValueError: there are fewer than two options.

    >>> from dlcourse.exercises import Prediction
    >>> faster = Prediction("Which descends faster?", ["plain", "momentum"],
    ...                     because="Steps that agree add up.")
    >>> faster.check("plain")
    Noted. You predict 'plain'. The experiment will tell.
    >>> faster.compare("momentum")
    Surprise: you predicted 'plain', and it is 'momentum'. Steps that agree add up.
    >>> faster.check("momentum")
    Noted. You have seen what happened, so your prediction stays 'plain'.
    """

    def __init__(self, question: str, options: Sequence[str], *, because: str = "") -> None:
        expect_options("options", options)
        expect(len(options) > 1, "options", "a list of two outcomes or more", options)
        solution = "There is no solution to look up: guess, and let the experiment tell."
        super().__init__(question, one_of(options), solution=solution, because=because)
        self.options = tuple(options)
        self._guess: str | None = None
        self._compared = False

    def check(self, answer: Any) -> Verdict:
        """Note a guess; right or wrong is for the experiment to say."""
        verdict = super().check(answer)
        guess = same_option(answer, self.options) if verdict else None
        if self._compared and self._guess not in (None, guess):
            kept = f"your prediction stays {self._guess!r}."
            return Verdict("noted", f"You have seen what happened, so {kept}")
        self._guess = guess
        if not verdict:
            return verdict
        return Verdict("noted", f"You predict {guess!r}. The experiment will tell.")

    def compare(self, outcome: str) -> Verdict:
        """Compare the noted guess with what the experiment recorded.

        Args:
            outcome: the option that came true, computed from the recorded result.

        Raises:
            ValueError: `outcome` is none of the options.
        """
        known = isinstance(outcome, str) and outcome in self.options
        expect(known, "outcome", f"one of {self.options}", outcome)
        self._compared = True
        if self._guess is None:
            message = "Make your prediction above, then run this cell again."
            return Verdict("not attempted", message)
        if self._guess == outcome:
            return Verdict("right", f"You predicted {outcome!r}. {self.because}".rstrip())
        message = f"you predicted {self._guess!r}, and it is {outcome!r}. {self.because}"
        return Verdict("surprise", message.rstrip())
