"""The assignment that ships: its own solution gets every point."""

from __future__ import annotations

import pytest
from small_assignment import ISOLATION

from dlcourse.assignment.authoring.folder import key_path, new_assignment
from dlcourse.assignment.grading.batch import grade_batch
from dlcourse.assignment.sandbox.isolation import Limits


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = new_assignment(tmp_path_factory.mktemp("assignments") / "final")
    (graded,) = grade_batch(
        [key_path(folder)], key_path(folder), folder / "reports", Limits(), ISOLATION
    )
    return graded


def test_its_solution_gets_full_credit(report):
    states = {each.name: (each.state, each.points, each.messages) for each in report.questions}
    assert states == {
        "adamw": ("right", 6, []),
        "sweep": ("right", 4, []),
        "choose": ("right", 4, []),
        "ablate": ("right", 4, []),
        "classify": ("right", 5, []),
        "own_task": ("right", 2, []),
        "defend": ("to be read", 0, []),
    }
    assert (report.points, report.possible, report.by_hand, report.graded) == (25, 25, 8, True)
