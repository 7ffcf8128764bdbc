"""A lesson's claims: each a sentence, with what must be true for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dlcourse.checks import expect

BROKEN = ("No longer true: ", "Can no longer be told: ")  # openings of a claim that failed


@contextmanager
def claim(sentence: str) -> Iterator[None]:
    """Say that a claim holds, or, after a change of the learner's, that it no longer does.

    The claim holds if the block below it asserts nothing wrong. If it does not hold, the lesson
    goes on, and the printed line says which claim fell. That line is not what the notebook stores,
    so that `pytest --nbval` fails, and a notebook with such a line is never built.

    Args:
        sentence: what is claimed, as a reader says it.

    Raises:
        ValueError: the sentence is no text, or is empty.

    >>> from dlcourse import claim
    >>> sgd, momentum = 0.30, 0.12
    >>> with claim("Momentum ends below half of plain descent's loss."):
    ...     assert momentum < sgd / 2
    Holds: Momentum ends below half of plain descent's loss.
    >>> with claim("Plain descent ends lower."):
    ...     assert sgd < momentum
    No longer true: Plain descent ends lower.
    """
    expect(isinstance(sentence, str) and sentence != "", "sentence", "a sentence", sentence)
    try:
        yield
    except AssertionError:
        print(f"{BROKEN[0]}{sentence}")
    except Exception as error:  # the learner renamed or removed what the claim is about
        print(f"{BROKEN[1]}{sentence} ({type(error).__name__}: {error})")
    else:
        print(f"Holds: {sentence}")
