"""Whose a submission is, and how it is copied."""

from __future__ import annotations

import os
import sys

import pytest

from dlcourse.assignment.grading import submission
from dlcourse.assignment.grading.submission import Unreadable, copy_submission, student_of


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
