"""A source is read, or refused with the cell that is wrong."""

from __future__ import annotations

import re

import pytest
from small_assignment import NAME, SOURCE

from dlcourse.assignment.authoring.cells import AssignmentError, defined_names
from dlcourse.assignment.authoring.source import parse_source


def test_questions_and_points():
    assignment = parse_source(SOURCE, NAME)
    asked = [(a.question, assignment.points(a), a.markdown, a.names) for a in assignment.answers]
    assert asked == [
        ("double", 3, False, ["double"]),
        ("mean", 2, False, ["mean"]),
        ("step", 4, False, ["step"]),
        ("explain", 5, True, []),
    ]
    assert [answer.seconds for answer in assignment.answers] == [2, 10, 20, 60]
    assert [check.points for check in assignment.checks("double")] == [2, 1]
    roles = [cell.role for cell in assignment.cells]
    assert roles == [
        "shown", "student", "setup", "shown",
        "answer", "hidden", "hidden", "hidden", "answer", "hidden", "answer", "hidden", "answer",
    ]  # fmt: skip


def test_ids_follow_the_content():
    first = parse_source(SOURCE, NAME).cells
    moved = "# %%\nprint('new')\n" + SOURCE + "\n# %%\nprint('new')\n"
    cells = parse_source(moved, NAME).cells
    assert [cell.id for cell in cells[1:-1]] == [cell.id for cell in first]
    assert cells[0].id != cells[-1].id
    assert len({cell.id for cell in cells}) == len(cells)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(x): ...\nasync def g(): ...\nclass H: ...", ["f", "g", "H"]),
        ("a = b = 1\nc, (d, *e) = ...\nf: int = 3\na = 2", ["a", "b", "c", "d", "e", "f"]),
        ("a[0] = 1\nb.c = 2\nprint(a)\nimport os", []),
        ("def f(:", []),
    ],
)
def test_defined_names(source, names):
    assert defined_names(source) == names


STUB = '# %% tags=["stub"] question="double" seconds=2\n'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('tags=["setup"]', 'tags=["set-up"]', "a cell has one tag of student, setup"),
        ('tags=["setup"]', 'tags=["setup", "hidden"]', "a cell has one tag of"),
        ('tags=["setup"]', "tags=3", "not a py:percent source"),
        ('tags=["setup"]', 'tags=["setup"] points=3', "only stubs and hidden checks have"),
        ('tags=["setup"]', 'tags=["setup"] weight=3', "a header holds points, question, seconds"),
        ('question="double" seconds', 'question="Double it" seconds', "a question's name is of"),
        ("seconds=2", 'seconds="2"', "seconds is a number > 0. Received: '2'"),
        ("seconds=2", "seconds=0", "seconds is a number > 0. Received: 0"),
        ("points=2", "points=-1", "points is a number > 0. Received: -1"),
        (" points=2", "", "hidden checks of a question have points, and stubs in Markdown"),
        (' question="explain" points=5', ' question="explain"', "hidden checks of a question have"),
        (
            'question="double" seconds=2',
            'question="double" points=2',
            "hidden checks of a question",
        ),
        ("def double(x): ...", "...", "a stub defines a name"),
        ("rows = np.arange(3.0)", "rows = (np.arange(3.0)", "what the checks run is plain Python"),
        ("import numpy as np", "%matplotlib inline", "plain Python without magics"),
        ("import numpy as np", "!pip install numpy", "plain Python without magics"),
        (
            'assert double(4) == 8, "double(4) must be 8"',
            'assert (double(4) == 8, "8")',
            "assertion is always true",
        ),
        ('student = "your identifier"', "student = input()", 'this cell is `student = "..."`'),
        ('tags=["student"]', 'tags=["setup"]', "an assignment has one cell tagged student"),
        ('# %% tags=["solution"]\ndef double', "# %%\ndef double", "after the stub of `double`"),
        (STUB, "# %%\n", "a solution follows a stub"),
        ('question="mean" points', 'question="double" points', "each question has a hidden check"),
        ('question="mean"', 'question="double"', "each question has one stub"),
        ('question="double" points=2', 'question="triple" points=2', "stands after its question's"),
        ('# %% [markdown] tags=["solution"]\n# Because it is so.\n', "", "after a stub comes its"),
        ("# %% [markdown]\n# # Small", '# %% [markdown] tags=["setup"]\n# # Small', "is code"),
    ],
)
def test_a_wrong_source_is_refused(old, new, told):
    assert old in SOURCE
    with pytest.raises(AssignmentError, match=f"^small.*{re.escape(told)}") as caught:
        parse_source(SOURCE.replace(old, new), NAME)
    assert len(str(caught.value).splitlines()) == 1


def test_a_source_without_questions():
    with pytest.raises(AssignmentError, match="an assignment has a stub, at least"):
        parse_source("# %%\nprint(1)\n", NAME)
