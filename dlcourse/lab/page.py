"""A widget as a piece of a web page, or as a page of its own, with no kernel and no network."""

from __future__ import annotations

import html
import json
from pathlib import Path

from dlcourse.lab.modules import STATIC, constant, script
from dlcourse.lab.widget import Widget


def to_html(widget: Widget, *, name: str = "lab") -> str:
    """Return a widget as HTML that stands alone: its style, its picture, its data and its script.

    Where scripts do not run, the picture and its text remain.

    Args:
        widget: what a function of `dlcourse.lab` returned.
        name: the element's id; another for each widget of a page.

    Returns:
        HTML to be put where the widget shall stand.
    """
    state = {
        "kernel": False,
        "title": widget.title,
        "data": widget.data,
        "settings": widget.settings,
        **dict.fromkeys(["answer", "problem"], ""),
        "busy": False,
    }
    picture = f'<img alt="{html.escape(widget.text)}" src="data:image/png;base64,{widget.picture}">'
    style = (STATIC / "style.css").read_text(encoding="utf-8")
    code = script(widget.entry, "host.js").replace("</", "<\\/")
    return f"""<style>{style}</style>
<div id="{html.escape(name)}">{picture}</div>
<script type="module">
{code}
const place = document.getElementById({json.dumps(name)});
const model = {constant(STATIC / "host.js")}.host({_json(state)});
place.replaceChildren();
{constant(STATIC / widget.entry)}.render({{ model, el: place }});
</script>
"""


def save_page(widget: Widget, path: str | Path) -> Path:
    """Write a page with one widget, to be opened in any browser, and return its path."""
    path = Path(path)
    page = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(widget.title)}</title>
<link rel="icon" href="data:,">
<style>:root {{ color-scheme: light dark }} body {{ margin: 0.5rem }}</style>
<main>
<h1 style="font: 600 1.3rem system-ui, sans-serif">{html.escape(widget.title)}</h1>
{to_html(widget)}</main>
</html>
"""
    path.write_text(page, encoding="utf-8")
    return path


def _json(value: object) -> str:
    """JSON that no text in it can end a script with."""
    return json.dumps(value).replace("<", "\\u003c")
