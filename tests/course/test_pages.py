"""Lessons as web pages: run to the end, and a screen reader gets the figures' digests."""

from __future__ import annotations

from html.parser import HTMLParser

import nbformat
import pytest

from dlcourse.course.pages import LessonFailed, run_lesson, to_html


class Pictures(HTMLParser):
    """Collects the alternative texts of a page's pictures."""

    def __init__(self, html):
        super().__init__()
        self.texts = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.texts.append(dict(attributes).get("alt"))


def page(metadata):
    output = nbformat.v4.new_output(
        "display_data",
        data={"image/png": "iVBORw0KGgo=", "text/plain": "digest"},
        metadata=metadata,
    )
    cell = nbformat.v4.new_code_cell("plot()", outputs=[output])
    return to_html(nbformat.v4.new_notebook(cells=[cell]), "07_momentum")


def test_the_digest_is_the_alternative_text():
    digest = 'plot "Loss", y < 3'
    assert Pictures(page({"image/png": {"alt": digest}})).texts == [digest]


def test_a_picture_without_a_digest_is_left_to_nbconvert():
    (text,) = Pictures(page({})).texts
    assert "No description" in text


def test_the_page_has_the_lesson_s_title():
    assert "<title>07_momentum</title>" in page({})


@pytest.fixture
def lesson(tmp_path):
    """Write a lesson of these cells; return its path."""

    def write(*sources):
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        path = tmp_path / "07_small.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
        return path

    return write


def test_a_lesson_is_run_and_its_figures_are_described(lesson, tmp_path):
    draw = (
        "import os\n"
        "from matplotlib import pyplot as plt\n"
        "from dlcourse.display.digest.figure import register_digest\n"
        "from dlcourse.display.style import new_axes\n"
        "register_digest()\n"
        "figure, ax = new_axes('Six times seven', 'step', 'loss')\n"
        "ax.plot([1, 2, 3], label='SGD')\n"
        "plt.show()"
    )
    path = lesson("print(6 * 7, os.listdir())".replace("os.", "__import__('os')."), draw)
    before = path.read_bytes()
    run_lesson(path, tmp_path / "page.html")
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "42 []" in html, "it runs in an empty folder"
    (text,) = Pictures(html).texts
    assert "Six times seven" in text and "SGD" in text
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("1 / 0", "cell 2 of 07_small failed: ZeroDivisionError: division by zero"),
        ("import os; os._exit(1)", "cell 2 of 07_small failed: Kernel died"),
    ],
)
def test_a_lesson_that_fails_writes_no_page(lesson, tmp_path, source, told):
    with pytest.raises(LessonFailed) as caught:
        run_lesson(lesson("print(1)", source), tmp_path / "page.html")
    assert str(caught.value).startswith(told)
    assert not (tmp_path / "page.html").exists()


def test_a_page_that_cannot_be_written_is_told_before_the_lesson_runs(lesson, tmp_path):
    path = lesson(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(OSError, match="No such file"):
        run_lesson(path, tmp_path / "nowhere" / "page.html")
    assert not (tmp_path / "ran").exists()


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    (tmp_path / "07_b.ipynb").write_text("{}")
    with pytest.raises(LessonFailed, match=r"07_b\.ipynb cannot be read"):
        run_lesson(tmp_path / "07_b.ipynb", tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()
