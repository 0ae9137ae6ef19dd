"""The folder on a plain static host, read over HTTP by a stranger; and LDES 1.0's own rules."""

import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from registry.publish.pages import PAGE_MEMBERS
from registry.publish.pole import PoleDescription
from registry.publish.publisher import publish
from tests.registry.publish.feed_reader import FeedReader, read_folder, select
from tests.registry.publish.feed_samples import POLE, MemoryLog, tiny
from vocab.namespaces import expand


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and its address on ``python -m http.server``'s own handler."""
    handler = partial(_Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield tmp_path / "feed", f"http://127.0.0.1:{server.server_port}/feed/"
        server.shutdown()
        thread.join()


def get(url: str, **headers: str) -> tuple[int, Message, bytes]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def at(url: str) -> PoleDescription:
    return replace(POLE, feed_url=url, namespace=f"{url}id/")


def grown(count: int) -> MemoryLog:
    log = MemoryLog()
    for number in range(count):
        log.put(tiny(number % 900, number // 900))
    return log


def test_a_stranger_reads_the_whole_feed_from_a_plain_web_server(host: tuple[Path, str]) -> None:
    folder, url = host
    log = grown(2 * PAGE_MEMBERS + 7)
    publish(log, at(url), folder)
    feed = FeedReader(f"{url}stream.trig", lambda page: get(page)[2])
    assert feed.live() == log.live
    assert feed.pages == [f"{url}pages/00000{number}.trig" for number in (1, 2, 3)]
    assert feed.immutable == set(feed.pages[:2])


def test_a_plain_web_server_gives_usable_types_and_answers_conditional_requests(
    host: tuple[Path, str],
) -> None:
    folder, url = host
    log = grown(3)
    publish(log, at(url), folder)
    types = {
        "stream.trig": "application/trig",
        "catalog.ttl": "text/turtle",
        "catalog.jsonld": "application/ld+json",
        "dumps/places.nt.gz": "application/gzip",
        "dumps/places.csv": "text/csv",
    }
    for path, media_type in types.items():
        assert get(url + path)[1]["Content-Type"] == media_type
    date = get(f"{url}stream.trig")[1]["Last-Modified"]
    assert get(f"{url}stream.trig", **{"If-Modified-Since": date})[0] == 304
    publish(log, at(url), folder)
    assert get(f"{url}stream.trig", **{"If-Modified-Since": date})[0] == 304
    log.put(tiny(999))
    publish(log, at(url), folder)
    assert get(f"{url}stream.trig", **{"If-Modified-Since": date})[0] == 200


def test_the_root_keeps_the_rules_of_ldes(tmp_path: Path) -> None:
    publish(grown(PAGE_MEMBERS + 1), POLE, tmp_path)
    feed = read_folder(tmp_path, POLE.feed_url)
    once = ("tree:view", "ldes:timestampPath", "ldes:sequencePath", "ldes:versionOfPath",
            "ldes:versionCreateObject", "ldes:versionUpdateObject", "ldes:versionDeleteObject",
            "ldes:pollingInterval", "tree:shape", "dct:license")  # fmt: skip
    assert {name: len(feed.values(feed.stream, name)) for name in once} == dict.fromkeys(once, 1)
    assert feed.stream.value == POLE.stream_iri
    assert feed.values(feed.stream, "hydra:totalItems")[0].value == str(PAGE_MEMBERS + 1)
    assert feed.values(None, "ldes:retentionPolicy") == []  # which keeps all, for ever
    kept = {value.language: value.value for value in feed.values(None, "rdfs:comment")}
    assert "suppressions (as:Delete) comprises" in kept["fr"]
    assert "deletions (as:Delete) included" in kept["en"]
    relations = select(
        feed.root,
        f"""PREFIX tree: <{expand("tree:")}>
        SELECT ?node ?type ?path ?value {{
          ?page tree:relation ?r .
          ?r a ?type ; tree:node ?node ; tree:path ?path ; tree:value ?value
        }}""",
    )
    found = [
        (row["node"].value[-11:], row["type"].value.rpartition("#")[2], row["value"].value)
        for row in relations
    ]
    times: dict[str, list[str]] = {member.page[-11:]: [] for member in feed.members}
    for member in feed.members:
        times[member.page[-11:]].append(member.time)
    assert Counter(found) == Counter(
        [
            ("000001.trig", "GreaterThanOrEqualToRelation", min(times["000001.trig"])),
            ("000001.trig", "LessThanOrEqualToRelation", max(times["000001.trig"])),
            ("000002.trig", "GreaterThanOrEqualToRelation", min(times["000002.trig"])),
        ]
    )


def test_members_have_immutable_names_below_their_page(tmp_path: Path) -> None:
    log = grown(PAGE_MEMBERS + 1)
    publish(log, POLE, tmp_path)
    feed = read_folder(tmp_path, POLE.feed_url)
    assert len({member.iri for member in feed.members}) == len(log.entries)
    assert all(member.iri.startswith(f"{member.page}#{member.seq}-") for member in feed.members)


def test_members_stand_in_the_page_in_order_of_time(tmp_path: Path) -> None:
    """The TREE profile: a streaming client may emit each member as it comes."""
    publish(grown(30), POLE, tmp_path)
    page = (tmp_path / "pages" / "000001.trig").read_bytes()
    quads = ox.parse(page, format=ox.RdfFormat.TRIG, base_iri=f"{POLE.feed_url}pages/000001.trig")
    sequence = ox.NamedNode(expand("med:ledgerSequence"))
    order = [int(quad.object.value) for quad in quads if quad.predicate == sequence]
    assert order == list(range(1, 31))
