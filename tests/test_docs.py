"""The examples in docs/helpers.md run, and the page names the whole public interface."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import dlcourse

PAGE = (Path(__file__).parents[1] / "docs" / "helpers.md").read_text(encoding="utf-8")
BEGINNING, *EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def begun() -> dict:
    """What the page's beginning defines."""
    space: dict = {}
    exec(BEGINNING, space)
    return space


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda code: code.splitlines()[0][:40])
def test_example_runs(example, begun, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plt, "show", lambda: None)
    exec(example, dict(begun))


@pytest.mark.parametrize("name", dlcourse.__all__)
def test_public_name_is_on_the_page(name) -> None:
    assert re.search(rf"\b{name}\b", PAGE)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\bdl\.(\w+)", PAGE))))
def test_name_on_the_page_is_public(name) -> None:
    assert name in dlcourse.__all__


def test_a_wrong_example_would_fail(begun) -> None:
    with pytest.raises(ValueError, match="`epochs` must be"):
        exec("dl.train_runs({'SGD': SGD(0.1)}, task, epochs=0)", dict(begun))
