"""Whole answers kept by address and state: gone with a harvest or a minute, and never too many."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast
from unittest.mock import patch

import pytest

from registry.node import Node
from registry.web.answer import cache
from registry.web.app import create_app
from registry.web.site import clock
from tests.registry.web.network_of_tests import NOON, SIMPLE, SmallNode, add_source, harvest
from vocab.mapping import place_record

PAGE = "/pole/ping/place/simple"


@pytest.fixture
def lively(node: SmallNode, stopped_clock: object) -> SmallNode:
    ping = add_source(node, "ping", "https://ping.example/id/")
    harvest(node, "ping", [place_record(SIMPLE, ping)])
    return node


def test_an_answer_is_made_once_for_each_address_language_and_form(lively: SmallNode) -> None:
    client = create_app(cast("Node", lively)).test_client()
    counted = f"{PAGE}?utm_source=a"
    asked = [(PAGE, {}), (f"/en{PAGE}", {}), (PAGE, {"Accept": "text/turtle"}), (counted, {})]
    with patch.object(lively.index, "by_path", wraps=lively.index.by_path) as looked:
        first = [client.get(path, headers=headers) for path, headers in asked]
        assert looked.call_count == 4
        again = [client.get(path, headers=headers) for path, headers in asked]
        assert looked.call_count == 4
    assert [answer.data for answer in again] == [answer.data for answer in first]
    assert [sorted(answer.headers) for answer in again] == [sorted(one.headers) for one in first]
    # A page names its own address, without what programs that count visits add to it.
    assert len({answer.data for answer in again}) == 3
    assert again[0].data == again[3].data


def test_a_harvest_a_decision_or_a_minute_makes_it_anew(
    lively: SmallNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = create_app(cast("Node", lively)).test_client()
    assert "Arles" in client.get(PAGE).text
    harvest(lively, "ping", [place_record(SIMPLE | {"nom": "Autre nom"}, add_source_of(lively))])
    assert "Autre nom" in client.get(PAGE).text
    source = lively.ledger.source("ping")
    assert source is not None
    lively.ledger.put_source(replace(source, title="Un autre titre"))
    assert "Un autre titre" in client.get(PAGE).text
    with patch.object(lively.index, "by_path", wraps=lively.index.by_path) as looked:
        monkeypatch.setattr(clock, "FIXED", NOON + timedelta(minutes=1))
        client.get(PAGE)
        assert looked.call_count == 1


def add_source_of(node: SmallNode):  # type: ignore[no-untyped-def]
    return add_source(node, "ping", "https://ping.example/id/")


def test_a_question_mark_in_a_path_is_no_query(lively: SmallNode) -> None:
    ping = add_source_of(lively)
    harvest(lively, "ping", [place_record(SIMPLE | {"id": "a?b=c"}, ping)])
    client = create_app(cast("Node", lively)).test_client()
    codes = [
        client.get(f"/pole/ping/place/{path}").status_code
        for path in ("a?b=c", "a%3Fb=c", "a?b=c", "a%3Fb=c", "a%3Fb?=c", "a%0Ab=c")
    ]
    assert codes == [404, 200, 404, 200, 404, 404]


def test_errors_and_what_is_gone_are_not_kept(lively: SmallNode) -> None:
    client = create_app(cast("Node", lively)).test_client()
    for path in ("/pole/ping/place/rien", "/lieux?page=x"):
        for _turn in range(2):
            assert client.get(path).status_code in (400, 404)
    harvest(lively, "ping", [], deleted=["https://ping.example/id/place/simple"])
    for _turn in range(2):
        assert client.get(PAGE).status_code == 410


def test_nothing_is_kept_when_the_settings_say_so(lively: SmallNode) -> None:
    lively.config = replace(lively.config, kept_answers_mb=0)
    client = create_app(cast("Node", lively)).test_client()
    with patch.object(lively.index, "by_path", wraps=lively.index.by_path) as looked:
        tags = {client.get(PAGE).headers["ETag"] for _turn in range(3)}
    assert (looked.call_count, len(tags)) == (3, 1)


def test_what_is_kept_is_bounded_in_bytes() -> None:
    found = cache.AnswerCache(max_bytes=100_000)
    answer = cache.Answer((), {"": b"x" * 10_000})
    for number in range(100):
        found.put(("state",), (str(number), "", ""), answer)
    held = [number for number in range(100) if found.get(("state",), (str(number), "", ""))]
    assert held == list(range(92, 100))
    found.put(("state",), ("99", "", ""), cache.Answer((), {"": b"x" * 10_000, "br": b"y" * 5_000}))
    assert found.get(("state",), ("99", "", ""))
    found.put(("state",), ("huge", "", ""), cache.Answer((), {"": b"x" * 90_000}))
    assert found.get(("state",), ("huge", "", "")) is None
    found.put(("later",), ("1", "", ""), answer)
    assert found.get(("state",), ("99", "", "")) is None
    assert found.get(("later",), ("1", "", ""))


def test_addresses_without_end_stay_within_the_bound(lively: SmallNode, tmp_path: Path) -> None:
    lively.config = replace(lively.config, kept_answers_mb=1)
    app = create_app(cast("Node", lively))
    client = app.test_client()
    for number in range(60):
        assert client.get(f"/lieux?q=x{number}").status_code == 200
    assert app.extensions[cache.EXTENSION]._bytes <= 1_000_000


def test_what_was_asked_counts_as_well_as_what_was_answered() -> None:
    found = cache.AnswerCache(max_bytes=10_000_000)
    keys = [(f"/carte.json?x={number}" + "A" * 100_000, "", "") for number in range(200)]
    for key in keys:
        found.put((), key, cache.Answer((), {"": b"{}"}))
    assert sum(found.get((), key) is not None for key in keys) < 100
