"""A learner's copy: brought up to date, and never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcourse.course.lesson_copy import copy_lessons


@pytest.fixture
def source(tmp_path):
    """The package's lessons, read-only as an administrator may install them."""
    folder = tmp_path / "package"
    (folder / "solutions").mkdir(parents=True)
    for name in ("05_a.ipynb", "07_b.ipynb", "solutions/07_b.ipynb"):
        (folder / name).write_text(f"first {name}")
        (folder / name).chmod(0o444)
    return folder


@pytest.fixture
def own(tmp_path, source):
    folder = tmp_path / "deep" / "own"
    assert copy_lessons(source, folder, "1.0") == []
    return folder


def update(source, name):
    (source / name).chmod(0o644)
    (source / name).write_text(f"second {name}")


def notebooks(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.ipynb")
    }


def test_everything_is_copied_and_can_be_written(source, own):
    assert notebooks(own) == notebooks(source)
    for name in notebooks(own):
        assert (own / name).stat().st_mode & 0o200


def test_an_edited_notebook_is_kept(source, own):
    (own / "07_b.ipynb").write_text("my own")
    assert copy_lessons(source, own, "1.0") == []
    assert notebooks(own) == {**notebooks(source), "07_b.ipynb": "my own"}


def test_an_update_replaces_what_was_not_touched(source, own):
    update(source, "05_a.ipynb")
    assert copy_lessons(source, own, "2.0") == []
    assert notebooks(own) == notebooks(source)


def test_an_update_stands_beside_what_was_edited(source, own):
    (own / "07_b.ipynb").write_text("my own")
    update(source, "07_b.ipynb")
    told = ["07_b.ipynb is as you left it; the new one is 07_b-2.0.ipynb"]
    assert copy_lessons(source, own, "2.0") == told
    kept = {"07_b.ipynb": "my own", "07_b-2.0.ipynb": "second 07_b.ipynb"}
    assert notebooks(own) == {**notebooks(source), **kept}
    (own / "07_b-2.0.ipynb").write_text("also my own")
    assert copy_lessons(source, own, "2.0") == []
    assert notebooks(own)["07_b-2.0.ipynb"] == "also my own"
    assert notebooks(own)["07_b.ipynb"] == "my own"


def test_a_notebook_of_the_learner_with_a_lesson_s_name_is_kept(source, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "07_b.ipynb").write_text("never copied")
    copy_lessons(source, folder, "1.0")
    assert notebooks(folder)["07_b.ipynb"] == "never copied"
    assert notebooks(folder)["07_b-1.0.ipynb"] == "first 07_b.ipynb"


def test_what_was_deleted_comes_back(source, own):
    (own / "05_a.ipynb").unlink()
    copy_lessons(source, own, "1.0")
    assert notebooks(own) == notebooks(source)


def test_each_update_is_put_beside_even_at_one_version(source, own):
    (own / "07_b.ipynb").write_text("my own")
    update(source, "07_b.ipynb")
    copy_lessons(source, own, "2.0")
    (source / "07_b.ipynb").write_text("third")
    told = copy_lessons(source, own, "2.0")
    assert told == ["07_b.ipynb is as you left it; the new one is 07_b-2.0.ipynb"]
    assert (own / "07_b-2.0.ipynb").read_text() == "third"
    (own / "07_b-2.0.ipynb").write_text("also my own")
    (source / "07_b.ipynb").write_text("fourth")
    told = copy_lessons(source, own, "2.0")
    assert told == ["07_b.ipynb is as you left it; the new one is 07_b-2.0-2.ipynb"]
    assert (own / "07_b-2.0.ipynb").read_text() == "also my own"
    assert copy_lessons(source, own, "2.0") == []


@pytest.mark.parametrize("damage", ["", "{", "[]", "7"])
def test_a_damaged_record_is_named_and_costs_no_edit(source, own, damage):
    (own / "07_b.ipynb").write_text("my own")
    (own / ".delivered.json").write_text(damage)
    first, second = copy_lessons(source, own, "1.0")
    assert "was damaged" in first and second.startswith("07_b.ipynb is as you left it")
    assert (own / "07_b.ipynb").read_text() == "my own"
    assert copy_lessons(source, own, "1.0") == []


def test_a_deleted_record_costs_no_edit(source, own):
    (own / "07_b.ipynb").write_text("my own")
    (own / ".delivered.json").unlink()
    update(source, "05_a.ipynb")
    copy_lessons(source, own, "2.0")
    assert (own / "07_b.ipynb").read_text() == "my own"
    assert (own / "05_a-2.0.ipynb").read_text() == "second 05_a.ipynb"


def test_a_copy_that_was_cut_short_leaves_no_half_of_a_lesson(source, own, monkeypatch):
    update(source, "05_a.ipynb")

    def cut_short(draft, content):
        with draft.open("wb") as file:
            file.write(content[:3])
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", cut_short)
        with pytest.raises(OSError, match="disk full"):
            copy_lessons(source, own, "2.0")
    assert (own / "05_a.ipynb").read_text() == "first 05_a.ipynb"
    assert copy_lessons(source, own, "2.0") == []
    assert notebooks(own) == notebooks(source)
