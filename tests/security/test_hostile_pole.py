"""A pole, or whoever took its server, that answers anything: an outcome in the ledger, no crash."""

from collections.abc import Callable

import pytest

from harvester.sources import ldes
from registry.ledger.types import Outcome
from tests.harvester.conftest import Registry
from tests.simulator import PREFIXES, SimulatedPole, place, raw

Register = Callable[..., Registry]
BODY = b"<a:a> <a:b> <a:c> .\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MOVED = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
BUSY = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: "

ANSWERS = {
    "a length of 5,000 digits": OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n" + BODY,
    "two lengths": OK + b"Content-Length: 20\r\nContent-Length: 5\r\n\r\n" + BODY,
    "a negative length": OK + b"Content-Length: -1\r\n\r\n" + BODY,
    "a length in two words": OK + b"Content-Length: 2 0\r\n\r\n" + BODY,
    "an enormous chunk": CHUNKED + b"f" * 5000 + b"\r\n" + BODY,
    "a negative chunk": CHUNKED + b"-5\r\n" + BODY,
    "an endless chunk extension": CHUNKED + b"14;" + b"x" * 70_000 + b"\r\n" + BODY,
    "a header of 200 kB": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
    "5,000 headers": b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 5000 + b"\r\n",
    "5,000 times to continue": b"HTTP/1.1 100 Continue\r\n\r\n" * 5000,
    "a status beyond all": b"HTTP/1.1 99999 X\r\n\r\n",
    "a status in letters": b"HTTP/1.1 abc X\r\n\r\n",
    "noise": b"\x00\xff\xfe" * 1000,
    "nothing": b"",
    "HTTP 0.9": BODY,
    "a broken coding": OK + b"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + BODY,
    "a coding twice": OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: 20\r\n\r\n" + BODY,
    "a type in no alphabet": b"HTTP/1.1 200 OK\r\nContent-Type: \xff\r\nContent-Length: 20\r\n\r\n"
    + BODY,
    "sent to half an address": MOVED + b"http://[\r\n\r\n",
    "sent to a port beyond all": MOVED + b"http://127.0.0.1:999999/\r\n\r\n",
    "sent to no host": MOVED + b"http://.example/\r\n\r\n",
    "sent to a label too long": MOVED + b"http://" + b"a" * 70 + b".example/\r\n\r\n",
    "sent to bad punycode": MOVED + b"http://xn--a/\r\n\r\n",
    "sent to two dots": MOVED + "http://\u2025.example/\r\n\r\n".encode(),
    "sent to a file": MOVED + b"file:///etc/passwd\r\n\r\n",
    "sent to ftp": MOVED + b"ftp://127.0.0.1/\r\n\r\n",
    "sent nowhere": b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
    "a wait of 5,000 digits": BUSY + b"9" * 5000 + b"\r\n\r\n",
    "a wait until year 9,999,999": BUSY + b"Mon, 99 Jan 9999999 00:00:00 GMT\r\n\r\n",
    "a wait to the end of time": BUSY + b"Fri, 31 Dec 9999 23:59:59 -2400\r\n\r\n",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_answer_is_an_outcome(pole: SimulatedPole, registry: Register, name: str) -> None:
    pole.fail("/data", raw(ANSWERS[name]))
    harvest = registry("/data", "dump").harvest()
    assert harvest.outcome in (Outcome.FAILED, Outcome.HELD)
    assert harvest.report["error"]["code"].startswith("MED-H")


def stream(pole: SimulatedPole, **said: str) -> str:
    """A stream of one member; ``said`` replaces what it says of itself."""
    told = {
        "root": "", "total": "1", "subject": f"<{pole.url('/id/place/p1')}>", "sequence": "1",
        "created": '"2026-01-01T00:00:00Z"^^xsd:dateTime',
    } | said  # fmt: skip
    return f"""{PREFIXES}
<#s> a ldes:EventStream ; tree:view <> ; ldes:timestampPath dct:created ;
  ldes:sequencePath med:ledgerSequence ; ldes:versionOfPath dct:isVersionOf ;
  ldes:versionDeleteObject as:Delete ; hydra:totalItems {told["total"]} .
<> a tree:Node . {told["root"]}
<#s> tree:member <#m1> . <#m1> a as:Update ; dct:isVersionOf {told["subject"]} ;
  dct:created {told["created"]} ; med:ledgerSequence {told["sequence"]} .
<#m1> {{ {place(pole, "p1").body} }}
"""


ODD = [
    ("total", '"²"'), ("total", f'"{"9" * 5000}"'), ("total", "-1"), ("total", "1e5"),
    ("total", "[]"), ("sequence", f'"{"9" * 5000}"'), ("sequence", '"²"'),
    ("sequence", "1e99999"), ("created", '"0001-01-01T00:00:00+14:00"^^xsd:dateTime'),
    ("created", '"9999-12-31T23:59:59-14:00"^^xsd:dateTime'), ("created", '"junk"'),
    ("created", '"-0044-03-15T00:00:00Z"^^xsd:dateTime'), ("root", "<> tree:relation <> ."),
    ("root", "<> tree:relation [ tree:node [] ] ."),
]  # fmt: skip


@pytest.mark.parametrize(("what", "value"), ODD, ids=[f"{w} {v[:30]}" for w, v in ODD])
def test_odd_words_in_a_stream_harm_nobody(
    pole: SimulatedPole, registry: Register, what: str, value: str
) -> None:
    pole.put("/ldes", stream(pole, **{what: value}), "application/trig")
    watched = registry("/ldes")
    assert watched.harvest().outcome is Outcome.COMMITTED
    assert watched.names() == ["p1"]
    assert watched.harvest().outcome is not Outcome.FAILED


FOREIGN = [
    "<urn:maillage:store>", "<urn:maillage:position>", "<https://zinc.example/id/place/1>",
    "<http://maillage.example/graph/harvests>", "<http://maillage.example/source/zinc>",
    "<https://w3id.org/mediation-numerique/ns#Place>", '"x y\\n<z>"', '""', "[]",
]  # fmt: skip


@pytest.mark.parametrize("subject", FOREIGN)
def test_a_member_speaks_of_nothing_foreign(
    pole: SimulatedPole, registry: Register, subject: str
) -> None:
    pole.put("/ldes", stream(pole, subject=subject), "application/trig")
    watched = registry("/ldes")
    watched.harvest()
    assert watched.names() == []
    assert watched.ledger.head() == 0


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/x", "http://127.0.0.1:1/x", "file:///etc/passwd", "ftp://127.0.0.1/x",
     "javascript:alert(1)", "http://localhost/x", "http://[::1]/x", "http://2130706433/x"],
)  # fmt: skip
def test_a_stream_leads_to_no_other_host(
    pole: SimulatedPole, registry: Register, target: str
) -> None:
    root = f"<> tree:relation [ tree:node <{target}> ] ."
    pole.put("/ldes", stream(pole, root=root), "application/trig")
    harvest = registry("/ldes").harvest()
    assert harvest.report["error"]["code"] == "MED-H302"
    assert {request.path for request in pole.requests} == {"/ldes"}


def test_a_stream_without_end_is_left(
    pole: SimulatedPole, registry: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ldes, "MAX_PAGES", 20)
    for number in range(30):
        root = f"<> tree:relation [ tree:node </ldes?page={number + 1}> ] ."
        path = f"/ldes?page={number}" if number else "/ldes"
        pole.put(path, f"{PREFIXES}<> a tree:Node . {root}", "application/trig")
    watched = registry("/ldes")
    assert watched.harvest().report["error"]["code"] == "MED-H303"
    assert watched.ledger.head() == 0
    assert len(pole.requests) == 20


BY_NAME = {
    "a page in HTML": ("text/html", b"<!doctype html><html>Error"),
    "HTML called Turtle": ("text/turtle", b"<!doctype html><html>Error"),
    "an entity": ("application/rdf+xml", b'<!DOCTYPE r [<!ENTITY a "aa">]><rdf:RDF/>'),
    "an external entity": (
        "application/rdf+xml",
        b'<?xml version="1.0"?><!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>',
    ),
    "a context elsewhere": (
        "application/ld+json",
        b'{"@context":"http://127.0.0.1:1/","@id":"a:"}',
    ),
    "a context in a context": (
        "application/ld+json",
        b'{"@context":{"a":{"@id":"a:a","@context":"http://127.0.0.1:1/"}},"a":{}}',
    ),
    "a file as context": ("application/ld+json", b'{"@context":"file:///etc/passwd","@id":"a:"}'),
    "deep JSON": ("application/ld+json", b"[" * 100_000),
    "deep Turtle": ("text/turtle", b"<a:a> <a:b> " + b"[" * 100_000),
    "UTF-16": ("text/turtle", "<a:a> <a:b> <a:c> .".encode("utf-16")),
    "a key twice": ("application/ld+json", b'{"@id":"a:a","@id":"a:b"}'),
    "not a number": ("application/ld+json", b"[NaN]"),
}


@pytest.mark.parametrize("name", BY_NAME)
def test_a_hostile_document_fails_by_name(
    pole: SimulatedPole, registry: Register, name: str
) -> None:
    media_type, body = BY_NAME[name]
    pole.put("/data", body, media_type)
    harvest = registry("/data", "dump").harvest()
    assert harvest.outcome is Outcome.FAILED
    assert harvest.report["error"]["code"].startswith(("MED-H20", "MED-H219"))
    assert {request.path for request in pole.requests} == {"/data"}
