"""The command `dlcourse`: the lessons, and assignments.

Exit codes: 0 all is well, 1 something failed, 2 wrong arguments, 130 interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import dlcourse
from dlcourse.course.files import Lesson, find_lessons, lessons_folder, own_folder, select_lesson


class WrongArgument(Exception):
    """An argument that names nothing usable; the message is one line."""


class Parser(argparse.ArgumentParser):
    """Tells what is wrong with the arguments in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} ({self.prog} --help tells more)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except WrongArgument as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{options.command}: interrupted", file=sys.stderr)
        return 130


@contextlib.contextmanager
def _arguments_in_doubt() -> Iterator[None]:
    """Where a ValueError tells what is wrong with an argument, and is no fault of ours."""
    try:
        yield
    except ValueError as error:
        raise WrongArgument(str(error)) from error


def list_lessons(options: argparse.Namespace) -> int:
    lessons = find_lessons(lessons_folder())
    width = max((len(lesson.name) for lesson in lessons), default=0)
    damaged = [lesson.path for lesson in lessons if not lesson.readable]
    for lesson in lessons:
        if lesson.readable:
            minutes = f"{lesson.minutes:>3} min"
            print(f"{lesson.number}  {lesson.name:{width}}  {minutes}  {lesson.question}")
    for path in damaged:
        print(f"{options.command}: {path} is no notebook", file=sys.stderr)
    return 1 if damaged else 0


def open_lab(options: argparse.Namespace) -> int:
    from dlcourse.course.lesson_copy import copy_lessons

    lesson = _chosen(options) if options.lesson else None
    folder = own_folder()
    for line in copy_lessons(lessons_folder(), folder, dlcourse.__version__):
        print(line)
    print(f"Your copy of the lessons: {folder}", flush=True)  # before JupyterLab has its say
    shown = folder / lesson.path.name if lesson else folder
    # JupyterLab refuses to run as root, as one does in a container, unless told to.
    as_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    lab = subprocess.Popen([sys.executable, "-m", "jupyterlab", *as_root, str(shown)])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Ctrl-C, JupyterLab asks; we wait for it
    return lab.wait()


def run_lesson(options: argparse.Namespace) -> int:
    lesson = _chosen(options)
    from dlcourse.course import pages  # loads nbconvert, half a second

    page = Path(f"{lesson.path.stem}.html")
    try:
        pages.run_lesson(lesson.path, page)
    except pages.LessonFailed as failure:
        print(f"{options.command}: {failure}", file=sys.stderr)
        return 1
    print(f"wrote {page}")
    return 0


def _chosen(options: argparse.Namespace) -> Lesson:
    lessons = find_lessons(lessons_folder())
    with _arguments_in_doubt():
        return select_lesson(lessons, options.lesson)


@_arguments_in_doubt()
def new_assignment(options: argparse.Namespace) -> int:
    from dlcourse.assignment.authoring.folder import new_assignment

    folder = new_assignment(Path(options.name), options.exercises)
    print(f"wrote {folder}: change {folder.name}.py, then `dlcourse assignment build {folder}`")
    return 0


@_arguments_in_doubt()
def build_assignment(options: argparse.Namespace) -> int:
    from dlcourse.assignment.authoring.folder import build, key_path
    from dlcourse.assignment.grading.rehearsal import rehearse
    from dlcourse.assignment.sandbox.isolation import Limits

    assignment = build(options.folder)
    for warning in rehearse(key_path(options.folder), Limits()):
        print(f"{options.command}: warning: {warning}", file=sys.stderr)
    points = sum(assignment.points(answer) for answer in assignment.answers)
    questions = len(assignment.answers)
    print(f"built {assignment.name}: {questions} questions, {points:g} points")
    print(f"hand out: {options.folder / 'student'}; keep: {key_path(options.folder)}")
    return 0


@_arguments_in_doubt()
def grade_submissions(options: argparse.Namespace) -> int:
    from dlcourse.assignment.authoring.folder import key_path
    from dlcourse.assignment.grading.batch import grade_batch
    from dlcourse.assignment.grading.class_folder import find_submissions
    from dlcourse.assignment.sandbox.isolation import Limits

    key = key_path(options.assignment)
    submissions = find_submissions(options.submission, key.stem)
    limits = Limits(options.seconds, options.memory)
    if not key.exists():
        raise ValueError(f"`--assignment` must be a folder in which {key.name} is in key/")
    signal.signal(signal.SIGTERM, _terminate)  # as Ctrl-C: what is graded is kept
    graded = True
    for report in grade_batch(submissions, key, options.output, limits, options.isolation):
        print(f"{report.student}: {report.summary()}", flush=True)
        if not report.graded:
            print(f"{options.command}: {report.student}: {report.notes[-1]}", file=sys.stderr)
            graded = False
    print(f"reports and class.csv: {options.output}")
    return 0 if graded else 1


def _terminate(number: int, frame: object) -> NoReturn:
    sys.exit(128 + number)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="dlcourse",
        description="A course on training deep networks with Keras: its lessons, and assignments.",
        epilog="Exit codes: 0 all is well, 1 something failed, 2 wrong arguments, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"dlcourse {dlcourse.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    _add(commands, "list", list_lessons, "the lessons: question and minutes")
    lab = _add(commands, "lab", open_lab, "open the lessons in JupyterLab",
               "Opens a copy of the lessons in JupyterLab that is your own: my-lessons in a clone,"
               " ~/dlcourse-lessons elsewhere. An update never overwrites a notebook that you have"
               " edited.")  # fmt: skip
    lab.add_argument("lesson", nargs="?", metavar="NN", help="the lesson to open, as 7 or 07")
    run = _add(commands, "run", run_lesson, "run a lesson and write it as a web page",
               "Runs a lesson from top to bottom and writes NN_topic.html here, figures with"
               " alternative text included.")  # fmt: skip
    run.add_argument("lesson", metavar="NN", help="the lesson's number, as 7 or 07")

    assignment = commands.add_parser("assignment", help="write and grade assignments")
    _add_assignment_commands(assignment)
    return parser


def _add_assignment_commands(assignment: argparse.ArgumentParser) -> None:
    commands = assignment.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = _add(commands, "new", new_assignment, "write a complete assignment to start from",
               "Writes a folder: the source NAME.py with solutions and hidden checks, the notebook"
               " for students, and the grader's key.")  # fmt: skip
    new.add_argument("name", metavar="NAME", help="the folder to write")
    new.add_argument("--exercises", nargs="+", default=(), metavar="NN.EXERCISE",
                     help="exercises of the lessons, as 07.largest_rate (default: a sample"
                     " assignment with questions of its own)")  # fmt: skip
    build = _add(commands, "build", build_assignment, "rebuild both notebooks from the source",
                 "Rebuilds both notebooks from the source, and grades your own solution, the"
                 " untouched stubs and empty answers: what the checks would give to nobody or to"
                 " everybody is refused.")  # fmt: skip
    build.add_argument("folder", type=Path, metavar="FOLDER", help="the assignment's folder")
    grade = _add(commands, "grade", grade_submissions, "grade submissions",
                 "Grades notebooks, or folders that each hold one; the name of a file or folder is"
                 " the student's identifier. Each submission's code runs behind a wall, with"
                 " limits, and gets a JSON and a readable report; class.csv has all points,"
                 " canvas.csv and moodle.csv those to import. What no grading prevents is told in"
                 " docs/assignments.md. Exit code 1: something could not be graded.")  # fmt: skip
    grade.add_argument("submission", nargs="+", type=Path, metavar="SUBMISSION")
    grade.add_argument("--assignment", type=Path, default=Path(), metavar="FOLDER",
                       help="the assignment's folder (default: this one)")  # fmt: skip
    grade.add_argument("--output", type=Path, default=Path("reports"), metavar="FOLDER",
                       help="where reports go (default: reports)")  # fmt: skip
    grade.add_argument("--isolation", default="bubblewrap", metavar="KIND",
                       help="what keeps a student's code from all else: bubblewrap (default),"
                       " container or none")  # fmt: skip
    grade.add_argument("--seconds", type=_positive, default=900, metavar="N",
                       help="time of a submission (default: 900)")  # fmt: skip
    grade.add_argument("--memory", type=_positive, default=8, metavar="GB",
                       help="address space of a submission (default: 8)")  # fmt: skip


def _add(commands, name: str, run, summary: str, description: str = "") -> argparse.ArgumentParser:
    text = description or f"{summary[0].upper()}{summary[1:]}."
    parser = commands.add_parser(name, help=summary, description=text)
    parser.set_defaults(run=run, command=parser.prog)
    return parser


def _positive(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number > 0. Received: {text}")
    return number
