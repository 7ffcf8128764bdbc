"""What all widgets of the lab share: state, a picture with text where no front end is, a thread."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

from dlcourse.lab.modules import STATIC, front_end

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Widget(anywidget.AnyWidget):
    """A widget whose front end also runs on a page with no kernel.

    `settings` is what the controls hold, in JavaScript and in Python alike; `data` never changes.
    The widget's text says what it showed when it was made, and stands with a picture wherever the
    front end does not run: on GitHub, in an exported page, in a test.

    A subclass names its module in `entry` and answers the buttons that need Python in `respond`.

    Args:
        title: the widget's name, for screen readers.
        data: what the front end needs and never changes.
        settings: what the controls hold at first.
        text: what is seen, in sentences.
        figure: draws the picture that stands in for the widget.
    """

    entry = ""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    kernel = traitlets.Bool(True).tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)
    answer = traitlets.Unicode().tag(sync=True)
    problem = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        *,
        title: str,
        data: dict[str, Any],
        settings: dict[str, Any],
        text: str,
        figure: Callable[[], Figure],
    ) -> None:
        super().__init__(
            _esm=front_end(self.entry),
            _css=(STATIC / "style.css").read_text(encoding="utf-8"),
            title=title,
            data=data,
            settings=settings,
        )
        self.text = text
        self.picture = _png(figure())
        self.on_msg(lambda _, content, __: self.in_words(lambda: self.respond(content)))

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict, dict] | None:
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle
        described = {**metadata, "image/png": {"alt": self.text}}
        return {**data, "text/plain": self.text, "image/png": self.picture}, described

    def respond(self, content: dict[str, Any]) -> None:
        """Answer a message of the front end; a subclass that has such buttons overrides it."""

    def in_thread(self, work: Callable[[], str]) -> threading.Thread | None:
        """Work beside the kernel's own thread, so that the widget stays alive; show the answer.

        Args:
            work: what to do; returns what to say about it.

        Returns:
            The thread, or None while an earlier one is still at work.
        """
        if self.busy:
            return None
        self.busy = True

        def run() -> None:
            try:
                self.in_words(lambda: self.set_trait("answer", work()))
            finally:
                self.busy = False

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread

    def in_words(self, work: Callable[[], Any]) -> None:
        """Run a callback; what it raises is shown in the widget, not in a log that nobody reads."""
        self.problem = ""
        try:
            work()
        except Exception as error:
            self.problem = f"This did not work: {error}"


def _png(figure: Figure) -> str:
    """A figure as base64; drawn without pyplot, so that no other figure changes."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return base64.b64encode(stream.getvalue()).decode()
