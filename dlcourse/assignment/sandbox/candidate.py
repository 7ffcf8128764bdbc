"""The process that runs a student's code: it runs cells, and hands out what they define.

It holds no key, no check and no points. Whatever the code does to this process, it changes its own
answers only. Run by an `Isolation`, as `python -m dlcourse.assignment.sandbox.candidate FOLDER
MEMORY_GB CPU_SECONDS`.
"""

from __future__ import annotations

import functools
import inspect
import linecache
import os
import shutil
import sys
import tempfile
import textwrap
import traceback
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from dlcourse.assignment.sandbox.channel import Channel
from dlcourse.assignment.sandbox.limits import limit
from dlcourse.assignment.sandbox.plain_data import CHANGEABLE, Encoder, decode

CELL = "<cell "  # how the file names of a student's cells begin


class NamedCells(CachingCompiler):
    """Gives each cell a file name that tells which it is."""

    cell = ""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return f"{CELL}{self.cell}>"


class Shell(InteractiveShell):
    """Runs cells as Jupyter does, magics included, with no window and no history."""

    compiler_class = Type(NamedCells)

    def init_system(self) -> None:
        self.commands: list[str] = []

    def enable_gui(self, gui: str | None = None) -> None:
        pass

    def system(self, command: str) -> None:
        """Note a line such as `!pip install`, and go on: what it installs may well be there."""
        self.commands.append(command.strip()[:200])

    def ask_exit(self) -> None:
        raise SystemExit


class Session:
    """The student's cells as they are run, and the objects that stay here."""

    def __init__(self, channel: Channel) -> None:
        config = Config()
        config.HistoryManager.enabled = False
        self._shell = Shell.instance(config=config)
        self._channel = channel
        self._kept: list[Any] = []
        self._encode = Encoder(self._keep)

    def run(self, source: str, cell: str) -> dict[str, Any]:
        """Run a cell; tell how it failed, if it did."""
        self._shell.compile.cell, self._shell.commands = cell, []
        result = self._shell.run_cell(source, silent=True)
        error = result.error_before_exec or result.error_in_exec
        failure = _describe(error) if error else None
        return {"failure": failure, "commands": self._shell.commands}

    def fetch(self, names: list[str]) -> dict[str, Any]:
        """Hand out what the cells defined, by name; names that they did not define are left out."""
        found = {name: self._shell.user_ns[name] for name in names if name in self._shell.user_ns}
        return {"values": self._encode(found)}

    def call(self, id: int, arguments: list[Any], named: dict[str, Any]) -> dict[str, Any]:
        """Call a function that stays here; what it may change comes back as it left it."""
        given = [decode(each, self._take) for each in arguments]
        by_name = {name: decode(each, self._take) for name, each in named.items()}
        value = self._kept[id](*given, **by_name)
        changed = [each for each in (*given, *by_name.values()) if isinstance(each, CHANGEABLE)]
        return {"value": self._encode(value), "changed": self._encode(changed)}

    def iterate(self, id: int) -> dict[str, Any]:
        """Hand out what an object that stays here gives in a loop, from its beginning."""
        return {"value": self._encode(iter(self._kept[id])), "changed": self._encode([])}

    def _keep(self, value: Any) -> dict[str, Any]:
        self._kept.append(value)
        described = {"id": len(self._kept) - 1, "type": type(value).__name__}
        return {**described, "name": getattr(value, "__name__", None), **self._signature(value)}

    def _take(self, description: dict[str, Any]) -> Any:
        if "id" in description:
            return self._kept[description["id"]]
        return functools.partial(self._call_back, description["function"])

    def _call_back(self, function: int, *arguments: Any, **named: Any) -> Any:
        """Have a function that a check handed over called where it is."""
        sent = [self._encode(arguments), self._encode(named)]
        self._channel.reply({"function": function, "given": sent})
        told = next(self._channel.requests())
        if "error" in told:
            raise RuntimeError(told["error"])
        return decode(told["value"], self._take)

    def _signature(self, value: Any) -> dict[str, Any]:
        try:
            parameters = inspect.signature(value).parameters.values()
        except (TypeError, ValueError):
            return {"callable": callable(value), "parameters": None}
        listed = [[p.name, p.kind.name, p.default is not p.empty] for p in parameters]
        return {"callable": True, "parameters": listed}


def _describe(error: BaseException) -> dict[str, Any]:
    """Tell an exception by its type, its message and the last line of the student's it passed."""
    message = textwrap.shorten(str(error), 300, placeholder=" ...")
    told = {"type": _public_type(error).__name__, "message": message, "line": ""}
    if isinstance(error, SyntaxError) and str(error.filename).startswith(CELL):
        told["message"] = error.msg
        text = (error.text or "").strip()
        told["line"] = f"line {error.lineno} of {error.filename[len(CELL) : -1]}: `{text}`"
    for frame, number in traceback.walk_tb(error.__traceback__):
        file = frame.f_code.co_filename
        if file.startswith(CELL):
            text = textwrap.shorten(linecache.getline(file, number), 90, placeholder=" ...")
            told["line"] = f"line {number} of {file[len(CELL) : -1]}: `{text}`"
    return told


def _public_type(error: BaseException) -> type:
    """Its type, or the nearest that Python documents: `_IncompleteInputError` is a SyntaxError."""
    return next(each for each in type(error).__mro__ if not each.__name__.startswith("_"))


def main(folder: str, memory_gb: str, cpu_seconds: str) -> None:
    channel = Channel()
    work = tempfile.mkdtemp(prefix="work-")
    shutil.copytree(folder, work, dirs_exist_ok=True)
    os.chdir(work)
    sys.path.insert(0, work)  # the student's own modules, as Jupyter finds them
    limit(float(memory_gb), int(cpu_seconds))
    session = Session(channel)
    channel.reply({"started": True})
    acts = {"run": session.run, "fetch": session.fetch, "call": session.call,
            "iterate": session.iterate}  # fmt: skip
    for request in channel.requests():
        try:
            channel.reply(acts[request.pop("act")](**request))
        except BaseException as error:  # the student's, or a value that cannot travel
            channel.reply({"error": _describe(error)})


if __name__ == "__main__":
    main(*sys.argv[1:])
