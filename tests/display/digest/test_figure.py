"""The digest tells a right figure from a wrong one, in Jupyter, in HTML and under nbval."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook

import dlcourse
from dlcourse.display.bands import plot_band
from dlcourse.display.digest.figure import figure_digest, register_digest
from dlcourse.display.style import method_style, new_axes

EPOCHS = [1, 2, 3]


def race() -> tuple[Figure, Axes]:
    figure, ax = new_axes("Digits", "epoch", "loss", yscale="log")
    figure.suptitle("A race")
    ax.plot(EPOCHS, [2.3, 1.0, 0.5], label="SGD")
    ax.plot(EPOCHS, [2.3, 0.5, 0.25], label="Adam")
    ax.set_xticks(EPOCHS, ["one", "two", "three"])
    ax.set_ylim(0.1, 10)
    ax.legend(title="method")
    return figure, ax


def test_digest_of_a_usual_figure():
    figure, _ = race()
    assert figure_digest(figure).splitlines() == [
        'figure "A race"',
        'plot "Digits", x "epoch", y "loss" (log, 0.1 to 10)',
        '- line "SGD", 3 points: (1, 2.3) (2, 1) (3, 0.5)',
        '- line "Adam", 3 points: (1, 2.3) (2, 0.5) (3, 0.25)',
        "- x ticks: one | two | three",
        '- legend "method": SGD | Adam',
    ]


def test_tick_labels_may_be_numbers():
    _, ax = new_axes("Batches", "rows", "accuracy")
    ax.set_xticks([1, 2], [16, 256])
    assert "- x ticks: 16 | 256" in figure_digest(ax.figure).splitlines()


WRONG: dict[str, Callable[[Figure, Axes], object]] = {
    "title": lambda figure, ax: ax.set_title("Spirals"),
    "title on the left": lambda figure, ax: ax.set_title("Spirals", loc="left"),
    "figure's title": lambda figure, ax: figure.suptitle("A sweep"),
    "axis label": lambda figure, ax: ax.set_ylabel("accuracy"),
    "scale": lambda figure, ax: ax.set_yscale("linear"),
    "limits": lambda figure, ax: ax.set_ylim(0.01, 10),
    "tick label": lambda figure, ax: ax.set_xticks(EPOCHS, ["one", "two", "four"]),
    "no legend": lambda figure, ax: ax.get_legend().remove(),
    "legend entry": lambda figure, ax: ax.legend(ax.lines[:1], ["SGD"], title="method"),
    "legend order": lambda figure, ax: ax.legend(ax.lines[::-1], ["Adam", "SGD"], title="method"),
    "legend title": lambda figure, ax: ax.get_legend().set_title("rate"),
    "figure's legend": lambda figure, ax: figure.legend(),
    "line missing": lambda figure, ax: ax.lines[0].remove(),
    "line hidden": lambda figure, ax: ax.lines[0].set_visible(False),
    "line added": lambda figure, ax: ax.axhline(1),
    "labels swapped": lambda figure, ax: [
        line.set_label(label) for line, label in zip(ax.lines, ["Adam", "SGD"], strict=True)
    ],
    "data": lambda figure, ax: ax.lines[0].set_ydata([2.3, 1.0, 0.51]),
    "NaN": lambda figure, ax: ax.lines[0].set_ydata([2.3, 1.0, np.nan]),
    "x": lambda figure, ax: ax.lines[0].set_xdata([1, 2, 4]),
    "second plot": lambda figure, ax: figure.add_subplot(),
    "plot hidden": lambda figure, ax: ax.set_visible(False),
    "inset": lambda figure, ax: ax.inset_axes([0.5, 0.5, 0.4, 0.4]),
    "axis labels off": lambda figure, ax: ax.axis("off"),
}


@pytest.mark.parametrize("change", WRONG)
def test_digest_tells_a_wrong_figure(change):
    figure, ax = race()
    right = figure_digest(figure)
    WRONG[change](figure, ax)
    assert figure_digest(figure) != right


HARMLESS: dict[str, Callable[[Figure, Axes], object]] = {
    "size": lambda figure, ax: figure.set_size_inches(3, 3),
    "dpi": lambda figure, ax: figure.set_dpi(50),
    "layout": lambda figure, ax: figure.set_layout_engine("tight"),
    "color": lambda figure, ax: ax.lines[0].set(color="red", linestyle=":", marker="x", alpha=0.5),
    "font": lambda figure, ax: ax.title.set(fontsize=30, family="serif", color="red"),
    "grid": lambda figure, ax: ax.grid(False),
    "spines": lambda figure, ax: ax.spines[:].set_visible(True),
    "legend's place": lambda figure, ax: ax.legend(title="method", loc="lower left", ncols=2),
    "zorder": lambda figure, ax: ax.lines[0].set_zorder(9),
    "picture drawn": lambda figure, ax: figure.canvas.draw(),
}


@pytest.mark.parametrize("change", HARMLESS)
def test_digest_is_blind_to_looks(change):
    figure, ax = race()
    right = figure_digest(figure)
    HARMLESS[change](figure, ax)
    figure.canvas.draw()
    assert figure_digest(figure) == right


@pytest.mark.parametrize("style", ["default", "ggplot", "dark_background", "classic"])
def test_digest_is_blind_to_style_sheets(style):
    right = figure_digest(race()[0])
    with mpl.style.context(style):
        assert figure_digest(race()[0]) == right


def test_categories_and_color_bars_are_named():
    figure, (left, right) = new_axes("Two", "", "", columns=2)
    left.bar(["SGD", "Adam"], [0.5, 0.75])
    figure.colorbar(right.imshow([[1, 2], [3, 4]]), label="count", orientation="horizontal")
    assert figure_digest(figure).splitlines() == [
        'figure "Two"',
        "plot",
        "- bars, 2 points: (0, 0.5) (1, 0.75)",
        "- x ticks: SGD | Adam",
        "plot; image, 2 × 2: 1 to 4, mean 2.5; blocks 1 2 / 3 4",
        'color bar "count"',
    ]


def test_tick_labels_at_places_that_matplotlib_chooses_are_not_told():
    figure, ax = race()
    right = figure_digest(figure)
    ax.yaxis.set_major_formatter(lambda y, place: f"{y:.0%}")
    assert figure_digest(figure) == right


def test_digest_of_eight_methods_with_bands_stays_short():
    figure, ax = new_axes("Digits", "epoch", "loss")
    samples = np.random.default_rng(0).uniform(size=(5, 20))
    for index in range(8):
        plot_band(ax, range(20), samples, f"method {index}", **method_style("", index))
    ax.legend()
    assert len(figure_digest(figure).splitlines()) <= 25


def test_an_empty_figure_is_called_empty():
    assert figure_digest(Figure()) == "empty figure"


def test_a_3d_plot_says_that_its_data_are_not_described():
    ax = Figure().add_subplot(projection="3d")
    ax.set_title("A bowl")
    ax.plot([1, 2], [3, 4], [5, 6])
    assert figure_digest(ax.figure) == 'plot "A bowl"; 3-D, its data are not described'


def test_outside_ipython_nothing_is_registered(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert register_digest() is None
    assert "IPython" not in sys.modules


START = """\
from matplotlib import pyplot as plt
from dlcourse.display.digest.figure import figure_digest, register_digest
from dlcourse.display.style import new_axes, use_style
use_style()
register_digest()"""

PLOT = """\
figure, ax = new_axes("A race", "epoch", "loss < 1 & \\"small\\"")
ax.plot([1, 2, 3], [0.5, 0.25, 0.125], label="Adam")
ax.plot([1, 2, 3], [0.5, 0.375, 0.25], label="SGD")
legend = ax.legend()
"""
SHOWN, FLUSHED, OWN_DIGEST = PLOT + "plt.show()", PLOT, PLOT + "print(figure_digest(figure))"

# Later sources for cells whose outputs are those of SHOWN, and whether nbval must pass them.
MUTANTS = {
    PLOT.replace("0.25, 0.125", "0.125, 0.25") + "plt.show()": False,
    PLOT.replace('"SGD"', '"Lion"') + "plt.show()": False,
    PLOT + "legend.remove()\nplt.show()": False,
    PLOT + "plt.close()": False,
    PLOT + "figure.set_dpi(60)\nax.lines[0].set_color('red')\nplt.show()": True,
}


@pytest.fixture(scope="module")
def notebook() -> nbformat.NotebookNode:
    """A notebook that was run: the start, three times the same figure, and the mutants' places."""
    sources = [START, SHOWN, FLUSHED, OWN_DIGEST, *[SHOWN] * len(MUTANTS)]
    made = new_notebook(cells=[new_code_cell(source) for source in sources])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(dlcourse.__file__).parents[1]))
        NotebookClient(made, kernel_name="python3", timeout=60).execute()
    return made


def pictures(cell: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [output for output in cell.outputs if output.output_type == "display_data"]


def test_jupyter_shows_each_figure_once_with_its_digest(notebook):
    start, shown, flushed, own, *_ = notebook.cells
    assert start.outputs == []
    digest = own.outputs[0].text.rstrip("\n")
    for cell in (shown, flushed, own):
        (picture,) = pictures(cell)
        assert sorted(picture.data) == ["image/png", "text/plain"]
        assert picture.data["text/plain"] == picture.metadata["image/png"]["alt"] == digest


def test_jupyters_pictures_are_the_same_bytes_each_time(notebook):
    pngs = {pictures(cell)[0].data["image/png"] for cell in notebook.cells[1:4]}
    (png,) = map(b64decode, pngs)
    assert png.startswith(b"\x89PNG")
    assert b"Software" not in png


def test_html_carries_the_digest_as_alternative_text(notebook):
    html, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook)
    image = BeautifulSoup(html, "html.parser").img
    assert image["alt"] == pictures(notebook.cells[1])[0].data["text/plain"]


def test_nbval_passes_the_notebook_and_fails_each_wrong_figure(notebook, tmp_path):
    changed = nbformat.from_dict(notebook)
    for cell, source in zip(changed.cells[-len(MUTANTS) :], MUTANTS, strict=True):
        cell.source = source
    nbformat.write(changed, tmp_path / "changed.ipynb")
    options = ["--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "-rA", "-q"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "changed.ipynb"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(dlcourse.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    verdicts = [
        f"PASSED changed.ipynb::Cell {cell}\n" in run.stdout for cell in range(len(changed.cells))
    ]
    assert verdicts == [True] * 4 + list(MUTANTS.values()), run.stdout


def test_legends_of_subfigures_at_any_depth_are_written():
    figure = Figure()
    left, right = figure.subfigures(1, 2)
    inner = right.subfigures(2, 1)[1]
    for number, part in enumerate((figure, left, inner)):
        (line,) = part.subplots().plot([1, 2])
        part.legend([line], [f"legend {number}"])
    text = figure_digest(figure)
    assert [line for line in text.splitlines() if line.startswith("legend")] == [
        "legend: legend 0",
        "legend: legend 1",
        "legend: legend 2",
    ]
