"""Lessons as web pages: run from top to bottom, figures with alternative text."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from tqdm import tqdm

from dlcourse.course.kernel import kernel_environment, new_kernel_manager

TEMPLATES = Path(__file__).parent / "html_template"
CELL_SECONDS = 600


class LessonFailed(Exception):
    """A cell of a lesson failed; the message is one line."""


def run_lesson(notebook_path: Path, page: Path) -> None:
    """Run a lesson in a new kernel, and write it as a web page.

    A bar shows the progress in a terminal. The notebook stays as it is.

    Args:
        notebook_path: the lesson.
        page: the HTML file to write.

    Raises:
        LessonFailed: a cell failed; no page is written.
    """
    notebook = nbformat.read(notebook_path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        _execute(notebook, notebook_path.stem, folder)
    page.write_text(to_html(notebook, notebook_path.stem), encoding="utf-8")


def to_html(notebook: NotebookNode, title: str) -> str:
    """Write an executed notebook as a web page."""
    exporter = HTMLExporter(template_name="lab_alt", extra_template_basedirs=[str(TEMPLATES)])
    html, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})
    return html


def _execute(notebook: NotebookNode, name: str, folder: str) -> None:
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    with tqdm(total=len(code), desc=name, unit="cell", disable=None) as bar:
        started: list[int] = []

        def begin(cell: NotebookNode, cell_index: int) -> None:
            started.append(cell_index)
            bar.update(len(started) - 1 - bar.n)

        client = NotebookClient(
            notebook,
            km=new_kernel_manager(),
            timeout=CELL_SECONDS,
            resources={"metadata": {"path": folder}},
            extra_arguments=["--log-level=CRITICAL"],  # a kernel's warnings are not the learner's
            on_cell_execute=begin,
        )
        try:
            client.execute(env=kernel_environment())
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise LessonFailed(_describe(name, started, error)) from error
        bar.update(len(code) - bar.n)


def _describe(name: str, started: list[int], error: Exception) -> str:
    """The cell and the last line of what went wrong."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    lines = [line for line in text.splitlines() if line.strip()] or [type(error).__name__]
    where = f"cell {started[-1] + 1} of {name}" if started else f"{name}, which did not start,"
    return f"{where} failed: {lines[-1].strip()}"
