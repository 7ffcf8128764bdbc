"""Writes dlcourse/__init__.pyi: the public names of the table in dlcourse/__init__.py, for editors.

python tools/public_names.py
"""

from __future__ import annotations

from pathlib import Path

import dlcourse

STUB = Path(__file__).parents[1] / "dlcourse" / "__init__.pyi"
HEAD = "The public names, for editors and type checkers; the table in __init__.py loads them."


def stub() -> str:
    """Return the file's text; only `import a as a` makes a name public."""
    pairs = sorted(dlcourse._MODULE_OF.items(), key=lambda pair: (pair[1], _order(pair[0])))
    lines = [f"from dlcourse import {name} as {name}" for name in dlcourse._FOLDERS]
    lines += [f"from dlcourse.{module} import {name} as {name}" for name, module in pairs]
    return "\n".join([f'"""{HEAD}"""\n', *lines, "", "__version__: str", "__all__: list[str]", ""])


def _order(name: str) -> tuple[int, str]:
    """Constants, classes, functions, as Ruff sorts them."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
