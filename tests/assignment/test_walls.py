"""Kinds of isolation: what is run, what is refused, and what a container engine is told."""

from __future__ import annotations

import json
import os
import platform
import shlex
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from small_assignment import LIMITS, answered, needs_wall

from dlcourse.assignment.authoring.folder import key_path
from dlcourse.assignment.grading.batch import grade_batch
from dlcourse.assignment.sandbox import bubblewrap, container, python_environment
from dlcourse.assignment.sandbox.bubblewrap import Bubblewrap, walled
from dlcourse.assignment.sandbox.container import Container, contained
from dlcourse.assignment.sandbox.isolation import IsolationError, Limits
from dlcourse.assignment.sandbox.no_new_processes import MACHINES, seccomp_program
from dlcourse.assignment.sandbox.walls import ISOLATIONS


def test_the_kinds():
    assert list(ISOLATIONS) == ["bubblewrap", "container", "none"]
    assert [kind.remark == "" for kind in ISOLATIONS.values()] == [True, True, False]


def grade(small, student_notebook, tmp_path, isolation):
    (tmp_path / "ada.ipynb").write_text(json.dumps(answered(student_notebook, "ada")))
    submissions, output = [tmp_path / "ada.ipynb"], tmp_path / "out"
    (report,) = grade_batch(submissions, key_path(small), output, LIMITS, isolation)
    return report


def test_without_bubblewrap_nothing_is_graded(small, student_notebook, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        IsolationError, match="there is no bubblewrap here: install `bwrap`, or say"
    ):
        grade(small, student_notebook, tmp_path, "bubblewrap")
    with pytest.raises(IsolationError, match="there is neither podman nor docker here"):
        grade(small, student_notebook, tmp_path, "container")
    with pytest.raises(
        IsolationError, match="`isolation` must be one of bubblewrap, container, no"
    ):
        grade(small, student_notebook, tmp_path, "prison")
    assert not (tmp_path / "out").exists()


@needs_wall
def test_a_bubblewrap_that_does_not_work_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(bubblewrap, "APART", ["--no-such-option"])
    with pytest.raises(IsolationError, match="does not work here .*no-such-option"):
        Bubblewrap().expect_usable([])
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(IsolationError, match="there is no bubblewrap here"):
        Bubblewrap().expect_usable([])


@needs_wall
@pytest.mark.parametrize("seen", [Path("/usr/share"), Path(sys.prefix), python_environment.PACKAGE])
def test_what_python_s_folders_hold_cannot_be_private(seen):
    with pytest.raises(IsolationError, match="which students' code reads: move it"):
        Bubblewrap().expect_usable([seen / "exam"])


def test_only_python_s_own_folders_are_seen(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), "/home/t/lib/site-packages", *sys.path])
    folders = python_environment.folders()
    assert Path("/home/t/lib/site-packages") in folders
    assert tmp_path not in folders and Path() not in folders
    assert {Path(sys.prefix), Path(sys.base_prefix), python_environment.PACKAGE} <= set(folders)


def test_the_program_is_found_through_links(monkeypatch, tmp_path):
    (tmp_path / "real/bin").mkdir(parents=True)
    (tmp_path / "real/bin/python3.99").write_text("")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "env/bin").mkdir(parents=True)
    (tmp_path / "env/bin/python").symlink_to(tmp_path / "link/bin/python3.99")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "env/bin/python"))
    assert {tmp_path / "link", tmp_path / "real"} <= set(python_environment.folders())


def test_the_environment_has_nothing_of_the_teacher_s(monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "x")
    variables = python_environment.walled_environment("/tmp")
    assert not any("SECRET" in name for name in variables)
    assert variables["HOME"] == "/tmp" and variables["PYTHONHASHSEED"] == "0"
    assert "PYTHONOPTIMIZE" not in variables


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_what_bubblewrap_is_told(tmp_path):
    command = walled(tmp_path, 7, ["-c", "pass"])
    for option in ("--unshare-all", "--unshare-user", "--die-with-parent", "--new-session",
                   "--disable-userns"):  # fmt: skip
        assert option in command
    text = shlex.join(command)
    assert f"--ro-bind {tmp_path} /submission" in text
    assert "--size 1000000000 --tmpfs /tmp" in text and "--seccomp 7" in text
    assert "--remount-ro /dev --remount-ro /" in text
    assert "--bind" not in command and "--dev-bind" not in command


def run_filter(program: bytes, machine: int, number: int, flags: int = 0) -> int:
    """What the kernel does with such a call, by the rules of the packet filter."""
    data = struct.pack("<IIQQ", number, machine, 0, flags)
    rules = list(struct.iter_unpack("=HBBI", program))
    place, held = 0, 0
    while True:
        code, yes, no, value = rules[place]
        place += 1
        if code == 0x20:
            (held,) = struct.unpack_from("<I", data, value)
        elif code == 0x15:
            place += yes if held == value else no
        elif code == 0x45:
            place += yes if held & value else no
        else:
            return value


@pytest.mark.parametrize("machine", MACHINES)
def test_threads_start_and_processes_do_not(machine):
    program, (number, clone, forks) = seccomp_program(machine), MACHINES[machine]
    allowed, not_permitted, unknown = 0x7FFF0000, 0x00050001, 0x00050026
    assert (
        run_filter(program, number, clone, 0x3D0F00) == allowed
    )  # as the C library starts threads
    assert run_filter(program, number, clone, 17) == not_permitted  # and processes
    assert run_filter(program, number, 435) == unknown  # clone3
    assert run_filter(program, number, 0) == run_filter(program, number, 1000) == allowed
    assert [run_filter(program, number, fork) for fork in forks] == [not_permitted] * len(forks)
    assert run_filter(program, number, 0x40000000) == not_permitted
    assert run_filter(program, 0x40000003, 2) == not_permitted  # the calls of another machine


def test_what_a_container_engine_is_told():
    text = shlex.join(contained("podman", "grading-1", Path("/tmp/g/submission"), Limits(100, 2)))
    before, _, after = text.partition(" dlcourse timeout ")
    assert before.startswith("podman run --rm --interactive --name grading-1 --network none")
    for told in ("--read-only", "--cap-drop ALL", "--security-opt no-new-privileges",
                 "--user 65534:65534", "--memory 2g", "--memory-swap 2g", "--pids-limit 512",
                 "--mount type=bind,source=/tmp/g/submission,target=/submission,readonly",
                 "--tmpfs /tmp:rw,nosuid,nodev,mode=1777,size=1000000000",
                 "--env PYTHONHASHSEED=0"):  # fmt: skip
        assert told in before
    assert after == (
        "--signal=KILL 160 python -P -m dlcourse.assignment.sandbox.candidate /submission 2 101"
    )


ENGINE = """#!{python}
import json, os, sys
with open({log!r}, "a") as log:
    print(json.dumps(sys.argv[1:]), file=log)
if sys.argv[1] == "image":
    sys.exit({missing})
if sys.argv[1] == "run":
    module = sys.argv.index("-P")
    mount = next(each for each in sys.argv if each.startswith("type=bind"))
    folder = mount.split("source=")[1].split(",")[0]
    given = [each.replace("/submission", folder) for each in sys.argv[module:]]
    os.execv({python!r}, [{python!r}, *given])
"""


@pytest.fixture
def engine(tmp_path, monkeypatch):
    """A container engine that runs its command without a container, and notes what it is told."""

    def install(missing: int = 0) -> Path:
        program, log = tmp_path / "bin/podman", tmp_path / "log"
        program.parent.mkdir()
        text = ENGINE.format(python=sys.executable, log=str(log), missing=missing)
        program.write_text(text)
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setenv("PYTHONPATH", python_environment.search_path())
        return log

    return install


@pytest.mark.skipif(sys.platform == "win32", reason="the engine is a script with a first line")
def test_a_container(engine, small, student_notebook, tmp_path):
    log = engine()
    report = grade(small, student_notebook, tmp_path, "container")
    assert (report.points, report.isolation, report.notes) == (9, "container", [])
    inspected, run, killed = [json.loads(line) for line in log.read_text().splitlines()]
    assert inspected == ["image", "inspect", "dlcourse"]
    assert killed == ["kill", run[run.index("--name") + 1]]


@pytest.mark.skipif(sys.platform == "win32", reason="the engine is a script with a first line")
def test_a_container_without_an_image(engine):
    engine(missing=1)
    with pytest.raises(IsolationError, match="podman has no image `dlcourse`: docs/assignments.md"):
        Container().expect_usable([])


def test_engines_are_tried_in_order(monkeypatch):
    monkeypatch.setattr(container.shutil, "which", lambda name: name == "docker" or None)
    assert container._engine() == "docker"
    monkeypatch.setattr(container.shutil, "which", lambda name: name)
    assert container._engine() == "podman"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems lack some limits")
def test_limits_of_the_system():
    told = (
        "import resource\n"
        "from dlcourse.assignment.sandbox.limits import limit\n"
        f"memory, seconds = {Limits(60, 1.5).arguments}\n"
        "limit(float(memory), int(seconds))\n"
        "kinds = 'AS', 'CPU', 'FSIZE', 'CORE'\n"
        "print([resource.getrlimit(getattr(resource, 'RLIMIT_' + kind)) for kind in kinds])"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    limits = [1_500_000_000, 61, 200_000_000, 0]
    assert done.stdout.strip() == str([(each, each) for each in limits])
