"""A student's process, as the examiner sees it: cells go in, copies of answers and calls come out.

Whatever comes from that process is taken for a forgery until it has been decoded. A call that lasts
too long, a process that ends and an answer that is no data raise `Stopped`.
"""

from __future__ import annotations

import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from dlcourse.assignment.sandbox.isolation import Isolation, Limits
from dlcourse.assignment.sandbox.plain_data import CHANGEABLE, Encoder, decode
from dlcourse.assignment.sandbox.remote import Remote, as_exception, tell

MAX_REPLY_BYTES = 64_000_000
RAN = ["failure", "commands"]
CALLED = ["value", "changed"]
CALLED_BACK = ["function", "given"]
STARTING_SECONDS = 120


class Stopped(BaseException):
    """The student's process did not answer; no `except Exception` of a check may swallow it."""

    def __init__(self, message: str, *, timed_out: bool = False) -> None:
        super().__init__(message)
        self.timed_out = timed_out


class NotStarted(BaseException):
    """There is no student's process to be had: the machine's fault, not the student's."""


class StudentProcess:
    """Runs a student's cells in a process of their own, which is started anew if it ends.

    A new one repeats the cells that went through before, so that one answer that ends the process
    does not take the others with it.

    Args:
        isolation: the wall around it.
        folder: a copy of the submission.
        limits: on memory and time.

    Attributes:
        commands: the lines like `!pip install` that were left out of the cell run last.
        seconds_left: how long the process may still work on the present question.
    """

    def __init__(self, isolation: Isolation, folder: Path, limits: Limits) -> None:
        self._isolation, self._folder, self._limits = isolation, folder, limits
        self._process: subprocess.Popen[bytes] | None = None
        self._done: list[tuple[str, str, float]] = []
        self._end = time.monotonic() + limits.seconds
        self.seconds_left = 0.0
        self.commands: list[str] = []

    def run(self, source: str, cell: str, seconds: float) -> str:
        """Run a cell; return how it failed, or nothing.

        Raises:
            Stopped: it took too long, or ended the process; it will not be repeated.
        """
        self._ensure_started()
        self.seconds_left = seconds
        reply = self._ask({"act": "run", "source": source, "cell": cell}, RAN)
        self.commands = _texts(reply.get("commands"))
        self._done.append((source, cell, seconds))
        failure = reply.get("failure", reply.get("error"))
        return tell(failure) if failure else ""

    def fetch(self, names: list[str]) -> dict[str, Any]:
        """Return copies of what the cells defined; functions and other objects as `Remote`.

        Raises:
            Exception: a value holds itself, or is nested too deeply, to be copied.
        """
        self._ensure_started()
        reply = self._ask({"act": "fetch", "names": names}, ["values"])
        return self._decode(reply, ["values"])[0]

    def close(self) -> None:
        if self._process is not None:
            self._isolation.stop(self._process)
            self._process = None

    def _call(
        self, process: subprocess.Popen[bytes], act: str, id: int, /, *given: Any, **named: Any
    ) -> Any:
        """Call or iterate over an object of the student's; what it may change is changed here, too.

        Raises:
            Exception: what the object raised, as Python's own exception where it is one.
        """
        if self._process is not process:
            raise Stopped("its process had ended")
        handed: list[Callable[..., Any]] = []
        encode = Encoder(partial(_describe, handed))
        request: dict[str, Any] = {"act": act, "id": id}
        if act == "call":
            request["arguments"] = [encode(each) for each in given]
            request["named"] = {name: encode(value) for name, value in named.items()}
        reply = self._ask(request, CALLED, CALLED_BACK)
        while "function" in reply:
            reply = self._ask(self._answer(reply, handed), CALLED, CALLED_BACK)
        value, changed = self._decode(reply, CALLED)
        changeable = [e for e in (*given, *named.values()) if isinstance(e, CHANGEABLE)]
        for each, left in zip(changeable, changed, strict=True):
            _change(each, left)
        return value

    def _answer(self, asked: dict[str, Any], handed: list[Callable[..., Any]]) -> dict[str, Any]:
        """Call a function that a check handed over, with what the student's code gives to it."""
        (given,) = self._decode({"given": {"tuple": asked["given"]}}, ["given"])
        try:
            function, (arguments, named) = handed[asked["function"]], given
            return {"value": Encoder(partial(_describe, handed))(function(*arguments, **named))}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"[:300]}

    def _decode(self, reply: dict[str, Any], keys: list[str]) -> list[Any]:
        if "error" in reply:
            raise as_exception(reply["error"])
        act = partial(self._call, self._process)
        try:
            return [decode(reply[key], lambda told: Remote(told, act)) for key in keys]
        except Exception as error:
            raise self._ended() from error

    def _ensure_started(self) -> None:
        budget = self.seconds_left
        while self._process is None:
            self._start()
            for step in self._done:
                source, cell, self.seconds_left = step
                try:
                    self._ask({"act": "run", "source": source, "cell": cell}, RAN)
                except Stopped:  # it went through before, and does not now: leave it out
                    self._done.remove(step)
                    break
        self.seconds_left = budget

    def _start(self) -> None:
        self._process = self._isolation.start(self._folder, self._limits)
        self.seconds_left = STARTING_SECONDS
        try:
            self._ask(None, ["started"])
        except Stopped as stopped:
            if time.monotonic() > self._end:
                raise
            raise NotStarted(f"the student's process did not start: {stopped}") from stopped

    def _ask(self, request: dict[str, Any] | None, *shapes: list[str]) -> dict[str, Any]:
        """Send a request, if any; wait, as long as there is time, for a reply with such keys."""
        started = time.monotonic()
        seconds = min(self.seconds_left, self._end - started)
        if seconds <= 0:
            raise Stopped("no time was left", timed_out=True)
        replies: queue.Queue[bytes] = queue.Queue()
        sent = b"" if request is None else json.dumps(request).encode() + b"\n"
        talk = partial(_talk, self._process, sent, replies)
        # In a thread, since a process that neither reads nor writes would hold us for ever.
        threading.Thread(target=talk, daemon=True).start()
        try:
            reply = json.loads(replies.get(timeout=seconds))
        except queue.Empty:
            self.close()
            raise Stopped("it took too long and was ended", timed_out=True) from None
        except (ValueError, RecursionError):
            reply = None
        finally:
            self.seconds_left -= time.monotonic() - started
        if not isinstance(reply, dict) or set(reply) not in [*map(set, shapes), {"error"}]:
            raise self._ended()
        return reply

    def _ended(self) -> Stopped:
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            self.close()
            return Stopped("it handed out what is no answer, or far too large, and was ended")
        self.close()
        signal = -code if code < 0 else code - 128  # a wall tells a signal as a shell does
        how = f"by signal {signal}" if signal > 0 else f"with exit code {code}"
        return Stopped(f"it ended its process {how}")


def _change(given: Any, left: Any) -> None:
    """Give a dict or a random generator the state in which the student's code left it."""
    if isinstance(given, dict):
        given.clear()
        given.update(left)
    else:
        given.bit_generator.state = left.bit_generator.state


def _describe(handed: list[Callable[..., Any]], value: Any) -> dict[str, Any]:
    """Describe an object of the student's that goes back, or a function that is handed over."""
    if isinstance(value, Remote):
        return {"id": value.id}
    if not callable(value):
        raise TypeError(f"a check can hand over data and functions, not {type(value).__name__}")
    handed.append(value)
    return {"function": len(handed) - 1}


def _texts(value: Any) -> list[str]:
    return [str(each)[:200] for each in value[:5]] if isinstance(value, list) else []


def _talk(process: subprocess.Popen, request: bytes, replies: queue.Queue[bytes]) -> None:
    try:
        process.stdin.write(request)
        process.stdin.flush()
        replies.put(process.stdout.readline(MAX_REPLY_BYTES))
    except (OSError, ValueError):  # it has ended, or was ended
        replies.put(b"")
