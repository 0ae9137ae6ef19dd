"""The web server against clients that read slowly, send slowly, or lie about who they are."""

import itertools
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
import requests
from flask import Flask, Response, request

from registry.serving import http_server
from registry.serving.http_server import WebServer
from registry.settings.config import Config
from registry.web.answer.admission import refuse_unread
from tests.registry.serving.running import running

PIECE, PIECES = b"x" * 100_000, 600
THREADS = 2
SLOW_S = 1.5
HEAD = b"GET /who HTTP/1.1\r\nHost: x\r\nX-Drip: "
BODY = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
WHOLE = b"GET /who HTTP/1.1\r\nHost: x\r\n\r\n"


def slow() -> str:
    time.sleep(SLOW_S)
    return "done"


def application() -> Flask:
    app = Flask(__name__)
    refuse_unread(app)
    app.add_url_rule("/large", "large", lambda: Response(PIECE for _ in range(PIECES)))
    app.add_url_rule("/who", "who", lambda: str(request.remote_addr))
    app.add_url_rule("/echo", "echo", lambda: request.get_data(), methods=["POST"])
    app.add_url_rule("/number/<int:number>", "number", lambda number: f"<{number}>")
    app.add_url_rule("/slow", "slow", slow)
    app.add_url_rule("/healthz", "healthz", lambda: "ok")
    return app


def serve(config: Config, opened: ExitStack) -> int:
    return serve_it(config, opened).effective_port


def serve_it(config: Config, opened: ExitStack) -> WebServer:
    return opened.enter_context(running(application(), config))


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


def connect_from(address: str, port: int, opened: ExitStack) -> socket.socket:
    plug = opened.enter_context(closing(socket.socket()))
    plug.bind((address, 0))
    plug.connect(("127.0.0.1", port))
    return plug


def drip(plugs: list[socket.socket], what: bytes = b"a") -> None:
    for plug in plugs:
        with suppress(OSError):
            plug.sendall(what)


def is_open(plug: socket.socket) -> bool:
    plug.setblocking(False)
    try:
        while plug.recv(1_000_000):
            pass
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def until(is_so: Callable[[], bool], wait_s: float = 15.0) -> None:
    deadline = time.monotonic() + wait_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def honest(port: int, times: int = 6) -> list[int]:
    url = f"http://127.0.0.1:{port}/who"
    return [requests.get(url, timeout=10).status_code for _ in range(times)]


OPENINGS = {"head": HEAD, "body": BODY, "silence": b"", "letter": b"G", "idle": WHOLE}


@pytest.mark.parametrize("opening", OPENINGS.values(), ids=OPENINGS)
def test_f2_505_connections_of_one_address_stop_nobody(
    tmp_path: Path, opened: ExitStack, opening: bytes
) -> None:
    port = serve(Config(data=tmp_path, port=0, threads=THREADS), opened)
    plugs = []
    for number in range(505):
        plug = connect(port, opened)
        plug.sendall(opening)
        plugs.append(plug)
        if number % 100 == 99:
            assert honest(port, 1) == [200]
    for _ in range(6):
        if opening != WHOLE:
            drip(plugs)
        assert honest(port, 2) == [200, 200]
    assert sum(map(is_open, plugs)) <= http_server.SHARE


def test_f2_many_addresses_stop_nobody(
    tmp_path: Path, opened: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "MAX_CONNECTIONS", 60)
    port = serve(Config(data=tmp_path, port=0, threads=THREADS), opened)
    plugs = [connect_from(f"127.0.1.{n % 100 + 1}", port, opened) for n in range(200)]
    for _ in range(5):
        drip(plugs, HEAD)
        assert honest(port, 2) == [200, 200]
    assert sum(map(is_open, plugs)) <= 60


def test_f2_who_is_answered_keeps_its_connection(
    tmp_path: Path, opened: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "SHARE", 16)
    port = serve(Config(data=tmp_path, port=0, threads=4), opened)
    asking = connect(port, opened)
    asking.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.3)
    plugs = [connect(port, opened) for _ in range(40)]
    drip(plugs, HEAD)
    asking.settimeout(10)
    assert b"200 OK" in asking.recv(1000)


def test_f2_there_is_no_room_where_all_are_answered(
    tmp_path: Path, opened: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "SHARE", 16)
    port = serve(Config(data=tmp_path, port=0, threads=16), opened)
    asking = [connect(port, opened) for _ in range(16)]
    for plug in asking:
        plug.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.3)
    refused = requests.get(f"http://127.0.0.1:{port}/who", timeout=10)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    other = connect_from("127.0.0.9", port, opened)
    other.sendall(WHOLE)
    assert b"200 OK" in answer(other)
    for plug in asking:
        assert b"200 OK" in answer(plug)


def answer(plug: socket.socket) -> bytes:
    plug.settimeout(20)
    return plug.recv(4000)


@pytest.mark.parametrize(
    ("limit", "opening"),
    [("HEAD_S", HEAD), ("HEAD_S", b""), ("HEAD_S", b"GET /who HT"), ("BODY_S", BODY)],
)
def test_f2_a_request_that_drips_meets_its_deadline(
    tmp_path: Path,
    opened: ExitStack,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    opening: bytes,
) -> None:
    monkeypatch.setattr(http_server, limit, 1.0)
    port = serve(Config(data=tmp_path, port=0), opened)
    plug = connect(port, opened)
    plug.sendall(opening)

    def is_over() -> bool:
        if opening:
            drip([plug])
        return not is_open(plug)

    until(is_over)


def test_f2_a_slow_but_honest_sender_is_heard(
    tmp_path: Path, opened: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "HEAD_S", 1.0)
    port = serve(Config(data=tmp_path, port=0), opened)
    plug = connect(port, opened)
    plug.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n")
    for letter in b"slowness":
        time.sleep(0.4)
        plug.sendall(bytes([letter]))
    assert b"200 OK" in answer(plug)


@pytest.mark.parametrize(("rate", "stays"), [(200, False), (40_000, True)])
def test_f2_who_reads_too_slowly_is_left(
    tmp_path: Path,
    opened: ExitStack,
    monkeypatch: pytest.MonkeyPatch,
    rate: int,
    stays: bool,
) -> None:
    monkeypatch.setattr(http_server, "SLOW_S", 1.0)
    server = serve_it(Config(data=tmp_path, port=0, threads=THREADS), opened)
    plug = connect(server.effective_port, opened)
    plug.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.5)
    for _ in range(60):
        plug.recv(rate // 10)
        time.sleep(0.1)
    assert bool(server.connections()) is stays
    assert honest(server.effective_port, 1) == [200]


def test_f2_pipelined_answers_do_not_pile_up(tmp_path: Path, opened: ExitStack) -> None:
    server = serve_it(Config(data=tmp_path, port=0, threads=THREADS), opened)
    plug = connect(server.effective_port, opened)
    plug.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
    time.sleep(2)
    assert honest(server.effective_port, 2) == [200, 200]
    held = max(channel.total_outbufs_len for channel in server.connections())
    assert 0 < held <= len(PIECE) * PIECES + 100_000


def test_f2_what_slow_readers_leave_does_not_fill_the_disk(
    tmp_path: Path, opened: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "MAX_SPOOLED", 2 * len(PIECE) * PIECES)
    server = serve_it(Config(data=tmp_path, port=0), opened)
    for _ in range(5):
        connect(server.effective_port, opened).sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    until(lambda: len(server.connections()) == 5)
    until(lambda: len(server.connections()) <= 2)
    assert server.connections()
    assert honest(server.effective_port, 2) == [200, 200]


def test_pipelined_requests_are_answered_in_their_order(tmp_path: Path, opened: ExitStack) -> None:
    port = serve(Config(data=tmp_path, port=0), opened)
    plug = opened.enter_context(closing(socket.create_connection(("127.0.0.1", port))))
    numbers = range(200)
    plug.sendall(b"".join(b"GET /number/%d HTTP/1.1\r\nHost: x\r\n\r\n" % n for n in numbers))
    plug.settimeout(20)
    told = b""
    while b"<199>" not in told:
        told += plug.recv(65_536)
    places = [told.index(b"<%d>" % n) for n in numbers]
    assert places == sorted(places)


def chunks() -> Iterator[bytes]:
    yield b"a" * 10
    yield b"b" * 50_000


@pytest.mark.parametrize(
    "head",
    [
        b"POST /echo HTTP/1.1\r\nContent-Length: " + b"9" * 5_000,
        b"GET http://[half/who HTTP/1.1\r\nHost: x",
        b"GET http://a]/who HTTP/1.1\r\nHost: x",
    ],
    ids=["a length of 5,000 digits", "half a bracket", "the other half"],
)
def test_a_head_without_sense_is_answered(
    tmp_path: Path, opened: ExitStack, caplog: pytest.LogCaptureFixture, head: bytes
) -> None:
    plug = connect(serve(Config(data=tmp_path, port=0, threads=THREADS), opened), opened)
    plug.settimeout(10)
    plug.sendall(head + b"\r\n\r\n")
    assert plug.recv(65_536).startswith(b"HTTP/1.1 400 "), head[:40]
    assert not caplog.records


def test_after_a_request_with_two_lengths_the_connection_ends(
    tmp_path: Path, opened: ExitStack
) -> None:
    plug = connect(serve(Config(data=tmp_path, port=0, threads=THREADS), opened), opened)
    plug.settimeout(10)
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked"
    plug.sendall(head + b"\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + WHOLE)
    answer = b"".join(iter(lambda: plug.recv(65_536), b""))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.endswith(b"abc")


def test_the_rest_of_http_stays_as_it_was(tmp_path: Path, opened: ExitStack) -> None:
    url = f"http://127.0.0.1:{serve(Config(data=tmp_path, port=0), opened)}"
    with requests.Session() as session:
        for _ in range(3):
            assert session.get(f"{url}/who", timeout=10).text == "127.0.0.1"
        head = session.head(f"{url}/number/7", timeout=10)
        assert (head.status_code, head.text, head.headers["Content-Length"]) == (200, "", "3")
        echo = session.post(f"{url}/echo", data=chunks(), timeout=10)
        assert echo.content == b"".join(chunks())
        assert session.post(f"{url}/echo", data=b"x" * 1_100_000, timeout=10).status_code == 413
        large = session.get(f"{url}/who", headers={"X-Large": "x" * 140_000}, timeout=10)
        assert large.status_code == 431


def test_f3_clients_take_turns_at_the_threads(tmp_path: Path, opened: ExitStack) -> None:
    config = Config(data=tmp_path, port=0, threads=3, trusted_proxy="127.0.0.1")
    port = serve(config, opened)
    for _ in range(6):
        connect(port, opened).sendall(
            b"GET /slow HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.9\r\n\r\n"
        )
    time.sleep(0.2)
    began = time.monotonic()
    other = {"X-Forwarded-For": "203.0.113.5"}
    for path in itertools.chain(["/who"] * 3, ["/healthz"]):
        assert requests.get(f"http://127.0.0.1:{port}{path}", headers=other, timeout=10).ok
    assert time.monotonic() - began < SLOW_S


def test_f3_a_probe_is_answered_while_every_thread_works(tmp_path: Path, opened: ExitStack) -> None:
    port = serve(Config(data=tmp_path, port=0, threads=1), opened)
    for _ in range(4):
        connect(port, opened).sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.2)
    began = time.monotonic()
    assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=10).text == "ok"
    assert time.monotonic() - began < SLOW_S / 2


def test_a_trusted_proxy_has_no_share(
    tmp_path: Path, opened: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "SHARE", 16)
    port = serve(Config(data=tmp_path, port=0, trusted_proxy="127.0.0.1"), opened)
    plugs = [connect(port, opened) for _ in range(60)]
    drip(plugs, WHOLE)
    assert all(b"200 OK" in answer(plug) for plug in plugs)
