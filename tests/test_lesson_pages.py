"""Lessons as web pages: a screen reader gets the figures' digests."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

TEMPLATES = Path(__file__).parents[2] / "tools" / "html_template"


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
    exporter = HTMLExporter(template_name="lab_alt", extra_template_basedirs=[str(TEMPLATES)])
    html, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    return html


def test_the_digest_is_the_alternative_text():
    digest = 'plot "Loss", y < 3'
    assert Pictures(page({"image/png": {"alt": digest}})).texts == [digest]


def test_a_picture_without_a_digest_is_left_to_nbconvert():
    (text,) = Pictures(page({})).texts
    assert "No description" in text
