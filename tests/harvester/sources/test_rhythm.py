"""What a source declares about time is read, kept whoever reads it, and judges it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from registry.ledger.cursor import Rhythm
from registry.ledger.options import SourceOptions
from registry.sources.health import health_of
from registry.sources.rhythm import seconds_of
from tests.harvester.conftest import NOW, Registry
from tests.simulator import SimulatedPole, Stream, places

DAY_S = 86_400
EU = "http://publications.europa.eu/resource/authority/frequency/"
FREQUENCY = "<http://purl.org/dc/terms/accrualPeriodicity>"


def declared(node: Registry) -> Rhythm:
    return node.kept().cursor.declared


def late_after(node: Registry, days: float) -> bool:
    source, harvests = node.kept(), node.ledger.harvests("pole")
    return health_of(source, harvests, NOW + timedelta(days=days)).late


def test_a_stream_that_is_visited_as_it_asks_is_not_late(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.extra_root = f"<> ldes:pollingInterval {3 * DAY_S} ."
    stream.publish(*places(pole, 2))
    node = registry(stream.path)
    node.ledger.put_source(replace(node.source, every_s=DAY_S))
    node.harvest()
    assert not late_after(node, 5.9)
    assert late_after(node, 6.1)


def test_a_stream_declares_the_frequency_of_its_data(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.extra_root = f"<#s> {FREQUENCY} <{EU}DAILY> ."
    stream.publish(*places(pole, 2))
    node = registry(stream.path)
    for _ in range(2):
        node.harvest()
        assert declared(node) == Rhythm(0, DAY_S), "kept when nothing is new"
    stream.extra_root = ""
    stream.publish(*places(pole, 3))
    node.harvest()
    assert declared(node) == Rhythm()


def test_a_catalogue_declares_the_frequency_of_its_dataset(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    records = places(pole, 2)
    pole.put("/d.nt", "".join(r.body for r in records).encode(), "application/n-triples")

    def catalogue(frequency: str) -> None:
        pole.put("/c.ttl", f"""
            @prefix dcat: <http://www.w3.org/ns/dcat#> .
            <#d> dcat:distribution <#n> ; {FREQUENCY} <{EU}{frequency}> .
            <#other> {FREQUENCY} <{EU}ANNUAL> .
            <#n> dcat:downloadURL </d.nt> ; dcat:mediaType "application/n-triples" .
        """.encode(), "text/turtle")  # fmt: skip

    catalogue("WEEKLY")
    node = registry("/c.ttl", "dcat")
    for _ in range(2):
        node.harvest()
        assert declared(node) == Rhythm(0, 7 * DAY_S), "kept when the catalogue answers 304"
    assert not late_after(node, 13.9)
    assert late_after(node, 14.1)
    catalogue("IRREG")
    node.harvest()
    assert declared(node) == Rhythm()
    assert late_after(node, 2.1)


def test_what_is_declared_survives_what_is_missing(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    """The marks of vanished records live in the same cursor."""
    records = places(pole, 3)
    catalogue = f"""<#d> <http://www.w3.org/ns/dcat#distribution> <#n> ; {FREQUENCY} <{EU}DAILY> .
        <#n> <http://www.w3.org/ns/dcat#downloadURL> </d.nt> ."""
    pole.put("/c.ttl", catalogue.encode(), "text/turtle")
    node = registry("/c.ttl", "dcat")
    node.ledger.put_source(replace(node.source, options=SourceOptions(grace_days=7)))
    for count in (3, 2, 2):
        body = "".join(r.body for r in records[:count]).encode()
        pole.put("/d.nt", body, "application/n-triples")
        node.harvest()
        assert declared(node) == Rhythm(0, DAY_S)


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (f"{EU}DAILY", DAY_S),
        (f"{EU}ANNUAL", 365 * DAY_S),
        (EU.replace("http:", "https:") + "HOURLY", 3_600),
        (f"{EU}UPDATE_CONT", 0),
        (f"{EU}daily", 0),
        ("http://purl.org/cld/freq/daily", 0),
        ("DAILY", 0),
        ("", 0),
    ],
)
def test_the_table_of_frequencies(iri: str, expected: int) -> None:
    assert seconds_of(iri) == expected


def test_no_source_silences_itself_for_years(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    stream = Stream(pole)
    stream.extra_root = f"<#s> ldes:pollingInterval 99999999999 ; {FREQUENCY} <{EU}TRIDECENNIAL> ."
    stream.publish(*places(pole, 1))
    node = registry(stream.path)
    node.harvest()
    assert declared(node).polling_s == declared(node).interval_s == 7 * DAY_S
    assert late_after(node, 14.1)
