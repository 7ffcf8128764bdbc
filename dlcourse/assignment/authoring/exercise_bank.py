"""The lessons' exercises as an assignment: a list of names becomes a source.

A number is asked with numbers of the student's own where `own_numbers` knows the exercise. The
checks are those of the lessons: what is wrong is named, in the words of the lesson.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from dlcourse.assignment.authoring.cells import AssignmentError
from dlcourse.assignment.authoring.own_numbers import OWN
from dlcourse.exercises import Exercise, Prediction, find

POINTS = 2
IMPORTS = {"np.": "import numpy as np", "keras.": "import keras", "tf.": "import tensorflow as tf",
           "math.": "import math"}  # fmt: skip
HEAD = """\
# %% [markdown]
# # {title}
#
# Only the cells that say `your answer` are graded. Do not rename what they define.

# %% tags=["student"]
student = "your identifier"

# %% tags=["setup"]
from dlcourse.assignment.authoring.own_numbers import own_numbers
"""
PREPARED = """
# %% tags=["hidden"]
from dlcourse.assignment.authoring.own_numbers import own_exercise
from dlcourse.exercises import find
"""
OWN_ANSWER = """\
from dlcourse.assignment.authoring.own_numbers import own_exercise

{short} = own_exercise({name!r}, student).answer"""
QUESTION = """
# %% [markdown]
# ## {number}. {heading} ({points} points)
#
{text}
{shown}
# %% tags=["stub"] question="{question}"
# your answer
{stub}

# %% tags=["solution"]
{solution}

# %% tags=["hidden"] question="{question}" points={points}
verdict = {exercise}.check({name})
assert verdict.state in ("right", "noted"), verdict.message
"""


def exercise_source(title: str, names: Sequence[str]) -> str:
    """Write the source of an assignment from exercises of the lessons.

    Args:
        title: the heading.
        names: exercises, as `find` knows them: "07.largest_rate".

    Raises:
        AssignmentError: there is no such exercise, it is named twice, or it has no worked answer.
    """
    if len(set(names)) < len(names):
        raise AssignmentError(f"each exercise can be named once. Received: {' '.join(names)}")
    blocks = [_question(number, name) for number, name in enumerate(names, start=1)]
    return HEAD.format(title=title) + PREPARED + "".join(blocks)


def _question(number: int, name: str) -> str:
    try:
        exercise = find(name)
    except ValueError as error:
        raise AssignmentError(str(error)) from error
    short = name.partition(".")[2]
    own = name in OWN
    solution = OWN_ANSWER.format(short=short, name=name) if own else _solution(exercise, name)
    answered = _defined(solution, short)
    return QUESTION.format(
        number=number,
        heading=short.replace("_", " "),
        points=POINTS,
        text=_prose(_own_question(name) if own else _asked(exercise)),
        shown=f"\n# %%\nown_numbers({name!r}, student)\n" if own else "",
        question=f"{short}_{number}",
        stub=_stub(solution, answered),
        solution=solution,
        exercise=f"own_exercise({name!r}, student)" if own else f"find({name!r})",
        name=answered,
    )


def _asked(exercise: Exercise) -> str:
    options = getattr(exercise, "options", ())
    listed = ", ".join(f'`"{option}"`' for option in sorted(options))
    return f"{exercise.question} Choose one of {listed}." if options else str(exercise.question)


def _own_question(name: str) -> str:
    """The question with names in place of numbers, which the next cell gives."""
    named = {key: f"`{key}`" for key in OWN[name].choices}
    return OWN[name].question.format(**named) + " Your own numbers are:"


def _solution(exercise: Exercise, name: str) -> str:
    """The worked answer as code: a value, a function, or any of a prediction's options."""
    short = name.partition(".")[2]
    if isinstance(exercise, Prediction):
        return f"{short} = {exercise.options[0]!r}"
    if exercise.answer is not None:
        return f"{short} = {exercise.answer!r}"
    code = exercise.solution_text
    if "def " not in code:
        code = f"{short} = {code}"
    try:
        compile(code, name, "exec")
    except SyntaxError as error:
        raise AssignmentError(f"{name} has no worked answer that could be run") from error
    needed = [line for used, line in IMPORTS.items() if used in code]
    return "\n".join([*needed, "", code] if needed else [code])


def _defined(solution: str, short: str) -> str:
    """The name that an answer defines: the last function's, where it is one."""
    functions = re.findall(r"^def (\w+)", solution, re.MULTILINE)
    return functions[-1] if functions else short


def _stub(solution: str, answered: str) -> str:
    header = re.search(rf"^def {answered}\(.*?\):", solution, re.MULTILINE | re.DOTALL)
    return f"{header[0]} ..." if header else f"{answered} = ..."


def _prose(text: str) -> str:
    return "\n".join(f"# {line}" for line in textwrap.wrap(" ".join(text.split()), 96))
