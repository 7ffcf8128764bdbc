"""Widgets in a real browser: on a page with no network, and in JupyterLab with a kernel."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page

import dlcourse
from dlcourse.lab import save_page
from dlcourse.lab.widget import Widget

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]
TESTED = str(Path(dlcourse.__file__).parents[1])  # kernels get the package that is tested here
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The Chromium of this machine, headless."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.exit("No Chromium was found; install one, as with: apt install chromium", 3)
    return {**browser_type_launch_args, "executable_path": found, "args": FLAGS}


@pytest.fixture
def wrong(page: Page) -> Iterator[list[str]]:
    """What must not happen on a page: errors, and requests to any other machine."""
    seen: list[str] = []

    def request(route) -> None:
        url = route.request.url
        if url.startswith(("file:", "data:", "blob:", "http://127.0.0.1", "http://localhost")):
            route.continue_()
        else:
            seen.append(f"request: {url}")
            route.abort()

    page.route("**/*", request)
    page.on("pageerror", lambda error: seen.append(f"error: {error}"))
    yield seen
    assert seen == []


@pytest.fixture
def show(page: Page, wrong: list[str], tmp_path: Path) -> Callable[[Widget], Page]:
    """Open a page with one widget and no kernel; wait until it has drawn."""

    def open_page(widget: Widget) -> Page:
        page.goto(save_page(widget, tmp_path / "page.html").as_uri())
        page.locator(".dl-says:not(:empty)").wait_for()
        return page

    return open_page


@pytest.fixture(scope="session")
def lab_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A JupyterLab of its own, in an empty folder."""
    folder = tmp_path_factory.mktemp("notebooks")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "RUNTIME", "DATA")}
    root = ["--allow-root"] * (hasattr(os, "getuid") and os.getuid() == 0)
    options = ["--no-browser", *root, f"--port={port}", "--ServerApp.port_retries=0"]
    never = "jupyterlab.NeverCheckForUpdate"
    options += ["--IdentityProvider.token=", "--LabApp.news_url="]
    options += [f"--LabApp.check_for_updates_class={never}"]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        cwd=folder,
        env={**os.environ, **own, "NO_PROXY": "127.0.0.1,localhost", "PYTHONPATH": TESTED},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    _wait_for(f"{url}/api", server)
    yield url, folder
    server.terminate()
    server.wait(timeout=30)


def _wait_for(url: str, server: subprocess.Popen) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(240):
        assert server.poll() is None, "JupyterLab ended"
        try:
            json.load(opener.open(url, timeout=5))
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise TimeoutError("JupyterLab did not answer within a minute")


@pytest.fixture
def run_notebook(
    page: Page, wrong: list[str], lab_url: tuple[str, Path], request: pytest.FixtureRequest
) -> Callable[..., Page]:
    """Open a notebook of some cells in JupyterLab and run them all."""
    url, folder = lab_url
    name = f"{request.node.name.replace('[', '_').strip(']')}.ipynb"

    def run(*cells: str) -> Page:
        notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(notebook, folder / name)
        page.set_default_timeout(90_000)
        page.goto(f"{url}/lab/tree/{name}?reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for()
        page.locator(".jp-Notebook .cm-content").first.click()
        for _ in cells:
            page.keyboard.press("Shift+Enter")
        page.locator(".dl-says:not(:empty)").first.wait_for(state="attached")
        return page

    return run
