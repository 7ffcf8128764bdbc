"""Ending a process with everything that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ADOPT_ORPHANS = 36  # Linux's PR_SET_CHILD_SUBREAPER


def adopt_orphans() -> None:
    """Make this process the parent of descendants whose own parent ends (Linux).

    A process that leaves its group and its parent would otherwise not be found any more.
    """
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0)


def kill_tree(process: subprocess.Popen) -> None:
    """Kill a process that was started with `start_new_session`, its group and its descendants."""
    for each in descendants(process.pid):  # listed before their parents are gone
        _kill(each)
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()


def kill_descendants() -> None:
    """Kill all that this process has started or adopted."""
    for _ in range(100):  # while one is killed, it may start another
        found = descendants(os.getpid())
        if not found:
            return
        for pid in found:
            _kill(pid)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.01)


def descendants(pid: int) -> list[int]:
    """Return the processes that a process has started, and theirs (Linux; none elsewhere)."""
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, children.read_text().split()):
                found += [child, *descendants(child)]
    return found


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
