"""Whole harvests: a simulated pole over real HTTP, real shapes, a real ledger."""

import gzip
import socket
import string
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from harvester import rules
from harvester.errors import BusyError
from harvester.run.pipeline import import_into
from registry.ledger.ledger import Ledger
from registry.ledger.types import Harvest, Outcome, Source
from registry.sources.health import Cause, cause_of
from tests.harvester.conftest import Registry
from tests.simulator import (
    Change,
    Document,
    Handler,
    SimulatedPole,
    Stream,
    gzip_bomb,
    place,
    places,
    raw,
    redirect,
    status,
    truncated,
)
from vocab.errors import UsageError
from vocab.messages import translate
from vocab.records import Record

DUMP = "/dump.nt"


def body_of(records: list[Record]) -> bytes:
    return "".join(record.body for record in records).encode()


def without_name(record: Record) -> Record:
    kept = (line for line in record.lines if "<https://schema.org/name>" not in line)
    return Record(record.iri, tuple(kept))


@pytest.fixture
def dump(pole: SimulatedPole, registry: Callable[..., Registry]) -> Registry:
    """A registry that holds 20 places of a dump."""
    pole.put(DUMP, body_of(places(pole, 20)), "application/n-triples")
    node = registry(DUMP, "dump")
    assert node.harvest().outcome is Outcome.COMMITTED
    return node


def test_a_dump_gives_its_state_then_its_changes(pole: SimulatedPole, dump: Registry) -> None:
    assert len(dump.names()) == 20
    now = [place(pole, "p01", nom="Autre"), *places(pole, 19)[1:], place(pole, "p99")]
    pole.put(DUMP, body_of(now), "application/n-triples")
    counts = dump.harvest().report["counts"]
    del counts["arrived"]
    assert counts == {
        "created": 1,
        "changed": 1,
        "deleted": 1,
        "missing": 0,
        "unchanged": 18,
        "refused": 0,
        "held": 0,
    }
    assert dump.ledger.verify() == []


def test_an_unchanged_dump_is_one_conditional_request(pole: SimulatedPole, dump: Registry) -> None:
    pole.requests.clear()
    done = dump.harvest()
    assert (done.outcome, done.report["pages_read"]) == (Outcome.UNCHANGED, 0)
    assert [request.status for request in pole.requests] == [304]


def test_a_server_without_validators_costs_a_download_but_no_change(
    pole: SimulatedPole, dump: Registry
) -> None:
    pole.documents[DUMP].validators = False
    assert dump.harvest().outcome is Outcome.UNCHANGED


@pytest.mark.parametrize(
    ("path", "media_type", "pack"),
    [("/d.nt.gz", "application/gzip", gzip.compress), ("/d.ttl", "text/turtle", bytes)],
)
def test_dumps_come_in_several_forms(
    pole: SimulatedPole,
    registry: Callable[..., Registry],
    path: str,
    media_type: str,
    pack: Callable[..., Any] | type,
) -> None:
    pole.put(path, pack(body_of(places(pole, 3))), media_type)
    node = registry(path, "dump")
    node.harvest()
    assert node.names() == ["p01", "p02", "p03"]


FAULTS = {
    "not found": (status(404), Outcome.FAILED, "MED-H109"),
    "gone": (status(410), Outcome.FAILED, "MED-H117"),
    "server error": (status(500), Outcome.FAILED, "MED-H109"),
    "busy for a day": (status(429, Retry_After="86400"), Outcome.FAILED, "MED-H109"),
    "truncated": (truncated(900), Outcome.HELD, "MED-H107"),
    "gzip bomb": (gzip_bomb(50_000_000), Outcome.FAILED, "MED-H104"),
    "to the metadata service": (redirect("http://169.254.169.254/"), Outcome.FAILED, "MED-H101"),
    "no http": (raw(b"SSH-2.0-OpenSSH\r\n"), Outcome.FAILED, "MED-H103"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_transport_changes_nothing_and_is_explained(
    pole: SimulatedPole, dump: Registry, name: str
) -> None:
    fault, outcome, code = FAULTS[name]
    before = dump.ledger.known("pole")
    pole.fail(DUMP, fault)
    done = dump.harvest()
    assert done.outcome is outcome
    assert dump.ledger.known("pole") == before
    if code:
        assert done.report["error"]["code"] == code
        assert done.report["error"]["message_fr"]
    pole.mend(DUMP)
    assert dump.harvest().outcome is Outcome.UNCHANGED


CONTENTS = {
    "html error page": (b"<!DOCTYPE html><html>Oops</html>", "text/html"),
    "html as turtle": (b"<!DOCTYPE html><html>Oops</html>", "text/turtle"),
    "half a line": (b"<urn:a> <urn:b> ", "application/n-triples"),
    "latin-1": ('<urn:a> <urn:b> "é" .\n'.encode("latin-1"), "application/n-triples"),
    "json": (b'{"error": "no"', "application/json"),
    "nothing at all": (b"", "application/n-triples"),
    "empty rdf": (b"# nothing\n", "text/turtle"),
    "a comment": (b"# <urn:a>\n", "application/n-triples"),
    "only a description": (
        b"<urn:d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        b"<http://www.w3.org/ns/dcat#Dataset> .\n",
        "application/n-triples",
    ),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_a_broken_or_empty_document_deletes_nothing(
    pole: SimulatedPole, dump: Registry, name: str
) -> None:
    before = dump.ledger.known("pole")
    pole.put(DUMP, *CONTENTS[name])
    done = dump.harvest()
    assert done.outcome in {Outcome.FAILED, Outcome.HELD}
    assert dump.ledger.known("pole") == before
    assert done.report.get("error") or done.report["holds"]


def test_a_mass_deletion_is_held_until_an_operator_says_so(
    pole: SimulatedPole, dump: Registry
) -> None:
    pole.put(DUMP, body_of(places(pole, 5)), "application/n-triples")
    done = dump.harvest()
    assert done.outcome is Outcome.HELD
    assert [hold["code"] for hold in done.report["holds"]] == ["MED-H400"]
    assert done.report["counts"]["held"] == 15
    assert len(dump.names()) == 20
    forced = dump.harvest(forced="the pole closed fifteen places")
    assert forced.outcome is Outcome.COMMITTED
    assert forced.report["forced"] == "the pole closed fifteen places"
    assert len(dump.names()) == 5


def test_b7_an_earlier_state_put_back_online_is_a_change(
    pole: SimulatedPole, dump: Registry
) -> None:
    first = pole.documents[DUMP].body
    pole.put(DUMP, body_of([*places(pole, 20), place(pole, "p99")]), "application/n-triples")
    dump.harvest()
    pole.put(DUMP, first, "application/n-triples")
    done = dump.harvest()
    assert (done.outcome, done.report["holds"]) == (Outcome.COMMITTED, [])
    assert [found["code"] for found in done.report["findings"]] == ["MED-H412"]
    assert len(dump.names()) == 20
    assert dump.harvest().outcome is Outcome.UNCHANGED


def test_a_stream_that_lost_its_last_members_is_held(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 5))
    node = registry(stream.path)
    node.harvest()
    del stream.changes[-1]
    stream.publish()
    done = node.harvest()
    assert done.outcome is Outcome.HELD
    assert [hold["code"] for hold in done.report["holds"]] == ["MED-H402"]
    assert len(node.names()) == 5


def test_a_stream_that_deletes_most_places_is_held(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole, page_size=50)
    records = places(pole, 30)
    stream.publish(*records)
    node = registry(stream.path)
    node.harvest()
    stream.publish(*(Change(record.iri) for record in records[:20]))
    assert node.harvest().outcome is Outcome.HELD
    assert len(node.names()) == 30
    assert node.harvest(forced="yes").outcome is Outcome.COMMITTED
    assert len(node.names()) == 10


def test_quarantine_keeps_the_last_valid_version_then_lets_go(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    good = place(pole, "p01")
    stream.publish(good, place(pole, "p02"))
    node = registry(stream.path)
    node.harvest()
    bad = Record(
        good.iri,
        tuple(line for line in good.lines if "#name>" not in line and "/name>" not in line),
    )
    stream.publish(bad)
    done = node.harvest()
    assert done.report["counts"]["refused"] == 1
    (refusal,) = node.ledger.refusals("pole")
    assert (refusal.subject, refusal.stale) == (good.iri, True)
    assert node.ledger.record(good.iri) == good
    (group,) = [f for f in done.report["findings"] if f["severity"] == "Violation"]
    assert group["samples"][0]["record"] == good.iri
    assert group["message_fr"] != group["message_en"]
    stream.publish(place(pole, "p01", nom="Réparé"))
    assert node.harvest().outcome is Outcome.COMMITTED
    assert list(node.ledger.refusals("pole")) == []


def test_the_same_quarantine_again_is_no_change(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    bad = Record(pole.url("/id/place/x"), (f'<{pole.url("/id/place/x")}> <urn:p> "1" .',))
    pole.put(DUMP, body_of([place(pole, "p01"), bad]), "application/n-triples")
    pole.documents[DUMP].validators = False
    node = registry(DUMP, "dump")
    assert node.harvest().report["counts"]["refused"] == 1
    pole.documents[DUMP].body += b"# touched\n"
    done = node.harvest()
    assert (done.outcome, done.report["counts"]["refused"]) == (Outcome.UNCHANGED, 1)


def test_a_stranger_in_a_feed_is_refused_and_the_rest_enters(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    alien = place(pole, "p01")
    stolen = Record(
        "https://other.example/id/place/1",
        tuple(line.replace(alien.iri, "https://other.example/id/place/1") for line in alien.lines),
    )
    stream = Stream(pole)
    stream.publish(place(pole, "p02"), stolen)
    node = registry(stream.path)
    done = node.harvest()
    assert node.names() == ["p02"]
    assert "MED-H001" in {finding["code"] for finding in done.report["findings"]}
    (refusal,) = node.ledger.refusals("pole")
    assert refusal.subject == stolen.iri


RDF_1_2 = {
    "Turtle, direction": (
        "ttl",
        '<{iri}> med:summary "\u0645\u0631\u062d\u0628\u0627"@ar--rtl .',
        "@ar--rtl",
    ),
    "Turtle, annotation": ("ttl", '<{iri}> <urn:p> "o" {{| <urn:by> <urn:me> |}} .', "<<( <{iri}>"),
    "Turtle, term": ("ttl", "<{iri}> <urn:p> <<( <urn:a> <urn:b> [] )>> .", "<<( <urn:a>"),
    "N-Triples, direction": ("nt", '<{iri}> <urn:p> "a"@he--rtl .', '"a"@he--rtl'),
    "N-Triples, term": ("nt", '<{iri}> <urn:p> <<( <urn:a> <urn:b> "c" )>> .', "<<( <urn:a>"),
}
PREFIX = "@prefix med: <https://w3id.org/mediation-numerique/ns#> .\n"


def assert_only_the_first_is_out(node: Registry, done: Harvest, bad: str, value: str) -> None:
    assert (done.outcome, node.names()) == (Outcome.COMMITTED, ["p02", "p03"])
    (refusal,) = node.ledger.refusals("pole")
    (finding,) = refusal.findings
    assert (refusal.subject, finding["code"]) == (bad, "MED-H008")
    for message in (finding["message_fr"], finding["message_en"]):
        assert bad in message
        assert value.format(iri=bad) in message


@pytest.mark.parametrize(("suffix", "text", "value"), RDF_1_2.values(), ids=RDF_1_2)
def test_rdf_1_2_in_a_dump_keeps_out_its_record_only(
    pole: SimulatedPole, registry: Callable[..., Registry], suffix: str, text: str, value: str
) -> None:
    bad = place(pole, "p01").iri
    start = PREFIX if suffix == "ttl" else ""
    body = body_of(places(pole, 3)).decode() + text.format(iri=bad)
    media_type = {"ttl": "text/turtle", "nt": "application/n-triples"}[suffix]
    pole.put(f"/d.{suffix}", (start + body).encode(), media_type)
    pole.documents[f"/d.{suffix}"].validators = False
    node = registry(f"/d.{suffix}", "dump")
    assert_only_the_first_is_out(node, node.harvest(), bad, value)
    pole.documents[f"/d.{suffix}"].body += b"\n# touched\n"
    assert node.harvest().outcome is Outcome.UNCHANGED


@pytest.mark.parametrize("graphs", [True, False], ids=["graphs", "plain"])
@pytest.mark.parametrize("name", [name for name in RDF_1_2 if "annotation" not in name])
def test_rdf_1_2_in_a_stream_keeps_out_its_record_only(
    pole: SimulatedPole, registry: Callable[..., Registry], name: str, graphs: bool
) -> None:
    _, text, value = RDF_1_2[name]
    good = place(pole, "p01")
    bad = Record(good.iri, (*good.lines, text.format(iri=good.iri)))
    stream = Stream(pole, graphs=graphs)
    stream.publish(bad, *places(pole, 3)[1:])
    node = registry(stream.path)
    assert_only_the_first_is_out(node, node.harvest(), good.iri, value)
    stream.publish(good)
    assert node.harvest().outcome is Outcome.COMMITTED
    assert list(node.ledger.refusals("pole")) == []


def test_an_annotation_in_a_member_keeps_out_its_record(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    _, text, value = RDF_1_2["Turtle, annotation"]
    good = place(pole, "p01")
    stream = Stream(pole)
    stream.publish(Record(good.iri, (*good.lines, text.format(iri=good.iri))), *places(pole, 3)[1:])
    node = registry(stream.path)
    assert_only_the_first_is_out(node, node.harvest(), good.iri, value)


def moved(record: Record, space: str) -> Record:
    iri = f"{space}place/{record.iri.rpartition('/')[2]}"
    return Record(iri, tuple(sorted(line.replace(record.iri, iri) for line in record.lines)))


@pytest.mark.parametrize("count", [3, 20])
def test_a_dump_of_another_pole_is_held_even_when_small(
    pole: SimulatedPole, registry: Callable[..., Registry], count: int
) -> None:
    pole.put(DUMP, body_of(places(pole, count)), "application/n-triples")
    node = registry(DUMP, "dump")
    node.harvest()
    before = node.ledger.known("pole")
    alien = [moved(record, "https://other.example/id/") for record in places(pole, count)]
    pole.put(DUMP, body_of(alien), "application/n-triples")
    done = node.harvest()
    assert done.outcome is Outcome.HELD
    assert "MED-H405" in {hold["code"] for hold in done.report["holds"]}
    assert "MED-H001" in {finding["code"] for finding in done.report["findings"]}
    assert (node.ledger.known("pole"), list(node.ledger.refusals("pole"))) == (before, [])
    pole.put(DUMP, body_of(places(pole, count)), "application/n-triples")
    assert node.harvest().outcome is Outcome.UNCHANGED


def test_an_operators_word_lets_a_foreign_delivery_through_but_not_its_records(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole, page_size=50)
    stream.publish(place(pole, "p01"))
    node = registry(stream.path)
    node.harvest()
    own = [place(pole, f"q{number}") for number in range(4)]
    alien = [moved(record, "https://other.example/id/") for record in places(pole, 12)]
    stream.publish(*own, *alien)
    assert node.harvest().outcome is Outcome.HELD
    assert node.names() == ["p01"]
    assert node.harvest(forced="checked with the pole").outcome is Outcome.COMMITTED
    assert node.names() == ["p01", "q0", "q1", "q2", "q3"]
    assert len(list(node.ledger.refusals("pole"))) == 12


def test_a_record_of_another_source_of_the_same_pole_is_refused(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    pole.put(DUMP, body_of(places(pole, 2)), "application/n-triples")
    node = registry(DUMP, "dump")
    other = Source("file", "pole", "File", "places.csv", "file", (pole.url("/id/"),))
    node.ledger.put_source(other)
    import_into(node.ledger, other, places(pole, 1))
    done = node.harvest()
    assert node.names() == ["p02"]
    assert "MED-H002" in {finding["code"] for finding in done.report["findings"]}


def test_two_harvests_of_one_source_do_not_run_together(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 3))
    node = registry(stream.path)
    begun, go_on = threading.Event(), threading.Event()

    def wait(handler: Handler, document: Document | None) -> None:
        begun.set()
        go_on.wait(5)
        assert document is not None
        handler._serve(document)

    pole.fail(stream.path, wait, times=1)
    with ThreadPoolExecutor(1) as other:
        running = other.submit(node.harvest)
        assert begun.wait(5)
        with pytest.raises(BusyError):
            node.harvest()
        go_on.set()
        assert running.result().outcome is Outcome.COMMITTED


def test_retries_are_told_in_the_report(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 2))
    pole.fail(stream.page(1), status(429, Retry_After="3"), times=1)
    node = registry(stream.path)
    done = node.harvest()
    assert node.slept == [3.0]
    assert [(r["status"], r["note"]) for r in done.report["requests"]] == [
        (200, ""),
        (429, "MED-H109"),
        (200, ""),
    ]


def test_a_fault_in_the_middle_of_a_stream_leaves_the_old_state(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 3))
    node = registry(stream.path)
    node.harvest()
    cursor = node.kept().cursor
    stream.publish(*(place(pole, f"q{number}") for number in range(9)))
    pole.fail(stream.page(3), status(500))
    assert node.harvest().outcome is Outcome.FAILED
    assert len(node.names()) == 3
    assert node.kept().cursor == cursor
    pole.mend(stream.page(3))
    node.harvest()
    assert len(node.names()) == 12
    assert pole.asked(stream.page(1)) == 1


def test_an_import_has_the_same_verdicts_as_a_harvest(pole: SimulatedPole, ledger: Ledger) -> None:
    source = Source("file", "pole", "File", "places.csv", "file", (pole.url("/id/"),))
    ledger.put_source(source)
    records = places(pole, 12)
    unnamed = Record(
        records[0].iri, tuple(x for x in records[0].lines if "schema.org/name>" not in x)
    )
    done = import_into(ledger, source, [unnamed, *records[1:]], import_report={"rows": 12})
    assert done.report["counts"] | {"arrived": 0} == {
        "arrived": 0,
        "created": 11,
        "changed": 0,
        "deleted": 0,
        "missing": 0,
        "unchanged": 0,
        "refused": 1,
        "held": 0,
    }
    assert done.report["import"] == {"rows": 12}
    assert import_into(ledger, source, records[:1]).outcome is Outcome.HELD
    assert import_into(ledger, source, [unnamed, *records[1:]]).outcome is Outcome.UNCHANGED


def test_a_source_of_another_kind_is_a_usage_error(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    with pytest.raises(UsageError, match="kind"):
        registry("/x", "carrier-pigeon").harvest()


def test_every_rule_is_told_in_both_languages_with_the_same_details() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for code, rule in rules.catalogue().items():
        french = translate(rule.template, "fr")
        assert names(french) == names(rule.template), code
        assert french != rule.template, code


def test_a_server_that_is_down_is_named_in_the_report(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    node = registry(DUMP, "dump")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    node.ledger.put_source(replace(node.source, url=f"http://127.0.0.1:{port}/"))
    done = node.harvest()
    assert done.report["error"]["cause"] == "refused"
    assert cause_of(done.report) is Cause.REFUSED
    assert cause_of(node.ledger.harvests()[0].report) is Cause.REFUSED
