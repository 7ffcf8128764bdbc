"""Each attack between two honest students: it gets nothing, and takes nothing from them."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from attacks import ATTEMPT, HOSTILE, OUTCOMES
from small_assignment import needs_wall

import dlcourse
from dlcourse.assignment.authoring.folder import build, key_path
from dlcourse.assignment.grading.batch import grade_batch
from dlcourse.assignment.sandbox.isolation import Limits
from dlcourse.assignment.sandbox.python_environment import folders, walled_environment

pytestmark = needs_wall

SYSTEM_NAMES = ["usr", "bin", "sbin", "lib", "lib32", "lib64", "dev", "proc", "tmp", "etc"]

SOURCE = """
# %% tags=["student"]
student = "your identifier"

# %% tags=["stub"] question="answer"
answer = ...

# %% tags=["solution"]
answer = 42

# %% tags=["hidden"] question="answer" points=1
assert answer == 42, "the answer is another one"

# %% tags=["stub"] question="loot" seconds=6
loot = ...

# %% tags=["solution"]
loot = []

# %% tags=["hidden"] question="loot" points=1
assert loot == [], f"{loot}"
"""


ANSWERS = {
    "patches_the_checks": "answer = 41",
    "asks_tensorflow_for_files": "import tensorflow as tf\nanswer = 42",  # which takes its time
}


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """The teacher's folder, with what JupyterLab leaves beside a source."""
    place = tmp_path_factory.mktemp("teacher")
    folder = place / "exam"
    checkpoints = folder / ".ipynb_checkpoints"
    checkpoints.mkdir(parents=True)
    (folder / "exam.py").write_text(SOURCE)
    (checkpoints / "exam-checkpoint.py").write_text(SOURCE)
    build(folder)
    (place / "in").mkdir()
    (place / "reports").mkdir()
    return place


@pytest.fixture(scope="module")
def listening(place):
    """What hears of everyone who gets out: TCP, UDP and a local socket."""
    tcp, udp = socket.create_server(("127.0.0.1", 0)), socket.socket(type=socket.SOCK_DGRAM)
    port = tcp.getsockname()[1]
    udp.bind(("127.0.0.1", port))
    unix, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    path = str(place / "socket")
    unix.bind(path)
    abstract.bind("\0" + path)
    sockets = [tcp, udp, unix, abstract]
    for each in sockets:
        each.setblocking(False)
    unix.listen()
    abstract.listen()
    yield SimpleNamespace(port=port, path=path, sockets=sockets)
    for each in sockets:
        each.close()


def hand_in(path: Path, notebook: Path, **answers: str) -> Path:
    """Write a notebook with these answers."""
    content = json.loads(notebook.read_text())
    for cell in content["cells"]:
        name = cell["id"].removeprefix("answer-")
        cell["source"] = answers.get(name, cell["source"])
        if "".join(cell["source"]).startswith("student ="):
            cell["source"] = f'student = "{path.stem}"'
    path.write_text(json.dumps(content))
    return path


@pytest.fixture(scope="module")
def graded(place, listening, tmp_path_factory):
    """Everything graded in one batch: honest, hostile, honest, hostile, ..., honest."""
    notebook = place / "exam/student/exam.ipynb"
    temporary = tmp_path_factory.mktemp("temporary")
    words = {
        "KEY": repr(str(key_path(place / "exam"))),
        "SOURCE": repr(str(place / "exam/exam.py")),
        "CHECKPOINT": repr(str(place / "exam/.ipynb_checkpoints/exam-checkpoint.py")),
        "CLASSMATE": repr(str(place / "in/honest-0.ipynb")),
        "REPORT": repr(str(place / "reports/honest-0.json")),
        "PACKAGE": repr(dlcourse.__file__),
        "HOME": repr(str(Path.home())),
        "GRADER": str(os.getpid()),
        "PORT": str(listening.port),
        "LOCAL_PATH": repr(listening.path),
        "SEEN": repr([*SYSTEM_NAMES, *(part for path in folders() for part in path.parts)]),
        "KNOWN": repr({*walled_environment("/tmp"), "PWD", "KERAS_HOME"}),
    }
    submissions = [hand_in(place / "in/honest-0.ipynb", notebook, answer="answer = 42",
                           loot="loot = []")]  # fmt: skip
    for number, (name, text) in enumerate(HOSTILE.items(), start=1):
        for word, value in words.items():
            text = text.replace(word, value)
        answer = ANSWERS.get(name, "answer = 42")
        hostile = place / f"in/{name}.ipynb"
        submissions.append(hand_in(hostile, notebook, answer=answer, loot=ATTEMPT + text))
        honest = place / f"in/honest-{number}.ipynb"
        submissions.append(hand_in(honest, notebook, answer="answer = 42", loot="loot = []"))
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET_TOKEN", "the teacher's")
        patch.setattr(tempfile, "tempdir", str(temporary))
        limits = Limits(seconds=60, memory_gb=4)
        yielded = list(
            grade_batch(submissions, key_path(place / "exam"), place / "reports", limits)
        )
    return SimpleNamespace(
        reports={each.student: each for each in yielded}, before=before, temporary=temporary
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_an_attack_gets_nothing(graded, name):
    answer, loot = graded.reports[name].questions
    expected = OUTCOMES.get(name, ("right", 1, ""))
    assert (loot.state, loot.points, "\n".join(loot.messages)) == expected
    if name == "patches_the_checks":
        assert (answer.state, answer.points) == ("wrong", 0)
    else:
        assert (answer.state, answer.points, answer.messages) == ("right", 1, [])
    assert graded.reports[name].notes == []
    assert graded.reports[name].graded


def test_the_honest_between_them_have_their_points(graded):
    honest = [each for name, each in graded.reports.items() if name.startswith("honest-")]
    assert len(honest) == len(HOSTILE) + 1
    for report in honest:
        assert [(q.state, q.points, q.messages) for q in report.questions] == [("right", 1, [])] * 2
        assert (report.graded, report.notes, report.isolation) == (True, [], "bubblewrap")


def test_no_file_of_the_teacher_has_changed(graded, place):
    for path, content in graded.before.items():
        assert path.read_bytes() == content
    new = {path.name for path in place.rglob("*") if path.is_file()} - {
        path.name for path in graded.before
    }
    assert new == {f"{name}.{suffix}" for name in graded.reports for suffix in ("json", "md")} | {
        "class.csv", "canvas.csv", "moodle.csv"
    }  # fmt: skip


def test_nobody_got_out(graded, listening):
    tcp, udp, *local = listening.sockets
    for each in (tcp, *local):
        with pytest.raises(BlockingIOError):
            each.accept()
    with pytest.raises(BlockingIOError):
        udp.recv(1)


def test_nothing_stays_behind(graded):
    assert list(graded.temporary.iterdir()) == []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:
            continue
        assert str(graded.temporary).encode() not in command
