"""What every test runs under, and, since kernels inherit the environment, every lesson under test.

It is read before anything imports TensorFlow. Values that are set already win, so that a run can be
varied from outside.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from dlcourse.environment import UNATTENDED_PINS, pin

pin()
os.environ.update({**UNATTENDED_PINS, **os.environ})

# A lesson's kernel that downloads goes to a proxy where nothing listens, and is refused at once.
os.environ.update(dict.fromkeys(["http_proxy", "https_proxy"], "http://127.0.0.1:9"))

collect_ignore = ["lessons/src"]  # scripts that run a lesson when imported


def _refuse_network(event: str, arguments: tuple) -> None:
    """An audit hook: the tests' own process reaches no machine but this one."""
    if event == "socket.getaddrinfo" or event == "socket.gethostbyname":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in (None, "", "localhost", "::1") and not str(host).startswith("127."):
        raise ConnectionRefusedError(f"Tests do not use the network. Received: host={host!r}")


sys.addaudithook(_refuse_network)


@pytest.fixture(autouse=True)
def _draw_to_no_screen() -> Iterator[None]:
    """Draw with Agg; set here, since kernels would inherit `MPLBACKEND` and draw nothing."""
    import matplotlib

    matplotlib.use("Agg")
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def line_task():
    """A task that trains in no time, for the examples in docstrings: fit y = 2x by a line."""
    import keras
    import numpy as np

    from dlcourse import Dataset, Task

    x = np.linspace(-1, 1, 20, dtype="float32").reshape(-1, 1)
    data = Dataset("line", x, 2 * x, x, 2 * x)
    return Task(
        data,
        lambda: keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]),
        keras.losses.MeanSquaredError(),
    )


def pytest_terminal_summary(terminalreporter) -> None:
    """Print how many right and wrong answers the exercises' checkers were proven on."""
    reports = [*terminalreporter.stats.get("passed", []), *terminalreporter.stats.get("failed", [])]
    properties = [pair for report in reports for pair in getattr(report, "user_properties", [])]
    rows = [value for name, value in properties if name == "checker"]
    if rows:
        from checker_proof import proof_table

        terminalreporter.section("proof of the checkers")
        terminalreporter.write_line("\n".join(proof_table(rows)))
