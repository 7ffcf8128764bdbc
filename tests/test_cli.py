"""The command: what it prints, its exit codes, one line for a wrong argument."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import dlcourse
from dlcourse import cli
from dlcourse.cli import main
from dlcourse.course.files import find_lessons, lessons_folder

FAKE_LAB = "import json, os, sys\nprint(json.dumps(sys.argv[1:]))\nsys.exit(7)\n"
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


def run_command(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "dlcourse", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "opened"),
    [([], lessons_folder()), (["7"], lessons_folder() / "07_momentum.ipynb")],
)
def test_lab_opens_the_repository_s_lessons(tmp_path, arguments, opened):
    (tmp_path / "fake" / "jupyterlab").mkdir(parents=True)
    (tmp_path / "fake" / "jupyterlab" / "__main__.py").write_text(FAKE_LAB)
    (tmp_path / "fake" / "jupyterlab" / "__init__.py").touch()
    path = os.pathsep.join([str(tmp_path / "fake"), str(Path(dlcourse.__file__).parents[1])])
    done = run_command("lab", *arguments, cwd=tmp_path, PYTHONPATH=path)
    assert done.returncode == 7, done.stderr  # JupyterLab's own exit code
    assert json.loads(done.stdout) == [*AS_ROOT, str(opened)]


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
