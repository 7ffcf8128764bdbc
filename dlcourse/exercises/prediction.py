"""A prediction: made before an experiment, compared with what was recorded."""

from __future__ import annotations

from typing import Any

from dlcourse.checks import expect
from dlcourse.exercises.answers import one_of
from dlcourse.exercises.exercise import Exercise, Verdict


class Prediction(Exercise):
    """A guess that is noted before the experiment and compared with its outcome afterwards.

    Args:
        question: what will happen?
        options: the outcomes to choose from.
        because: why it happens, as it does; shown with the comparison.

    Raises:
        ValueError: there are fewer than two options.

    >>> faster = Prediction("Which descends faster?", ["plain", "momentum"],
    ...                     because="Steps that agree add up.")
    >>> faster.check("plain")
    Noted. You predict 'plain'. The experiment will tell.
    >>> faster.compare("momentum")
    Surprise: you predicted 'plain', and it is 'momentum'. Steps that agree add up.
    """

    def __init__(self, question: str, options: list[str], *, because: str = "") -> None:
        expect(len(set(options)) > 1, "options", "a list of two outcomes or more", options)
        solution = "There is no solution to look up: guess, and let the experiment tell."
        super().__init__(question, one_of(list(options)), solution=solution, because=because)
        self.options = tuple(options)
        self._guess: str | None = None

    def check(self, answer: Any) -> Verdict:
        """Note a guess; right or wrong is for the experiment to say."""
        verdict = super().check(answer)
        self._guess = answer if verdict else None
        if not verdict:
            return verdict
        return Verdict("noted", f"You predict {answer!r}. The experiment will tell.")

    def compare(self, outcome: str) -> Verdict:
        """Compare the noted guess with what the experiment recorded.

        Args:
            outcome: the option that came true, computed from the recorded result.

        Raises:
            ValueError: `outcome` is none of the options.
        """
        expect(outcome in self.options, "outcome", f"one of {self.options}", outcome)
        if self._guess is None:
            return Verdict("not attempted", f"You made no prediction; it is {outcome!r}.")
        if self._guess == outcome:
            return Verdict("right", f"You predicted {outcome!r}. {self.because}".rstrip())
        message = f"you predicted {self._guess!r}, and it is {outcome!r}. {self.because}"
        return Verdict("surprise", message.rstrip())
