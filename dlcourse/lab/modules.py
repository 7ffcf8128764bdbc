"""The lab's ES modules as one script: a widget's front end, a page, or V8 in a test.

Browsers load modules from a server, one file each; a widget's front end is one text. Each module
becomes a function that is called once and returns what it exports; nothing else is changed.
"""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).parent / "static"

_IMPORT = re.compile(r'^import (\{[^}]*\}) from "(\.[^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:function\*?|class|const) (\w+))", re.MULTILINE)


def script(*entries: str) -> str:
    """Return the modules and all that they import, each once, what is imported first.

    Args:
        entries: files in `lab/static`, such as "engine/optimizers.js".

    Returns:
        A script that defines one constant for each module, named by `constant`.

    Example:
        >>> from dlcourse.lab.modules import script
        >>> "const engine_random = " in script("engine/network.js")
        True
    """
    found: dict[Path, str] = {}
    for entry in entries:
        _collect(STATIC / entry, found)
    return "\n".join(found.values())


def front_end(entry: str) -> str:
    """Return a widget's front end as one ES module that exports its `render` function."""
    return f"{script(entry)}\nexport default {{ render: {constant(STATIC / entry)}.render }};\n"


def constant(path: Path) -> str:
    """Return the name under which a script holds a module's exports."""
    return re.sub(r"\W", "_", path.relative_to(STATIC).with_suffix("").as_posix())


def _collect(path: Path, found: dict[Path, str]) -> None:
    """Add a module after those that it imports."""
    if path in found:
        return
    source = path.read_text(encoding="utf-8")
    for _, imported in _IMPORT.findall(source):
        _collect((path.parent / imported).resolve(), found)
    names = ", ".join(name for _, name in _EXPORT.findall(source))

    def local(match: re.Match) -> str:
        return f"const {match[1]} = {constant((path.parent / match[2]).resolve())};"

    body = _EXPORT.sub(r"\1", _IMPORT.sub(local, source))
    found[path] = f"const {constant(path)} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();"
