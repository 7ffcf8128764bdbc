"""How fast the lab is in a real browser: frames while dragging, and a training in JavaScript."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np

from dlcourse.display.tables import Table, format_median

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

# Drag the start around, one move a frame; headless Chromium draws without a graphics card.
_DRAG = """async (frames) => {
    const canvas = document.querySelector("canvas");
    const { left, top, width, height } = canvas.getBoundingClientRect();
    canvas.setPointerCapture = () => {};
    canvas.hasPointerCapture = () => true;
    const began = performance.now();
    for (let k = 0; k < frames; k += 1) {
        const angle = (2 * Math.PI * k) / 60;
        const at = { pointerId: 1, clientX: left + width * (0.5 + 0.3 * Math.cos(angle)),
                     clientY: top + height * (0.4 + 0.2 * Math.sin(angle)) };
        canvas.dispatchEvent(new PointerEvent("pointermove", at));
        await new Promise(requestAnimationFrame);
    }
    return (1000 * frames) / (performance.now() - began);
}"""

# 64-32-10 on digits, 1,437 rows, 20 epochs of batches of 32.
_TRAIN = """({ x, y }) => {
    const rows = y.length;
    const began = performance.now();
    const layers = engine_network.buildLayers(
        { inputs: 64, hidden: [32], outputs: 10, activation: "relu" });
    const network = new engine_network.Network(layers, "sparse_categorical_crossentropy", {
        optimizer: "Adam",
        hyperparameters: { ...engine_optimizers.defaults("Adam"), learning_rate: 0.003 } });
    const data = { rows, batchSize: 32, seed: 0 };
    const batches = new engine_network.Batches(Float64Array.from(x), Float64Array.from(y), data);
    for (let epoch = 0; epoch < 20; epoch += 1) {
        for (const batch of batches.epoch()) {
            network.trainStep(batch.x, batch.targets, batch.rows);
        }
    }
    return (performance.now() - began) / 1000;
}"""


def lab_report(repeats: int) -> str:
    """Return what was measured in Chromium as text, or a line that says why nothing was."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return "The lab was not measured: playwright is not installed."
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        return "The lab was not measured: no Chromium was found."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_FLAGS)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        _open_descent(page)
        frames = [page.evaluate(_DRAG, 120) for _ in range(repeats)]
        page.add_script_tag(content=_engine())
        seconds = [page.evaluate(_TRAIN, _digits()) for _ in range(repeats)]
        browser.close()
    rows = [
        ["dragging a start, frames per second", format_median(frames), "60", _met(frames, 59, 1)],
        ["64-32-10 on digits, 20 epochs, s", format_median(seconds), "1", _met(seconds, 1, -1)],
    ]
    return repr(Table(["in Chromium", "median [min, max]", "bar", "met"], rows, "The lab"))


def _open_descent(page) -> None:
    """Open the descent widget with four rules and wait until it has drawn."""
    import keras

    from dlcourse.lab import descent, save_page

    rules = [keras.optimizers.SGD(0.05), keras.optimizers.SGD(0.05, momentum=0.9)]
    rules += [keras.optimizers.RMSprop(0.1), keras.optimizers.Adam(0.1)]
    with tempfile.TemporaryDirectory() as folder:
        path = save_page(descent(optimizers=rules, steps=100), Path(folder) / "page.html")
        page.goto(path.as_uri())
        page.locator(".dl-says:not(:empty)").wait_for()


def _engine() -> str:
    from dlcourse.lab.modules import script

    return script("engine/network.js")


def _digits() -> dict[str, list[float]]:
    from sklearn.datasets import load_digits  # here, since a process's memory counts its parent's

    x, y = load_digits(return_X_y=True)
    return {"x": (x[:1437] / 16).ravel().tolist(), "y": y[:1437].tolist()}


def _met(samples: list[float], bar: float, sign: int) -> str:
    return "yes" if sign * (np.median(samples) - bar) >= 0 else "no"
