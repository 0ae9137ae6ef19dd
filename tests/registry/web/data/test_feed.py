"""The published folder on a live node: the same bytes as on a static host, and better headers."""

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from registry.publish.pages import PAGE_MEMBERS
from registry.publish.publisher import publish
from registry.settings.config import Config
from registry.web.data import feed as feed_pages
from registry.web.site.node import EXTENSION
from tests.registry.publish.feed_reader import FeedReader
from tests.registry.publish.feed_samples import POLE, MemoryLog, place, tiny
from tests.registry.publish.test_static_host import at, get


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    config = Config(data=tmp_path_factory.mktemp("node"))
    log = MemoryLog()
    for number in range(PAGE_MEMBERS):
        log.put(tiny(number))
    log.put(place(0))
    publish(log, POLE, config.publication)
    (config.data / "secret.ttl").write_text("no")
    (config.publication / ".publishing-x.ttl").write_text("no")
    (config.publication / "notes.txt").write_text("no")
    app = Flask(__name__)
    app.url_map.strict_slashes = False
    app.extensions[EXTENSION] = SimpleNamespace(config=config)
    app.register_blueprint(feed_pages.blueprint)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def folder(app: Flask) -> Path:
    path: Path = app.extensions[EXTENSION].config.publication
    return path


TYPES = {
    "stream.trig": "application/trig",
    "pages/000001.trig": "application/trig",
    "catalog.ttl": "text/turtle; charset=utf-8",
    "catalog.jsonld": "application/ld+json",
    "catalog.rdf": "application/rdf+xml",
    "dumps/places.nt.gz": "application/gzip",
    "dumps/places.ttl": "text/turtle; charset=utf-8",
    "dumps/places.jsonld": "application/ld+json",
    "dumps/places.csv": "text/csv; charset=utf-8; header=present",
    "dumps/places-excel.csv": "text/csv; charset=utf-8; header=present",
    "dumps/places.geojson": "application/geo+json",
    "manifest.json": "application/json",
    "index.html": "text/html; charset=utf-8",
    "index.css": "text/css; charset=utf-8",
}


@pytest.mark.parametrize("path", TYPES)
def test_each_file_is_sent_as_it_lies_under_its_type(
    client: FlaskClient, folder: Path, path: str
) -> None:
    answer = client.get(f"/feed/{path}")
    content = (folder / path).read_bytes()
    assert answer.status_code == 200
    assert answer.data == content
    assert answer.headers["Content-Type"] == TYPES[path]
    assert "Content-Encoding" not in answer.headers
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    head = client.head(f"/feed/{path}")
    assert (head.data, head.headers["Content-Length"]) == (b"", str(len(content)))
    assert head.headers["ETag"] == answer.headers["ETag"]


def test_every_published_file_has_a_type(folder: Path) -> None:
    files = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in {".publishing-x.ttl", "notes.txt"}
    }
    assert files - TYPES.keys() == {"pages/000002.trig"}


def test_only_full_pages_may_be_kept_for_ever(client: FlaskClient) -> None:
    rules = {
        path: client.get(f"/feed/{path}").headers["Cache-Control"]
        for path in ("pages/000001.trig", "pages/000002.trig", "stream.trig", "dumps/places.csv")
    }
    assert rules == {
        "pages/000001.trig": "public, max-age=31536000, immutable",
        "pages/000002.trig": "public, no-cache",
        "stream.trig": "public, no-cache",
        "dumps/places.csv": "public, no-cache",
    }


def test_what_the_client_has_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/feed/stream.trig")
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    assert not tag.startswith("W/")
    for known in ({"If-None-Match": tag}, {"If-Modified-Since": date}):
        again = client.get("/feed/stream.trig", headers=known)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
    other = client.get("/feed/stream.trig", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


def test_a_part_of_a_dump_can_be_asked_for(client: FlaskClient, folder: Path) -> None:
    content = (folder / "dumps/places.nt.gz").read_bytes()
    part = client.get("/feed/dumps/places.nt.gz", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, content[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(content)}"
    assert part.headers["Content-Disposition"] == 'attachment; filename="places.nt.gz"'
    beyond = client.get("/feed/dumps/places.nt.gz", headers={"Range": f"bytes={len(content)}-"})
    assert beyond.status_code == 416


@pytest.mark.parametrize(
    "asked",
    [
        "bytes=0-0,5-9", "bytes=0-0, -1", "bytes=99999999-,0-1", "items=0-9", "bytes=9-2",
        "bytes=a-b", "bytes=", "bytes=--1", "bytes=0-1;x", "bytes=" + "9" * 6_000 + "-", "nonsense",
        "bytes=" + "0-1," * 5_000, "bytes=٣-٤",
    ],
)  # fmt: skip
def test_a_range_that_is_none_or_several_is_passed_over(
    client: FlaskClient, folder: Path, asked: str
) -> None:
    answer = client.get("/feed/dumps/places.csv", headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.data == (folder / "dumps/places.csv").read_bytes()
    assert "Content-Range" not in answer.headers


def test_a_part_is_sent_of_the_version_that_the_client_has_alone(client: FlaskClient) -> None:
    path, part = "/feed/dumps/places.csv", {"Range": "bytes=0-9"}
    whole = client.get(path)
    tag, date = whole.headers["ETag"], whole.headers["Last-Modified"]
    for same in (tag, date):
        assert client.get(path, headers=part | {"If-Range": same}).status_code == 206
    others = (f"W/{tag}", '"other"', "Fri, 31 Dec 9999 23:59:59 GMT", "nonsense")
    for other in others:
        assert client.get(path, headers=part | {"If-Range": other}).data == whole.data
    head = client.head(path, headers=part)
    assert (head.status_code, head.content_length) == (200, len(whole.data))
    known = client.get(path, headers=part | {"If-None-Match": tag})
    assert known.status_code == 304


LDES_CLIENT = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,text/turtle;q=0.6"
)


@pytest.mark.parametrize(
    ("accept", "target"),
    [
        (LDES_CLIENT, "stream.trig"),
        ("text/turtle", "catalog.ttl"),
        ("application/ld+json", "catalog.jsonld"),
        ("application/rdf+xml", "catalog.rdf"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", None),
        ("*/*", None),
        ("", None),
        ("image/png", None),
    ],
)
def test_the_address_of_the_folder_leads_to_what_the_client_reads(
    client: FlaskClient, accept: str, target: str | None
) -> None:
    answer = client.get("/feed/", headers={"Accept": accept})
    assert "Accept" in answer.headers["Vary"].split(", ")
    if target is None:
        assert answer.status_code == 200
        assert b"<h1>" in answer.data
    else:
        assert (answer.status_code, answer.headers["Location"]) == (302, target)
    assert client.get("/feed").headers["Location"].endswith("/feed/")


@pytest.mark.parametrize(
    "path",
    [
        "../secret.ttl",
        "%2e%2e/secret.ttl",
        "..%2fsecret.ttl",
        "pages/../../secret.ttl",
        "/etc/passwd",
        "//etc/hosts.ttl",
        ".publishing-x.ttl",
        "notes.txt",
        "pages",
        "pages/",
        "stream.trig/x.ttl",
        "absent.ttl",
        "dumps\\places.csv",
        "nul%00.ttl",
        f"{300 * 'a'}.ttl",
        "catalog.ttl%0a",
    ],
)
def test_nothing_else_can_be_reached(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/feed/{path}")
    assert answer.status_code in {404, 308}
    assert answer.data != b"no"


def test_the_feed_is_read_only(client: FlaskClient) -> None:
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)("/feed/stream.trig").status_code == 405


def test_a_node_that_has_not_published_says_so(tmp_path: Path) -> None:
    app = Flask(__name__)
    app.extensions[EXTENSION] = SimpleNamespace(config=Config(data=tmp_path))
    app.register_blueprint(feed_pages.blueprint)
    assert app.test_client().get("/feed/").status_code == 404
    assert app.test_client().get("/feed/stream.trig").status_code == 404


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/feed/"
    server.shutdown()
    thread.join()


def test_a_stranger_reads_the_whole_feed_from_a_live_node(app: Flask, address: str) -> None:
    log = MemoryLog()
    for number in range(PAGE_MEMBERS + 20):
        log.put(tiny(number))
    config = Config(data=app.extensions[EXTENSION].config.data / "other")
    publish(log, at(address), config.publication)
    before = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = SimpleNamespace(config=config)
    try:
        feed = FeedReader(f"{address}stream.trig", lambda page: get(page)[2])
    finally:
        app.extensions[EXTENSION] = before
    assert feed.live() == log.live
    assert len(feed.immutable) == 1
