"""Exports: prepared files where there are, and a share of the others for each client."""

import gzip
import time
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from maillage.steps.pole import publish_feed
from registry.node import Node
from registry.settings.config import load
from registry.web.answer import exports, files
from registry.web.answer.admission import Slots, SlotShare
from registry.web.app import create_app
from registry.web.site import clock
from tests.registry.serving.running import running
from tests.registry.web.network_of_tests import NOON, REUNION, RICH, SIMPLE, add_source, harvest
from vocab.mapping import place_record

DUMPS = (
    ("/lieux.csv", "places.csv"),
    ("/lieux.csv?variante=excel", "places-excel.csv"),
    ("/lieux.csv?tri=nom&page=2", "places.csv"),
    ("/en/lieux.csv", "places.csv"),
    ("/lieux.geojson", "places.geojson"),
)
ONE, OTHER, THIRD = "198.51.100.7", "198.51.100.8", "203.0.113.9"


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    monkeypatch.setattr(clock, "FIXED", NOON)
    with Node.open(load(None, {"MAILLAGE_DATA": str(tmp_path), "MAILLAGE_PORT": "0"})) as opened:
        zinc = add_source(opened, "zinc", "https://zinc.example/id/")
        harvest(opened, "zinc", [place_record(row, zinc) for row in (RICH, SIMPLE, REUNION)])
        publish_feed(opened)
        yield opened


@pytest.fixture
def client(node: Node) -> FlaskClient:
    return create_app(node).test_client()


@pytest.fixture
def served(node: Node) -> Iterator[int]:
    """Port at which the web server of a node, not a test client, serves it."""
    with running(create_app(node), node.config) as server:
        yield server.effective_port


@pytest.fixture
def full(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Slots:
    """All slots are taken."""
    slots = Slots(1, wait_s=0.01)
    monkeypatch.setitem(client.application.extensions, exports.EXPORTS, slots)
    slots.take()
    return slots


@pytest.mark.parametrize("coding", ["identity", "gzip", ""])
@pytest.mark.parametrize("twice", ["", "again"])
@pytest.mark.parametrize("path", [path for path, _ in DUMPS] + ["/lieux.csv?q=a", "/lieux.json"])
def test_e4_the_server_itself_sends_exports(
    served: int, path: str, twice: str, coding: str, client: FlaskClient
) -> None:
    """Its file wrapper has a length, and must not be taken for bytes in memory."""
    streamed = client.get(path)
    for _ in range(2 if twice else 1):
        plug = HTTPConnection("127.0.0.1", served, timeout=20)
        plug.request("GET", path, headers={"Accept-Encoding": coding} if coding else {})
        answer = plug.getresponse()
        body = answer.read()
        plug.close()
        assert answer.status == 200
        assert answer.headers["Content-Length"] == str(len(body))
        if answer.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        assert body == streamed.data


def more(node: Node) -> None:
    """Bring a change that is not published."""
    zinc = add_source(node, "zinc", "https://zinc.example/id/")
    harvest(node, "zinc", [place_record(SIMPLE | {"id": "neuf", "nom": "Tout neuf"}, zinc)])


@pytest.mark.parametrize(("path", "dump"), DUMPS)
def test_e4_all_places_are_the_dump_at_once(
    client: FlaskClient, node: Node, full: Slots, path: str, dump: str
) -> None:
    content = (node.config.publication / "dumps" / dump).read_bytes()
    whole = client.get(path)
    assert (whole.status_code, whole.data) == (200, content)
    assert whole.content_length == len(content)
    assert whole.headers["Content-Disposition"].startswith('attachment; filename="lieux.')
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    head = client.head(path)
    assert (head.content_length, head.data) == (len(content), b"")
    part = client.get(path, headers={"Range": "bytes=5-14"}, buffered=True)
    assert (part.status_code, part.data) == (206, content[5:15])
    assert part.headers["Content-Range"] == f"bytes 5-14/{len(content)}"
    known = client.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == content
    assert packed.content_length == len(packed.data)
    assert packed.headers["ETag"] != whole.headers["ETag"]
    slice_ = {"Accept-Encoding": "gzip", "Range": "bytes=0-9", "If-Range": packed.headers["ETag"]}
    assert client.get(path, headers=slice_, buffered=True).data == packed.data[:10]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": '"x"'}, 412),
        ({"If-Match": "*"}, 200),
        ({"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 412),
        ({"If-Unmodified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 200),
        ({"If-Unmodified-Since": "yesterday"}, 200),
        ({"If-Match": "*", "If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 200),
    ],
)
@pytest.mark.parametrize("path", ["/lieux.csv", "/static/site.css"])
def test_a_condition_that_fails_sends_nothing(
    client: FlaskClient, path: str, headers: dict[str, str], status: int
) -> None:
    if path.startswith("/static") and "If-Unmodified-Since" in headers:
        status = 200  # no date is kept of what lies in memory
    answer = client.get(path, headers=headers, buffered=True)
    assert (answer.status_code, bool(answer.data)) == (status, status == 200)


@pytest.mark.parametrize(
    "path", ["/lieux.csv?ou=Arles", "/lieux.geojson?q=bus", "/lieux.csv?q=%21"]
)
def test_e4_a_part_of_the_places_is_not_the_dump(client: FlaskClient, path: str) -> None:
    whole = client.get(path)
    assert len(whole.data) < len(client.get(path.partition("?")[0]).data)
    assert whole.content_length == len(whole.data)
    known = client.get(path, headers={"If-None-Match": whole.headers["ETag"]})
    assert known.status_code == 304


def test_e4_a_dump_that_is_behind_serves_while_its_publication_is_due(
    client: FlaskClient, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    more(node)
    assert "Tout neuf" not in client.get("/lieux.csv").text
    monkeypatch.setattr(clock, "FIXED", NOON + timedelta(minutes=11))
    assert "Tout neuf" in client.get("/lieux.csv").text  # this node does not publish
    publish_feed(node)
    assert "Tout neuf" in client.get("/lieux.csv").text


def test_e4_without_a_publication_the_list_is_written(tmp_path: Path) -> None:
    with Node.open(load(None, {"MAILLAGE_DATA": str(tmp_path), "MAILLAGE_PORT": "0"})) as opened:
        zinc = add_source(opened, "zinc", "https://zinc.example/id/")
        harvest(opened, "zinc", [place_record(RICH, zinc)])
        client = create_app(opened).test_client()
        for path in ("/lieux.csv", "/lieux.geojson", "/lieux.json"):
            answer = client.get(path)
            assert "Le Bus" in answer.text
            assert client.head(path).content_length == len(answer.data)


def test_e4_what_was_written_once_is_a_file_for_the_next(
    client: FlaskClient, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SMALL_ROWS", 0)
    first = client.get("/lieux.json")
    assert first.data
    assert "ETag" not in first.headers
    slots = Slots(1, wait_s=0.01)
    slots.take()
    monkeypatch.setitem(client.application.extensions, exports.EXPORTS, slots)
    again = client.get("/lieux.json")
    assert again.data == first.data
    assert again.content_length == len(first.data)
    part = client.get("/lieux.json", headers={"Range": "bytes=0-3"}, buffered=True)
    assert part.data == first.data[:4]
    assert client.get("/lieux.json?ou=Arles").status_code == 503  # another list
    more(node)
    assert client.get("/lieux.json").status_code == 503  # no longer true


def test_e4_what_was_cut_off_is_no_file(
    client: FlaskClient, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SMALL_ROWS", 0)
    cut = client.get("/lieux.json", buffered=False)
    next(iter(cut.response))
    cut.close()
    client.head("/lieux.json").close()
    assert [path for path in node.config.prepared.glob("*") if path.is_file()] == []


def test_e4_the_folder_of_exports_is_bounded(
    client: FlaskClient, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SMALL_ROWS", 0)
    monkeypatch.setattr(exports, "MAX_PREPARED_BYTES", 3_000)
    for town in ("Arles", "Marseille", "Saint-Denis", ""):
        assert client.get(f"/lieux.json?ou={town}").data
    assert 0 < sum(path.stat().st_size for path in node.config.prepared.iterdir()) <= 3_000


def test_e4_a_full_disk_costs_only_the_file(
    client: FlaskClient, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SMALL_ROWS", 0)
    node.config.prepared.write_text("no folder")
    node.config.encoded.write_text("no folder")
    assert "Le Bus" in client.get("/lieux.json").text
    packed = client.get("/lieux.csv", headers={"Accept-Encoding": "gzip"})
    assert "Le Bus" in gzip.decompress(packed.data).decode()


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_e4_two_looping_clients_leave_slots_to_the_others() -> None:
    slots = Slots(exports.SLOTS, wait_s=0.01)
    held = [slots.take(ONE), slots.take(OTHER)]
    for looping in (ONE, OTHER):
        with pytest.raises(TooManyRequests) as refusal:
            slots.take(looping)
        assert refusal.value.retry_after
    slots.take(THIRD)()
    held[0]()
    slots.take(ONE)()
    held[1]()


def test_e4_a_client_that_exports_without_pause_waits() -> None:
    now = Clock()
    slots = Slots(2, wait_s=0.01, share=SlotShare(burst_s=20, rate=0.25), clock=now)
    for _turn in range(5):
        leave = slots.take(ONE)
        now.now += 5
        leave()
    with pytest.raises(TooManyRequests) as refusal:
        slots.take(ONE)
    slots.take(OTHER)()
    assert isinstance(refusal.value.retry_after, int | float)
    now.now += refusal.value.retry_after
    slots.take(ONE)()


def test_e4_whoever_comes_through_this_machine_leaves_one_slot() -> None:
    slots = Slots(3, wait_s=0.01)
    held = [slots.take("127.0.0.1"), slots.take("127.0.0.1")]
    with pytest.raises(TooManyRequests):
        slots.take("127.0.0.1")
    held.append(slots.take(ONE))
    with pytest.raises(ServiceUnavailable):
        slots.take(OTHER)
    for leave in held:
        leave()
    for _turn in range(50):
        slots.take("127.0.0.1")()


def test_e4_a_client_with_its_share_is_told_when_to_return(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SMALL_ROWS", 0)
    asked = {"REMOTE_ADDR": ONE}
    first = client.get("/lieux.json", environ_base=asked, buffered=False)
    next(iter(first.response))
    refused = client.get("/lieux.json?ou=Arles", environ_base=asked)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "10")
    assert client.get("/lieux.json?ou=Arles", environ_base={"REMOTE_ADDR": OTHER}).data
    assert client.get("/lieux.csv", environ_base=asked).data  # the dump takes no slot
    first.close()
    assert client.get("/lieux.json?q=bus", environ_base=asked).data


def test_e9_a_large_dump_is_compressed_on_the_way_until_it_is_prepared(
    client: FlaskClient, node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_MAX_INLINE_BYTES", 100)
    path = "/feed/dumps/places.ttl"
    content = (node.config.publication / "dumps/places.ttl").read_bytes()
    asked = {"Accept-Encoding": "gzip"}
    with files._preparing:  # another file is being prepared
        first = client.get(path, headers=asked)
        assert gzip.decompress(first.data) == content
        assert first.headers["ETag"].startswith("W/")
        assert "Accept-Ranges" not in first.headers
        known = client.get(path, headers=asked | {"If-None-Match": first.headers["ETag"]})
        assert (known.status_code, known.data) == (304, b"")
        part = client.get(path, headers=asked | {"Range": "bytes=0-9"}, buffered=True)
        assert (part.status_code, part.data) == (206, content[:10])
    client.get(path, headers=asked, buffered=True)
    for _turn in range(200):
        ready = client.get(path, headers=asked, buffered=True)
        if not ready.headers["ETag"].startswith("W/"):
            break
        time.sleep(0.05)
    assert gzip.decompress(ready.data) == content
    assert ready.content_length == len(ready.data)
    known = client.get(path, headers=asked | {"If-None-Match": first.headers["ETag"]})
    assert known.status_code == 304
