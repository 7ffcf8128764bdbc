from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from fingerprint import EDITED, changes, read_notebook
from lesson_source import VARIANTS, LessonError, LessonSource
from pull_lesson import pull
from sample_lesson import SOURCE, store_unexecuted, write_sample

UNSOLVED, SOLVED = VARIANTS


@pytest.fixture
def stored(sample: LessonSource) -> LessonSource:
    store_unexecuted(sample)
    return sample


def edit(lesson: LessonSource, variant, change) -> None:
    """What a contributor does in Jupyter: changes the cells and saves."""
    path = lesson.notebook_path(variant)
    notebook = read_notebook(path)
    change(notebook.cells)
    nbformat.write(notebook, path)


def source(lesson: LessonSource) -> str:
    return lesson.path.read_text(encoding="utf-8")


def replace(old: str, new: str):
    """An edit of the one cell that holds `old`."""

    def change(cells: list) -> None:
        (cell,) = [cell for cell in cells if old in cell.source]
        cell.source = cell.source.replace(old, new)

    return change


@pytest.mark.parametrize(
    ("variant", "old", "new"),
    [
        (UNSOLVED, "learning_rate=0.1", "learning_rate=0.2"),
        (UNSOLVED, "Memory helps.", "Memory helps.\n#\n# Often."),
        (UNSOLVED, "first_step = ...", "first_step = ...  # a number"),
        (SOLVED, "The gradient is w = 1", "The gradient is 1"),
        (SOLVED, "1.0 - plain[1]", "plain[0] - plain[1]"),
        (SOLVED, "ax.legend()", "ax.legend()\nax.grid()"),
    ],
)
def test_only_the_edited_cell_of_the_source_changes(stored: LessonSource, variant, old, new):
    edit(stored, variant, replace(old, new.replace("\n#\n# ", "\n\n")))
    pull(stored)
    assert source(stored) == SOURCE.replace(old, new)


def test_the_lesson_can_be_built_after_the_pull(stored: LessonSource):
    edit(stored, UNSOLVED, replace("learning_rate=0.1", "learning_rate=0.2"))
    assert changes(stored, UNSOLVED, stored.cells()) == [EDITED]
    pull(stored)
    for variant in VARIANTS:
        assert changes(stored, variant, stored.cells()) == ["source changed (01_sample.py)"]


def test_cells_are_added_deleted_moved_and_retyped(stored: LessonSource):
    def change(cells: list) -> None:
        cells.insert(1, nbformat.v4.new_markdown_cell("First, look."))
        del cells[3]  # "Two rules, …"
        cells.append(cells.pop(2))  # the set-up
        cells.append(nbformat.v4.new_code_cell(""))  # Jupyter leaves an empty one at the end

    edit(stored, UNSOLVED, change)
    pull(stored)
    opening, setup, rules, rest = SOURCE.split("\n# %%", maxsplit=3)
    assert rules == " [markdown]\n# Two rules, on the parabola w²/2.\n\n"
    assert source(stored).startswith(opening + "\n# %% [markdown]\n# First, look.\n\n")
    assert source(stored).endswith("# Memory helps.\n\n# %%" + setup.rstrip() + "\n")
    assert '# %% tags=["stub"]\nfirst_step = ...\nprint(first_step)\n\n# %% [markdown] tags' in rest
    kept = rest[rest.index("# %% tags") : rest.index("# %% [markdown]\n# ## Takeaways")]
    assert kept in source(stored)


def test_an_exercise_moves_with_its_hidden_half(stored: LessonSource):
    edit(stored, SOLVED, lambda cells: cells.extend([cells.pop(7), cells.pop(7)]))
    pull(stored)
    assert [cell.metadata.get("tags") for cell in stored.cells()[-3:]] == [
        ["stub"],
        ["solution"],
        ["solution"],
    ]


def test_an_output_alone_is_nothing_to_pull(stored: LessonSource):
    edit(stored, UNSOLVED, lambda cells: cells[1].update(execution_count=3))
    assert "nothing to pull" in pull(stored)
    assert source(stored) == SOURCE


def paste_picture(cells: list) -> None:
    cells[0].source += " Look."
    cells[0].attachments = {"a.png": {"image/png": "AA=="}}


@pytest.mark.parametrize(
    ("variant", "change", "message"),
    [
        (UNSOLVED, lambda cells: cells.pop(7), "the cell beside the solution .* was deleted"),
        (SOLVED, lambda cells: cells.pop(7), "the cell beside the stub .* was deleted"),
        (UNSOLVED, lambda cells: cells[7].metadata.clear(), "has no stub before it"),
        (UNSOLVED, lambda cells: cells[3].metadata.update(tags=["stbu"]), "Received: stbu"),
        (UNSOLVED, replace("plt.show()", "%time plt.show()"), "is not plain Python"),
        (UNSOLVED, replace("plt.show()", "# %%\nplt.show()"), "cannot be written as a cell"),
        (UNSOLVED, lambda cells: cells.append(nbformat.v4.new_raw_cell("a")), "must be code or"),
        (UNSOLVED, paste_picture, "a pasted picture"),
    ],
)
def test_what_the_source_cannot_hold_is_refused(stored: LessonSource, variant, change, message):
    edit(stored, variant, change)
    before = stored.notebook_path(variant).read_bytes()
    with pytest.raises(LessonError, match=message):
        pull(stored)
    assert source(stored) == SOURCE
    assert stored.notebook_path(variant).read_bytes() == before


def test_edits_of_both_notebooks_are_refused(stored: LessonSource):
    for variant in VARIANTS:
        edit(stored, variant, replace("Memory helps.", f"Memory helps {variant.folder}"))
    with pytest.raises(LessonError, match="both notebooks were edited"):
        pull(stored)
    assert source(stored) == SOURCE


def test_an_edit_of_an_older_build_is_refused(stored: LessonSource, tmp_path: Path):
    edit(stored, UNSOLVED, replace("Memory helps.", "Memory may help."))
    newer = SOURCE.replace("learning_rate=0.1", "learning_rate=0.2")
    write_sample(tmp_path, newer)
    with pytest.raises(LessonError, match="the source changed after this notebook was built"):
        pull(stored)
    assert source(stored) == newer
