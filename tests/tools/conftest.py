from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from build_lessons import build
from lesson_source import LessonSource
from sample_lesson import write_sample


@pytest.fixture
def sample(tmp_path: Path) -> LessonSource:
    """The sample lesson, not built."""
    return write_sample(tmp_path)


@pytest.fixture(scope="session")
def built_sample(tmp_path_factory: pytest.TempPathFactory) -> LessonSource:
    """The sample lesson, built by a user who draws with another backend; not to be changed."""
    lesson = write_sample(tmp_path_factory.mktemp("sample"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "Agg")
        asyncio.run(build([lesson]))
    return lesson


@pytest.fixture
def copy(built_sample: LessonSource, tmp_path: Path) -> LessonSource:
    """The built sample, to be changed."""
    shutil.copytree(built_sample.path.parents[1], tmp_path / "lessons")
    return LessonSource(tmp_path / "lessons" / "src" / built_sample.path.name)
