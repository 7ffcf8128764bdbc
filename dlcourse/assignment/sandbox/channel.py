"""A process's own end of its conversation: requests come in and replies go out, a line each."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any, BinaryIO


class Channel:
    """What were this process's standard input and output, now out of the way of `print`."""

    def __init__(self) -> None:
        self._requests: BinaryIO = os.fdopen(os.dup(0), "rb")
        self._replies: BinaryIO = os.fdopen(os.dup(1), "wb")
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)

    def requests(self) -> Iterator[dict[str, Any]]:
        """Yield what is asked, until whoever asks is gone."""
        while line := self._requests.readline():
            yield json.loads(line)

    def reply(self, message: dict[str, Any]) -> None:
        self._replies.write(json.dumps(message).encode() + b"\n")
        self._replies.flush()
