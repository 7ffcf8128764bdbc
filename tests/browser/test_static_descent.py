"""The descent widget on a page with no kernel: drag, click, keys, and Keras's numbers."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from playwright.sync_api import Page, expect

import dlcourse as dl

SGD = keras.optimizers.SGD
MOMENTUM = SGD(0.05, momentum=0.8)


def readouts(page: Page) -> dict[str, list[str]]:
    """The table's rows by rule: step, f(w), gradient, step size."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    rows = page.locator(".dl-table tbody tr").all_inner_texts()
    return {row.split("\t")[0]: row.split("\t")[1:] for row in rows}


def agrees(page: Page, label: str, path: dl.DescentPath, step: int) -> None:
    """The readout is Keras's, to the three digits that it shows."""
    shown = readouts(page)[label]
    theirs = [path.values[step], np.hypot(*path.gradients[step]), path.step_sizes[step - 1]]
    assert shown[0] == str(step)
    np.testing.assert_allclose([float(text) for text in shown[1:4]], theirs, rtol=6e-3, atol=1e-6)


def walk(page: Page, optimizer, landscape=None, steps=40) -> dl.DescentPath:
    start = [float(page.get_by_label(f"start w[{k}]").input_value()) for k in (0, 1)]
    return dl.descend(optimizer, on=landscape or dl.ravine(20), start=start, steps=steps)


def drag(page: Page, canvas: int, *shares: tuple[float, float]) -> None:
    """Press at the first place of a picture, given as shares of its size; release at the last."""
    box = page.locator("canvas").nth(canvas).bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in shares]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


def test_first_numbers_are_keras(show):
    page = show(dl.lab.descent(dl.ravine(20), [SGD(0.05), MOMENTUM], steps=40))
    agrees(page, "SGD", walk(page, SGD(0.05)), 40)
    agrees(page, "Momentum", walk(page, MOMENTUM), 40)


def test_the_start_is_dragged(show):
    page = show(dl.lab.descent(dl.ravine(20), [MOMENTUM], steps=40))
    drag(page, 0, (0.2, 0.3), (0.5, 0.7), (0.7, 0.25))
    expect(page.get_by_label("start w[0]")).not_to_have_value("-4")
    assert float(page.get_by_label("start w[0]").input_value()) > 1
    agrees(page, "Momentum", walk(page, MOMENTUM), 40)


def test_a_click_on_the_map_sets_rate_and_momentum(show):
    page = show(dl.lab.descent(dl.ravine(20), [MOMENTUM], steps=40))
    drag(page, 2, (0.6, 0.5))
    expect(page.get_by_label("momentum, typed")).not_to_have_value("0.8")
    rate = float(page.get_by_label("learning rate, typed").input_value())
    momentum = float(page.get_by_label("momentum, typed").input_value())
    assert rate != 0.05
    agrees(page, "Momentum", walk(page, SGD(rate, momentum=momentum)), 40)


def test_all_of_it_by_keys_alone(show):
    page = show(dl.lab.descent(dl.ravine(20), [SGD(0.05)], steps=40))
    page.get_by_label("learning rate", exact=True).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("learning rate, typed")).not_to_have_value("0.05")
    assert float(page.get_by_label("learning rate, typed").input_value()) < 0.05
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("0.03")
    page.keyboard.press("Enter")
    agrees(page, "SGD", walk(page, SGD(0.03)), 40)
    page.get_by_label("rule 1", exact=True).focus()
    page.keyboard.type("Adam")
    expect(page.get_by_label("beta_1", exact=True)).to_be_visible()
    agrees(page, "Adam", walk(page, keras.optimizers.Adam(0.03)), 40)
    page.get_by_role("button", name="Add a rule").focus()
    page.keyboard.press("Enter")
    assert list(readouts(page)) == ["Adam", "SGD"]
    page.get_by_role("button", name="Remove rule 2").focus()
    page.keyboard.press("Space")
    assert list(readouts(page)) == ["Adam"]


def test_every_control_is_reached_by_tab(show):
    page = show(dl.lab.descent(dl.ravine(20), [MOMENTUM], steps=40, batch_size=4))
    wanted = page.locator(
        ".dl-lab :is(input, select, button, summary):visible:not(:disabled)"
    ).count()
    reached = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "[...document.querySelectorAll('.dl-lab :is(input, select, button, summary)')]"
                ".indexOf(document.activeElement)"
            )
        )
    assert len(reached - {-1}) == wanted


def test_step_play_and_start(show):
    page = show(dl.lab.descent(dl.ravine(20), [MOMENTUM], steps=40))
    path = walk(page, MOMENTUM)
    page.get_by_role("button", name="To the start").click()
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_role("button", name="Step", exact=True).click()
    agrees(page, "Momentum", path, 3)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.locator(".dl-table tbody td").nth(1)).to_have_text("40", timeout=20_000)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    agrees(page, "Momentum", path, 40)


def test_condition_and_angle_turn_the_ravine(show):
    page = show(dl.lab.descent(dl.ravine(20), [MOMENTUM], steps=40))
    page.get_by_label("condition, typed").fill("50")
    page.get_by_label("condition, typed").press("Enter")
    page.get_by_label("angle in degrees, typed").fill("30")
    page.get_by_label("angle in degrees, typed").press("Enter")
    agrees(page, "Momentum", walk(page, MOMENTUM, dl.ravine(50, angle=30)), 40)


@pytest.mark.parametrize("name", ["rosenbrock", "beale", "saddle"])
def test_other_landscapes(show, name):
    page = show(dl.lab.descent(dl.ravine(20), [SGD(0.001)], steps=40))
    page.get_by_label("landscape", exact=True).select_option(name)
    agrees(page, "SGD", walk(page, SGD(0.001), getattr(dl, name)()), 40)


def test_one_weight_is_a_curve_and_noise_needs_a_seed(show):
    page = show(dl.lab.descent(dl.bumpy(), [SGD(0.02)], steps=20, batch_size=4, seed=3))
    expect(page.get_by_label("start w[1]")).to_be_hidden()
    before = readouts(page)
    page.get_by_label("seed", exact=True).fill("4")
    page.get_by_label("seed", exact=True).press("Enter")
    expect(page.locator(".dl-table tbody td").nth(3)).not_to_have_text(before["SGD"][2])
    page.get_by_label("seed", exact=True).fill("3")
    page.get_by_label("seed", exact=True).press("Enter")
    expect(page.locator(".dl-table tbody td").nth(3)).to_have_text(before["SGD"][2])


def test_the_goal_is_told_and_the_text_follows(show):
    page = show(dl.lab.descent(dl.ravine(20), [SGD(0.001)], steps=40, goal=0.1))
    expect(page.locator(".dl-goal")).to_contain_text("Not reached yet")
    page.get_by_label("learning rate, typed").fill("0.09")
    page.get_by_label("learning rate, typed").press("Enter")
    path = walk(page, SGD(0.09))
    step = int(np.flatnonzero(path.values < 0.1)[0])
    expect(page.locator(".dl-goal")).to_contain_text(f"Reached by SGD at step {step}.")
    expect(page.locator(".dl-says")).to_contain_text(f"the goal is reached at step {step}")
    label = page.locator("canvas").first.get_attribute("aria-label")
    assert f"the goal is reached at step {step}" in label


def test_the_code_that_is_offered_walks_the_same_path(show, capsys):
    page = show(dl.lab.descent(dl.ravine(20), [MOMENTUM], steps=40))
    page.get_by_text("Keras code", exact=True).click()
    space: dict = {}
    exec(page.locator(".dl-lab pre").inner_text(), space)
    value = float(dl.ravine(20).function(space["w"].numpy()))
    np.testing.assert_allclose(float(readouts(page)["Momentum"][1]), value, rtol=6e-3)


def test_no_kernel_no_button_that_needs_one(show):
    page = show(dl.lab.descent(steps=5))
    expect(page.get_by_role("button", name="Check with Keras")).to_have_count(0)
