"""A record that its source no longer lists: still found, and said to be missing."""

from datetime import timedelta
from pathlib import Path
from typing import Any, cast

from registry.ledger.cursor import Cursor
from registry.ledger.types import HarvestResult, Outcome
from registry.node import Node
from registry.sources.absence import with_grace
from registry.web.app import create_app
from tests.registry.web.network_of_tests import BASE_URL, NOON, small_network

PLACE = f"{BASE_URL}id/place/riche"


def test_a_missing_place_is_found_and_says_since_when(tmp_path: Path) -> None:
    node = small_network(tmp_path)
    client = create_app(cast("Node", node)).test_client()
    page = "/pole/zinc/place/riche"
    assert "ne publie plus cette fiche" not in client.get(page).text
    report = {
        "missing": {
            "grace_days": 7, "count": 1, "newly": 1, "returned": 2, "expired": "?",
            "since": NOON.isoformat(), "next_deletion": (NOON + timedelta(7)).isoformat(),
        }
    }  # fmt: skip
    marking = HarvestResult(
        Outcome.COMMITTED, NOON, cursor=Cursor(missing={PLACE: NOON}), report=report
    )
    done = node.ledger.commit("zinc", marking, NOON)
    text = client.get(page).text
    assert "ne publie plus cette fiche depuis le 4 mars 2026" in text
    assert "retirée à partir du 11 mars 2026" in text
    english = client.get(f"/en{page}").text
    assert "The source has not listed this record since" in english
    assert "place/riche" in client.get("/lieux?q=bus").text
    assert client.get(f"{page}.ttl").status_code == 200
    shown = client.get(f"/en/moissons/{done.id}").text
    assert "The source no longer lists 1 record: it stays published" in shown
    assert "2 came back" in shown
    assert "kept for 7 days; 1 today" in client.get("/en/pole/zinc").text
    source = node.ledger.source("zinc")
    assert source is not None
    node.ledger.put_source(with_grace(source, 30))
    assert "retirée à partir du 3 avril 2026" in client.get(page).text
    node.close()


def test_an_odd_account_of_missing_records_shows_as_absent(tmp_path: Path) -> None:
    node = small_network(tmp_path)
    client = create_app(cast("Node", node)).test_client()
    oddities: tuple[Any, ...] = (1, {"count": "many", "since": "yesterday"}, [])
    for odd in oddities:
        result = HarvestResult(Outcome.UNCHANGED, NOON, report={"missing": odd})
        done = node.ledger.commit("zinc", result, NOON)
        page = client.get(f"/moissons/{done.id}")
        assert (page.status_code, "ne donne plus" in page.text) == (200, False)
    node.close()
