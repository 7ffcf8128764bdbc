"""Where the workers of an executor report how far they are, and hear when to stop."""

from __future__ import annotations

import secrets
import threading
from types import TracebackType
from xmlrpc.server import SimpleXMLRPCServer


class ProgressServer:
    """Listens on this machine alone, while the block runs.

    Attributes:
        epochs: by the index of a run that was begun, how many epochs it has done.
        token: what a report must bring; a secret of this sweep.
    """

    def __init__(self) -> None:
        self.epochs: dict[int, int] = {}
        self.token = secrets.token_hex(16)
        self._stopped = False
        self._server = SimpleXMLRPCServer(("127.0.0.1", 0), logRequests=False)
        self._server.register_function(self._report, "report")
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def address(self) -> str:
        """The URL of the server."""
        host, port = self._server.server_address
        return f"http://{host}:{port}"

    def stop_workers(self) -> None:
        """Answer every further report with a request to stop."""
        self._stopped = True

    def _report(self, token: str, index: int, epochs: int) -> bool:
        """Take a report; tell whether the run is still wanted."""
        if not secrets.compare_digest(token, self.token) or self._stopped:
            return False
        self.epochs[index] = epochs
        return True

    def __enter__(self) -> ProgressServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()  # a worker that finds nobody stops too
        self._thread.join()
