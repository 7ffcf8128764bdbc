"""Whose a submission is, and how it is copied."""

from __future__ import annotations

import json
import os
import sys
import zipfile

import pytest
from small_assignment import NAME, SOURCE, answered

from dlcourse.assignment.authoring.source import parse_source
from dlcourse.assignment.grading import submission
from dlcourse.assignment.grading.submission import (
    SubmittedNotebook,
    Unreadable,
    copy_submission,
    find_answers,
    read_notebook,
    student_of,
)


@pytest.fixture
def folder(tmp_path):
    """A student's folder, with what Jupyter and Python leave in it."""
    names = ("work.ipynb", "data/x.npy", ".ipynb_checkpoints/work-1.ipynb", "__pycache__/a.pyc")
    for name in names:
        (tmp_path / "ada" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ada" / name).write_text(name)
    (tmp_path / "bob.ipynb").write_text("another's")
    return tmp_path / "ada"


def test_a_folder_comes_whole(folder, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    assert copy_submission(folder, copy) == copy / "work.ipynb"
    copied = {path.relative_to(copy).as_posix() for path in copy.rglob("*.*") if path.is_file()}
    assert copied == {"work.ipynb", "data/x.npy"}


def test_a_file_comes_alone(folder, tmp_path):
    copy = tmp_path / "copy"
    copy.mkdir()
    assert copy_submission(tmp_path / "bob.ipynb", copy) == copy / "bob.ipynb"
    assert [path.name for path in copy.iterdir()] == ["bob.ipynb"]


def test_too_much_is_not_copied(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(submission, "MAX_BYTES", 10)
    with pytest.raises(Unreadable, match="it is larger than 1e-05 MB"):
        copy_submission(folder, tmp_path / "copy")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such things")
def test_what_would_never_end_is_not_read(folder, tmp_path):
    os.mkfifo(folder / "endless.txt")
    with pytest.raises(Unreadable, match="which is no file"):
        copy_submission(folder, tmp_path / "copy")
    os.mkfifo(tmp_path / "eve.ipynb")
    with pytest.raises(Unreadable, match="which is no file"):
        copy_submission(tmp_path / "eve.ipynb", tmp_path / "copy")


def test_whose_it_is(folder, tmp_path):
    assert student_of(folder, "final") == "ada"
    assert student_of(folder / "work.ipynb", "final") == "work"
    assert student_of(folder / "work.ipynb", "work") == "ada"
    assert student_of(tmp_path / "bob.ipynb", "final") == "bob"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text(tmp_path):
    path = tmp_path / os.fsdecode(b"\xff.ipynb")
    student_of(path, "final").encode()


SMALL = parse_source(SOURCE, NAME)


def read(tmp_path, content) -> SubmittedNotebook:
    path = tmp_path / "x.ipynb"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return read_notebook(path)


def test_a_notebook_of_another_assignment_is_called_so(tmp_path):
    cells = [{"cell_type": "code", "metadata": {"dlcourse": {"question": "other"}}, "source": "1"}]
    other = {"metadata": {"dlcourse": {"assignment": "midterm"}}, "cells": cells}
    answers = find_answers(read(tmp_path, other), SMALL, "ada")
    assert answers.notes[0] == "the notebook is of another assignment, 'midterm'"
    assert set(answers.missing.values()) == {"the answer cell was deleted"}


def test_a_notebook_without_names_and_ids_is_called_so(student_notebook, tmp_path):
    notebook = answered(student_notebook, "ada")
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        del cell["id"]
        cell["metadata"] = {}
    notes = find_answers(read(tmp_path, notebook), SMALL, "ada").notes
    assert notes[0].startswith("no cell is named as one of the assignment's")


def test_ids_alone_are_enough(student_notebook, tmp_path):
    notebook = answered(student_notebook, "ada")
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    answers = find_answers(read(tmp_path, notebook), SMALL, "ada")
    assert (answers.notes, answers.missing) == ([], {})


def test_ends_of_lines_make_no_difference(student_notebook, tmp_path):
    notebook = answered(student_notebook, "ada")
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    answers = find_answers(read(tmp_path, notebook), SMALL, "ada")
    assert answers.notes == []
    assert answers.by_question["double"] == "def double(x):\n    return x + x"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings(student_notebook, tmp_path, encoding):
    notebook = answered(student_notebook, "ada", explain="über")
    answers = find_answers(read(tmp_path, json.dumps(notebook).encode(encoding)), SMALL, "ada")
    assert answers.by_question["explain"] == "über"


@pytest.mark.parametrize("written", ["José", "Jose\u0301", " josé "])
def test_a_name_is_the_same_in_any_form(student_notebook, tmp_path, written):
    notebook = answered(student_notebook, written)
    assert find_answers(read(tmp_path, notebook), SMALL, "José").notes == []


def test_a_zip_is_called_so(tmp_path):
    with zipfile.ZipFile(tmp_path / "ada.zip", "w") as archive:
        archive.writestr("work.ipynb", "{}")
    with pytest.raises(Unreadable, match="a zip archive: unpack it"):
        read_notebook(tmp_path / "ada.zip")


def test_what_unpacking_leaves_is_passed_over(tmp_path):
    for name in ("ada/final/work.ipynb", "ada/final/._work.ipynb", "ada/final/.DS_Store",
                 "ada/__MACOSX/final/._work.ipynb", "ada/final/data/x.npy"):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    copy = tmp_path / "copy"
    copy.mkdir()
    assert copy_submission(tmp_path / "ada", copy) == copy / "work.ipynb"
    copied = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert copied == {"work.ipynb", "data/x.npy"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("target", ["bob.ipynb", "."])
def test_links_are_named(folder, tmp_path, target):
    (folder / "data/link").symlink_to(tmp_path / target)
    with pytest.raises(Unreadable, match="it holds `link`, which is a symbolic link"):
        copy_submission(folder, tmp_path / "copy")


def test_a_name_of_more_than_one_line(tmp_path):
    assert student_of(tmp_path / "a\n# b.ipynb", "final") == "a?# b"
