"""The progress bar is silent in tests and log files, and seen in a terminal."""

from __future__ import annotations

import io
import sys

import pytest

from dlcourse.training import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "variable", "silent"),
    [(Terminal, None, False), (Terminal, "1", True), (io.StringIO, None, True)],
)
def test_where_the_bar_shows(monkeypatch, stream, variable, silent):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    if variable:
        monkeypatch.setenv("TQDM_DISABLE", variable)
    monkeypatch.setattr(progress, "SECONDS_BEFORE_SHOWING", 0.0)
    monkeypatch.setattr(sys, "stderr", stream())
    with progress.progress_bar(2, "training") as bar:
        bar.update(2)
        shown = sys.stderr.getvalue()
    assert (shown == "") == silent
