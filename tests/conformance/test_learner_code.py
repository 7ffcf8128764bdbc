"""Code that a learner still writes: prints are held back, an interrupt is one line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dlcourse.conformance.learner_code import Interrupted, Printed, held_back


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("", ""),
        ("\n", ""),
        ("w", "It printed 1 line: w"),
        ("a\nb\n", "It printed 2 lines: a / b"),
        ("a\nb\nc\n", "It printed 3 lines: a / b / c"),
        ("a\nb\nc\nd\n", "It printed 4 lines, which begin: a / b / c"),
        ("a\n" * 2000, "It printed 2,000 lines, which begin: a / a / a"),
    ],
)
def test_prints_are_counted_and_their_beginning_is_kept(printed, told):
    stream = Printed()
    for character in printed:
        stream.write(character)
    assert str(stream) == told


def test_one_long_line_is_cut():
    stream = Printed()
    stream.write("w" * 10**6)
    assert len(str(stream)) < 400


def test_what_is_printed_inside_is_held_back_and_stdout_comes_back(capsys):
    with held_back() as printed:
        print("inside")
    print("outside")
    assert str(printed) == "It printed 1 line: inside"
    assert capsys.readouterr().out == "outside\n"


def test_a_notebook_shows_an_interrupt_in_one_line():
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    code = (
        "from dlcourse.conformance.learner_code import held_back\n"
        "with held_back():\n    raise KeyboardInterrupt\n"
    )
    result = shell.run_cell(code)
    assert isinstance(result.error_in_exec, Interrupted)
    shown = result.error_in_exec._render_traceback_()
    assert shown == ["Interrupted: the check was stopped before it came to a verdict."]
    assert result.error_in_exec.__suppress_context__


def test_hints_stay_where_python_drops_docstrings():
    code = (
        "from dlcourse.conformance.mistakes import CATALOGUE, DECAY\n"
        "from dlcourse.conformance import conform\n"
        "import keras\n"
        "rule = lambda w, g, state, learning_rate: w - learning_rate * g\n"
        "report = conform(rule, keras.optimizers.SGD(0.1, momentum=0.9))\n"
        "print(conform.__doc__, all(mistake.hint for mistake in [*CATALOGUE, *DECAY]), report.hint)"
    )
    done = subprocess.run(
        [sys.executable, "-OO", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("None True No velocity is carried from step to step")
