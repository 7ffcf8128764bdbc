"""A progress bar for long work: in a terminal and in Jupyter, never in tests or log files."""

from __future__ import annotations

import os

from tqdm.auto import tqdm

SECONDS_BEFORE_SHOWING = 1.0


def progress_bar(total: int, description: str) -> tqdm:
    """Return a bar that appears after a second and is removed when it is done.

    It stays silent where the output is not a terminal or a notebook, and wherever the
    environment variable TQDM_DISABLE is set, as it is under the tests.

    >>> with progress_bar(3, "training") as bar:
    ...     _ = bar.update(3)
    """
    silent = True if os.environ.get("TQDM_DISABLE") else None
    return tqdm(
        total=total,
        desc=description,
        unit="epoch",
        leave=False,
        delay=SECONDS_BEFORE_SHOWING,
        disable=silent,
    )
