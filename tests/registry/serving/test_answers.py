"""Answers of every size and kind arrive whole, their head and body in as few pieces as may be."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flask import Flask, Response
from waitress.channel import HTTPChannel

from registry.serving.http_server import Channel
from registry.settings.config import Config
from tests.registry.serving.running import running

LARGE = 3_700_000


def broken() -> Iterator[bytes]:
    yield b"a"
    raise ValueError("half way")


def application() -> Flask:
    app = Flask(__name__)
    rules: dict[str, Callable[..., Any]] = {
        "/size/<int:size>": lambda size: Response(b"x" * (size - 1) + b"y" if size else b""),
        "/nothing": lambda: ("", 204),
        "/same": lambda: ("", 304),
        "/stream": lambda: Response(str(n).encode() * 1000 for n in range(10)),
        "/broken": lambda: Response(broken()),
    }
    for path, view in rules.items():
        app.add_url_rule(path, path, view)
    return app


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with running(application(), Config(data=tmp_path_factory.mktemp("web"), port=0)) as server:
        yield server.effective_port


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 262_144, 262_145, LARGE])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_bodies_of_all_sizes(port: int, size: int, method: str) -> None:
    with requests.Session() as session:
        for _ in range(2):  # the second on the same connection
            answer = session.request(method, f"http://127.0.0.1:{port}/size/{size}", timeout=20)
            assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(size))
            whole = b"" if method == "HEAD" or not size else b"x" * (size - 1) + b"y"
            assert answer.content == whole


def test_answers_without_a_body_and_streams(port: int) -> None:
    with requests.Session() as session:
        for path, status, length in (
            ("nothing", 204, 0), ("same", 304, 0), ("stream", 200, 10_000), ("missing", 404, None),
        ):  # fmt: skip
            answer = session.get(f"http://127.0.0.1:{port}/{path}", timeout=20)
            assert answer.status_code == status
            assert length is None or len(answer.content) == length


def test_an_answer_that_breaks_off_is_never_whole(port: int) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(f"http://127.0.0.1:{port}/broken", timeout=20)
    assert requests.get(f"http://127.0.0.1:{port}/size/1", timeout=20).content == b"y"


def test_a_short_answer_is_one_segment(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    send = HTTPChannel.send

    def recording(self: Channel, data: bytes, do_close: bool = True) -> int:
        sent.append(bytes(data))
        return int(send(self, data, do_close=do_close))

    monkeypatch.setattr(HTTPChannel, "send", recording)
    assert requests.get(f"http://127.0.0.1:{port}/size/100", timeout=20).status_code == 200
    assert len(sent) == 1


def test_a_long_answer_passes_no_file_when_its_reader_is_quick(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def file(*_: object) -> None:
        raise AssertionError("written to a file")

    monkeypatch.setattr("waitress.buffers.TempfileBasedBuffer.__init__", file)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plug:
        plug.sendall(b"GET /size/%d HTTP/1.0\r\n\r\n" % LARGE)
        received = 0
        while part := plug.recv(1 << 20):
            received += len(part)
    assert received > LARGE
