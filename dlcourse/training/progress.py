"""A progress bar for long work: in a terminal and in Jupyter, never in tests or log files."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

SECONDS_BEFORE_SHOWING = 1.0


@contextmanager
def progress_bar(total: int, description: str) -> Iterator[tqdm]:
    """Show a bar that appears after a second and is removed when it is done.

    It stays silent where the output is not a terminal or a notebook, and wherever the
    environment variable TQDM_DISABLE is set, as it is under the tests. An interrupt within it says
    how far the work was.

    Args:
        total: number of epochs to do.
        description: what is done, as in "training".

    >>> with progress_bar(3, "training") as bar:
    ...     _ = bar.update(3)
    """
    kind: Any = NotebookBar if in_notebook() else TerminalBar
    settings = {"unit": "epoch", "leave": False, "delay": SECONDS_BEFORE_SHOWING}
    with kind(total=total, desc=description, **settings) as bar:
        try:
            yield bar
        except KeyboardInterrupt as interrupt:
            if not bar.disable:
                interrupt.args = (f"at {100 * bar.n / total:.0f} %",)
            raise


def in_notebook() -> bool:
    """Tell whether the output goes to Jupyter."""
    ipython = sys.modules.get("IPython")
    return hasattr(ipython.get_ipython() if ipython else None, "kernel")


class TerminalBar(tqdm):
    """A bar in a terminal, and none in a log file."""

    def __init__(self, **settings: Any) -> None:
        silent = True if os.environ.get("TQDM_DISABLE") else None
        super().__init__(disable=silent, **settings)


class NotebookBar(tqdm):
    """A line in a notebook's output, which at the end holds nothing.

    tqdm's own bar for notebooks is a widget, and a widget that is gone stays in the saved notebook
    as an output that cannot be shown: a notebook that was merely run would differ from the stored.
    """

    def __init__(self, **settings: Any) -> None:
        self._place: Any = None
        silent = bool(os.environ.get("TQDM_DISABLE"))
        super().__init__(disable=silent, file=io.StringIO(), ncols=80, **settings)

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        """Show the bar as it is now; tqdm calls this, at the end with an empty text."""
        from IPython.display import DisplayHandle

        text = str(self) if msg is None else msg
        shown = {"text/plain": text} if text else {}
        if self._place is None:
            self._place = DisplayHandle()
            self._place.display(shown, raw=True)
        else:
            self._place.update(shown, raw=True)
