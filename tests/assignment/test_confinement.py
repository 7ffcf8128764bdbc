"""What a student's process may not do, tried in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="tries what Windows has not")

GUARDED = """
import sys
from dlcourse.assignment.confinement import die_with_parent, guard, limit
import os, pathlib, shutil, signal, socket, subprocess
guard(sys.argv[1], [sys.argv[2]])
own, private = map(pathlib.Path, sys.argv[1:3])
try:
    exec(sys.argv[3])
except PermissionError as error:
    print(error)
else:
    print("done")
"""


@pytest.fixture
def attempt(tmp_path):
    """Run a line under the guard; tell what it prints."""
    for name in ("own", "private", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("text")
    (tmp_path / "own" / "link").symlink_to(tmp_path / "private" / "file")

    def run(line: str) -> str:
        command = [sys.executable, "-c", GUARDED, tmp_path / "own", tmp_path / "private", line]
        done = subprocess.run(command, cwd=tmp_path / "own", capture_output=True, text=True)
        return done.stdout.strip() or done.stderr

    return run


@pytest.mark.parametrize(
    "line",
    [
        "open('new', 'w').write('x')",
        "open(own / 'file', 'a').write('x')",
        "os.mkdir('folder'); os.rename('folder', 'renamed'); os.rmdir('renamed')",
        "os.remove(own / 'file')",
        "(own.parent / 'other' / 'file').read_text()",
        "import colorsys",
        "open(os.devnull, 'w').write('x')",
        "socket.create_server(('127.0.0.1', 0)).close()",
        "shutil.copytree(own.parent / 'other', 'copy'); shutil.rmtree('copy')",
    ],
)
def test_what_answers_need_is_allowed(attempt, line):
    assert attempt(line) == "done"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("os.fork()", "start processes"),
        ("os.system('true')", "start processes"),
        ("subprocess.run(['true'])", "start processes"),
        ("os.posix_spawn('/bin/true', ['true'], {})", "start processes"),
        ("os.execv('/bin/true', ['true'])", "start processes"),
        ("os.kill(os.getppid(), signal.SIGTERM)", "send signals"),
        ("socket.create_connection(('192.0.2.1', 80))", "use the network"),
        ("socket.getaddrinfo('example.org', 80)", "use the network"),
        ("open('../other/file', 'w')", "write outside its folder"),
        ("open(own.parent / 'new', 'x')", "write outside its folder"),
        ("os.open('../other/file', os.O_RDWR)", "write outside its folder"),
        ("open('../other/file', 'r+')", "write outside its folder"),
        ("os.remove('../other/file')", "write outside its folder"),
        ("os.rename('file', '../other/moved')", "write outside its folder"),
        ("os.rename('../other/file', 'mine')", "write outside its folder"),
        ("shutil.rmtree(own.parent / 'other')", "write outside its folder"),
        ("os.remove('file', dir_fd=os.open('../other', os.O_RDONLY))", "write outside its folder"),
        ("open('../private/file')", "read this"),
        ("(private / 'file').read_bytes()", "read this"),
        ("open('link')", "read this"),
        ("os.listdir(private)", "read this"),
        ("list(os.scandir(private))", "read this"),
        ("shutil.copy(private / 'file', own)", "read this"),
    ],
)
def test_what_they_do_not_need_is_refused(attempt, line, told, tmp_path):
    assert attempt(line).startswith("an answer may not " + told)
    assert (tmp_path / "other" / "file").read_text() == "text"


def test_private_folders_look_empty(attempt):
    assert attempt("print(list(private.glob('*')), end=' ')") == "[] done"  # pathlib hides errors


@pytest.mark.skipif(sys.platform != "linux", reason="other systems lack some limits")
@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("limit(1, 60); bytes(2 * 10**9)", "MemoryError"),
        ("limit(1, 60); open('big', 'wb').write(bytes(300_000_000))", "File too large"),
        (
            "import resource; limit(1, 60); print(resource.getrlimit(resource.RLIMIT_CPU))",
            "(61, 61)",
        ),
        ("die_with_parent(); print(pathlib.Path('/proc/self/stat').exists())", "True"),
    ],
)
def test_limits_of_the_system(attempt, line, told):
    assert told in attempt(line)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux ends a process with its parent")
def test_a_process_ends_with_its_parent(tmp_path):
    child = (
        "from dlcourse.assignment.confinement import die_with_parent\n"
        "import time; die_with_parent(); print('ready', flush=True); time.sleep(60)"
    )
    parent = (
        "import subprocess, sys, os\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE)\n"
        "child.stdout.readline(); print(child.pid, flush=True); os._exit(0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", parent], capture_output=True, text=True, timeout=30
    )
    stat = Path(f"/proc/{int(done.stdout)}/stat")
    for _ in range(100):
        if not stat.exists() or stat.read_text().split(")")[1].split()[0] == "Z":
            break
        subprocess.run(["sleep", "0.05"], check=True)
    else:
        pytest.fail("it is still there")
