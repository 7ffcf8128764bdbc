"""The whole round on the command line: write, build, solve, attack, grade, grade again."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

from small_assignment import ISOLATION

EXERCISES = ["16.raised_rate", "05.minibatches", "06.next_move"]
NUMBERS = (
    "from dlcourse.assignment.authoring.own_numbers import own_numbers\n"
    "n = own_numbers('16.raised_rate', student)\n"
)
# Three who solve it, each in a style of their own, one who half does, and one who attacks.
ANSWERS = {
    "ada": {
        "raised_rate_1": NUMBERS + "import numpy as np\n"
        "raised_rate = np.float32(n['rate'] * n['steps'])",
        "minibatches_2": "def minibatches(rows, batch_size, random):\n"
        "    order = random.permutation(rows)\n"
        "    for start in range(0, rows, batch_size):\n"
        "        yield order[start : start + batch_size]",
        "next_move_3": "next_move = 'Sweep around 0.03 '",
    },
    "bob": {
        "raised_rate_1": "!pip install pandas\n" + NUMBERS + "import pandas as pd\n"
        "t = pd.Series(n)\nraised_rate = (t['rate'] * t['steps']).item()",
        "minibatches_2": "import numpy as np\n\ndef minibatches(rows, batch_size, random):\n"
        "    order = np.arange(rows)\n    random.shuffle(order)\n"
        "    return np.split(order, range(batch_size, rows, batch_size))",
        "next_move_3": "next_move = ['another', 'sweep around 0.03'][-1]",
    },
    "cyd": {
        "raised_rate_1": NUMBERS + "raised_rate = sum(n['rate'] for _ in range(n['steps']))",
        "minibatches_2": "def minibatches(rows, batch_size, random):\n"
        "    left = random.choice(rows, rows, replace=False).tolist()\n"
        "    while left:\n"
        "        yield tuple(left[:batch_size])\n"
        "        del left[:batch_size]",
        "next_move_3": "import numpy as np\nnext_move = np.array(['sweep around 0.03'])[0]",
    },
    "dan": {"raised_rate_1": "raised_rate = 10**10", "next_move_3": "next_move = 'both'"},
    "eve": {
        "raised_rate_1": "import pathlib\n"
        "key = pathlib.Path('KEY').read_text()\nraised_rate = eval(key)",
        "next_move_3": "import os, signal\nfor pid in range(3, 500):\n    try:\n"
        "        os.kill(pid, signal.SIGKILL)\n    except OSError:\n        pass\n"
        "os.kill(os.getppid(), signal.SIGKILL) if ALONE else None\n"
        "next_move = 'sweep around 0.03'",
    },
}


def assignment(*arguments: str | Path, cwd: Path, code: int = 0) -> str:
    """Run the command as in a terminal, at a level of optimization that strips assertions."""
    done = subprocess.run(
        [sys.executable, "-m", "dlcourse", "assignment", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONOPTIMIZE": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout


def hand_in(handed_out: Path, student: str, folder: Path, key: Path) -> None:
    """Write a student's notebook into a folder of their own."""
    notebook = json.loads(handed_out.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        question = cell["metadata"].get("dlcourse", {}).get("question")
        if question in ANSWERS[student]:
            text = ANSWERS[student][question].replace("KEY", key.as_posix())
            cell["source"] = text.replace("ALONE", str(ISOLATION != "none"))
        elif "".join(cell["source"]).startswith("student ="):
            cell["source"] = f'student = "{student}"'
    (folder / student).mkdir(parents=True, exist_ok=True)
    (folder / student / "exam.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def points(folder: Path) -> dict[str, str]:
    """Each student's points, as the table has them."""
    rows = csv.DictReader((folder / "class.csv").open(encoding="utf-8"))
    return {row["student"]: row["points"] for row in rows}


def test_round(tmp_path):
    assert "wrote exam" in assignment("new", "exam", "--exercises", *EXERCISES, cwd=tmp_path)
    told = assignment("build", "exam", cwd=tmp_path)
    assert told.startswith("built exam: 3 questions, 6 points\n")
    key, submissions = tmp_path / "exam/key/exam.ipynb", tmp_path / "submissions"
    for student in ANSWERS if ISOLATION != "none" else ["ada", "bob", "cyd", "dan"]:
        hand_in(tmp_path / "exam/student/exam.ipynb", student, submissions, key)
    arguments = ["grade", submissions, "--assignment", "exam", "--isolation", ISOLATION]
    told = assignment(*arguments, cwd=tmp_path)
    assert told.startswith(
        "ada: 6 of 6 points\nbob: 6 of 6 points\ncyd: 6 of 6 points\ndan: 0 of 6"
    )
    reports = tmp_path / "reports"
    expected = {"ada": "6", "bob": "6", "cyd": "6", "dan": "0"}
    if ISOLATION != "none":
        expected["eve"] = "2"
        assert "FileNotFoundError" in (reports / "eve.md").read_text(encoding="utf-8")
    assert points(reports) == expected
    dan = (reports / "dan.md").read_text(encoding="utf-8")
    assert "10000000000 is too large." in dan or "1e+10 is too large." in dan
    assert "choose one of" in dan
    assert "`!pip install pandas` was left out" in (reports / "bob.md").read_text(encoding="utf-8")

    ANSWERS["dan"]["next_move_3"] = "next_move = 'sweep around 0.03'"
    hand_in(tmp_path / "exam/student/exam.ipynb", "dan", submissions, key)
    again = ["grade", submissions / "dan", "--assignment", "exam", "--isolation", ISOLATION]
    assert assignment(*again, cwd=tmp_path).startswith("dan: 2 of 6")
    assert points(reports) == {**expected, "dan": "2"}
