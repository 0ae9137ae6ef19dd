"""The event-stream client, against streams on a real server (LDES 1.0, federation checklist)."""

from collections.abc import Callable

import pytest

from harvester.sources.ldes_state import from_cursor
from registry.ledger.types import Outcome
from tests.harvester.conftest import Registry
from tests.simulator import PREFIXES, Change, SimulatedPole, Stream, place, places, redirect, status


def test_first_harvest_takes_the_last_version_of_each_record(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    a, b, c = places(pole, 3)
    newer = place(pole, "p01", nom="Renommé")
    stream.publish(a, b, c, newer, Change(b.iri))
    node = registry(stream.path)
    done = node.harvest()
    assert done.outcome is Outcome.COMMITTED
    assert node.names() == ["p01", "p03"]
    assert node.ledger.record(a.iri) == newer
    assert done.report["counts"]["created"] == 2


@pytest.mark.parametrize("graphs", [True, False])
def test_payload_is_the_record_itself_in_a_graph_or_inline(
    pole: SimulatedPole, registry: Callable[..., Registry], graphs: bool
) -> None:
    stream = Stream(pole, graphs=graphs)
    record = place(pole, "p01", latitude="49.25", longitude="4.03")
    stream.publish(record)
    node = registry(stream.path)
    node.harvest()
    assert node.ledger.record(record.iri) == record


def test_changes_arrive_and_immutable_pages_are_never_asked_for_again(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 4))
    node = registry(stream.path)
    node.harvest()
    stream.publish(place(pole, "p02", nom="Autre nom"), Change(place(pole, "p03").iri))
    done = node.harvest()
    counts = done.report["counts"]
    assert (counts["created"], counts["changed"], counts["deleted"]) == (0, 1, 1)
    assert node.names() == ["p01", "p02", "p04"]
    assert pole.asked(stream.page(1)) == 1
    assert pole.asked(stream.page(2)) == 2


def test_nothing_new_is_one_conditional_request_when_the_root_counts_its_members(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole, totals=True)
    stream.publish(*places(pole, 4))
    node = registry(stream.path)
    node.harvest()
    pole.requests.clear()
    done = node.harvest()
    assert done.outcome is Outcome.UNCHANGED
    assert [(r.path, r.status, r.conditional) for r in pole.requests] == [(stream.path, 304, True)]
    assert done.report["pages_read"] == 0


def test_nothing_new_asks_only_open_pages_when_the_root_does_not_count(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 4))
    node = registry(stream.path)
    node.harvest()
    pole.requests.clear()
    assert node.harvest().outcome is Outcome.UNCHANGED
    assert [(r.path, r.status) for r in pole.requests] == [
        (stream.path, 304),
        (stream.page(2), 304),
    ]


def test_new_members_are_seen_when_only_the_open_page_changed(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 4))
    node = registry(stream.path)
    node.harvest()
    stream.publish(place(pole, "p05"))
    assert node.harvest().report["counts"]["created"] == 1


def test_a_stream_without_order_takes_each_member_once(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole, ordered=False)
    stream.publish(*places(pole, 4))
    node = registry(stream.path)
    node.harvest()
    stream.publish(place(pole, "p05"), place(pole, "p06"), place(pole, "p07"))
    assert node.harvest().report["counts"]["arrived"] == 3
    assert len(node.names()) == 7


def test_a_deletion_of_what_was_never_known_changes_nothing(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(place(pole, "p01"), Change(pole.url("/id/place/never")))
    node = registry(stream.path)
    assert node.harvest().outcome is Outcome.COMMITTED
    assert node.names() == ["p01"]


def test_the_entry_may_be_the_stream_document_or_a_redirect(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 2))
    entry = f"<#s> <https://w3id.org/tree#view> <{stream.path}> ."
    pole.put("/about", entry, "text/turtle")
    pole.fail("/start", redirect("/about", 301))
    node = registry("/start")
    assert node.harvest().outcome is Outcome.COMMITTED
    pole.requests.clear()
    assert node.harvest().outcome is Outcome.UNCHANGED
    assert pole.asked("/start") == 0, "the root page is known: no need to discover it again"


def test_rebalanced_pages_are_read_again_and_no_member_counts_twice(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole, page_size=2)
    stream.publish(*places(pole, 5))
    node = registry(stream.path)
    node.harvest()
    stream.path = "/ldes"
    stream.page = lambda number: f"/moved/{number}"  # type: ignore[method-assign]
    stream.publish(place(pole, "p06"))
    done = node.harvest()
    assert done.report["counts"]["created"] == 1
    assert done.report["counts"]["unchanged"] == 5


def test_pages_in_a_loop_end(pole: SimulatedPole, registry: Callable[..., Registry]) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 4))
    for number, target in ((1, 2), (2, 1)):
        document = pole.documents[stream.page(number)]
        loop = f"<> tree:relation [ tree:node <{stream.page(target)}> , <{stream.path}> ] ."
        document.body += loop.encode()
    assert registry(stream.path).harvest().outcome is Outcome.COMMITTED
    assert len(pole.requests) == 3


def test_a_removed_page_is_an_empty_page(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 6))
    pole.fail(stream.page(1), status(410))
    node = registry(stream.path)
    node.harvest()
    assert node.names() == ["p04", "p05", "p06"]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/none", "<#x> a <http://example.org/Thing> .", "MED-H300"),
        (
            "/views",
            "<#s> <https://w3id.org/tree#view> <one>, <two> .",
            "MED-H301",
        ),
        (
            "/twice",
            "<#a> <https://w3id.org/tree#view> <> . <#b> <https://w3id.org/tree#view> <> .",
            "MED-H301",
        ),
        (
            "/away",
            "<#a> <https://w3id.org/tree#view> <> . <> <https://w3id.org/tree#relation> "
            "[ <https://w3id.org/tree#node> <https://elsewhere.example/2> ] .",
            "MED-H302",
        ),
        (
            "/path",
            PREFIXES + "<#a> tree:view <> ; a ldes:EventStream ; ldes:versionOfPath "
            "[ <http://www.w3.org/ns/shacl#inversePath> dct:hasVersion ] .",
            "MED-H305",
        ),
        (
            "/member",
            PREFIXES + "<#a> tree:view <> ; tree:member <v1> ; ldes:versionOfPath dct:isVersionOf ."
            ' <v1> dct:title "?" .',
            "MED-H304",
        ),
    ],
)
def test_what_is_no_usable_stream_is_a_clear_failure(
    pole: SimulatedPole, registry: Callable[..., Registry], path: str, body: str, code: str
) -> None:
    pole.put(path, body)
    done = registry(path).harvest()
    assert done.outcome is Outcome.FAILED
    assert done.report["error"]["code"] == code
    assert done.report["error"]["message_fr"] != done.report["error"]["message_en"]


def test_members_of_a_transaction_wait_for_its_end(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole, page_size=2)
    stream.extra_root = (
        "<#s> ldes:transactionPath med:transaction ; ldes:transactionFinalizedPath med:final ;"
        " ldes:transactionFinalizedObject true ."
    )
    plain = stream._member

    def in_transaction(seq: int, change: Change) -> str:
        end = f" <{stream.url}/v{seq}> med:final true ." if seq == 3 else ""
        return plain(seq, change) + f'<{stream.url}/v{seq}> med:transaction "t1" .{end}\n'

    stream._member = in_transaction  # type: ignore[method-assign]
    stream.publish(*places(pole, 2))
    node = registry(stream.path)
    node.harvest()
    assert node.names() == []
    stream.publish(place(pole, "p03"))
    node.harvest()
    assert node.names() == ["p01", "p02", "p03"]


@pytest.mark.parametrize("ordered", [True, False])
def test_the_cursor_of_an_unchanged_stream_is_the_one_kept(
    pole: SimulatedPole, registry: Callable[..., Registry], ordered: bool
) -> None:
    """Read back from the ledger it is equal, so that a quiet visit rewrites nothing of it."""
    stream = Stream(pole, ordered=ordered)
    stream.publish(*places(pole, 5))
    node = registry(stream.path)
    node.harvest()
    kept = node.kept().cursor
    assert kept.reader["pages"]
    assert from_cursor(kept.reader).to_cursor() == kept.reader
    node.harvest()
    assert node.kept().cursor == kept


@pytest.mark.parametrize("form", ['"{}"', '"{}"^^<http://www.w3.org/2001/XMLSchema#anyURI>'])
def test_b1_a_node_written_as_a_string_is_followed(
    pole: SimulatedPole, registry: Callable[..., Registry], form: str
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 4))
    root = pole.documents[stream.path]
    text = root.body.decode()
    for number in (1, 2):
        address = stream.page(number)
        assert f"tree:node <{address}>" in text
        text = text.replace(f"tree:node <{address}>", f"tree:node {form.format(address)}")
    pole.put(stream.path, text, root.media_type)
    node = registry(stream.path)
    node.harvest()
    assert node.names() == ["p01", "p02", "p03", "p04"]


@pytest.mark.parametrize("node", ["[]", ""])
def test_b1_a_relation_that_leads_nowhere_is_told_and_deletes_nothing(
    pole: SimulatedPole, registry: Callable[..., Registry], node: str
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 2))
    told = f"<{pole.url(stream.path)}> tree:relation [ a tree:Relation ; tree:value 1 ; " + (
        f"tree:node {node} ] ." if node else "] ."
    )
    root = pole.documents[stream.path]
    pole.put(stream.path, f"{root.body.decode()}\n{told}", root.media_type)
    report = registry(stream.path).harvest().report
    assert not report["full"]
    assert "MED-H223" in {group["code"] for group in report["findings"]}


def test_b1_a_stream_that_counts_more_than_came_is_not_whole(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole, totals=True)
    stream.publish(*places(pole, 2))
    root = pole.documents[stream.path]
    pole.put(
        stream.path, root.body.decode().replace("totalItems 2", "totalItems 5"), root.media_type
    )
    report = registry(stream.path).harvest().report
    assert not report["full"]
    assert "MED-H525" in {group["code"] for group in report["findings"]}


def test_b9_a_stream_that_is_gone_is_told_by_name(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 2))
    node = registry(stream.path)
    node.harvest()
    pole.fail(stream.path, status(410))
    assert node.harvest().report["error"]["code"] == "MED-H117"
    assert node.names() == ["p01", "p02"]
