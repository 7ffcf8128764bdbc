"""What `help()` shows of each public name: its example runs as it stands, in a fresh Python."""

from __future__ import annotations

import doctest
import inspect
import re

import pytest

import dlcourse

# What is no function or class.
NAMES = sorted({*dlcourse.__all__} - {"exercises", "lab", "PALETTE"})
# What downloads once, which no test does.
DOWNLOADS = {"mnist", "fashion_mnist"}
# What checks nothing: a wrong rule is the verdict of `conform`.
NEVER_RAISES = {"Table", "conform"}


def text_of(name: str) -> str:
    return inspect.getdoc(getattr(dlcourse, name)) or ""


@pytest.mark.parametrize("name", sorted({*NAMES} - DOWNLOADS))
def test_example_runs_as_it_stands(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    examples = doctest.DocTestParser().get_doctest(text_of(name), {}, name, None, None)
    assert examples.examples, "there is an example"
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(examples, out=said.append, clear_globs=False)
    assert not runner.failures, "".join(said)


@pytest.mark.parametrize("name", sorted({*NAMES} - NEVER_RAISES))
def test_what_raises_is_said(name):
    if not inspect.signature(getattr(dlcourse, name)).parameters:
        return  # nothing to be wrong
    assert re.search(r"(?m)^Raises:\n    \w+Error: ", text_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_documented(name):
    for parameter in inspect.signature(getattr(dlcourse, name)).parameters:
        assert re.search(rf"(?m)^    \*{{0,2}}{parameter}: \S", text_of(name)), parameter


@pytest.mark.parametrize("name", NAMES)
def test_a_paper_has_a_link(name):
    """A year in parentheses is a paper that is cited."""
    text = text_of(name)
    for year in re.finditer(r'"[^"]+"\s+\((?:19|20)\d\d\)', text):
        assert "https://" in text[year.end() :], year[0]
