"""Runs a notebook's cells so that the result is the same byte for byte, wherever it runs."""

from __future__ import annotations

import base64
import io
import os
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import nbformat
from lesson_source import ROOT, LessonError, tags
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from PIL import Image

from dlcourse.course import kernel
from dlcourse.course.percent import NOTEBOOK_METADATA

LOCK = ROOT / "requirements.lock"
CELL_SECONDS = 300


def new_notebook(cells: list[NotebookNode]) -> NotebookNode:
    """The notebook that shows these cells, not yet executed."""
    notebook = nbformat.v4.new_notebook(metadata=NOTEBOOK_METADATA)
    for cell in cells:
        shown = nbformat.from_dict({**cell, "metadata": {}})
        if tags(cell):
            shown.metadata["tags"] = tags(cell)
        notebook.cells.append(shown)
    notebook.nbformat_minor = 5
    return notebook


async def execute(notebook: NotebookNode, folder: Path) -> None:
    """Runs all cells in a new kernel that works in `folder`."""
    started: list[int] = []
    # The path makes this repository's code the code that is imported.
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    try:
        await kernel.execute(
            notebook,
            folder,
            seconds=CELL_SECONDS,
            begin=started.append,
            environment=kernel.kernel_environment(PYTHONPATH=path),
        )
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise LessonError(_describe_failure(notebook, started, error)) from error
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA)
    for cell in notebook.cells:
        _remove_frames(cell)
        _shrink_pictures(cell)


def expect_pinned_versions() -> None:
    """Lessons are built with the versions that the lock pins, and no others."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = LOCK.read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", lock, re.MULTILINE))
    names = [re.split(r"[^\w.-]", dependency)[0] for dependency in project["dependencies"]]
    differing = [
        f"{name} {version(name)} (pinned: {pins[name]})"
        for name in names
        if version(name) != pins[name]
    ]
    if differing:
        raise LessonError(f"installed but not as in {LOCK.name}: {', '.join(differing)}")


def _remove_frames(cell: NotebookNode) -> None:
    """Keeps the last line of an expected error: the frames name paths of this machine."""
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]


def _shrink_pictures(cell: NotebookNode) -> None:
    """Reduce pictures to 128 colors, which nobody sees, and a quarter of their size."""
    for output in cell.get("outputs", []):
        if "image/png" in output.get("data", {}):
            picture = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
            small = io.BytesIO()
            picture.convert("RGB").quantize(128).save(small, "PNG", optimize=True)
            output.data["image/png"] = base64.b64encode(small.getvalue()).decode()


def _describe_failure(notebook: NotebookNode, started: list[int], error: Exception) -> str:
    """The cell that was running, its source, and the end of the traceback."""
    if not started:
        return f"the kernel did not start: {error}"
    source = notebook.cells[started[-1]].source.splitlines()
    traceback = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines()[-8:]
    lines = [f"    {line}" for line in source] + [f"    | {line}" for line in traceback]
    return "\n".join([f"cell {started[-1] + 1} failed", *lines])
