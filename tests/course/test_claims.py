"""A claim says whether it holds, and lets the lesson go on."""

from __future__ import annotations

import pytest

from dlcourse.course.claims import claim


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("assert 1 < 2", "Holds: One is less.\n"),
        ("assert 2 < 1", "No longer true: One is less.\n"),
        ("assert {}['Adam'] < 1", "Can no longer be told: One is less. (KeyError: 'Adam')\n"),
    ],
)
def test_a_claim_says_whether_it_holds(capsys, code, said):
    with claim("One is less."):
        exec(code)
    assert capsys.readouterr().out == said


def test_an_interrupt_is_no_broken_claim():
    with pytest.raises(KeyboardInterrupt), claim("It stops."):
        raise KeyboardInterrupt
