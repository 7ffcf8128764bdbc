from __future__ import annotations

import os
from pathlib import Path

import pytest
from lesson_source import (
    VARIANTS,
    LessonError,
    find_sources,
    parse,
    render,
    tags,
    visible,
    write_atomically,
)
from sample_lesson import SOURCE, write_sample

UNSOLVED, SOLVED = VARIANTS


def test_each_notebook_hides_the_other_half_of_an_exercise():
    cells = parse(SOURCE, "sample")
    unsolved, solved = visible(cells, UNSOLVED), visible(cells, SOLVED)
    assert [cell.source for cell in unsolved if tags(cell) == ["stub"]] == [
        "first_step = ...\nprint(first_step)"
    ]
    assert [cell.cell_type for cell in solved if tags(cell) == ["solution"]] == ["markdown", "code"]
    assert not [cell for cell in unsolved if "solution" in tags(cell)]
    assert not [cell for cell in solved if "stub" in tags(cell)]
    assert len(unsolved) == len(cells) - 2
    assert len(solved) == len(cells) - 1


def test_render_gives_back_the_text_that_was_parsed():
    assert render(parse(SOURCE, "sample")) == SOURCE


def test_a_heading_that_is_one_word_and_a_question_mark_is_not_a_help_command():
    assert parse("# %% [markdown]\n# # Momentum?\n", "sample")[0].source == "# Momentum?"


def test_cells_keep_their_ids_when_others_come_and_go():
    before = parse("# %%\na\n\n# %%\nb\n\n# %%\na\n", "sample")
    after = parse("# %% [markdown]\n# new\n\n# %%\na\n\n# %%\na\n", "sample")
    assert len({cell.id for cell in before}) == 3
    assert [cell.id for cell in after[1:]] == [before[0].id, before[2].id]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '# %% tags=["stubs"]\n1\n',
            "must be one of stub, solution, raises-exception. Received: stu",
        ),
        ('# %% tag=["stub"]\n1\n', "Received: {'tag': ['stub']}"),
        ('# %% tags=["stub]\n1\n', "Received: {'incorrectly_encoded_metadata'"),
        ('# %% a title tags=["stub"]\n1\n', "Received: {'title': 'a title'}"),
        ('# %% tags="stub"\n1\n', "not a valid py:percent source"),
        ("# %%\n1\n\n# %% [raw]\n# 1\n", "cell 2, `1`: a cell must be code or [markdown]"),
        ('# %% tags=["stub", "solution"]\n1\n', "Received: both tags"),
        ('# %%\n1\n\n# %% tags=["stub"]\n2\n', "the stub in cell 2 has no solution after it"),
        (
            '# %% tags=["stub"]\n1\n\n# %%\n2\n\n# %% tags=["solution"]\n3\n',
            "the stub in cell 1 has no solution after it",
        ),
        ('# %%\n1\n\n# %% tags=["solution"]\n2\n', "the solution in cell 2 has no stub before it"),
    ],
)
def test_a_malformed_source_is_refused(text: str, message: str):
    with pytest.raises(LessonError) as error:
        parse(text, "07_momentum.py")
    assert str(error.value).startswith("07_momentum.py: ")
    assert message in str(error.value)


def test_lessons_are_found_in_reading_order(tmp_path: Path):
    for name in ("10_race", "07_momentum", "notes"):
        write_sample(tmp_path, name=name)
    found = find_sources(tmp_path / "lessons")
    assert [lesson.name for lesson in found] == ["07_momentum", "10_race"]
    assert found[0].notebook_path(SOLVED) == tmp_path / "lessons/solutions/07_momentum.ipynb"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "lesson.ipynb"
    path.write_text("old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, "new")
    assert [file.name for file in tmp_path.iterdir()] == ["lesson.ipynb"]
    assert path.read_text() == "old"
