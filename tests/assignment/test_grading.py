"""Every submission, honest or hostile, gets its right report, and none gets in another's way."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest
from small_assignment import ISOLATION, LIMITS, NAME, answered
from submissions import ANSWERS, FILES, LINUX_ONLY, MADE

from dlcourse.assignment.authoring.cells import AssignmentError
from dlcourse.assignment.authoring.folder import key_path
from dlcourse.assignment.grading.batch import grade_batch
from dlcourse.assignment.grading.report import STATES
from dlcourse.assignment.sandbox.isolation import Isolation, Limits

DOCS = Path(__file__).parents[2] / "docs" / "assignments.md"
POINTS = {"double": 3, "mean": 2, "step": 4}

# What differs from full credit: state, points and words of the message of each such question.
EXPECTED = {
    "right": {},
    "ids_lost": {},
    "magic": {},
    "with_module": {},
    "odd_cells": {},
    "copied_answer": {},
    "other_student": {},
    "shadows_numpy": {},
    "deleted_everything_else": {},
    "solution_of_a_friend": {"mean": ("wrong", 0, "0.123 is not the mean of your data")},
    "changed_setup": {"mean": ("wrong", 0, "0.000 is not the mean of your data")},
    "partly_right": {"double": ("partly right", 2, "your code raised TypeError")},
    "crashing_function": {
        "double": ("crashed", 0, "ZeroDivisionError: division by zero (line 3 of answer double")
    },
    "crashing_cell": {"mean": ("crashed", 0, "(line 2 of answer mean: `mean = data.average()`)")},
    "syntax_error": {
        "mean": ("crashed", 0, "SyntaxError: incomplete input (line 1 of answer mean")
    },
    "helper_cell": {"mean": ("crashed", 0, "NameError: name 'helper' is not defined")},
    "renamed": {"double": ("wrong", 0, "does not define `double`; it defines `dubble`")},
    "unfinished": {"mean": ("not attempted", 0, "still `...`: mean")},
    "interactive": {"mean": ("crashed", 0, "EOFError")},
    "endless_cell": {"double": ("timed out", 0, "took too long")},
    "endless_function": {"double": ("timed out", 0, "took too long")},
    "sleeper": {"double": ("timed out", 0, "took too long")},
    "memory": {"mean": ("crashed", 0, "MemoryError")},
    "exit": {"mean": ("crashed", 0, "SystemExit")},
    "sys_exit": {"double": ("crashed", 0, "SystemExit: 0")},
    "hard_exit": {"double": ("stopped", 0, "ended its process with exit code 0")},
    "hard_exit_later": {"double": ("stopped", 0, "ended its process with exit code 7")},
    "segfault": {"double": ("stopped", 0, "ended its process by signal 11")},
    "recursive_value": {"mean": ("crashed", 0, "RecursionError")},
    "deep_value": {"mean": ("crashed", 0, "RecursionError")},
    "huge_value": {"step": ("stopped", 0, "far too large")},
    "no_unicode": {"double": ("crashed", 0, "your code raised UnicodeEncodeError")},
    "null_byte": {"mean": ("crashed", 0, "null byte")},
    "wrong_kind": {
        "double": ("wrong", 0, "the check could not use your answer: TypeError: 'int' object is"),
        "mean": ("wrong", 0, "the check could not use your answer"),
        "step": ("crashed", 0, "your code raised TypeError"),
    },
    "liar": {"mean": ("wrong", 0, "1000000000.000 is not the mean of your data")},
    "patches_the_checker": {
        "double": ("wrong", 0, "double(4) must be 8"),
        "mean": ("wrong", 0, "1000000000.000 is not the mean of your data"),
    },
    "patches_the_process": {"double": ("stopped", 0, "what is no answer")},
    "prints_a_verdict": {"double": ("stopped", 0, "what is no answer")},
    "deleted_answer": {"double": ("missing", 0, "the answer cell was deleted")},
    "answer_as_text": {"double": ("missing", 0, "was turned into a markdown cell")},
    "untouched": dict.fromkeys(POINTS, ("not attempted", 0, "")),
    **{name: dict.fromkeys(POINTS, ("missing", 0, "no notebook to grade")) for name in FILES},
    "two_notebooks": dict.fromkeys(POINTS, ("missing", 0, "no notebook to grade")),
    "no_notebook": dict.fromkeys(POINTS, ("missing", 0, "no notebook to grade")),
    "linked": dict.fromkeys(POINTS, ("missing", 0, "no notebook to grade")),
}
NOTES = {
    "changed_setup": "the cell `import numpy as np` was changed; the original was run",
    "deleted_everything_else": "the cell `import numpy as np` was deleted; the original was run",
    "other_student": "says student = 'somebody else'; graded as 'other_student'",
    "copied_answer": "question double has 2 answer cells; one is graded",
    "helper_cell": "code cells were added; only answer cells are run",
    "text": "not a notebook: JSONDecodeError",
    "empty_file": "not a notebook: JSONDecodeError",
    "not_text": "not a notebook",
    "half_a_file": "not a notebook: JSONDecodeError",
    "other_json": "not a notebook: it has no list of cells",
    "a_list": "not a notebook: it has no list of cells",
    "no_cells": "an empty notebook",
    "deep_json": "not a notebook: RecursionError",
    "two_notebooks": "a folder must hold one notebook; this one holds 2",
    "no_notebook": "a folder must hold one notebook; this one holds 0",
    "linked": "it holds `work.ipynb`, which is a symbolic link",
}
if sys.platform != "linux":
    EXPECTED = {name: told for name, told in EXPECTED.items() if name not in LINUX_ONLY}


def test_each_submission_is_expected(batch):
    assert (
        set(EXPECTED)
        == set(batch.reports)
        == {*ANSWERS, *MADE, *FILES} | {path.name for path in batch.submissions if path.is_dir()}
    )
    assert len(batch.submissions) == len(batch.yielded) == len(EXPECTED)


@pytest.mark.parametrize("student", EXPECTED)
def test_report(batch, student):
    report = batch.reports[student]
    found = {each["name"]: each for each in report["questions"] if not each["by_hand"]}
    assert list(found) == list(POINTS)
    for name, question in found.items():
        state, points, message = EXPECTED[student].get(name, ("right", POINTS[name], ""))
        assert (question["state"], question["points"]) == (state, points), question
        assert message in "\n".join(question["messages"])
        assert bool(question["messages"]) == bool(message)
    assert report["points"] == sum(question["points"] for question in found.values())
    assert (report["possible"], report["by_hand"]) == (9, 5)
    notes = [each for each in report["notes"] if each != Isolation.remark]
    assert NOTES.get(student, "") in "\n".join(notes)
    assert bool(notes) == (student in NOTES)
    assert report["graded"]


def test_a_text_is_kept_for_a_person_to_read(batch):
    *_, explain = batch.reports["right"]["questions"]
    assert explain["name"] == "explain" and explain["by_hand"]
    assert (explain["state"], explain["points"], explain["possible"]) == ("to be read", 0, 5)
    assert explain["text"] == "It is *so*, because."
    assert "    It is *so*, because." in batch.texts["right"]
    assert batch.reports["untouched"]["questions"][-1]["state"] == "not attempted"


def test_readable_report_holds_what_the_other_does(batch):
    for student, report in batch.reports.items():
        text = batch.texts[student]
        assert text.startswith(f"# {NAME}: {student}\n")
        assert f"{report['points']:g} of 9 points, and 5 to be given by hand." in text
        # Long lines are wrapped, so blanks do not count.
        told = "".join(text.split())
        for message in [*(m for q in report["questions"] for m in q["messages"]), *report["notes"]]:
            assert "".join(message.split()) in told


def test_class_table(batch):
    assert list(batch.rows) == [report.student for report in batch.yielded]
    full = batch.rows["right"]
    assert full == {
        "student": "right", "points": "9", "possible": "9", "by_hand": "5",
        "double": "3", "mean": "2", "step": "4", "explain": "",
        "isolation": ISOLATION, "remarks": "",
    }  # fmt: skip
    assert batch.rows["endless_cell"]["remarks"] == "double: timed out"
    assert batch.rows["deleted_answer"]["remarks"] == "double: missing"


def test_submissions_stay_as_they_were(batch):
    notebook = json.loads(next(p for p in batch.submissions if p.stem == "right").read_text())
    assert len(notebook["cells"]) > 5
    with_module = next(p for p in batch.submissions if p.name == "with_module")
    assert sorted(p.name for p in with_module.iterdir()) == ["mine.py", "work.ipynb"]


def test_every_state_of_a_question_is_explained(batch):
    page = DOCS.read_text(encoding="utf-8")
    table = page.partition("| a question is | when |")[2].partition("\n\n")[0]
    explained = {word.strip() for row in re.findall(r"^\| ([^|]*) \|", table, re.MULTILINE)
                 for word in row.split(",")}  # fmt: skip
    met = {q["state"] for report in batch.reports.values() for q in report["questions"]}
    assert met <= explained == set(STATES)


def grade_one(small, folder, limits=None, **answers):
    """The report of one submission."""
    notebook = answered(small / "student" / f"{NAME}.ipynb", "ada", **answers)
    (folder / "ada.ipynb").write_text(json.dumps(notebook))
    submissions, limits = [folder / "ada.ipynb"], limits or LIMITS
    (report,) = grade_batch(submissions, key_path(small), folder / "out", limits, ISOLATION)
    return report


def test_the_time_of_a_submission_is_limited(small, tmp_path):
    endless = "while True:\n    pass"
    report = grade_one(small, tmp_path, Limits(3, 2), double=endless, mean=endless)
    assert [q.state for q in report.questions] == ["timed out"] * 3 + ["to be read"]


def test_same_submission_same_report(small, tmp_path):
    first = grade_one(small, tmp_path, mean="mean = data.max()").to_dict()
    assert grade_one(small, tmp_path, mean="mean = data.max()").to_dict() == first


def test_two_submissions_of_one_student(small, student_notebook, tmp_path):
    paths = [tmp_path / place / "ada" / "work.ipynb" for place in ("first", "second")]
    for path, mean in zip(paths, ("mean = data.mean()", "mean = 0"), strict=True):
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(answered(student_notebook, "ada", mean=mean)))
    folders = [path.parent for path in paths]
    reports = list(grade_batch(folders, key_path(small), tmp_path / "out", LIMITS, ISOLATION))
    assert [(each.student, each.points) for each in reports] == [("ada", 9), ("ada-2", 7)]
    assert json.loads((tmp_path / "out/ada.json").read_text())["points"] == 9
    assert json.loads((tmp_path / "out/ada-2.json").read_text())["points"] == 7


def test_an_interrupted_batch_keeps_what_is_graded(small, student_notebook, tmp_path):
    paths = [tmp_path / "ada.ipynb", tmp_path / "bob.ipynb"]
    for path in paths:
        path.write_text(json.dumps(answered(student_notebook, path.stem)))
    batch = grade_batch(paths, key_path(small), tmp_path / "out", LIMITS, ISOLATION)
    next(batch)
    batch.close()
    assert sorted(os.listdir(tmp_path / "out")) == [
        "ada.json", "ada.md", "canvas.csv", "class.csv", "moodle.csv"
    ]  # fmt: skip
    assert "ada,9,9" in (tmp_path / "out/class.csv").read_text()


@pytest.fixture
def grade_with(small, tmp_path):
    """Grade a right submission with a key in which the author wrote something else."""

    def grade(old, new, **answers):
        key = tmp_path / "other" / "key" / "other.ipynb"
        key.parent.mkdir(parents=True, exist_ok=True)
        text = key_path(small).read_text(encoding="utf-8")
        assert old in text
        key.write_text(text.replace(old, new), encoding="utf-8")
        notebook = answered(small / "student" / f"{NAME}.ipynb", "ada", **answers)
        (tmp_path / "ada.ipynb").write_text(json.dumps(notebook))
        submissions, output = [tmp_path / "ada.ipynb"], tmp_path / "out"
        (report,) = grade_batch(submissions, key, output, LIMITS, ISOLATION)
        return report

    return grade


def test_the_author_s_mistake_is_not_the_student_s(grade_with):
    report = grade_with("rows = np.arange(3.0)", "rows = np.arrange(3.0)")
    assert not report.graded
    assert "the grader failed, grade this again: AttributeError" in report.notes[-1]


def test_a_check_that_never_ends_ends_its_question(grade_with):
    """In Python or within C, where no signal and no exception reaches it."""
    for endless in ("while True:\\n    pass\\n", "sum(range(10**15));"):
        report = grade_with("assert double(4) == 8", f"{endless}assert double(4) == 8")
        assert [(q.state, q.points) for q in report.questions[:3]] == [
            ("timed out", 0), ("right", 2), ("right", 4)
        ]  # fmt: skip
        assert report.questions[0].messages == ["checking this answer took too long"]
        assert report.graded


@pytest.mark.parametrize("text", ["", "{}", '{"cells": [{}], "metadata": {}}'])
def test_a_file_that_is_no_key(tmp_path, text):
    (tmp_path / "key.ipynb").write_text(text)
    with pytest.raises(AssignmentError, match="key.ipynb: not a key that"):
        next(grade_batch([], tmp_path / "key.ipynb", tmp_path / "out", LIMITS, ISOLATION))
