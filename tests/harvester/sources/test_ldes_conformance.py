"""LDES 1.0 over TREE, demand by demand: each row is a stream on a real server and its outcome.

``docs/ldes-client.md`` says which demand of the specification is met by which row.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import pyoxigraph
import pytest

from harvester.run.schedule import Schedule
from harvester.sources import ldes
from registry.ledger.types import Outcome
from tests.harvester.conftest import Registry
from tests.simulator import Change, SimulatedPole, Stream, place, places, redirect, status

TRIG = "application/trig"
ALL = ["p01", "p02", "p03", "p04"]


def _by_stream_page(stream: Stream) -> str:
    stream.pole.put("/about", f"<#s> <https://w3id.org/tree#view> <{stream.path}> .")
    return "/about"


def _by_stream_iri(stream: Stream) -> str:
    return f"{_by_stream_page(stream)}#s"


def _by_view(stream: Stream) -> str:
    return stream.path


def _by_redirects(stream: Stream) -> str:
    stream.pole.fail("/old", redirect("/older", 301))
    stream.pole.fail("/older", redirect(_by_stream_page(stream), 307))
    return "/old"


@pytest.mark.parametrize("entry", [_by_stream_page, _by_stream_iri, _by_view, _by_redirects])
def test_entry(
    pole: SimulatedPole, registry: Callable[..., Registry], entry: Callable[[Stream], str]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 4))
    node = registry(entry(stream))
    assert node.harvest().outcome is Outcome.COMMITTED
    assert node.names() == ALL


FORMATS = {
    "turtle": ("text/turtle", pyoxigraph.RdfFormat.TURTLE, False),
    "n-triples": ("application/n-triples", pyoxigraph.RdfFormat.N_TRIPLES, False),
    "trig": (TRIG, pyoxigraph.RdfFormat.TRIG, True),
    "n-quads": ("application/n-quads", pyoxigraph.RdfFormat.N_QUADS, True),
    "json-ld": ("application/ld+json", pyoxigraph.RdfFormat.JSON_LD, True),
    "profile": ('text/turtle;profile="https://w3id.org/tree/profile"',
                pyoxigraph.RdfFormat.TURTLE, False),
}  # fmt: skip


def _rewrite(pole: SimulatedPole, media_type: str, form: pyoxigraph.RdfFormat) -> None:
    for path, document in list(pole.documents.items()):
        base = pole.url(path)
        quads = pyoxigraph.parse(document.body, format=pyoxigraph.RdfFormat.TRIG, base_iri=base)
        facts = list(quads) if form.supports_datasets else [quad.triple for quad in quads]
        body = pyoxigraph.serialize(facts, format=form)
        assert body is not None
        pole.put(path, body, media_type)


@pytest.mark.parametrize("name", FORMATS)
def test_format(pole: SimulatedPole, registry: Callable[..., Registry], name: str) -> None:
    media_type, form, graphs = FORMATS[name]
    stream = Stream(pole, graphs=graphs)
    stream.publish(*places(pole, 4))
    _rewrite(pole, media_type, form)
    node = registry(stream.path)
    assert node.harvest().outcome is Outcome.COMMITTED
    assert node.ledger.record(place(pole, "p01").iri) == place(pole, "p01")
    assert node.names() == ALL
    assert "application/n-quads" in pole.requests[0].headers["accept"]


@dataclass(frozen=True)
class Weather:
    """What happens to the first page, what the client does, and what is then held."""

    fault: Callable[[SimulatedPole, str], None]
    outcome: Outcome
    held: int
    slept: int = 0


def _answers(code: int, times: int, **headers: str) -> Callable[[SimulatedPole, str], None]:
    return lambda pole, path: pole.fail(path, status(code, **headers), times)


def _broken(pole: SimulatedPole, path: str) -> None:
    pole.documents[path].body += b"\n<> <broken"


WEATHER = {
    **{f"{code} passes": Weather(_answers(code, 2), Outcome.COMMITTED, 7, 2)
       for code in (408, 425, 429, 500, 502, 503, 504)},
    "Retry-After": Weather(_answers(429, 1, Retry_After="7"), Outcome.COMMITTED, 7, 1),
    "410 is an empty page": Weather(_answers(410, 9), Outcome.COMMITTED, 4),
    **{f"{code} aborts": Weather(_answers(code, 9), Outcome.FAILED, 0)
       for code in (400, 401, 403, 404, 501)},
    "503 stays": Weather(_answers(503, 99), Outcome.FAILED, 0, 2),
    "a broken page aborts": Weather(_broken, Outcome.FAILED, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", WEATHER)
def test_weather(pole: SimulatedPole, registry: Callable[..., Registry], name: str) -> None:
    row = WEATHER[name]
    stream = Stream(pole)
    stream.publish(*places(pole, 7))
    row.fault(pole, stream.page(1))
    node = registry(stream.path)
    done = node.harvest()
    assert done.outcome is row.outcome
    assert len(node.names()) == row.held
    waits = [wait for wait in node.slept if wait > 0]
    assert len(waits) >= row.slept
    if name == "Retry-After":
        assert 7 in waits


def test_an_abort_keeps_the_state_and_the_next_visit_goes_on_from_it(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 4))
    node = registry(stream.path)
    node.harvest()
    kept = node.kept().cursor
    stream.publish(*[place(pole, f"p{n:02d}") for n in range(5, 9)])
    pole.fail(stream.page(3), status(404), 1)
    assert node.harvest().outcome is Outcome.FAILED
    assert node.kept().cursor == kept
    assert node.names() == ALL
    assert node.harvest().report["counts"]["created"] == 4
    assert pole.asked(stream.page(1)) == 1


def _policy(text: str) -> str:
    return f"<> ldes:retentionPolicy [ {text} ] ."


DAYS = '"P30D"^^xsd:duration'
RETENTION = {
    "none": ("", True),
    "versionAmount": (_policy("ldes:versionAmount 1"), True),
    "versionDeleteDuration": (_policy(f"ldes:versionDeleteDuration {DAYS}"), True),
    "fullLog+versionAmount": (
        _policy(f"ldes:fullLogDuration {DAYS} ; ldes:versionAmount 1"), True),
    "fullLogDuration": (_policy(f"ldes:fullLogDuration {DAYS}"), False),
    "versionDuration": (_policy(f"ldes:versionDuration {DAYS}"), False),
    "startingFrom": (_policy('ldes:startingFrom "2026-01-01T00:00:00Z"^^xsd:dateTime'), False),
    "LatestVersionSubset": (_policy("a ldes:LatestVersionSubset ; ldes:amount 1"), True),
    "DurationAgoPolicy": (_policy(f"a ldes:DurationAgoPolicy ; tree:value {DAYS}"), False),
    "PointInTimePolicy": (
        _policy('a ldes:PointInTimePolicy ; ldes:pointInTime "2026-01-01T00:00:00Z"^^xsd:dateTime'),
        False),
    "in the view description": (
        f"<> tree:viewDescription [ {_policy(f'ldes:fullLogDuration {DAYS}')[3:-2]} ] .", False),
}  # fmt: skip


@pytest.mark.parametrize("name", RETENTION)
def test_retention(pole: SimulatedPole, registry: Callable[..., Registry], name: str) -> None:
    """Only a stream that keeps every live record may say, by silence, that a record is gone.

    Seen through a second first visit: the stream was moved, and no longer has p01.
    """
    text, keeps_all = RETENTION[name]
    before = Stream(pole)
    before.publish(*places(pole, 4))
    node = registry(before.path)
    node.harvest()
    moved = Stream(pole, path="/moved")
    moved.extra_root = text
    moved.publish(*places(pole, 4)[1:])
    node.ledger.put_source(replace(node.source, url=moved.url))
    node.harvest()
    assert node.names() == (ALL[1:] if keeps_all else ALL)


def test_members_once_only_though_several_pages_list_them(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole, page_size=2, totals=True)
    stream.publish(*places(pole, 4))
    pole.documents[stream.page(2)].body += pole.documents[stream.page(1)].body
    done = registry(stream.path).harvest()
    assert done.report["counts"]["arrived"] == 4
    assert done.report["counted"] == 4


def test_pages_in_any_order(pole: SimulatedPole, registry: Callable[..., Registry]) -> None:
    """The newest page comes first: the last version wins by its time, not by its place."""
    stream = Stream(pole, page_size=1)
    record, newer = place(pole, "p01"), place(pole, "p01", nom="Renommé")
    stream.publish(record, newer)
    pole.documents[stream.path].body = (
        stream._root(0).encode()
        + (
            f"<{stream.path}> tree:relation [ tree:node <{stream.page(2)}> ] , "
            f"[ tree:node <{stream.page(1)}> ] ."
        ).encode()
    )
    node = registry(stream.path)
    node.harvest()
    assert node.ledger.record(record.iri) == newer


def test_two_relations_to_one_page_are_one_request(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.publish(*places(pole, 3))
    window = "tree:path dct:created ; tree:value"
    stream.extra_root = (
        f"<{stream.path}> tree:relation [ a tree:GreaterThanOrEqualToRelation ; {window} 1 ; "
        f"tree:node <{stream.page(1)}> ] , [ a tree:LessThanRelation ; {window} 2 ; "
        f"tree:node <{stream.page(1)}> ] ."
    )
    stream.publish()
    assert registry(stream.path).harvest().outcome is Outcome.COMMITTED
    assert pole.asked(stream.page(1)) == 1


def test_a_transaction_over_pages_and_visits_enters_whole(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole, page_size=1)
    stream.extra_root = (
        "<#s> ldes:transactionPath med:transaction ; ldes:transactionFinalizedPath med:final ;"
        " ldes:transactionFinalizedObject true ."
    )
    plain = stream._member

    def member(seq: int, change: Change) -> str:
        name = f"<{stream.url}/v{seq}>"
        final = f"{name} med:final true ." if seq == 4 else ""
        inside = f'{name} med:transaction "t" .' if seq > 1 else ""
        return f"{plain(seq, change)}{inside}{final}\n"

    stream._member = member  # type: ignore[method-assign]
    node = registry(stream.path)
    seen = []
    for record in places(pole, 4):
        stream.publish(record)
        node.harvest()
        seen.append(len(node.names()))
    assert seen == [1, 1, 1, 4]
    assert node.harvest().outcome is Outcome.UNCHANGED


@pytest.mark.parametrize(
    ("limit", "value"), [("MAX_PAGES", 3), ("MAX_LINKS", 3), ("MAX_BYTES", 2_000)]
)
def test_a_stream_without_end_is_left(
    pole: SimulatedPole,
    registry: Callable[..., Registry],
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: int,
) -> None:
    """Pages, links of a page, and bytes are bounded; the real bounds only are larger."""
    monkeypatch.setattr(ldes, limit, value)
    stream = Stream(pole, page_size=1)
    stream.publish(*places(pole, 5))
    done = registry(stream.path).harvest()
    assert (done.outcome, done.report["error"]["code"]) == (Outcome.FAILED, "MED-H303")


@pytest.mark.parametrize(
    ("text", "asked_s"),
    [
        ("60", 60),
        ('"PT1M"^^xsd:dayTimeDuration', 60),
        ('"60"^^xsd:nonNegativeInteger', 60),
        ("99999999999", 604_800),
        ('"often"', 0),
    ],
)
def test_the_polling_interval_is_kept(
    pole: SimulatedPole, registry: Callable[..., Registry], text: str, asked_s: int
) -> None:
    stream = Stream(pole)
    stream.extra_root = f"<#s> ldes:pollingInterval {text} ."
    stream.publish(*places(pole, 3))
    node = registry(stream.path)
    node.harvest()
    assert node.kept().cursor.declared.polling_s == asked_s


@pytest.mark.parametrize(("asked_s", "visits"), [(0, 3), (3_600, 1)])
def test_the_schedule_leaves_a_stream_alone_as_long_as_it_asks(
    pole: SimulatedPole, registry: Callable[..., Registry], asked_s: int, visits: int
) -> None:
    stream = Stream(pole)
    stream.extra_root = f"<> ldes:pollingInterval {asked_s} ."
    stream.publish(*places(pole, 3))
    node = registry(stream.path)
    node.ledger.put_source(replace(node.source, every_s=1))
    seen = threading.Semaphore(0)
    with Schedule(node.ledger, lambda _: seen.release(), first_delay_s=0):
        came = [seen.acquire(timeout=2.6) for _ in range(visits + (asked_s > 0))]
    assert came.count(True) == visits
