"""Builds lessons/NN_topic.ipynb and lessons/solutions/NN_topic.ipynb from lessons/src/NN_topic.py.

  python tools/build_lessons.py            build what is out of date
  python tools/build_lessons.py 07 10      the same, for these lessons only
  python tools/build_lessons.py --force 07 build it anew, after a change to the package
  python tools/build_lessons.py --check    build nothing; fail if anything is out of date
  python tools/build_lessons.py pull 07    bring an edit made in Jupyter back into the source

A notebook is out of date when it does not match its source or was changed after the build; whether
its outputs are still true, nbval tells. An error or an interrupt leaves the stored notebook as it
was. Exit code: 0 all is well, 1 a lesson needs attention, 2 wrong arguments, 130 interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import nbformat
from execution import execute, expect_pinned_versions, new_notebook
from fingerprint import EDITED, changes, read_notebook, stamp
from lesson_rules import broken_rules
from lesson_source import (
    LESSONS,
    STUDENT,
    VARIANTS,
    WORKED,
    LessonError,
    LessonSource,
    Variant,
    find_sources,
    first_line,
    visible,
    write_atomically,
)
from nbformat import NotebookNode
from pull_lesson import pull
from student_notebook import fill_in, outputs_of, own_cells, own_outputs, student_outputs

AT_ONCE = 2  # each kernel computes on one thread

Run = Callable[[NotebookNode, LessonSource], Awaitable[None]]


def main(arguments: list[str] | None = None) -> int:
    options = _parse(arguments)
    try:
        lessons = select(find_sources(LESSONS), options.lessons)
    except LessonError as error:
        print(error, file=sys.stderr)
        return 2
    if options.pull:
        problems = _pull(lessons[0])
    elif options.check:
        problems = check(lessons) + ([] if options.lessons else orphans(LESSONS))
    else:
        try:
            problems = asyncio.run(build(lessons, force=options.force))
        except KeyboardInterrupt:
            print("interrupted; what was built is kept", file=sys.stderr)
            return 130
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def select(lessons: list[LessonSource], names: list[str]) -> list[LessonSource]:
    """The lessons with these numbers or names, or all of them when none is named."""
    chosen = []
    for name in names:
        start = f"{int(name):02d}_" if name.isdigit() else f"{name}_"
        found = [lesson for lesson in lessons if f"{lesson.name}_".startswith(start)]
        if not found:
            known = ", ".join(lesson.name for lesson in lessons) or "none"
            raise LessonError(f"no lesson {name}; lessons with a source: {known}")
        chosen += found
    return chosen if names else lessons


def check(lessons: list[LessonSource]) -> list[str]:
    """What is wrong with each notebook: not what it was built from, or against a rule."""
    problems = [] if lessons else ["no lesson in lessons/src"]
    for lesson in lessons:
        for variant in VARIANTS:
            path = lesson.notebook_path(variant)
            try:
                found = out_of_date(lesson, variant, lesson.cells())
                if path.exists():
                    found += broken_rules(read_notebook(path))
            except LessonError as error:
                found = [str(error)]
            problems += [f"{_short(path)}: {problem}" for problem in found]
    return problems


def orphans(folder: Path) -> list[str]:
    """Notebooks that no source builds."""
    lessons = find_sources(folder)
    built = {lesson.notebook_path(variant) for variant in VARIANTS for lesson in lessons}
    stored = {path for variant in VARIANTS for path in (folder / variant.folder).glob("*.ipynb")}
    return [f"{_short(path)}: has no source in lessons/src" for path in sorted(stored - built)]


async def build(lessons: list[LessonSource], *, force: bool = False) -> list[str]:
    """Builds what is out of date, two lessons at once; returns what went wrong."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def build_in_turn(lesson: LessonSource) -> list[str]:
        async with turns:
            return await _build_lesson(lesson, force=force)

    found = await asyncio.gather(*map(build_in_turn, lessons))
    return [problem for problems in found for problem in problems]


async def _build_lesson(lesson: LessonSource, *, force: bool) -> list[str]:
    """The worked notebook first: the student's takes over its outputs."""
    problems = []
    for variant, run in ((WORKED, _run_worked), (STUDENT, _run_student)):
        path = lesson.notebook_path(variant)
        try:
            notebook = await _build_notebook(lesson, variant, run, force=force)
        except LessonError as error:
            return [*problems, f"{_short(path)}: {error}"]
        problems += [f"{_short(path)}: {problem}" for problem in broken_rules(notebook)]
    return problems


async def _build_notebook(
    lesson: LessonSource, variant: Variant, run: Run, *, force: bool
) -> NotebookNode:
    """Runs and writes the notebook if it is due; an error leaves the stored one as it is."""
    path, cells = lesson.notebook_path(variant), lesson.cells()
    due = ["forced"] if force else out_of_date(lesson, variant, cells)
    if due == [EDITED]:
        number = lesson.name.partition("_")[0]
        raise LessonError(f"{EDITED}: `pull {number}` keeps the edit, `--force` discards it")
    if not due:
        return read_notebook(path)
    expect_pinned_versions()
    started = time.monotonic()
    notebook = new_notebook(visible(cells, variant))
    path.parent.mkdir(exist_ok=True)
    await run(notebook, lesson)
    stamp(notebook)
    write_atomically(path, nbformat.writes(notebook) + "\n")
    seconds = time.monotonic() - started
    print(f"built {_short(path)} in {seconds:.0f} s ({'; '.join(due)})", flush=True)
    return notebook


async def _run_worked(notebook: NotebookNode, lesson: LessonSource) -> None:
    await execute(notebook, folder=lesson.notebook_path(WORKED).parent)


async def _run_student(notebook: NotebookNode, lesson: LessonSource) -> None:
    """Runs what is the student's own, and takes the rest from the worked notebook."""
    cells = lesson.cells()
    own = new_notebook(own_cells(cells))
    await execute(own, folder=lesson.notebook_path(STUDENT).parent)
    worked = read_notebook(lesson.notebook_path(WORKED))
    fill_in(notebook, student_outputs(cells, outputs_of(worked), outputs_of(own)))


def out_of_date(lesson: LessonSource, variant: Variant, cells: list[NotebookNode]) -> list[str]:
    """Why the notebook is to be built; empty if it is up to date."""
    found = changes(lesson, variant, cells)
    if found or variant is WORKED or changes(lesson, WORKED, cells):
        return found
    student, worked = (outputs_of(read_notebook(lesson.notebook_path(each))) for each in VARIANTS)
    shared = student_outputs(cells, worked, own_outputs(cells, student))
    different = [first_line(cell) for cell in cells if student.get(cell.id) != shared.get(cell.id)]
    return [f"`{line}` has another output than in the worked notebook" for line in different]


def _pull(lesson: LessonSource) -> list[str]:
    try:
        print(pull(lesson))
    except LessonError as error:
        return [f"{lesson.name}: {error}"]
    return []


def _short(path: Path) -> str:
    return path.relative_to(path.parents[1 if path.parent.name == "lessons" else 2]).as_posix()


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        usage="python tools/build_lessons.py [--check] [--force] [NN ...] | pull NN",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("lessons", nargs="*", metavar="NN", help="a lesson's number or name")
    parser.add_argument("--check", action="store_true", help="build nothing, fail if out of date")
    parser.add_argument("--force", action="store_true", help="rebuild all, drop edits in Jupyter")
    options = parser.parse_args(arguments)
    options.pull = options.lessons[:1] == ["pull"]
    if options.pull:
        options.lessons = options.lessons[1:]
        if len(options.lessons) != 1 or options.check or options.force:
            parser.error("pull takes one lesson and no option")
    if options.check and options.force:
        parser.error("--check builds nothing, so it cannot be forced")
    return options


if __name__ == "__main__":
    sys.exit(main())
