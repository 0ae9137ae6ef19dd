"""The Atom feeds of a pole hold what changed, however much others changed since (RFC 4287)."""

import xml.etree.ElementTree as ET
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from registry.ledger.types import Draft, HarvestResult, Kind, Outcome, Source
from tests.registry.web.network_of_tests import NOON, SIMPLE, SmallNode, add_source, harvest
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

ATOM = "{http://www.w3.org/2005/Atom}"
PING = PoleIdentity("ping", "https://ping.example/id/")


def read_feed(client: FlaskClient, path: str) -> tuple[str, list[str]]:
    """When a feed was updated, and the titles of its entries."""
    feed = ET.fromstring(client.get(path).data)  # noqa: S314  our own document
    titles = [str(entry.findtext(f"{ATOM}title")) for entry in feed.findall(f"{ATOM}entry")]
    return str(feed.findtext(f"{ATOM}updated")), titles


def place(name: str) -> Record:
    return place_record(SIMPLE | {"id": name, "nom": name}, PING)


def others_change(node: SmallNode, count: int, now: datetime) -> None:
    """Commit many changes of another pole."""
    add_source(node, "zinc", "https://zinc.example/id/")
    iris = [f"https://zinc.example/id/place/{number}" for number in range(count)]
    drafts = [
        Draft(Kind.CREATE, iri, Record(iri, (f'<{iri}> <https://schema.org/name> "x" .',)))
        for iri in iris
    ]
    node.ledger.commit("zinc", HarvestResult(Outcome.COMMITTED, now, tuple(drafts)), now)


def test_e10_changes_stay_in_the_feed_whatever_others_change_after(
    client: FlaskClient, node: SmallNode
) -> None:
    harvest(node, "ping", [place("un"), place("deux")], now=NOON)
    later = NOON + timedelta(hours=1)
    harvest(node, "ping", [place("trois")], deleted=[place("un").iri], now=later)
    others_change(node, 2_500, NOON + timedelta(hours=2))
    updated, titles = read_feed(client, "/pole/ping/atom.xml")
    assert datetime.fromisoformat(updated) == later
    assert titles == ["un (retrait)", "trois (création)", "deux (création)", "un (création)"]


def test_e10_visits_without_news_push_nothing_out(client: FlaskClient, node: SmallNode) -> None:
    harvest(node, "ping", [place("un")], now=NOON)
    for hour in range(150):
        later = NOON + timedelta(hours=hour)
        node.ledger.commit("ping", HarvestResult(Outcome.UNCHANGED, later), later)
    updated, titles = read_feed(client, "/pole/ping/atom.xml")
    assert (datetime.fromisoformat(updated), titles) == (NOON, ["un (création)"])


def test_e10_the_sources_of_a_pole_are_told_together_and_bounded(
    client: FlaskClient, node: SmallNode
) -> None:
    node.ledger.put_source(
        Source("ping-2", "ping", "Ping 2", "https://2.example/", "feed", ("https://2.example/",))
    )
    second = PoleIdentity("ping", "https://2.example/")
    harvest(node, "ping", [place(f"a{number:03}") for number in range(80)], now=NOON)
    later = NOON + timedelta(hours=1)
    others = [place_record(SIMPLE | {"id": str(n), "nom": f"b{n:03}"}, second) for n in range(60)]
    harvest(node, "ping-2", others, now=later)
    updated, titles = read_feed(client, "/pole/ping/atom.xml")
    assert datetime.fromisoformat(updated) == later
    assert len(titles) == 100
    assert [title[0] for title in titles] == ["b"] * 60 + ["a"] * 40


@pytest.mark.parametrize("path", ["/pole/ping/atom.xml", "/pole/ping/moissons.xml"])
def test_e10_a_pole_that_was_never_visited_is_not_dated_1970(
    client: FlaskClient, stopped_clock: datetime, path: str
) -> None:
    updated, titles = read_feed(client, path)
    assert (datetime.fromisoformat(updated), titles) == (stopped_clock, [])


def test_e10_a_feed_without_changes_is_dated_by_the_last_visit(
    client: FlaskClient, node: SmallNode
) -> None:
    node.ledger.commit("ping", HarvestResult(Outcome.UNCHANGED, NOON), NOON)
    assert read_feed(client, "/pole/ping/atom.xml") == (NOON.isoformat(), [])
