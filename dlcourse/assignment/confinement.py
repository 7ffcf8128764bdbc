"""What keeps a student's process in its place: limits of the system, and a guard inside Python.

The limits hold whatever the code does. The guard refuses what an answer has no need of (starting
processes, signals, the network, files of others) and stops accidents and simple tricks; machine
code that is called past Python, with ctypes for example, passes it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

STARTING = {
    "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system",
    "pty.spawn", "subprocess.Popen",
}  # fmt: skip
SIGNALS = {"os.kill", "os.killpg", "signal.pthread_kill"}
NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.sendto"}
CHANGING = {
    "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
    "os.symlink", "os.truncate", "os.utime", "shutil.rmtree",
}  # fmt: skip
BELOW = {"os.mkdir", "os.remove", "os.rmdir"}  # their last argument is an open folder, or -1
READING = {"open", "os.listdir", "os.scandir"}
WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
MAX_FILE_BYTES = 200_000_000
KILL_WITH_PARENT = 1  # Linux's PR_SET_PDEATHSIG


def limit(memory_gb: float, cpu_seconds: float) -> None:
    """Limit this process's memory, processor time and file size, where the system can.

    Windows has no such limits, and macOS none of memory; the time by the clock, which the grader
    keeps, holds everywhere.

    Args:
        memory_gb: address space, in GB.
        cpu_seconds: processor time.
    """
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {
        "RLIMIT_AS": int(memory_gb * 1e9),
        "RLIMIT_CPU": int(cpu_seconds) + 1,
        "RLIMIT_FSIZE": MAX_FILE_BYTES,
        "RLIMIT_CORE": 0,
    }
    for name, value in limits.items():
        with contextlib.suppress(ValueError, OSError):  # lower already, or not to be limited
            resource.setrlimit(getattr(resource, name), (value, value))


def die_with_parent() -> None:
    """End this process when the one that started it ends (Linux)."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(KILL_WITH_PARENT, signal.SIGKILL)


def guard(folder: str, private: Sequence[str]) -> None:
    """Refuse, from now on, what an answer has no need of.

    Args:
        folder: the only place where files may be written.
        private: files and folders that may not even be read: the key, other submissions.
    """
    own = os.path.realpath(folder)
    hidden = [os.path.realpath(path) for path in private]

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event in STARTING:
            raise PermissionError("an answer may not start processes")
        if event in SIGNALS:
            raise PermissionError("an answer may not send signals")
        if event in NETWORK and _far(event, arguments):
            raise PermissionError("an answer may not use the network")
        if event in CHANGING or (event == "open" and _writes(arguments)):
            for path in _changed(event, arguments):
                if not _inside(path, [own, os.devnull]):
                    raise PermissionError(f"an answer may not write outside its folder: {path!r}")
        elif event in READING and _is_path(arguments[0]) and _inside(arguments[0], hidden):
            raise PermissionError("an answer may not read this")

    sys.addaudithook(refuse)  # nothing in Python removes it again


def _far(event: str, arguments: tuple[Any, ...]) -> bool:
    address = arguments[0] if event == "socket.getaddrinfo" else arguments[1]
    host = address[0] if isinstance(address, tuple) else address
    local = host in (None, "", "localhost", "::1") or str(host).startswith("127.")
    return not local


def _writes(arguments: tuple[Any, ...]) -> bool:
    _, mode, flags = arguments
    return bool(flags & WRITE) if isinstance(flags, int) else bool(set(mode or "r") & set("wax+"))


def _changed(event: str, arguments: tuple[Any, ...]) -> list[Any]:
    """The paths that an event changes; some are given below an open folder (Linux names it)."""
    paths = [each for each in arguments[: 1 if event == "open" else 2] if _is_path(each)]
    if event in BELOW and arguments[-1] >= 0:
        with contextlib.suppress(OSError):
            base = os.readlink(f"/proc/self/fd/{arguments[-1]}")
            return [os.path.join(base, os.fsdecode(path)) for path in paths]
    return paths


def _is_path(value: Any) -> bool:
    return isinstance(value, (str, bytes, os.PathLike))


def _inside(path: Any, places: Sequence[str]) -> bool:
    real = os.path.realpath(os.fsdecode(path))
    return any(real == place or real.startswith(place + os.sep) for place in places)
