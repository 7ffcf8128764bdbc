"""What lessons and assignments share: py:percent sources (jupytext), and notebooks made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Container

# What a notebook says of its kernel: nothing of the machine that built it.
NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
LAYOUT_KEYS = {"lines_to_next_cell", "cell_marker"}  # how jupytext keeps a source's layout


def cell_id(cell_type: str, source: str, taken: Container[str] = ()) -> str:
    """Return an id that a cell keeps as long as it keeps its content, wherever it moves.

    Args:
        cell_type: "code" or "markdown".
        source: the cell's text.
        taken: ids of the cells before it; of equal cells, the second gets the ending "-2".

    >>> first = cell_id("code", "1 + 1")
    >>> cell_id("code", "1 + 1", taken=[first]) == f"{first}-2"
    True
    """
    digest = hashlib.sha256(f"{cell_type}\n{source}".encode()).hexdigest()[:12]
    found, count = digest, 1
    while found in taken:
        count += 1
        found = f"{digest}-{count}"
    return found
