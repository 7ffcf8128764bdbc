"""What `dlcourse assignment` passes on, prints, and returns."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from dlcourse.assignment.grading import batch, rehearsal
from dlcourse.assignment.grading.report import QuestionResult, Report
from dlcourse.assignment.sandbox.isolation import IsolationError, Limits
from dlcourse.cli import main


@pytest.fixture
def graded(monkeypatch):
    """What `grade_batch` was given; it finds what is put into `reports`."""
    given: dict = {"reports": []}

    def grade_batch(*values):
        given["values"] = values
        yield from given["reports"]

    monkeypatch.setattr(batch, "grade_batch", grade_batch)
    monkeypatch.setattr(signal, "signal", lambda *values: given.update(signal=values[0]))
    return given


def report(student: str, points: float, graded: bool = True) -> Report:
    questions = [QuestionResult("mean", 2, points=points), QuestionResult("why", 5, by_hand=True)]
    return Report("small", student, "", "none", questions, ["the grader failed"], graded)


def test_defaults(small, graded, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(small)
    (tmp_path / "ada.ipynb").write_text("{}")
    graded["reports"] = [report("ada", 1.5)]
    assert main(["assignment", "grade", str(tmp_path / "ada.ipynb")]) == 0
    submissions, key, output, limits, isolation = graded["values"]
    assert submissions == [tmp_path / "ada.ipynb"]
    assert key.resolve() == small / "key/small.ipynb"
    assert (output, limits, isolation) == (Path("reports"), Limits(900, 8), "bubblewrap")
    assert graded["signal"] == signal.SIGTERM
    assert capsys.readouterr().out == (
        "ada: 1.5 of 2 points, and 5 to be given by hand\nreports and class.csv: reports\n"
    )


def test_settings(small, graded, tmp_path):
    options = ["--assignment", str(small), "--output", "out", "--seconds", "7", "--memory", "3",
               "--isolation", "none"]  # fmt: skip
    assert main(["assignment", "grade", str(tmp_path), *options]) == 0
    assert graded["values"][2:] == (Path("out"), Limits(7, 3), "none")


def test_not_all_were_graded(small, graded, tmp_path, capsys):
    graded["reports"] = [report("ada", 2, graded=False), report("bob", 2)]
    assert main(["assignment", "grade", str(tmp_path), "--assignment", str(small)]) == 1
    printed = capsys.readouterr()
    assert "bob: 2 of 2" in printed.out
    assert printed.err == "dlcourse assignment grade: ada: the grader failed\n"


def test_no_wall_is_an_argument_that_cannot_be_meant(small, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["assignment", "grade", str(tmp_path), "--assignment", str(small)]) == 2
    assert "install `bwrap`" in capsys.readouterr().err


def test_build_tells_what_the_rehearsal_found(small, monkeypatch, capsys):
    monkeypatch.setattr(rehearsal, "rehearse", lambda key, limits: ["a check passes"])
    assert main(["assignment", "build", str(small)]) == 0
    printed = capsys.readouterr()
    assert printed.err == "dlcourse assignment build: warning: a check passes\n"
    assert printed.out.startswith("built small: 4 questions, 14 points\n")


def test_what_must_be_hidden_is_told_to_the_wall(small, tmp_path, monkeypatch):
    told: list[Path] = []

    def expect_usable(self, private):
        told.extend(private)
        raise IsolationError("no")

    monkeypatch.setattr("dlcourse.assignment.sandbox.bubblewrap.Bubblewrap.expect_usable",
                        expect_usable)  # fmt: skip
    key, output = small / "key/small.ipynb", tmp_path / "out"
    with pytest.raises(IsolationError):
        list(batch.grade_batch([tmp_path / "in"], key, output, Limits()))
    assert told == [small, output, tmp_path / "in"]
    assert not output.exists()
