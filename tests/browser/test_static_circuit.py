"""The circuit widget on a page with no kernel: drag, click, keys, and Python's numbers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import dlcourse as dl
from dlcourse.lab.circuit_rules import backward, forward

SQUARE = {"s": ("+", ["u", "v"]), "y": ("·²", ["s"])}


def test_step_by_step_and_back_by_keys_alone(show):
    page = show(dl.lab.circuit(SQUARE, {"u": 1, "v": 2}))
    says = page.locator(".dl-says")
    expect(says).to_contain_text("Step 0 of 6")
    page.get_by_role("button", name="Step", exact=True).focus()
    for text in (
        "Forward: s = 3, by + of u, v.",
        "Forward: y = 9, by ·² of s.",
        "The way back begins: the gradient of y at itself is 1.",
        "Back along y → s: gradient 1 × local derivative 6 = 6.",
        "Back along s → u: gradient 6 × local derivative 1 = 6.",
        "Back along s → v: gradient 6 × local derivative 1 = 6. All gradients of y are there.",
    ):
        page.keyboard.press("Enter")
        expect(says).to_contain_text(text)
    page.get_by_label("step", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    expect(says).to_contain_text("Step 5 of 6")


def test_an_input_is_typed_and_dragged(show):
    page = show(dl.lab.circuit(SQUARE, {"u": 1, "v": 2}))
    page.get_by_role("button", name="Both passes").click()
    page.get_by_label("u, typed").fill("-1.5")
    page.get_by_label("u, typed").press("Enter")
    said = page.locator(".dl-says")
    expect(said).to_contain_text("gradient 1 × local derivative 1 = 1")
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 34, box["y"] + 42)
    page.mouse.down()
    page.mouse.move(box["x"] + 34, box["y"] + 142, steps=5)
    page.mouse.up()
    u = float(page.get_by_label("u, typed").input_value())
    assert u == pytest.approx(-3.5)
    leaves = {"u": u, "v": 2.0}
    slope = backward(SQUARE, forward(SQUARE, leaves))["v"]
    expect(said).to_contain_text(f"gradient {slope:g} × local derivative 1 = {slope:g}")
    assert re.search("All gradients of y", page.locator("canvas").get_attribute("aria-label"))
