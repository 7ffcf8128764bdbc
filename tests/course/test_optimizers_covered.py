"""The course mentions every optimizer that Keras ships."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import keras
import pytest

SOURCES = Path(__file__).parents[2] / "lessons" / "src"


def shipped_optimizers() -> list[str]:
    """The public optimizers of `keras.optimizers`; `Optimizer` itself is their base class."""
    base = keras.optimizers.Optimizer
    public = inspect.getmembers(keras.optimizers, inspect.isclass)
    return [name for name, each in public if issubclass(each, base) and each is not base]


def unmentioned(names: list[str], prose: str) -> list[str]:
    """The names that are not in the prose as a word of their own."""
    return [name for name in names if not re.search(rf"\b{name}\b", prose)]


def lesson_sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))


@pytest.mark.parametrize("name", shipped_optimizers())
def test_the_course_mentions(name) -> None:
    assert not unmentioned([name], lesson_sources()), f"no lesson mentions keras.optimizers.{name}"


def test_optimizers_are_found() -> None:
    assert {"SGD", "AdamW", "LossScaleOptimizer", "MultiOptimizer"} <= {*shipped_optimizers()}


def test_a_new_optimizer_is_found(monkeypatch) -> None:
    class Sofia(keras.optimizers.Adam):
        pass

    monkeypatch.setattr(keras.optimizers, "Sofia", Sofia, raising=False)
    assert unmentioned(shipped_optimizers(), lesson_sources()) == ["Sofia"]


def test_a_longer_name_is_no_mention() -> None:
    assert unmentioned(["Adam"], "AdamW and Adamax") == ["Adam"]
