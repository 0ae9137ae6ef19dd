"""The web server takes in files at one address: bounded in size, and in how many come at once."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from flask import Flask, request

from registry.serving import http_server
from registry.settings.config import Config
from registry.web.answer.admission import refuse_unread
from tests.registry.serving.running import running

MB = 1_000_000


def application() -> Flask:
    app = Flask(__name__)
    refuse_unread(app)  # what the server refuses, the site says

    def size() -> str:
        return str(len(request.get_data()))

    for path in ("/verifier", "/en/verifier", "/registre/verifier", "/other"):
        app.add_url_rule(path, path, size, methods=["POST"])
    return app


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    config = Config(data=tmp_path, port=0, threads=2, checked_mb=3)
    with running(application(), config) as server:
        yield server.effective_port


def head(path: str, size: int) -> bytes:
    return f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode()


def answer(connection: socket.socket) -> bytes:
    connection.settimeout(10)
    with suppress(OSError):
        return connection.recv(65_536)
    return b""


def post(port: int, path: str, size: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        with suppress(OSError):  # refused by its head
            connection.sendall(head(path, size))
            connection.sendall(b"x" * min(size, 5 * MB))
        return answer(connection)


@pytest.mark.parametrize("path", ["/verifier", "/en/verifier", "/registre/verifier"])
def test_a_file_comes_in_where_files_are_read(port: int, path: str) -> None:
    assert post(port, path, 3 * MB).endswith(b"3000000")


@pytest.mark.parametrize(
    ("path", "size"),
    [("/other", 2 * MB), ("/verifier", 4 * MB), ("/verifier", 100 * MB), ("/verifierx", 2 * MB),
     ("/verifier/x", 2 * MB), ("/other?x=/verifier", 2 * MB)],
)  # fmt: skip
def test_more_is_refused_by_its_head(port: int, path: str, size: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(head(path, size))
        assert answer(connection).startswith(b"HTTP/1.1 413")


def test_a_file_without_announced_size_has_the_bound_of_a_form(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        start = b"POST /verifier HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        with suppress(OSError):
            connection.sendall(start)
            for _ in range(30):
                connection.sendall(b"%x\r\n%s\r\n" % (100_000, b"x" * 100_000))
        assert answer(connection).startswith(b"HTTP/1.1 413")


def test_files_that_drip_stop_only_further_files(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as stack:
        for _ in range(http_server.SHARE_OF_UPLOADS):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            slow.sendall(head("/verifier", 2 * MB) + b"x")
        time.sleep(0.3)
        refused = post(port, "/verifier", 2 * MB)
        assert refused.startswith(b"HTTP/1.1 503")
        assert b"Retry-After: 10" in refused
        assert post(port, "/other", 1_000).endswith(b"1000")
        monkeypatch.setattr(http_server, "SHARE_OF_UPLOADS", 9)
        assert post(port, "/verifier", 2 * MB).endswith(b"2000000")
        monkeypatch.setattr(http_server, "MAX_UPLOADS", 2)
        assert post(port, "/verifier", 2 * MB).startswith(b"HTTP/1.1 503")
    time.sleep(0.3)
    assert post(port, "/verifier", 2 * MB).endswith(b"2000000")
