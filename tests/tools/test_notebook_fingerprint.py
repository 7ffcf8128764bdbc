from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from fingerprint import EDITED, changes, read_notebook
from lesson_source import VARIANTS, LessonError, LessonSource
from sample_lesson import SOURCE, store_unexecuted, write_sample

UNSOLVED, SOLVED = VARIANTS


@pytest.fixture
def stored(sample: LessonSource) -> LessonSource:
    store_unexecuted(sample)
    return sample


def reasons(lesson: LessonSource) -> list[list[str]]:
    return [changes(lesson, variant, lesson.cells()) for variant in VARIANTS]


def edit(lesson: LessonSource, change) -> None:
    """Changes the stored unsolved notebook."""
    path = lesson.notebook_path(UNSOLVED)
    notebook = read_notebook(path)
    change(notebook)
    nbformat.write(notebook, path)


def test_nothing_has_changed_after_a_build(stored: LessonSource):
    assert reasons(stored) == [[], []]


def test_line_ends_do_not_count(stored: LessonSource):
    stored.path.write_bytes(SOURCE.replace("\n", "\r\n").encode())
    assert reasons(stored) == [[], []]


def test_a_changed_cell_makes_both_notebooks_stale(stored: LessonSource, tmp_path: Path):
    write_sample(tmp_path, SOURCE.replace("learning_rate=0.1", "learning_rate=0.2"))
    assert reasons(stored) == [["source changed (01_sample.py)"]] * 2


def test_a_changed_solution_leaves_the_unsolved_notebook_alone(
    stored: LessonSource, tmp_path: Path
):
    write_sample(tmp_path, SOURCE.replace("first_step.round(1)", "first_step.round(2)"))
    assert reasons(stored) == [[], ["source changed (01_sample.py)"]]


def test_an_edit_in_jupyter_is_told_from_a_changed_source(stored: LessonSource):
    edit(stored, lambda notebook: notebook.cells[1].update(source="import numpy"))
    assert reasons(stored) == [[EDITED], []]


def test_an_edit_that_the_source_has_too_is_not_lost_by_building(
    stored: LessonSource, tmp_path: Path
):
    write_sample(tmp_path, SOURCE.replace("Memory helps.", "Memory may help."))
    edit(
        stored,
        lambda notebook: notebook.cells[-1].update(source="## Takeaways\nMemory may help."),
    )
    assert reasons(stored) == [["source changed (01_sample.py)"]] * 2


@pytest.mark.parametrize(
    "change",
    [
        lambda notebook: notebook.cells[1].update(execution_count=7),
        lambda notebook: notebook.cells[1].metadata.update(collapsed=True),
        lambda notebook: notebook.metadata.language_info.update(version="3.13.1"),
    ],
)
def test_a_notebook_saved_again_is_noticed(stored: LessonSource, change):
    edit(stored, change)
    assert reasons(stored) == [["its outputs were re-run or edited after the build"], []]


def test_a_notebook_from_elsewhere_is_noticed(stored: LessonSource):
    edit(stored, lambda notebook: notebook.metadata.pop("dlcourse"))
    assert reasons(stored)[0] == ["not built by tools/build_lessons.py"]


def test_a_notebook_that_is_not_there_is_noticed(stored: LessonSource):
    stored.notebook_path(SOLVED).unlink()
    assert reasons(stored) == [[], ["not built yet"]]


def test_a_merge_conflict_is_noticed(stored: LessonSource):
    stored.notebook_path(UNSOLVED).write_text("<<<<<<< HEAD\n{}\n")
    with pytest.raises(LessonError, match="merge conflict"):
        reasons(stored)
