"""A batch cannot be lost: whatever happens to one submission, the others have their reports."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path

import pytest
from small_assignment import ISOLATION, LIMITS, NAME, answered

from dlcourse.assignment.authoring.folder import key_path
from dlcourse.assignment.grading import batch as batches
from dlcourse.assignment.grading import grading
from dlcourse.assignment.grading.batch import grade_batch, name_reports, origin_of
from dlcourse.assignment.grading.class_folder import AssignmentError, find_submissions
from dlcourse.assignment.grading.grading import Grader, is_result, take_over
from dlcourse.assignment.grading.report import QuestionResult, Report
from dlcourse.assignment.grading.report_files import file_name, read_reports, replace_file
from dlcourse.assignment.sandbox.isolation import Isolation


@pytest.fixture
def graded_at_once(monkeypatch):
    """Give every answer full points without running anything."""

    def examine(self, report, answers, student, folder):
        for result in report.questions:
            if result.name in answers:
                result.state, result.points = "right", result.possible

    monkeypatch.setattr(Grader, "examine", examine)


@pytest.fixture
def hand_in(student_notebook, tmp_path):
    """Write a right submission to a path below a folder; return it."""

    def write(path: str, **answers) -> Path:
        notebook = tmp_path / "in" / path
        notebook.parent.mkdir(parents=True, exist_ok=True)
        content = answered(student_notebook, notebook.stem, **answers)
        notebook.write_text(json.dumps(content), encoding="utf-8")
        return notebook

    return write


@pytest.fixture
def grade(small, tmp_path):
    """Grade submissions without a wall."""

    def run(*submissions: Path) -> list[Report]:
        output = tmp_path / "out"
        return list(grade_batch(list(submissions), key_path(small), output, LIMITS, "none"))

    return run


def rows(folder: Path, table: str = "class") -> list[dict[str, str]]:
    return list(csv.DictReader((folder / f"{table}.csv").open(encoding="utf-8")))


def test_nobody_overwrites_anybody(graded_at_once, hand_in, grade, tmp_path):
    accent = "Jos\u00e9"
    paths = ["a/ada.ipynb", "b/ada.ipynb", "c/Ada.ipynb", "ada-2.ipynb", f"a/{accent}.ipynb",
             f"b/{unicodedata.normalize('NFD', accent)}.ipynb", "x/class.ipynb"]  # fmt: skip
    reports = grade(*map(hand_in, paths))
    names = [report.student for report in reports]
    assert names == ["ada", "ada-3", "Ada-4", "ada-2", accent, f"{accent}-2", "class"]
    assert [row["student"] for row in rows(tmp_path / "out")] == names
    for report in reports:
        told = json.loads((tmp_path / "out" / f"{report.student}.json").read_text("utf-8"))
        assert told["student"] == report.student
        assert (tmp_path / "out" / f"{report.student}.md").exists()
    assert reports[1].notes[-1] == "another submission is called ada, too; this one is ada-3"


def test_earlier_reports_stay_and_grading_again_replaces_ones_own(
    graded_at_once, hand_in, grade, tmp_path
):
    first, second = hand_in("a/ada.ipynb"), hand_in("b/ada.ipynb")
    bob = hand_in("bob.ipynb")
    grade(first, second, bob)
    hand_in("b/ada.ipynb", mean=...)
    assert [report.student for report in grade(second)] == ["ada-2"]
    grade(hand_in("cy.ipynb"))
    found = {row["student"]: row["points"] for row in rows(tmp_path / "out")}
    assert found == {"ada": "9", "ada-2": "7", "bob": "9", "cy": "9"}
    (tmp_path / "out/bob.json").write_text("half a rep")  # no report: it is left alone
    grade(first)
    assert [row["student"] for row in rows(tmp_path / "out")] == ["ada", "ada-2", "cy"]


def test_reports_of_another_assignment_stay_out_of_the_table(tmp_path):
    other = Report("other", "zoe", "zoe.ipynb", "none", [QuestionResult("q", 1)])
    (tmp_path / "zoe.json").write_text(json.dumps(other.to_dict()))
    assert read_reports(tmp_path, NAME) == {}
    assert list(read_reports(tmp_path, "other")) == ["zoe"]
    assert read_reports(tmp_path, "other")["zoe"] == other


def test_the_name_tells_the_submission_not_the_place_of_the_whole(tmp_path):
    assert origin_of(tmp_path / "in/ada.ipynb", tmp_path / "out") == "../in/ada.ipynb"
    known = {"ada": Report(NAME, "ada", "ada.ipynb", "none", [], origin="../in/ada.ipynb")}
    paths = [tmp_path / "in/ada.ipynb", tmp_path / "other/ada.ipynb"]
    assert list(name_reports(paths, NAME, tmp_path / "out", known).values()) == ["ada", "ada-2"]
    assert list(name_reports(paths[1:], NAME, tmp_path / "out", known).values()) == ["ada-2"]


@pytest.mark.parametrize(
    "name", ["x" * 200, "a:b", 'q"?*', ".hidden", "-r", "trailing ", "é" * 120]
)
def test_a_file_s_name_is_one_anywhere(name):
    safe = file_name(name)
    assert len(f"{safe}.json".encode()) < 255
    assert not set(safe) & set('<>:"/\\|?*') and safe[0] not in ".-" and safe[-1] not in " ."
    assert safe != name and safe != file_name(name + "x")


def test_a_report_that_cannot_be_written(graded_at_once, hand_in, grade, tmp_path):
    (tmp_path / "out/bob.json").mkdir(parents=True)
    (tmp_path / "out/bob.json/full").write_text("")
    ada, bob, cy = grade(*(hand_in(f"{name}.ipynb") for name in ("ada", "bob", "cy")))
    assert (ada.graded, bob.graded, cy.graded) == (True, False, True)
    assert bob.notes[-1].startswith("its report could not be written: ")
    assert [(row["student"], row["points"]) for row in rows(tmp_path / "out")] == [
        ("ada", "9"), ("bob", "9"), ("cy", "9")
    ]  # fmt: skip
    assert rows(tmp_path / "out")[1]["remarks"] == "not graded to the end"
    assert list((tmp_path / "out").glob(".new*")) == []


def test_a_file_is_replaced_in_one_step(tmp_path, monkeypatch):
    def full(new, path):
        raise OSError("no space left")

    (tmp_path / "ada.md").write_text("old")
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space left"):
        replace_file(tmp_path / "ada.md", "new")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("ada.md", "old")]


def test_a_table_that_cannot_be_written_is_told_in_the_end(
    graded_at_once, hand_in, grade, tmp_path
):
    (tmp_path / "out/class.csv/full").mkdir(parents=True)
    with pytest.raises(OSError, match=r"class\.csv"):
        grade(hand_in("ada.ipynb"), hand_in("bob.ipynb"))
    assert {path.name for path in (tmp_path / "out").glob("*.md")} == {"ada.md", "bob.md"}


def test_a_fault_of_the_grader_costs_one_report(monkeypatch, hand_in, grade):
    def fail(self, report, answers, student, folder):
        if student == "bob":
            raise RuntimeError("no memory left")

    monkeypatch.setattr(Grader, "examine", fail)
    ada, bob, cy = grade(*(hand_in(f"{name}.ipynb") for name in ("ada", "bob", "cy")))
    assert (ada.graded, bob.graded, cy.graded) == (True, False, True)
    assert bob.notes[-1] == "the grader failed, grade this again: RuntimeError: no memory left"
    assert bob.possible == 9


def test_ctrl_c_keeps_what_is_known(graded_at_once, monkeypatch, hand_in, grade, tmp_path):
    grade(hand_in("zoe.ipynb"))

    def interrupted(self, report, answers, student, folder):
        if student == "bob":
            raise KeyboardInterrupt

    monkeypatch.setattr(Grader, "examine", interrupted)
    with pytest.raises(KeyboardInterrupt):
        grade(*(hand_in(f"{name}.ipynb") for name in ("ada", "bob", "cy")))
    assert [row["student"] for row in rows(tmp_path / "out")] == ["zoe", "ada"]


DONE = '{"done": true}'
RESULT = {"name": "mean", "possible": 2, "by_hand": False, "state": "right", "points": 2,
          "messages": [], "text": ""}  # fmt: skip


def told_by(*lines: str, code: int = 0) -> list[str]:
    """An examiner that tells these lines, whatever it is asked."""
    text = "\n".join(lines)
    program = f"import sys; print({text!r}, flush=True); sys.exit({code})"
    return [sys.executable, "-I", "-c", program]


@pytest.mark.parametrize(
    ("lines", "code", "reason"),
    [
        (["half a li"], 0, "a finding that is none"),
        (["7"], 0, "a finding that is none"),
        ([json.dumps({"question": RESULT})], 3, "its process ended with exit code 3"),
        (['{"failed": "NameError: rows"}'], 0, "NameError: rows"),
    ],
)
def test_an_examiner_that_ends(monkeypatch, hand_in, grade, lines, code, reason):
    monkeypatch.setattr(grading, "EXAMINER", told_by(*lines, code=code))
    (report,) = grade(hand_in("ada.ipynb"))
    assert not report.graded
    assert report.notes[-1] == f"the grader failed, grade this again: {reason}"
    waiting = [each for each in report.questions if each.state == "not graded"]
    assert waiting and all(
        each.messages == ["grading stopped before this question"] for each in waiting
    )


def test_an_examiner_that_a_check_ends_by_a_signal(monkeypatch, hand_in, grade):
    runs = iter([told_by('{"checking": "double"}', code=134), told_by(DONE)])
    monkeypatch.setattr(batches.Grader, "_job", lambda *given: {"seconds": 20.0})
    run = grading.run_examiner

    def next_run(job):
        monkeypatch.setattr(grading, "EXAMINER", next(runs))
        return run(job)

    monkeypatch.setattr(grading, "run_examiner", next_run)
    (report,) = grade(hand_in("ada.ipynb"))
    assert report.graded
    assert report.questions[0].state == "stopped"
    assert report.questions[0].messages == [
        "checking this answer ended the checker, with exit code 134"
    ]


def findings_of(*findings) -> tuple[dict, Report, set[str]]:
    questions = [QuestionResult("double", 3), QuestionResult("mean", 2)]
    report = Report(NAME, "ada", "ada.ipynb", "none", [*questions, QuestionResult("why", 5, True)])
    waiting = {"double", "mean"}
    return take_over(report, list(findings), waiting), report, waiting


def test_a_finding_is_taken_over():
    last, report, waiting = findings_of({"note": "n"}, {"question": RESULT}, {"done": True})
    assert (last, waiting, report.points, report.notes) == ({"done": True}, {"double"}, 2, ["n"])
    assert report.questions[1] == QuestionResult(**RESULT)


@pytest.mark.parametrize(
    "forged",
    [
        {"points": 3}, {"points": -1}, {"points": True}, {"points": float("nan")}, {"points": "2"},
        {"possible": 3}, {"name": "why"}, {"name": "other"}, {"by_hand": True},
        {"state": "perfect"},
        {"messages": "no list"}, {"messages": [3]}, {"text": None}, {"more": 1},
        {"name": "why", "possible": 5}, {"name": "why", "possible": 5, "by_hand": True},
    ],
)  # fmt: skip
def test_a_result_that_cannot_be_is_refused(forged):
    last, report, waiting = findings_of({"question": {**RESULT, **forged}}, {"done": True})
    assert last == {"failed": "a result that cannot be"}
    assert (report.points, waiting) == (0, {"double", "mean"})


def test_what_a_person_reads_gets_no_points_from_a_check():
    told = {**RESULT, "name": "why", "possible": 5}
    assert is_result(told, QuestionResult("why", 5))
    assert not is_result(told, QuestionResult("why", 5, by_hand=True))


def test_each_question_once_and_nothing_after_the_end():
    lower = {**RESULT, "points": 1}
    last, report, _ = findings_of({"question": lower}, {"question": RESULT})
    assert (last, report.points) == ({"failed": "a result that cannot be"}, 1)
    last, report, _ = findings_of({"done": True}, {"question": RESULT})
    assert (last, report.points) == ({"done": True}, 0)
    assert findings_of(7)[0] == findings_of({"done": 1, "note": 2})[0]
    assert findings_of(7)[0] == {"failed": "a finding that is none"}


def test_the_folder_of_reports_is_made(graded_at_once, small, hand_in, tmp_path):
    deep = tmp_path / "a/b"
    batch = grade_batch([hand_in("ada.ipynb")], key_path(small), deep, LIMITS, "none")
    next(batch)  # not to its end: whatever comes next, the table is there
    assert [row["student"] for row in rows(deep)] == ["ada"]


def test_a_run_beside_another_one_keeps_its_reports(
    graded_at_once, small, hand_in, grade, tmp_path
):
    paths, output = [hand_in("bob.ipynb"), hand_in("cy.ipynb")], tmp_path / "out"
    batch = grade_batch(paths, key_path(small), output, LIMITS, "none")
    next(batch)
    grade(hand_in("ada.ipynb"))
    list(batch)
    assert [row["student"] for row in rows(output)] == ["bob", "cy", "ada"]


def test_tables_to_import(graded_at_once, hand_in, grade, tmp_path):
    grade(hand_in("ada.ipynb"), hand_in("=1+1.ipynb", mean=...))
    assert (tmp_path / "out/canvas.csv").read_text() == (
        "Student,ID,SIS User ID,SIS Login ID,Section,small\n"
        "Points Possible,,,,,9\nada,,,ada,,9\n'=1+1,,,'=1+1,,7\n"
    )
    assert (tmp_path / "out/moodle.csv").read_text() == "username,small\nada,9\n'=1+1,7\n"


def test_without_a_wall_all_say_so(graded_at_once, hand_in, grade, tmp_path):
    (report,) = grade(hand_in("ada.ipynb"))
    assert report.notes == [Isolation.remark]
    assert report.isolation == rows(tmp_path / "out")[0]["isolation"] == "none"
    assert "graded without isolation" in (tmp_path / "out/ada.md").read_text()


@pytest.fixture
def place(tmp_path):
    def write(*paths: str) -> Path:
        for path in paths:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("{}")
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["ada.ipynb", "bob.ipynb", "list.csv", "._ada.ipynb"], ["ada.ipynb", "bob.ipynb"]),
        (["ada/work.ipynb", "bob/work.ipynb", "bob/x.py"], ["ada", "bob"]),
        (["ada/work.ipynb", "__MACOSX/ada/work.ipynb", "bob/essay.pdf"], ["ada", "bob"]),
        (["ada/work.ipynb", "bob.zip"], ["ada", "bob.zip"]),
        (["ada.zip"], ["ada.zip"]),
        (["ada.ipynb", "bob.ipynb", "cy/work.ipynb"], ["ada.ipynb", "bob.ipynb", "cy"]),
        (["work.ipynb", "mine.py", "data/x.npy"], [""]),
        (["small/small.ipynb", "small/mine.py"], [""]),
        (["essay.pdf"], [""]),
    ],
)
def test_a_folder_of_submissions(place, paths, found):
    folder = place(*paths)
    assert find_submissions([folder], NAME) == [folder / each for each in found]


def test_what_is_meant_is_asked(place):
    folder = place("work.ipynb", "ada/work.ipynb")
    with pytest.raises(AssignmentError, match="name the submissions one by one"):
        find_submissions([folder], NAME)
    with pytest.raises(AssignmentError, match="no such submission: .*nobody"):
        find_submissions([folder / "ada", folder / "nobody"], NAME)
    twice = [folder / "ada", folder / "work.ipynb", folder / "ada"]
    assert find_submissions(twice, NAME) == twice[:2]
    assert find_submissions(twice[1:2], NAME) == twice[1:2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_sigterm_keeps_what_is_known(small, hand_in, tmp_path):
    slow = "import time\ntime.sleep(100)\nmean = 0"
    paths = [hand_in("ada.ipynb"), hand_in("bob.ipynb", mean=slow)]
    command = ["assignment", "grade", *paths, "--assignment", small, "--isolation", ISOLATION]
    process = subprocess.Popen(
        [sys.executable, "-m", "dlcourse", *command],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().startswith("ada: 9 of 9")
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 128 + signal.SIGTERM
    process.stdout.close()
    assert [row["student"] for row in rows(tmp_path / "reports")] == ["ada"]
