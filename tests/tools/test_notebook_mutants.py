"""A test of the tests: a lesson that is wrong, in one of these ways, cannot stay green.

nbval runs the mutants and must fail on those whose output would differ. What nbval cannot see (it
skips pictures and cells without an execution count) must break a rule or the fingerprint.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from fingerprint import KEY, content_digest, read_notebook
from lesson_rules import OUTPUT_RULES
from lesson_source import ROOT, VARIANTS, LessonSource
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

Mutation = Callable[[NotebookNode], None]
ONE_WHITE_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsVNbPwAAAABJRU5ErkJggg==\n"
)


def in_source(old: str, new: str) -> Mutation:
    """Changes the code that runs; the stored output stays."""

    def mutate(notebook: NotebookNode) -> None:
        (cell,) = [cell for cell in notebook.cells if old in cell.source]
        cell.source = cell.source.replace(old, new)

    return mutate


def in_output(old: str, new: str) -> Mutation:
    """Changes the stored text; the code stays."""

    def mutate(notebook: NotebookNode) -> None:
        (output,) = [output for output in outputs(notebook) if old in output.get("text", "")]
        output.text = output.text.replace(old, new)

    return mutate


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def swap_series(notebook: NotebookNode) -> None:
    in_source("ax.plot(plain", "ax.plot(PLAIN")(notebook)
    in_source("ax.plot(heavy", "ax.plot(plain")(notebook)
    in_source("ax.plot(PLAIN", "ax.plot(heavy")(notebook)


def drop_output(notebook: NotebookNode) -> None:
    next(cell for cell in notebook.cells if cell.get("outputs")).outputs = []


def clear(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(execution_count=None, outputs=[])


def clear_one(notebook: NotebookNode) -> None:
    cell = next(cell for cell in notebook.cells if cell.get("outputs"))
    cell.update(execution_count=None, outputs=[])


def blank_picture(notebook: NotebookNode) -> None:
    (picture,) = [output for output in outputs(notebook) if "image/png" in output.get("data", {})]
    picture.data["image/png"] = ONE_WHITE_PIXEL


def skip(notebook: NotebookNode) -> None:
    in_source('print("after', '# NBVAL_IGNORE_OUTPUT\nprint("After')(notebook)


def add_cell(notebook: NotebookNode) -> None:
    notebook.cells.append(new_code_cell("1 / 3", execution_count=None))


def drop_cell(notebook: NotebookNode) -> None:
    notebook.cells.remove(next(cell for cell in notebook.cells if cell.get("outputs")))


# Caught by nbval: the output of the run differs from the stored one.
CAUGHT_BY_NBVAL: dict[str, Mutation] = {
    "swapped_series": swap_series,
    "wrong_rule": in_source("momentum * v - learning_rate * w", "momentum * v - 0.2 * w"),
    "changed_setting": in_source("momentum=0.5", "momentum=0.6"),
    "missing_series": in_source('ax.plot(plain, label="SGD")\n', ""),
    "missing_legend": in_source("ax.legend()\n", ""),
    "wrong_axis_label": in_source('"step", "w"', '"epoch", "w"'),
    "changed_printed_number": in_output("0.349", "0.348"),
    "dropped_output": drop_output,
    "error_gone": in_source("plain + heavy[:3]", "plain + heavy"),
}
# nbval compares nothing here; a rule of ours must fail.
CAUGHT_BY_A_RULE: dict[str, Mutation] = {
    "cleared": clear,
    "cleared_cell": clear_one,
    "skipped_comparison": skip,
    "added_cell_never_run": add_cell,
    "dropped_cell": drop_cell,
}
# Neither the run nor the notebook's form tells; that the file is not what was built does.
CAUGHT_BY_THE_FINGERPRINT: dict[str, Mutation] = {"blank_picture": blank_picture}


@pytest.fixture(scope="module")
def original(built_sample: LessonSource) -> NotebookNode:
    return read_notebook(built_sample.notebook_path(VARIANTS[0]))


def mutant(original: NotebookNode, mutate: Mutation) -> NotebookNode:
    notebook = deepcopy(original)
    mutate(notebook)
    assert notebook != original
    return notebook


@pytest.fixture(scope="module")
def verdicts(
    original: NotebookNode, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, set[str]]:
    """What `pytest --nbval`, set up as for the lessons, says of each notebook's cells.

    A cell has "passed", or there is a "failure", or an "error", as when the kernel did not start:
    that is no verdict on a mutant, and none on the lesson.
    """
    folder = tmp_path_factory.mktemp("mutants")
    notebooks = {name: mutant(original, mutate) for name, mutate in CAUGHT_BY_NBVAL.items()}
    for name, notebook in {"original": original, **notebooks}.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    report = folder / "report.xml"
    options = ["-c", ROOT / "pyproject.toml", "-p", "no:cacheprovider", f"--junitxml={report}"]
    parallel = ["-n", "2", "--dist", "loadscope"]
    subprocess.run(
        [sys.executable, "-m", "pytest", *options, *parallel, folder],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    said: dict[str, set[str]] = defaultdict(set)
    for case in ElementTree.parse(report).iter("testcase"):
        outcomes = {each.tag for each in case if each.tag in ("failure", "error", "skipped")}
        said[Path(case.get("classname")).stem] |= outcomes or {"passed"}
    return said


def test_the_lesson_itself_passes(original: NotebookNode, verdicts: dict[str, set[str]]):
    assert verdicts["original"] == {"passed"}
    assert [breach for rule in OUTPUT_RULES for breach in rule(original)] == []


@pytest.mark.parametrize("name", CAUGHT_BY_NBVAL)
def test_nbval_fails_on(name: str, verdicts: dict[str, set[str]]):
    assert verdicts[name] == {"passed", "failure"}


@pytest.mark.parametrize("name", CAUGHT_BY_A_RULE)
def test_a_rule_is_broken_by(name: str, original: NotebookNode):
    notebook = mutant(original, CAUGHT_BY_A_RULE[name])
    assert [breach for rule in OUTPUT_RULES for breach in rule(notebook)] != []


@pytest.mark.parametrize("name", CAUGHT_BY_THE_FINGERPRINT)
def test_the_fingerprint_is_broken_by(name: str, original: NotebookNode):
    assert content_digest(original) == original.metadata[KEY].content
    notebook = mutant(original, CAUGHT_BY_THE_FINGERPRINT[name])
    assert content_digest(notebook) != notebook.metadata[KEY].content
