"""The kernel that lessons run in where nobody watches: this interpreter's own, and repeatable."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

from dlcourse.environment import PINS, UNATTENDED_PINS


def new_kernel_manager() -> AsyncKernelManager:
    """Return a manager of this interpreter's kernel, whatever kernels the user has installed."""
    return AsyncKernelManager(
        kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[])
    )


def kernel_environment(**settings: str) -> dict[str, str]:
    """Return the environment of a kernel: the user's, and above it every pin and `settings`.

    A user's MPLBACKEND is left out: it would keep the kernel from drawing into the notebook.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    return {**inherited, **PINS, **UNATTENDED_PINS, **settings}


async def execute(
    notebook: NotebookNode,
    folder: Path,
    *,
    seconds: int,
    begin: Callable[[int], None],
    environment: dict[str, str],
) -> None:
    """Run all cells in a new kernel; their outputs go into the notebook.

    An interrupt or an error ends the kernel, and leaves no file of its keys behind.

    Args:
        notebook: the cells.
        folder: where the kernel works.
        seconds: what a cell may take.
        begin: called with a cell's number, from 0, when it starts.
        environment: of the kernel, as from `kernel_environment`.

    Raises:
        CellExecutionError, CellTimeoutError, DeadKernelError: from nbclient.
    """
    client = NotebookClient(
        notebook,
        km=new_kernel_manager(),
        timeout=seconds,
        startup_timeout=120,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        coalesce_streams=True,
        store_widget_state=False,
        # A kernel's own warnings are nobody's here.
        extra_arguments=["--IPKernelApp.capture_fd_output=False", "--log-level=CRITICAL"],
        on_notebook_start=_let_ctrl_c_through,
        on_cell_execute=lambda cell, cell_index: begin(cell_index),
    )
    try:
        await client.async_execute(env=environment, cleanup_kc=True)
    except DeadKernelError as error:
        task = asyncio.current_task()
        if task and task.cancelling():  # the interrupt ended the kernel, not a fault of its own
            raise asyncio.CancelledError from error
        raise


def _let_ctrl_c_through(notebook: NotebookNode) -> None:
    """nbclient's own handler would stop one kernel and go on; an interrupt is to stop it all."""
    with contextlib.suppress(NotImplementedError):  # on Windows it sets none
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
