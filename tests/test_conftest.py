"""The tests' own walls: no network, for the tests' process and for the processes it starts."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

ELSEWHERE = "192.0.2.1"  # reserved for documentation (RFC 5737): no such machine


def test_connecting_elsewhere_is_refused():
    with (
        socket.socket() as client,
        pytest.raises(ConnectionRefusedError, match="Tests do not use the network"),
    ):
        client.connect((ELSEWHERE, 80))


def test_looking_up_a_host_is_refused():
    with pytest.raises(ConnectionRefusedError, match="host='example.invalid'"):
        socket.getaddrinfo("example.invalid", 80)


def test_sending_elsewhere_is_refused():
    with (
        socket.socket(type=socket.SOCK_DGRAM) as client,
        pytest.raises(ConnectionRefusedError, match="Tests do not use the network"),
    ):
        client.sendto(b"", (ELSEWHERE, 80))


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(("localhost", server.getsockname()[1])) as client:
            client.sendall(b"x")
        connection, _ = server.accept()
        with connection:
            assert connection.recv(1) == b"x"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_download_is_refused_here_and_in_a_child_process(scheme):
    script = f"import urllib.request; urllib.request.urlopen('{scheme}://{ELSEWHERE}', timeout=9)"
    with pytest.raises(OSError, match="refused"):
        exec(script)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert "refused" in done.stderr
