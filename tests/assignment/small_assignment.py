"""An assignment that is graded in a second, and ways to hand it in."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from dlcourse.assignment.sandbox.bubblewrap import Bubblewrap
from dlcourse.assignment.sandbox.isolation import IsolationError, Limits

NAME = "small"
LIMITS = Limits(seconds=20, memory_gb=2)


def isolation_here() -> str:
    """The kind of isolation that tests can use."""
    try:
        Bubblewrap().expect_usable([])
    except IsolationError:
        return "none"
    return "bubblewrap"


ISOLATION = isolation_here()
needs_wall = pytest.mark.skipif(
    ISOLATION == "none", reason="no bubblewrap on this machine: the wall itself is not tested"
)

SOURCE = """
# %% [markdown]
# # Small things

# %% tags=["student"]
student = "your identifier"

# %% tags=["setup"]
import numpy as np

from dlcourse.assignment import student_seed

data = np.random.default_rng(student_seed(student)).normal(size=10)

# %%
shown = "a cell of the author's"

# %% tags=["stub"] question="double" seconds=2
def double(x): ...

# %% tags=["solution"]
def double(x):
    return 2 * x

# %% tags=["hidden"] question="double" points=2
assert double(4) == 8, "double(4) must be 8"

# %% tags=["hidden"]
rows = np.arange(3.0)

# %% tags=["hidden"] question="double" points=1
assert np.allclose(double(rows), 2 * rows), "double must take an array"

# %% tags=["stub"] question="mean" seconds=10
mean = ...

# %% tags=["solution"]
mean = data.mean()

# %% tags=["hidden"] question="mean" points=2
assert np.isclose(mean, data.mean()), f"{mean:.3f} is not the mean of your data"

# %% tags=["stub"] question="step" seconds=20
def step(w, g, state, learning_rate): ...

# %% tags=["solution"]
def step(w, g, state, learning_rate):
    state["t"] = state.get("t", 0) + 1
    return w - learning_rate * g

# %% tags=["hidden"] question="step" points=4
state = {}
for _ in range(3):
    w = step(rows, rows, state, learning_rate=0.1)
assert np.allclose(w, 0.9 * rows), "step must go down the gradient"
assert state == {"t": 3}, "step must count its steps"

# %% [markdown] tags=["stub"] question="explain" points=5
# *Your explanation.*

# %% [markdown] tags=["solution"]
# Because it is so.
"""

RIGHT = {
    "double": "def double(x):\n    return x + x",
    "mean": "mean = sum(data) / len(data)",
    "step": (
        "def step(w, g, state, learning_rate):\n"
        "    state.setdefault('t', 0)\n"
        "    state['t'] += 1\n"
        "    return w + -learning_rate * g"
    ),
    "explain": "It is *so*, because.",
}


def answered(student_notebook: Path, student: str, **answers: str) -> dict:
    """The notebook as a student hands it in: right answers, or these; `...` leaves a stub."""
    notebook = json.loads(student_notebook.read_text(encoding="utf-8"))
    for question, text in {**RIGHT, **answers}.items():
        if text is not ...:
            cell_of(notebook, question)["source"] = text
    name = next(c for c in notebook["cells"] if "".join(c["source"]).startswith("student ="))
    name["source"] = f'student = "{student}"'
    return notebook


def cell_of(notebook: dict, question: str) -> dict:
    return next(c for c in notebook["cells"] if c["id"] == f"answer-{question}")


def without(notebook: dict, question: str) -> dict:
    """The notebook with an answer's cell deleted."""
    changed = copy.deepcopy(notebook)
    changed["cells"].remove(cell_of(changed, question))
    return changed
