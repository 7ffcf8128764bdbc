"""What would give points to nobody or to everybody is refused before it is handed out."""

from __future__ import annotations

import pytest
from small_assignment import LIMITS

from dlcourse.assignment.authoring.cells import AssignmentError
from dlcourse.assignment.authoring.folder import build, key_path
from dlcourse.assignment.grading.rehearsal import rehearse

SOURCE = """
# %% tags=["student"]
student = "your identifier"

# %% tags=["stub"] question="losses"
losses = {"SGD": ...}

# %% tags=["solution"]
losses = {"SGD": 0.5}

# %% tags=["hidden"] question="losses" points=1
assert all(loss > 0 for loss in losses.values())

# %% tags=["stub"] question="double"
def double(x): ...

# %% tags=["solution"]
def double(x):
    return 2 * x

# %% tags=["hidden"] question="double" points=1
assert double(2) == 4
"""


def rehearsed(tmp_path, old="", new=""):
    assert old in SOURCE
    folder = tmp_path / "quiz"
    folder.mkdir()
    (folder / "quiz.py").write_text(SOURCE.replace(old, new))
    build(folder)
    return rehearse(key_path(folder), LIMITS)


def test_a_check_that_an_empty_answer_passes_is_named(tmp_path):
    assert rehearsed(tmp_path) == ["a check of `losses` passes on an empty answer"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("return 2 * x", "return x", "the solution of `double` does not pass: wrong; a hidden"),
        ("double(2) == 4", "double(2) != 5", "a check of `double` passes where nothing is answer"),
        ('# %% tags=["stub"] question="losses"', '# %% tags=["hidden"]\n1 / 0\n\n'
         '# %% tags=["stub"] question="losses"', "grade this again: ZeroDivisionError"),
    ],
)  # fmt: skip
def test_what_cannot_be_handed_out(tmp_path, old, new, told):
    with pytest.raises(AssignmentError, match=told):
        rehearsed(tmp_path, old, new)
