"""A wall on Linux, by bubblewrap: namespaces of its own, and a file system made for it.

It needs no administrator: https://github.com/containers/bubblewrap, the sandbox of Flatpak.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from dlcourse.assignment.sandbox.isolation import (
    CANDIDATE,
    OTHERWISE,
    SPACE,
    SUBMISSION,
    Isolation,
    IsolationError,
    Limits,
    open_process,
)
from dlcourse.assignment.sandbox.no_new_processes import MACHINES, seccomp_program
from dlcourse.assignment.sandbox.python_environment import folders, walled_environment

APART = [
    "--unshare-all", "--unshare-user", "--disable-userns", "--cap-drop", "ALL", "--uid", "1000",
    "--gid", "1000", "--hostname", "student", "--new-session", "--die-with-parent",
]  # fmt: skip
# Programs and libraries, and what finds them; nothing else of /etc.
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime")


class Bubblewrap(Isolation):
    """The student's code in namespaces of its own for processes, users, network and files."""

    name = "bubblewrap"
    remark = ""

    def expect_usable(self, private: list[Path]) -> None:
        if not shutil.which("bwrap") or platform.machine() not in MACHINES:
            raise IsolationError(f"there is no bubblewrap here: install `bwrap`, or {OTHERWISE}")
        _expect_hidden(private)
        with _filter() as filter:
            probe = subprocess.run(
                walled(Path("/usr/lib"), filter, ["-P", "-c", f"import {CANDIDATE}"]),
                env=walled_environment("/tmp"),
                pass_fds=(filter,),
                capture_output=True,
                text=True,
                check=False,
            )
        if probe.returncode:
            reason = " ".join(probe.stderr.split())[-200:]
            raise IsolationError(f"bubblewrap does not work here ({reason}): {OTHERWISE}")

    def start(self, folder: Path, limits: Limits) -> subprocess.Popen[bytes]:
        arguments = ["-P", "-m", CANDIDATE, SUBMISSION, *limits.arguments]
        # The environment is that of `bwrap`, too: a student's code can read it in /proc/1.
        with _filter() as filter:
            command = walled(folder, filter, arguments)
            return open_process(command, walled_environment("/tmp"), (filter,))


def walled(folder: Path, filter: int, arguments: list[str]) -> list[str]:
    """Return the command that runs Python behind the wall.

    Args:
        folder: what is seen there as `/submission`.
        filter: a file descriptor from which bubblewrap reads a filter of system calls.
        arguments: of Python.
    """
    own = ["--proc", "/proc", "--dev", "/dev", "--size", str(SPACE), "--tmpfs", "/tmp"]
    seen = [*_system(), *_bind(folders()), "--ro-bind", str(folder), SUBMISSION]
    closed = ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]
    limited = ["--seccomp", str(filter)]
    return ["bwrap", *APART, *own, *seen, *closed, *limited, "--", sys.executable, *arguments]


def _system() -> list[str]:
    arguments: list[str] = []
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            arguments += ["--ro-bind", str(path), str(path)]
    for file in SYSTEM_FILES:
        arguments += ["--ro-bind-try", file, file]
    return arguments


def _bind(paths: list[Path]) -> list[str]:
    seen = [str(path) for path in paths if not path.is_relative_to("/usr")]
    return [argument for path in seen for argument in ("--ro-bind", path, path)]


def _expect_hidden(private: list[Path]) -> None:
    for path in (each.resolve() for each in private):
        for seen in [Path("/usr"), *folders()]:
            if path.is_relative_to(seen):
                raise IsolationError(f"{path} is in {seen}, which students' code reads: move it")


@contextlib.contextmanager
def _filter() -> Iterator[int]:
    read, write = os.pipe()
    os.write(write, seccomp_program(platform.machine()))
    os.close(write)
    try:
        yield read
    finally:
        os.close(read)
