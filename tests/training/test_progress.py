"""The bar is silent in tests and log files, seen in a terminal, and gone from notebooks."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from dlcourse.course.kernel import new_kernel_manager
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


BEGINNING = """\
import os, signal, time
from dlcourse.display.interrupts import report_interrupts_briefly
from dlcourse.training import progress

progress.SECONDS_BEFORE_SHOWING = 0.0
report_interrupts_briefly()
"""
WORK = """\
print("before")
with progress.progress_bar(2, "training") as bar:
    bar.update(2)
print("after")
"""
INTERRUPT = """\
with progress.progress_bar(100, "training") as bar:
    bar.update(21)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
"""


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run cells as a learner does, with bars, and save them; returns the path."""

    def run_and_save(*sources, **settings):
        cells = [nbformat.v4.new_code_cell(source) for source in (BEGINNING, *sources)]
        notebook = nbformat.v4.new_notebook(cells=cells)
        monkeypatch.delenv("TQDM_DISABLE", raising=False)
        NotebookClient(notebook, km=new_kernel_manager(), **settings).execute()
        monkeypatch.setenv("TQDM_DISABLE", "1")
        path = tmp_path / "lesson.ipynb"
        nbformat.write(notebook, path)
        return path

    return run_and_save


def test_a_finished_bar_leaves_nothing_in_the_notebook(run):
    path = run(WORK)
    before, bar, after = nbformat.read(path, as_version=4).cells[1].outputs
    assert (before.text, bar.data, after.text) == ("before\n", {}, "after\n")
    root = Path(__file__).parents[2]
    options = ["-c", root / "pyproject.toml", "-p", "no:cacheprovider", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, path],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_an_interrupt_is_told_in_one_line(run):
    path = run(INTERRUPT, allow_errors=True)
    *_, error = nbformat.read(path, as_version=4).cells[1].outputs
    assert error.traceback == ["Interrupted at 21 %."]
