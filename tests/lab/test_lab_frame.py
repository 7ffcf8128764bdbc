"""What all widgets share: modules, host, looks, exceptions in words, pages."""

from __future__ import annotations

import random

import matplotlib.pyplot as plt
import numpy as np
import pytest
from v8 import evaluate

import dlcourse as dl
from dlcourse.display.style import PALETTE, method_style
from dlcourse.lab.modules import STATIC, script


def test_each_module_is_there_once_and_after_what_it_imports():
    text = script("engine/network.js", "engine/random.js")
    assert text.count("const engine_random = ") == 1
    assert text.index("const engine_elementary") < text.index("const engine_random")
    assert "import " not in text.replace("important", "")


@pytest.mark.parametrize(
    "path", sorted(STATIC.rglob("*.js")), ids=lambda path: path.relative_to(STATIC).as_posix()
)
def test_a_module_is_one_that_the_script_can_hold(path):
    """Named imports on one statement, named exports of functions, classes and constants only."""
    source = path.read_text(encoding="utf-8")
    starts = [line for line in source.splitlines() if line.startswith(("import {", "export "))]
    left = script(path.relative_to(STATIC).as_posix())
    assert not [line for line in left.splitlines() if line.startswith(("import {", "export "))]
    assert starts, "a module that neither imports nor exports is not used"
    assert len(source.splitlines()) < 260
    assert max(map(len, source.splitlines())) <= 110


def test_the_host_is_small_and_tells_of_changes():
    assert len((STATIC / "host.js").read_bytes()) <= 1000
    heard = evaluate(
        """{
            const model = host.host({ a: 1 });
            const heard = [];
            const listener = () => heard.push(model.get("a"));
            model.on("change:a", listener);
            model.set("a", 2);
            model.off("change:a", listener);
            model.set("a", 3);
            model.save_changes();
            return [heard, model.get("a")];
        }"""
    )
    assert heard == [[2], 3]


def test_looks_are_the_packages():
    looks = evaluate("view_looks.LOOKS")
    assert set(looks) == set(evaluate("Object.keys(engine_optimizers.OPTIMIZERS)"))
    for name, (color, marker) in looks.items():
        style = method_style(name, 0)
        assert (PALETTE[color], marker) == (style["color"], style["marker"])


def test_an_exception_is_shown_in_words():
    widget = dl.lab.descent(steps=5)
    widget.in_thread(lambda: 1 / 0).join()
    assert widget.problem == "This did not work: division by zero"
    assert not widget.busy
    widget.in_words(lambda: None)
    assert widget.problem == ""


def test_a_second_work_waits_for_the_first():
    widget = dl.lab.descent(steps=5)
    widget.busy = True
    assert widget.in_thread(lambda: "never") is None


def test_a_widget_leaves_figures_and_random_numbers_alone():
    np.random.seed(0)  # noqa: NPY002
    random.seed(0)
    before = np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002
    repr(dl.lab.descent(steps=5, batch_size=1))
    after = np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002
    assert before == after
    assert not plt.get_fignums()


def test_a_page_holds_all_it_needs(tmp_path):
    landscape = dl.Landscape("</script>", lambda w: w[..., 0], np.ones_like, ((0, 1),))
    page = dl.lab.save_page(dl.lab.descent(landscape, steps=5), tmp_path / "page.html").read_text()
    assert page.count("</script>") == 1
    assert 'alt="Descent on &lt;/script&gt;' in page
    for external in (' src="http', ' href="http', "@import", 'import "', 'from "'):
        assert external not in page


def test_two_widgets_of_a_page_have_their_own_places():
    widget = dl.lab.descent(steps=5)
    first, second = (dl.lab.to_html(widget, name=name) for name in ("one", "two"))
    assert '<div id="one">' in first and 'getElementById("one")' in first
    assert first.replace('"one"', '"two"') == second
