from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import build_lessons
import execution
import nbformat
import pytest
from build_lessons import build, check, main, orphans, select
from fingerprint import read_notebook
from lesson_source import VARIANTS, LessonError, LessonSource, tags
from sample_lesson import SOURCE, store_unexecuted, write_sample

UNSOLVED, SOLVED = VARIANTS


def contents(lesson: LessonSource) -> list[bytes]:
    return [lesson.notebook_path(variant).read_bytes() for variant in VARIANTS]


def test_a_built_notebook_holds_what_the_cells_printed(built_sample: LessonSource):
    notebook = read_notebook(built_sample.notebook_path(UNSOLVED))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3, 4, 5, 6]
    # 0.9 ** 10, and the same with momentum 0.5 by hand.
    assert code[2].outputs[0].text == "after 10 steps: 0.349 0.067\n"
    assert set(code[3].outputs[0].data) == {"image/png", "text/plain"}
    assert code[5].outputs[0].traceback == [
        "ValueError: operands could not be broadcast together with shapes (11,) (3,) "
    ]


def test_metadata_are_the_tags_and_nothing_of_this_machine(built_sample: LessonSource):
    for variant in VARIANTS:
        path = built_sample.notebook_path(variant)
        notebook = read_notebook(path)
        assert notebook.metadata.kernelspec.name == "python3"
        assert notebook.metadata.language_info == {
            "name": "python",
            "pygments_lexer": "ipython3",
        }
        for cell in notebook.cells:
            assert dict(cell.metadata) == ({"tags": tags(cell)} if tags(cell) else {})
        text = path.read_text(encoding="utf-8")
        assert sys.prefix not in text
        assert str(built_sample.path.parents[2]) not in text


def test_a_rebuild_without_a_change_is_identical_byte_for_byte(copy: LessonSource):
    before = contents(copy)
    for variant in VARIANTS:
        copy.notebook_path(variant).unlink()
    asyncio.run(build([copy]))
    assert contents(copy) == before


def test_what_is_up_to_date_is_not_run_again(copy: LessonSource, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(build_lessons, "execute", None)
    asyncio.run(build([copy]))


def test_a_failing_cell_is_shown_and_leaves_the_stored_notebook(copy: LessonSource, tmp_path: Path):
    before = contents(copy)
    write_sample(tmp_path, SOURCE.replace("ax.legend()", "ax.legend()\nax.draw_conclusion()"))
    (problem,) = asyncio.run(build([copy]))
    assert contents(copy) == before
    told = "lessons/solutions/01_sample.ipynb: cell 6 failed\n    figure, ax = "
    assert problem.startswith(told)
    assert "    ax.draw_conclusion()\n" in problem
    assert problem.endswith("'Axes' object has no attribute 'draw_conclusion'")


def test_a_kernel_that_dies_is_reported(copy: LessonSource, tmp_path: Path):
    before = contents(copy)
    write_sample(tmp_path, SOURCE.replace("plt.show()", "import os\n\nos._exit(1)"))
    problems = asyncio.run(build([copy]))
    assert contents(copy) == before
    assert "cell 6 failed" in problems[0]
    assert "Kernel died" in problems[0]


def test_an_edit_made_in_jupyter_is_discarded_only_by_force(copy: LessonSource):
    before = contents(copy)
    path = copy.notebook_path(UNSOLVED)
    notebook = read_notebook(path)
    notebook.cells[-1].source += " An hour's work."
    nbformat.write(notebook, path)
    edited = path.read_bytes()

    problems = asyncio.run(build([copy]))
    assert path.read_bytes() == edited
    assert any("`pull 01` keeps the edit, `--force` discards it" in each for each in problems)

    asyncio.run(build([copy], force=True))
    assert contents(copy) == before


def test_other_versions_than_the_pinned_ones_build_nothing(
    sample: LessonSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    lock = tmp_path / "requirements.lock"
    pinned = execution.LOCK.read_text(encoding="utf-8")
    lock.write_text(pinned.replace("\ntqdm==", "\ntqdm==0."), encoding="utf-8")
    monkeypatch.setattr(execution, "LOCK", lock)
    problems = asyncio.run(build([sample]))
    assert "installed but not as in requirements.lock: tqdm" in problems[0]
    assert not sample.notebook_path(UNSOLVED).exists()


def test_check_reports_each_stale_notebook_once(
    sample: LessonSource, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(build_lessons, "broken_rules", lambda notebook: [])
    assert check([sample]) == [
        "lessons/01_sample.ipynb: not built yet",
        "lessons/solutions/01_sample.ipynb: not built yet",
    ]
    store_unexecuted(sample)
    assert check([sample]) == []


def test_check_reports_broken_rules_and_sources(sample: LessonSource):
    store_unexecuted(sample)
    assert any("execution counts must be 1 to 6" in problem for problem in check([sample]))
    sample.path.write_text('# %% tags=["stub"]\n1\n', encoding="utf-8")
    assert "the stub in cell 1 has no solution" in check([sample])[0]


def test_a_course_without_lessons_fails_the_check():
    assert check([]) == ["no lesson in lessons/src"]


def test_notebooks_without_a_source_are_named(sample: LessonSource):
    store_unexecuted(sample)
    folder = sample.path.parents[1]
    assert orphans(folder) == []
    sample.path.unlink()
    assert orphans(folder) == [
        "lessons/01_sample.ipynb: has no source in lessons/src",
        "lessons/solutions/01_sample.ipynb: has no source in lessons/src",
    ]


def test_lessons_are_chosen_by_number_or_name(tmp_path: Path):
    lessons = [write_sample(tmp_path, name=name) for name in ("07_momentum", "10_race")]
    assert select(lessons, []) == lessons
    for name in ("7", "07", "07_momentum"):
        assert select(lessons, [name]) == lessons[:1]
    with pytest.raises(LessonError, match="no lesson 70; lessons with a source: 07_momentum, 10_r"):
        select(lessons, ["70"])


def exit_code(arguments: list[str]) -> int:
    try:
        return main(arguments)
    except SystemExit as stop:
        return stop.code


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--check", "01"], 0, ""),
        (["pull", "01"], 0, "nothing to pull"),
        (["--check", "02"], 2, "no lesson 02; lessons with a source: 01_sample"),
        (["01"], 1, "`pull 01` keeps the edit"),
        (["--check"], 1, "its cells were edited in Jupyter"),
        (["pull"], 2, "pull takes one lesson"),
        (["pull", "01", "--force"], 2, "pull takes one lesson and no option"),
        (["--check", "--force"], 2, "--check builds nothing"),
        (["--help"], 0, "pull 07    bring an edit made in Jupyter back"),
    ],
)
def test_the_command_says_what_happened_by_word_and_exit_code(
    sample: LessonSource,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
    arguments: list[str],
    code: int,
    said: str,
):
    store_unexecuted(sample)
    monkeypatch.setattr(build_lessons, "LESSONS", sample.path.parents[1])
    monkeypatch.setattr(build_lessons, "broken_rules", lambda notebook: [])
    if code == 1:
        path = sample.notebook_path(UNSOLVED)
        path.write_text(path.read_text(encoding="utf-8").replace("Memory", "Force"))
    assert exit_code(arguments) == code
    assert said in "".join(capsys.readouterr())
