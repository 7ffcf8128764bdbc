"""Arrays that a student's function returned, compared with the right one."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse.exercises.arrays import explain_array

RIGHT = np.array([[1.0, 2.0], [3.0, 4.0]])
MISTAKES = {
    "it is the double.": 2 * RIGHT,
    "it divides by 0.": np.array([[np.inf, 2.0], [3.0, 4.0]]),
}


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (RIGHT, None),
        (RIGHT.tolist(), None),
        (RIGHT + 1e-8, None),
        (2 * RIGHT, "it is the double."),
        ([[np.inf, 2], [3, 4]], "it divides by 0."),
        (RIGHT[0], "the result has shape (2,), and must have (2, 2)."),
        (np.full((2, 2), 9.0), "the value at [0, 0] is 9, and must be 1."),
        ([[1, 2], [5, 6]], "the value at [1, 0] is 5, and must be 3."),
        ([[1, 2], [np.nan, 4]], "the value at [1, 0] is nan, and must be 3."),
        ("text", "the result is a str, not an array of numbers."),
        ([[1], [2, 3]], "the result is a list, not an array of numbers."),
    ],
)
def test_what_is_wrong_is_told(result, told):
    assert explain_array(result, RIGHT, MISTAKES) == told


def test_a_number_has_no_place():
    assert explain_array(2.0, np.array(1.0), {}) == "the value is 2, and must be 1."


def test_a_mistake_may_be_not_a_number():
    undefined = {"it is 0 / 0.": np.array([np.nan, 1.0])}
    assert explain_array([np.nan, 1.0], np.array([0.0, 1.0]), undefined) == "it is 0 / 0."
