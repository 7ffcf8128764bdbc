"""A small lesson, without TensorFlow, on which the tools and the tests of lessons are tested."""

from __future__ import annotations

from pathlib import Path

import nbformat
from execution import new_notebook
from fingerprint import stamp
from lesson_source import VARIANTS, LessonSource, visible, write_atomically

SOURCE = """\
# %% [markdown]
# # Does momentum help?
#
# 5 minutes.

# %%
import numpy as np
from matplotlib import pyplot as plt

from dlcourse.display.digest.figure import register_digest
from dlcourse.display.style import new_axes, use_style

use_style()
register_digest()

# %% [markdown]
# Two rules, on the parabola w²/2.


# %%
def descend(momentum, steps=10, learning_rate=0.1):
    w, v, path = 1.0, 0.0, [1.0]
    for _ in range(steps):
        v = momentum * v - learning_rate * w
        w += v
        path.append(w)
    return np.array(path)


# %%
plain, heavy = descend(momentum=0.0), descend(momentum=0.5)
print("after 10 steps:", plain[-1].round(3), heavy[-1].round(3))

# %%
figure, ax = new_axes("Descent on w²/2", "step", "w")
ax.plot(plain, label="SGD")
ax.plot(heavy, label="Momentum")
ax.legend()
plt.show()

# %% [markdown]
# ## Exercise
# How far does the first step go?

# %% tags=["stub"]
first_step = ...
print(first_step)

# %% [markdown] tags=["solution"]
# The gradient is w = 1, the rate 0.1.

# %% tags=["solution"]
first_step = 1.0 - plain[1]
print(first_step.round(1))

# %% tags=["raises-exception"]
plain + heavy[:3]

# %% [markdown]
# ## Takeaways
# Memory helps.
"""


def write_sample(folder: Path, text: str = SOURCE, name: str = "01_sample") -> LessonSource:
    """Writes a source below `folder`, where `lessons/` would have it."""
    lesson = LessonSource(folder / "lessons" / "src" / f"{name}.py")
    write_atomically(lesson.path, text)
    return lesson


def store_unexecuted(lesson: LessonSource) -> None:
    """Writes both notebooks as a build would, but without running a cell."""
    for variant in VARIANTS:
        notebook = new_notebook(visible(lesson.cells(), variant))
        stamp(notebook)
        write_atomically(lesson.notebook_path(variant), nbformat.writes(notebook))
