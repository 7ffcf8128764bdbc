"""Lessons as web pages: run from top to bottom, figures with alternative text."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from tqdm import tqdm

from dlcourse.course.kernel import execute, kernel_environment

TEMPLATES = Path(__file__).parent / "html_template"
CELL_SECONDS = 600


class LessonFailed(Exception):
    """A lesson cannot be read, or a cell of it failed; the message is one line."""


def run_lesson(notebook_path: Path, page: Path) -> None:
    """Run a lesson in a new kernel, and write it as a web page.

    A bar shows the progress in a terminal. The notebook stays as it is.

    Args:
        notebook_path: the lesson.
        page: the HTML file to write.

    Raises:
        LessonFailed: the lesson cannot be read, or a cell failed; no page is written.
        OSError: the page cannot be written; the lesson is not run.
    """
    notebook, name = _read(notebook_path), notebook_path.stem
    if page.is_dir():
        raise IsADirectoryError(f"{page} is a folder; the page would have that name")
    with tempfile.TemporaryDirectory() as folder, _replacement(page) as draft:
        _execute(notebook, name, folder)
        draft.write_text(to_html(notebook, name), encoding="utf-8")
        os.replace(draft, page)


def to_html(notebook: NotebookNode, title: str) -> str:
    """Write an executed notebook as a web page."""
    exporter = HTMLExporter(template_name="lab_alt", extra_template_basedirs=[str(TEMPLATES)])
    html, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})
    return html


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat lets JSON, validation and key errors through
        raise LessonFailed(f"{path.name} cannot be read: it is no notebook") from error


@contextlib.contextmanager
def _replacement(page: Path) -> Iterator[Path]:
    """Yield an empty file beside the page, to take its place; it fails where none can be made."""
    draft = page.with_name(f".{page.name}.{os.getpid()}.tmp")
    draft.touch()
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _execute(notebook: NotebookNode, name: str, folder: str) -> None:
    cells = sum(cell.cell_type == "code" for cell in notebook.cells)
    started: list[int] = []
    with tqdm(total=cells, desc=name, unit="cell", disable=None) as bar:

        def begin(index: int) -> None:
            started.append(index)
            bar.update(len(started) - 1 - bar.n)

        try:
            asyncio.run(
                execute(
                    notebook,
                    Path(folder),
                    seconds=CELL_SECONDS,
                    begin=begin,
                    environment=kernel_environment(),
                )
            )
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise LessonFailed(_describe(name, started, error)) from error
        bar.update(cells - bar.n)


def _describe(name: str, started: list[int], error: Exception) -> str:
    """The cell and the last line of what went wrong."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    lines = [line for line in text.splitlines() if line.strip()] or [type(error).__name__]
    where = f"cell {started[-1] + 1} of {name}" if started else f"{name}, which did not start,"
    return f"{where} failed: {lines[-1].strip()}"
