"""What a student's process needs of this machine: Python's own folders and a few variables."""

from __future__ import annotations

import os
import site
import sys
from pathlib import Path

import dlcourse
from dlcourse import environment

PINS = {**environment.PINS, **environment.UNATTENDED_PINS, "MPLBACKEND": "Agg"}  # no windows
PACKAGE = Path(dlcourse.__file__).parent


def folders() -> list[Path]:
    """Return the folders that Python is made of: the environment, its base, and this package."""
    prefixes = [Path(sys.prefix), Path(sys.base_prefix), *_behind(Path(sys.executable))]
    needed = [*prefixes, *_sites(), PACKAGE]
    return list(dict.fromkeys(path for each in needed for path in (each, each.resolve())))


def search_path() -> str:
    """Return the `PYTHONPATH` that finds this package, where it is not installed."""
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    own = [] if PACKAGE.parent in _sites() else [PACKAGE.parent]
    return os.pathsep.join(map(str, [*own, *(each for each in _sites() if str(each) in given)]))


def walled_environment(home: str) -> dict[str, str]:
    """Return all variables of a process behind a wall; none is the teacher's.

    Args:
        home: a folder that it may write.
    """
    own = {"HOME": home, "TMPDIR": home, "USER": "student", "LANG": "C.UTF-8"}
    found = {"PATH": "/usr/bin", "PYTHONPATH": search_path(), "PYTHONUSERBASE": site.getuserbase()}
    return {**PINS, **own, **found}


def _sites() -> list[Path]:
    """The folders of installed packages, and no other part of `sys.path`: it may name any."""
    named = [Path(path) for path in sys.path]
    return [path for path in named if path.name in ("site-packages", "dist-packages")]


def _behind(executable: Path) -> list[Path]:
    """The prefixes that links lead through, from an environment's Python to the program itself."""
    prefixes = []
    while executable.is_symlink():
        executable = Path(os.path.normpath(executable.parent / executable.readlink()))
        prefixes.append(executable.parents[1])
    return prefixes
