"""The command: what it prints, its exit codes, one line for a wrong argument."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import ClassVar

import nbformat
import pytest

import dlcourse
from dlcourse import cli
from dlcourse.cli import main
from dlcourse.course.files import find_lessons, lessons_folder, own_folder

AS_ROOT = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def test_list(capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    lessons = find_lessons(lessons_folder())
    assert len(lines) == len(lessons) >= 7
    momentum = next(line for line in lines if line.startswith("07"))
    assert momentum.split() == [
        "07", "momentum", "35", "min", "Why", "does", "a", "memory", "of", "gradients", "help?"
    ]  # fmt: skip


def test_version(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out == f"dlcourse {dlcourse.__version__}\n"


@pytest.mark.parametrize(
    "command",
    [[], ["list"], ["lab"], ["run"], ["assignment"]]
    + [["assignment", name] for name in ("new", "build", "grade")],
)
def test_help(capsys, command):
    with pytest.raises(SystemExit) as stop:
        main([*command, "--help"])
    assert stop.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith(" ".join(["usage: dlcourse", *command]))
    assert len(text.splitlines()) > 4


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "dlcourse: the following arguments are required: COMMAND"),
        (["lists"], "invalid choice: 'lists'"),
        (["list", "7"], "unrecognized arguments: 7"),
        (["run"], "dlcourse run: the following arguments are required: NN"),
        (["run", "99"], "dlcourse run: `lesson` must be one of 0"),
        (["lab", "momentum"], "dlcourse lab: `lesson` must be one of 0"),
        (["assignment"], "dlcourse assignment: the following arguments are required: COMMAND"),
        (["assignment", "new", "Final Work"], "an assignment's name is of lower-case letters"),
        (["assignment", "build", "nowhere"], "no such source"),
        (["assignment", "grade"], "the following arguments are required: SUBMISSION"),
        (["assignment", "grade", "nobody.ipynb"], "no such submission: nobody.ipynb"),
        (["assignment", "grade", "."], "`--assignment` must be a folder in which"),
        (["assignment", "grade", ".", "--seconds", "0"], "must be a number > 0. Received: 0"),
        (["assignment", "grade", ".", "--memory", "much"], "must be a number > 0. Received: much"),
        (["assignment", "grade", ".", "--memory", "nan"], "must be a number > 0. Received: nan"),
    ],
)
def test_wrong_arguments_get_one_line(capsys, tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert told in err
    assert err.startswith("dlcourse") and err.endswith("\n") and len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_interrupt(capsys, monkeypatch):
    def interrupted(folder):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "find_lessons", interrupted)
    assert main(["list"]) == 130
    assert capsys.readouterr().err == "dlcourse list: interrupted\n"


def test_the_command_loads_no_tensorflow():
    script = "import sys, dlcourse.cli; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    heavy = {"IPython", "keras", "matplotlib", "nbconvert", "nbformat", "numpy", "tensorflow"}
    assert not heavy & set(done.stdout.split())


class FakeLab:
    """Stands for JupyterLab: takes note of what it is to open, and exits with 7."""

    commands: ClassVar[list[list[str]]] = []

    def __init__(self, command):
        self.commands.append(command)

    def wait(self):
        return 7


@pytest.fixture
def opened(monkeypatch, tmp_path):
    """What `lab` hands to JupyterLab, and the learner's folder."""
    monkeypatch.setattr(cli.subprocess, "Popen", FakeLab)
    monkeypatch.setattr(cli.signal, "signal", lambda *_: None)
    monkeypatch.setattr(cli, "own_folder", lambda: tmp_path / "own")
    monkeypatch.setattr(FakeLab, "commands", [])
    return FakeLab.commands


@pytest.mark.parametrize(("arguments", "shown"), [([], "own"), (["7"], "own/07_momentum.ipynb")])
def test_lab_opens_a_copy_of_one_s_own(capsys, tmp_path, opened, arguments, shown):
    assert main(["lab", *arguments]) == 7  # JupyterLab's own exit code
    assert opened == [[sys.executable, "-m", "jupyterlab", *AS_ROOT, str(tmp_path / shown)]]
    copied = tmp_path / "own" / "07_momentum.ipynb"
    assert copied.read_bytes() == (lessons_folder() / "07_momentum.ipynb").read_bytes()
    assert capsys.readouterr().out == f"Your copy of the lessons: {tmp_path / 'own'}\n"


def test_a_clone_s_own_copy_is_not_tracked():
    root = Path(dlcourse.__file__).parents[1]
    assert own_folder() == root / "my-lessons"
    assert "/my-lessons/" in (root / ".gitignore").read_text().splitlines()


@pytest.fixture
def small_lessons(tmp_path, monkeypatch):
    """Lessons that need no TensorFlow; and an empty folder to work in."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    for name, code in (("01_right", "print(6 * 7)"), ("02_wrong", "1 / 0")):
        cells = [nbformat.v4.new_markdown_cell("# A question?"), nbformat.v4.new_code_cell(code)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setattr(cli, "lessons_folder", lambda: folder)
    return folder


def test_run_writes_a_page(capsys, small_lessons):
    assert main(["run", "1"]) == 0
    assert capsys.readouterr().out == "wrote 01_right.html\n"
    assert "42" in Path("01_right.html").read_text(encoding="utf-8")


def test_run_fails_in_one_line(capsys, small_lessons):
    assert main(["run", "2"]) == 1
    told = "dlcourse run: cell 2 of 02_wrong failed: ZeroDivisionError: division by zero\n"
    assert capsys.readouterr().err == told
    assert os.listdir() == []


DAMAGED = "<<<<<<< HEAD\n{}\n"


def test_a_damaged_lesson_is_named_and_hides_no_other(capsys, small_lessons, opened, tmp_path):
    (small_lessons / "01_right.ipynb").write_text(DAMAGED)
    assert main(["list"]) == 1
    out, err = capsys.readouterr()
    assert out.split() == ["02", "wrong", "min", "A", "question?"]
    assert err == f"dlcourse list: {small_lessons / '01_right.ipynb'} is no notebook\n"
    assert main(["run", "1"]) == 1
    told = "dlcourse run: 01_right.ipynb cannot be read: it is no notebook\n"
    assert capsys.readouterr().err == told
    assert main(["run", "2"]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert main(["lab", "2"]) == 7
    assert opened[0][-1] == str(tmp_path / "own" / "02_wrong.ipynb")


def test_a_fault_of_ours_is_not_told_as_a_wrong_argument(monkeypatch):
    def faulty(folder):
        raise ValueError("a fault of ours")

    monkeypatch.setattr(cli, "find_lessons", faulty)
    with pytest.raises(ValueError, match="a fault of ours"):
        main(["list"])


def test_a_page_that_cannot_be_written_is_refused_before_the_run(capsys, small_lessons):
    Path("01_right.html").mkdir()
    assert main(["run", "1"]) == 1
    assert capsys.readouterr().err.startswith("dlcourse run: 01_right.html is a folder")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another signal there")
def test_an_interrupted_run_says_so_and_leaves_nothing(small_lessons, tmp_path):
    wait = "import pathlib, time\npathlib.Path({!r}).touch()\ntime.sleep(60)"
    cell = nbformat.v4.new_code_cell(wait.format(str(tmp_path / "runs")))
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), small_lessons / "03_long.ipynb")
    (tmp_path / "temporary").mkdir()
    script = f"""if True:
        import pathlib, sys
        from dlcourse import cli
        cli.lessons_folder = lambda: pathlib.Path({str(small_lessons)!r})
        sys.exit(cli.main(["run", "3"]))"""
    root = str(Path(dlcourse.__file__).parents[1])
    places = dict.fromkeys(["TMPDIR", "JUPYTER_RUNTIME_DIR"], str(tmp_path / "temporary"))
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, **places, "PYTHONPATH": root},
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "runs").exists() and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, err) == (130, "dlcourse run: interrupted\n")
    assert os.listdir() == []
    assert os.listdir(tmp_path / "temporary") == []
