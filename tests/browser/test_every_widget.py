"""What holds for every widget: readable by all, on a phone, in the dark; alive in JupyterLab."""

from __future__ import annotations

import re

import keras
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

import dlcourse as dl

# Each widget, and the cell that makes it.
CELLS = {
    "circuit": "dl.lab.circuit()",
    "descent": "dl.lab.descent(dl.ravine(20), steps=40, goal=0.1)",
    "schedule": "dl.lab.schedule([(0, 0), (20, 0.1), (300, 0)], steps=200)",
    "signal": "dl.lab.signal('tanh', depth=12)",
}
each_widget = pytest.mark.parametrize("name", CELLS)


@each_widget
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 375])
def test_axe_finds_nothing_and_nothing_is_cut_off(show, page, name, scheme, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    show(eval(CELLS[name]))
    for summary in page.locator("summary").all():
        summary.click()
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@each_widget
def test_light_and_dark_are_followed_at_once(show, page, name):
    page.emulate_media(color_scheme="light")
    show(eval(CELLS[name]))
    pixel = "(c) => [...c.getContext('2d').getImageData(2, 2, 1, 1).data]"
    light = page.locator("canvas").first.evaluate(pixel)
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)
    dark = page.locator("canvas").first.evaluate(pixel)
    assert min(light[:3]) > 200 and max(dark[:3]) < 60


@each_widget
def test_without_scripts_the_picture_and_its_text_remain(browser, tmp_path, name):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    widget = eval(CELLS[name])
    page.goto(dl.lab.save_page(widget, tmp_path / "page.html").as_uri())
    image = page.get_by_role("img")
    assert image.get_attribute("alt") == repr(widget)
    assert image.evaluate("(each) => each.naturalWidth") == 640
    context.close()


@each_widget
def test_in_jupyterlab_twice_run_two_views_and_a_restart(run_notebook, name):
    """Two views of one widget follow each other; a new run and a restart leave no error."""
    page = run_notebook("import dlcourse as dl", f"w = {CELLS[name]}\nw", "w")
    views = page.locator(".dl-lab")
    expect(views).to_have_count(2)
    slider = views.nth(0).get_by_role("slider").first
    slider.focus()
    before = slider.get_attribute("aria-valuetext")
    for _ in range(20):
        slider.press("ArrowRight")
    shown = slider.get_attribute("aria-valuetext")
    assert shown != before
    other = views.nth(1).get_by_role("slider").first
    expect(other).to_have_attribute("aria-valuetext", shown)
    page.locator(".jp-Notebook .cm-content").nth(1).click()
    page.keyboard.press("Shift+Enter")
    expect(views).to_have_count(2)
    for view in views.all():
        expect(view.locator(".dl-says")).not_to_be_empty()
    assert page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count() == 0
    assert not re.search("Traceback|Error displaying", page.locator(".jp-Notebook").inner_text())


def test_keras_checks_the_paths_in_jupyterlab(run_notebook):
    page = run_notebook("import dlcourse as dl", CELLS["descent"])
    path = dl.descend(keras.optimizers.SGD(0.04), on=dl.ravine(20), start=(-4, 1.5), steps=40)
    lowest = path.values[-1]
    page.get_by_label("learning rate, typed").first.fill("0.04")
    page.get_by_label("learning rate, typed").first.press("Enter")
    expect(page.locator(".dl-table tbody td").nth(2)).to_have_text(format(lowest, ".3g"))
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Check with Keras").click()
    expect(page.locator(".dl-answer")).to_contain_text("the same paths", timeout=60_000)


def test_keras_checks_the_signal_in_jupyterlab(run_notebook):
    page = run_notebook("import dlcourse as dl", CELLS["signal"])
    page.get_by_label("residual connections").check()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Check with Keras").click()
    expect(page.locator(".dl-answer")).to_contain_text("the same spreads", timeout=60_000)


def test_a_widget_answers_while_a_cell_runs(run_notebook):
    """What JavaScript computes is there at once, whatever the kernel does."""
    page = run_notebook("import dlcourse as dl", CELLS["descent"], "import time\ntime.sleep(30)")
    expect(page.get_by_text("Python 3 (ipykernel) | Busy").first).to_be_visible()
    before = page.locator(".dl-table tbody td").nth(2).inner_text()
    page.get_by_label("learning rate, typed").first.fill("0.01")
    page.get_by_label("learning rate, typed").first.press("Enter")
    expect(page.locator(".dl-table tbody td").nth(2)).not_to_have_text(before, timeout=5_000)
    expect(page.get_by_text("Python 3 (ipykernel) | Busy").first).to_be_visible()
