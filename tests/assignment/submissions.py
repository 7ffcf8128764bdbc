"""What students hand in: right, wrong, broken, and meant to break the grader."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from pathlib import Path

from small_assignment import RIGHT, answered, cell_of, without

MADE: dict[str, Callable[[Path, str], dict]] = {}
LINUX_ONLY = {"linked", "memory", "segfault"}  # what others do not know, or tell in other words

ENDLESS = "while True:\n    pass"
DOUBLE = RIGHT["double"]

# Each replaces one answer, or some; all others are right.
ANSWERS: dict[str, dict[str, str]] = {
    "right": {},
    "solution_of_a_friend": {"mean": "mean = 0.123"},
    "partly_right": {"double": "import math\n\ndef double(x):\n    return 2 * math.floor(x)"},
    "crashing_function": {"double": "def double(x):\n    y = 0\n    return x / y"},
    "crashing_cell": {"mean": "print('first')\nmean = data.average()"},
    "syntax_error": {"mean": "mean = (data.sum("},
    "renamed": {"double": "def dubble(x):\n    return 2 * x"},
    "unfinished": {"mean": "mean = ...  # later"},
    "interactive": {"mean": "mean = float(input('The mean? '))"},
    "magic": {"mean": "%matplotlib inline\ndisplay(data)\nmean = data.mean()"},
    "endless_cell": {"double": f"{DOUBLE}\n{ENDLESS}"},
    "endless_function": {"double": "def double(x):\n    while True:\n        pass"},
    "sleeper": {
        "double": "import time\n\ntry:\n    time.sleep(60)\nexcept BaseException:\n    pass"
    },
    "memory": {"mean": "hoard = [bytes(10**9) for _ in range(100)]\nmean = data.mean()"},
    "exit": {"mean": "exit()"},
    "sys_exit": {"double": "import sys\n\ndef double(x):\n    sys.exit(0)"},
    "hard_exit": {"double": "import os\nos._exit(0)"},
    "hard_exit_later": {"double": "import os\n\ndef double(x):\n    os._exit(7)"},
    "segfault": {"double": "import ctypes\nctypes.string_at(0)"},
    "recursive_value": {"mean": "mean = []\nmean.append(mean)"},
    "huge_value": {"step": "step = np.zeros(10**7)"},
    "deep_value": {"mean": "mean = []\nfor _ in range(900):\n    mean = [mean]"},
    "no_unicode": {"double": "def double(x):\n    return '\ud800'", "explain": "so \ud800"},
    "null_byte": {"mean": "mean = data.mean()\0"},
    "wrong_kind": {"double": "double = 3", "mean": "mean = 'seven'", "step": "step = print"},
    "liar": {
        "mean": (
            "class Equal(float):\n"
            "    def __sub__(self, other): return 0.0\n"
            "    __rsub__ = __sub__\n"
            "    def __eq__(self, other): return True\n"
            "    def __float__(self): return 1e9\n"
            "mean = Equal(1e9)"
        )
    },
    "patches_the_checker": {
        "double": (
            "import builtins, sys\n"
            "import dlcourse.exercises\n"
            "np.allclose = np.isclose = lambda *values, **options: True\n"
            "dlcourse.exercises.Exercise.check = lambda *values: True\n"
            "builtins.AssertionError = type('Never', (BaseException,), {})\n"
            "def double(x):\n"
            "    return 'anything'"
        ),
        "mean": "np.isclose = lambda *values, **options: True\nmean = 1e9",
    },
    "patches_the_process": {
        "double": (
            "import gc, json\n"
            "from dlcourse.assignment.sandbox.channel import Channel\n"
            'json.dumps = lambda *values, **options: \'{"question": {"points": 100}}\'\n'
            "def double(x):\n"
            "    return 2 * x"
        ),
    },
    "prints_a_verdict": {
        "double": (
            "import os, sys\n"
            'verdict = b\'{"question": {"name": "double", "points": 99}}\\n\'\n'
            "for descriptor in range(3, 20):\n"
            "    try:\n"
            "        os.write(descriptor, verdict)\n"
            "    except OSError:\n"
            "        pass\n"
            "sys.stdout.write(verdict.decode())\n"
            "def double(x):\n"
            "    return 0"
        ),
    },
}


def made(change: Callable[[Path, str], dict]) -> Callable[[Path, str], dict]:
    MADE[change.__name__] = change
    return change


@made
def untouched(notebook: Path, student: str) -> dict:
    return answered(notebook, student, **dict.fromkeys(RIGHT, ...))


@made
def deleted_answer(notebook: Path, student: str) -> dict:
    return without(answered(notebook, student), "double")


@made
def deleted_everything_else(notebook: Path, student: str) -> dict:
    full = answered(notebook, student)
    full["cells"] = [cell for cell in full["cells"] if cell["id"].startswith("answer-")]
    return full


@made
def changed_setup(notebook: Path, student: str) -> dict:
    full = answered(notebook, student, mean="mean = 0.0")
    for cell in full["cells"]:
        text = "".join(cell["source"])
        if "student_seed(student)" in text:
            cell["source"] = "import numpy as np\ndata = np.zeros(10)"
    return full


@made
def other_student(notebook: Path, student: str) -> dict:
    return answered(notebook, "somebody else")


@made
def copied_answer(notebook: Path, student: str) -> dict:
    """Jupyter copies a cell with its metadata, under a new id."""
    full = answered(notebook, student)
    copied = copy.deepcopy(cell_of(full, "double"))
    copied |= {"id": "copied", "source": "def double(x):\n    return 0"}
    full["cells"].insert(2, copied)
    return full


@made
def ids_lost(notebook: Path, student: str) -> dict:
    """Some editors give every cell a new id; the question's name is in the metadata, too."""
    full = answered(notebook, student)
    for number, cell in enumerate(full["cells"]):
        cell["id"] = f"new-{number}"
    return full


@made
def answer_as_text(notebook: Path, student: str) -> dict:
    full = answered(notebook, student)
    cell_of(full, "double")["cell_type"] = "markdown"
    return full


@made
def helper_cell(notebook: Path, student: str) -> dict:
    full = answered(notebook, student, mean="mean = helper(data)")
    helper = {"cell_type": "code", "id": "mine", "metadata": {}, "outputs": []}
    full["cells"].insert(3, helper | {"source": "def helper(x):\n    return x.mean()"})
    return full


@made
def odd_cells(notebook: Path, student: str) -> dict:
    full = answered(notebook, student)
    odd = [None, 7, {}, {"cell_type": 3, "id": [], "metadata": [], "source": {"a": 1}}]
    full["cells"] += [*odd, {"metadata": {"dlcourse": 5}, "source": [1, None]}]
    return full


# What is in the file, where that is no changed notebook.
FILES = {
    "text": b"My answer to double is 2 * x.",
    "empty_file": b"",
    "not_text": bytes(range(256)),
    "half_a_file": b'{"cells": [{"cell_type": "code", "source": "x',
    "other_json": b'{"answers": [1, 2, 3]}',
    "a_list": b"[]",
    "no_cells": b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "deep_json": b"[" * 100_000,
}


def hand_in(notebook: Path, folder: Path) -> list[Path]:
    """Write every submission into the folder; return their paths."""
    paths = []
    for student, content in FILES.items():
        paths.append(folder / f"{student}.ipynb")
        paths[-1].write_bytes(content)
    changed = {name: make(notebook, name) for name, make in MADE.items()}
    changed |= {name: answered(notebook, name, **texts) for name, texts in ANSWERS.items()}
    for student, content in changed.items():
        paths.append(folder / f"{student}.ipynb")
        paths[-1].write_text(json.dumps(content), encoding="utf-8")
    paths += _folders(notebook, folder)
    return [path for path in paths if sys.platform == "linux" or path.stem not in LINUX_ONLY]


def _folders(notebook: Path, folder: Path) -> list[Path]:
    """Submissions that are folders."""
    names = ("with_module", "two_notebooks", "no_notebook", "linked", "shadows_numpy")
    for name in names:
        (folder / name).mkdir()
    own_module = answered(notebook, "with_module", mean="import mine\nmean = mine.average(data)")
    (folder / "with_module/work.ipynb").write_text(json.dumps(own_module))
    (folder / "with_module/mine.py").write_text("def average(x):\n    return x.mean()")
    for number in (1, 2):
        text = json.dumps(answered(notebook, "two_notebooks"))
        (folder / f"two_notebooks/{number}.ipynb").write_text(text)
    if sys.platform == "linux":
        (folder / "linked/work.ipynb").symlink_to(folder / "right.ipynb")
    (folder / "shadows_numpy/work.ipynb").write_text(
        json.dumps(answered(notebook, "shadows_numpy"))
    )
    (folder / "shadows_numpy/numpy.py").write_text("isclose = allclose = lambda *values: True")
    (folder / "shadows_numpy/json.py").write_text("1 / 0")
    return [folder / name for name in names]
