"""A student's notebook is the worked one, but for what is the student's own."""

from __future__ import annotations

import nbformat
import pytest
from build_lessons import out_of_date
from execution import new_notebook
from fingerprint import read_notebook, stamp
from lesson_source import STUDENT, LessonSource, parse
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from student_notebook import (
    compared_prediction,
    defined_names,
    fill_in,
    outputs_of,
    own_cells,
    own_outputs,
    student_outputs,
    used_names,
)

LESSON = """\
# %%
import numpy as np
lesson_07 = exercises(np)
data = digits()

# %%
runs = train(data)
heavy = 3

# %% tags=["stub"]
answer = ...
lesson_07.faster.check(answer)

# %% tags=["solution"]
answer = "momentum"
lesson_07.faster.check(answer)

# %%
print(runs)
lesson_07.faster.compare(winner(runs))

# %% tags=["stub"]
def repair(model):
    return model.fit(data)

# %% tags=["solution"]
def repair(model):
    return model.fit(data, shuffle=True)
"""


def printed(text: str) -> NotebookNode:
    return new_output("stream", name="stdout", text=text)


@pytest.fixture
def cells() -> list[NotebookNode]:
    return parse(LESSON, "07")


def test_only_what_the_students_own_cells_need_is_run(cells: list[NotebookNode]):
    sources = [cell.source for cell in own_cells(cells)]
    assert sources == [
        cells[0].source,
        cells[2].source,
        "lesson_07.faster.compare(lesson_07.faster.options[0])",
        cells[5].source,
    ]


def test_outputs_are_the_worked_ones_but_for_stubs_and_verdicts(cells: list[NotebookNode]):
    setup, train, stub, _, compare, repair, _ = (cell.id for cell in cells)
    worked = {setup: [], train: [printed("1")], compare: [printed("runs"), printed("Right.")]}
    own = {stub: [printed("no")], compare: [printed("Not yet.")], repair: []}
    student = student_outputs(cells, worked, own)
    assert student == {
        **worked, stub: own[stub], compare: [printed("runs"), printed("Not yet.")], repair: []
    }  # fmt: skip
    assert own_outputs(cells, student) == own


def test_a_filled_in_notebook_counts_its_cells():
    result = new_output("execute_result", data={"text/plain": "7"}, execution_count=3)
    notebook = new_notebook([new_code_cell("7", id="a"), new_code_cell("7", id="b")])
    fill_in(notebook, {"a": [result], "b": [result]})
    assert [cell.execution_count for cell in notebook.cells] == [1, 2]
    assert [cell.outputs[0].execution_count for cell in notebook.cells] == [1, 2]
    assert "execution_count" not in outputs_of(notebook)["b"][0]
    assert notebook.cells[1].outputs[0].execution_count == 2


@pytest.mark.parametrize(
    ("source", "prediction"),
    [
        ("x = 1\nlesson_07.faster.compare(x)", "lesson_07.faster"),
        ("lesson_07.faster.compare(x)\nx", ""),
        ("lesson_07.faster.check(x)", ""),
        ("# nothing", ""),
    ],
)
def test_a_compared_prediction_is_seen(source: str, prediction: str):
    assert compared_prediction(new_code_cell(source)) == prediction


def test_names_are_those_of_the_notebook_not_of_a_function():
    loop = "import a.b, c as d\nfor e in f:\n    g = [o for o in h]\n"
    source = f"{loop}def i(j):\n    k = j + l\n    return [m for n in k]"
    assert defined_names(source) == {"a", "d", "e", "g", "i"}
    assert {"f", "h", "l", "m"} <= used_names(source)
    assert not {"j", "k", "n", "o", "c"} & used_names(source)


def test_an_output_that_is_not_the_worked_one_is_named(copy: LessonSource):
    path = copy.notebook_path(STUDENT)
    notebook = read_notebook(path)
    notebook.cells[4].outputs[0].text = "after 10 steps: 0.349 0.068\n"
    stamp(notebook)
    nbformat.write(notebook, path)
    (problem,) = out_of_date(copy, STUDENT, copy.cells())
    assert problem.startswith("`plain, heavy = descend") and "in the worked notebook" in problem
