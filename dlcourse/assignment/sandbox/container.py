"""A wall by a container engine, podman or docker, where bubblewrap is not to be had.

The image has Linux, Python and dlcourse in it; docs/assignments.md tells how to make one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import uuid
from pathlib import Path

from dlcourse.assignment.sandbox.isolation import (
    CANDIDATE,
    SPACE,
    SUBMISSION,
    Isolation,
    IsolationError,
    Limits,
    open_process,
)
from dlcourse.assignment.sandbox.python_environment import PINS

IMAGE = "dlcourse"
ENGINES = ("podman", "docker")
THREADS = 512  # and processes
APART = [
    "--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
    "--user", "65534:65534", "--hostname", "student", "--workdir", "/tmp",
]  # fmt: skip


class Container(Isolation):
    """Each of the student's processes in a container of its own, from the image `dlcourse`."""

    name = "container"
    remark = ""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}  # of containers, by the number of the client's process

    def expect_usable(self, private: list[Path]) -> None:
        del private  # nothing of this machine's files is in the image
        if not _engine():
            raise IsolationError("there is neither podman nor docker here: install one of them")
        command = [_engine(), "image", "inspect", IMAGE]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            raise IsolationError(
                f"{_engine()} has no image `{IMAGE}`: docs/assignments.md makes it"
            )

    def start(self, folder: Path, limits: Limits) -> subprocess.Popen[bytes]:
        name = f"grading-{uuid.uuid4().hex}"
        process = open_process(contained(_engine(), name, folder, limits), dict(os.environ))
        self._names[process.pid] = name
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """End the container: it would outlive the client that started it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            command = [_engine(), "kill", self._names.pop(process.pid)]
            subprocess.run(command, capture_output=True, timeout=30, check=False)
        super().stop(process)


def contained(engine: str, name: str, folder: Path, limits: Limits) -> list[str]:
    """Return the command that runs a student's process in a container.

    Args:
        engine: podman or docker.
        name: the container's.
        folder: what is seen there as `/submission`.
        limits: on memory and time; the container ends with its time, whoever else has ended.
    """
    memory = f"{limits.memory_gb:g}g"
    limited = ["--memory", memory, "--memory-swap", memory, "--pids-limit", str(THREADS)]
    files = ["--tmpfs", f"/tmp:rw,nosuid,nodev,mode=1777,size={SPACE}",
             "--mount", f"type=bind,source={folder},target={SUBMISSION},readonly"]  # fmt: skip
    variables = {**PINS, "HOME": "/tmp", "TMPDIR": "/tmp", "USER": "student"}
    named = [argument for key, text in variables.items() for argument in ("--env", f"{key}={text}")]
    run = ["run", "--rm", "--interactive", "--name", name, *APART, *limited, *files, *named, IMAGE]
    timed = ["timeout", "--signal=KILL", f"{limits.seconds + 60:g}"]
    python = ["python", "-P", "-m", CANDIDATE, SUBMISSION, *limits.arguments]
    return [engine, *run, *timed, *python]


def _engine() -> str:
    return next(filter(shutil.which, ENGINES), "")
