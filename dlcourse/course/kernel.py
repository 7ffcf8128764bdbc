"""The kernel that lessons run in where nobody watches: this interpreter's own, and repeatable."""

from __future__ import annotations

import os

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from dlcourse.environment import PINS, UNATTENDED_PINS

# What a notebook says of its kernel: nothing of the machine that built it.
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}


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
