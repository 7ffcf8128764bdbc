"""Runs a notebook's cells so that the result is the same byte for byte, wherever it runs."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import io
import os
import re
import signal
import tomllib
from importlib.metadata import version
from pathlib import Path

import nbformat
from fingerprint import LOCK, stamp
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from lesson_source import ROOT, LessonError, tags
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from PIL import Image

from dlcourse.environment import PINS

# As in conftest.py: on the CPU, sets in a fixed order, no progress bars.
BUILD_PINS = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "PYTHONHASHSEED": "0",
    "TQDM_DISABLE": "1",
}
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
CELL_TIMEOUT_SECONDS = 300
# A name a line: nbclient searches each line for carriage returns, in the square of its length.
LIST_MODULES = "import sys; print(*sys.modules, sep='\\n')"


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
    """Runs all cells in a new kernel that works in `folder`, and stamps the notebook."""
    list_modules = nbformat.v4.new_code_cell(LIST_MODULES)
    notebook.cells.append(list_modules)
    started: list[int] = []
    client = NotebookClient(
        notebook,
        km=_new_kernel_manager(),
        timeout=CELL_TIMEOUT_SECONDS,
        startup_timeout=120,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        extra_arguments=["--IPKernelApp.capture_fd_output=False", "--log-level=CRITICAL"],
        on_notebook_start=_let_ctrl_c_through,
        on_cell_execute=lambda cell, cell_index: started.append(cell_index),
    )
    try:
        await client.async_execute(env=_kernel_environment(), cleanup_kc=True)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise LessonError(_describe_failure(notebook, started, error)) from error
    notebook.cells.pop()
    notebook.metadata = nbformat.from_dict(NOTEBOOK_METADATA)
    for cell in notebook.cells:
        _remove_frames(cell)
        _shrink_pictures(cell)
    modules = list_modules.outputs[0].text.split()
    stamp(notebook, [name for name in modules if name.partition(".")[0] == "dlcourse"])


def expect_pinned_versions() -> None:
    """What lessons import must be what the lock pins, or a fingerprint would not be true."""
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


def _new_kernel_manager() -> AsyncKernelManager:
    """Only the kernel of this interpreter, whatever kernels the user has installed."""
    return AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[])
    )


def _kernel_environment() -> dict[str, str]:
    """The pins, and a path on which the code that is fingerprinted is the code imported."""
    # A user's MPLBACKEND would keep the kernel from drawing into the notebook.
    inherited = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    path = os.pathsep.join(filter(None, [str(ROOT), inherited.get("PYTHONPATH")]))
    return {**inherited, **PINS, **BUILD_PINS, "PYTHONPATH": path}


def _let_ctrl_c_through(notebook: NotebookNode) -> None:
    """nbclient's own handler would stop one kernel and go on; an interrupt is to stop the build."""
    with contextlib.suppress(NotImplementedError):  # on Windows it sets none
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)


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
