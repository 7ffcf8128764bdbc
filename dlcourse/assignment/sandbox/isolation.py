"""How a student's process is kept apart: one class for each kind of wall, and one for none.

What a wall must do: the code in it sees the Python environment and a copy of the student's folder,
and nothing else of this machine; it writes only into memory that goes with it; it has no network,
starts no process, reaches no other one, and ends when whoever started it ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dlcourse.assignment.sandbox.python_environment import PINS, search_path

CANDIDATE = "dlcourse.assignment.sandbox.candidate"
SUBMISSION = "/submission"  # where a walled process finds the copy of the student's folder
SPACE = 1_000_000_000  # bytes for all that it writes
OTHERWISE = "say `--isolation container`, or `--isolation none` for code that you trust"


class IsolationError(ValueError):
    """There is no such wall on this machine, or it would leak; the message is one line."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    Args:
        seconds: by the clock, all questions together.
        memory_gb: address space of the student's process, in GB. TensorFlow alone reserves 3.
    """

    seconds: float = 900
    memory_gb: float = 8

    @property
    def arguments(self) -> list[str]:
        """As the student's process is told: GB, and seconds of processor time."""
        return [f"{self.memory_gb:g}", f"{int(self.seconds) + 1}"]


class Isolation:
    """No wall: the student's code runs as the teacher, and may do what the teacher may.

    Other kinds are subclasses; `remark` is what reports say.
    """

    name = "none"
    remark = "graded without isolation: the student's code could read and change what you can"

    def expect_usable(self, private: list[Path]) -> None:
        """Raise where the wall does not stand.

        Args:
            private: what no student's code may see: the assignment, the reports, submissions.

        Raises:
            IsolationError: with the reason, and what to do.
        """

    def start(self, folder: Path, limits: Limits) -> subprocess.Popen[bytes]:
        """Start a student's process: requests go to its standard input, replies come back.

        Args:
            folder: a copy of the submission; it stays as it is.
            limits: on memory and time.
        """
        home = folder.parent / "home"
        home.mkdir(exist_ok=True)
        kept = {key: text for key, text in os.environ.items() if not key.startswith("PYTHON")}
        own = {"HOME": str(home), "TMPDIR": str(home), "TEMP": str(home), "IPYTHONDIR": str(home)}
        command = [sys.executable, "-P", "-m", CANDIDATE, str(folder), *limits.arguments]
        return open_process(command, {**kept, **PINS, **own, "PYTHONPATH": search_path()})

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """End the process, and what it started as far as that is known."""
        if hasattr(os, "killpg") and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def open_process(
    command: list[str], environment: dict[str, str], pass_fds: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    """Start a process that is talked to through pipes, in a session of its own."""
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        pass_fds=pass_fds,
        start_new_session=True,
    )
