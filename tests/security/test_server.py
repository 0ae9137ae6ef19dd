"""The web server against clients that read slowly, send slowly, or lie about who they are."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
import requests
from flask import Flask, Response, request

from registry.cli.service import server_of
from registry.config import Config

PIECE, PIECES = b"x" * 100_000, 600
THREADS = 2


def application() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/large", "large", lambda: Response(PIECE for _ in range(PIECES)))
    app.add_url_rule("/who", "who", lambda: str(request.remote_addr))
    return app


def serve(config: Config, opened: ExitStack) -> int:
    server = server_of(application(), config)

    def run() -> None:
        with suppress(OSError):  # closed from another thread, it may still wait on its sockets
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    opened.callback(thread.join, 5)
    opened.callback(server.close)
    return int(server.effective_port)


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def connect(port: int, opened: ExitStack) -> socket.socket:
    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    plug.connect(("127.0.0.1", port))
    return opened.enter_context(closing(plug))


@pytest.mark.parametrize(
    "opening",
    [
        b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /who HTTP/1.1\r\nHost: x\r\nX-Drip: ",
        b"POST /who HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc",
        b"GET /who HTTP",
    ],
    ids=["slow reader", "headers without end", "body without end", "half a line"],
)
def test_slow_clients_hold_no_thread(tmp_path: Path, opened: ExitStack, opening: bytes) -> None:
    port = serve(Config(data=tmp_path, port=0, threads=THREADS), opened)
    for _ in range(3 * THREADS):
        connect(port, opened).sendall(opening)
    assert requests.get(f"http://127.0.0.1:{port}/who", timeout=10).text == "127.0.0.1"


@pytest.mark.parametrize(
    ("proxy", "seen"), [("", "127.0.0.1"), ("192.0.2.1", "127.0.0.1"), ("127.0.0.1", "203.0.113.5")]
)
def test_only_the_named_proxy_says_who_asks(
    tmp_path: Path, opened: ExitStack, proxy: str, seen: str
) -> None:
    port = serve(Config(data=tmp_path, port=0, trusted_proxy=proxy), opened)
    headers = {"X-Forwarded-For": "198.51.100.9, 203.0.113.5", "X-Real-IP": "198.51.100.1"}
    told = requests.get(f"http://127.0.0.1:{port}/who", headers=headers, timeout=10)
    assert told.text == seen
