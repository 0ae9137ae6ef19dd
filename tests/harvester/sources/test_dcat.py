"""Catalogues over real HTTP: the best form is taken, followed when it moves, and explained."""

import gzip
from collections.abc import Callable

import pytest

from registry.ledger.types import Outcome
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole, Stream, place, places, status
from vocab.records import Record

CATALOGUE = "/catalog.ttl"
PREFIXES = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix void: <http://rdfs.org/ns/void#> .
@prefix media: <https://www.iana.org/assignments/media-types/> .
@prefix type: <http://publications.europa.eu/resource/authority/file-type/> .
"""
FORMS = {
    "stream": "[ dcat:accessURL </ldes> ; dct:conformsTo <https://w3id.org/ldes/specification> ]",
    "packed": "[ dcat:downloadURL </d.nt.gz> ; dcat:mediaType media:application\\/n-triples ; "
    "dcat:compressFormat media:application\\/gzip ]",
    "turtle": "[ dcat:accessURL </d> ; dct:format type:RDF_TURTLE ]",
    "csv": '[ dcat:downloadURL </d.csv> ; dcat:mediaType "text/csv; charset=utf-8" ]',
    "json": "[ dcat:downloadURL </d.json> ]",
    "pdf": "[ dcat:downloadURL </d.pdf> ; dcat:mediaType media:application\\/pdf ]",
    "ftp": "[ dcat:downloadURL <ftp://x.example/d.nt.gz> ]",
}
ADDRESSES = {
    "stream": "/ldes", "packed": "/d.nt.gz", "turtle": "/d", "csv": "/d.csv", "json": "/d.json",
}  # fmt: skip
Tables = Callable[..., Registry]


def catalogue(*names: str, dataset: str = "#d", more: str = "") -> str:
    listed = " , ".join(FORMS[name] for name in names)
    return f"{PREFIXES} <{dataset}> a dcat:Dataset ; dcat:distribution {listed} . {more}"


def body_of(records: list[Record]) -> bytes:
    return "".join(record.body for record in records).encode()


@pytest.fixture
def offered(pole: SimulatedPole) -> SimulatedPole:
    """A pole that serves three places in every form."""
    Stream(pole).publish(*places(pole, 3))
    pole.put("/d.nt.gz", gzip.compress(body_of(places(pole, 3))), "application/gzip")
    pole.put("/d", body_of(places(pole, 3)), "text/turtle")
    line = (
        "{};Lieu {};Reims;51100;51454;1 rue de Vesle;Aide aux démarches administratives;2026-01-31"
    )
    head = "id;nom;commune;code_postal;code_insee;adresse;services;date_maj"
    ids = ("p01", "p02", "p03")
    pole.put("/d.csv", "\n".join([head, *(line.format(i, i) for i in ids)]), "text/csv")
    return pole


def harvested(pole: SimulatedPole, tables: Tables, *names: str) -> Registry:
    pole.put(CATALOGUE, catalogue(*names))
    registry = tables(CATALOGUE, "dcat")
    assert registry.harvest().outcome is Outcome.COMMITTED
    return registry


@pytest.mark.parametrize(
    "names",
    [
        ("csv", "turtle", "packed", "stream"),
        ("csv", "turtle", "packed"),
        ("csv", "turtle"),
        ("json", "csv"),
    ],
)
def test_the_best_form_is_taken_and_the_choice_is_told(
    offered: SimulatedPole, tables: Tables, names: tuple[str, ...]
) -> None:
    offered.put(CATALOGUE, catalogue(*names, "pdf", "ftp"))
    registry = tables(CATALOGUE, "dcat")
    done = registry.harvest()
    assert registry.names() == ["p01", "p02", "p03"]
    (told,) = [found for found in done.report["findings"] if found["code"] == "MED-H510"]
    best, *others = (offered.url(ADDRESSES[name]) for name in reversed(names))
    assert f"the harvest took {best} (" in told["message_en"]
    assert all(other in told["message_fr"].partition("Autres accès")[2] for other in others)
    assert "pdf" not in told["message_en"]
    assert registry.ledger.verify() == []


@pytest.mark.parametrize("name", ["stream", "packed", "csv"])
def test_nothing_new_costs_two_conditional_requests(
    offered: SimulatedPole, tables: Tables, name: str
) -> None:
    registry = harvested(offered, tables, name)
    registry.harvest()  # a stream's root is read once more before it is known by its validators
    offered.requests.clear()
    assert registry.harvest().outcome is Outcome.UNCHANGED
    assert {request.status for request in offered.requests} == {304}
    assert offered.asked(CATALOGUE) == 1


def test_a_dump_that_moves_is_followed(offered: SimulatedPole, tables: Tables) -> None:
    registry = harvested(offered, tables, "packed")
    now = [*places(offered, 2), place(offered, "p09")]
    offered.put("/2026-02.nt.gz", gzip.compress(body_of(now)), "application/gzip")
    offered.fail("/d.nt.gz", status(404))
    offered.put(CATALOGUE, catalogue("packed").replace("/d.nt.gz", "/2026-02.nt.gz"))
    assert registry.harvest().outcome is Outcome.COMMITTED
    assert registry.names() == ["p01", "p02", "p09"]


def test_a_catalogue_of_several_pages_is_read_whole(offered: SimulatedPole, tables: Tables) -> None:
    more = "<> hydra:next </page2> ."
    offered.put(CATALOGUE, catalogue("pdf", dataset="/d#it", more=more))
    offered.put("/page2", catalogue("packed", dataset="/d#it"))
    registry = tables(CATALOGUE, "dcat")
    assert registry.harvest().report["counts"]["created"] == 3


CKAN = """[] a hydra:PagedCollection ; hydra:totalItems 2 ; hydra:itemsPerPage 1 ;
    hydra:firstPage "{page1}" ; hydra:lastPage "{page2}" ; hydra:nextPage "{page2}" ."""


def test_b1_a_ckan_catalogue_is_read_to_its_second_page(
    offered: SimulatedPole, tables: Tables
) -> None:
    page1, page2 = (offered.url(f"{CATALOGUE}?page={number}") for number in (1, 2))
    paging = CKAN.replace("{page1}", page1).replace("{page2}", page2)
    offered.put(CATALOGUE, catalogue("pdf", dataset="/d#other", more=paging))
    last = paging.replace("nextPage", "previousPage")
    offered.put(f"{CATALOGUE}?page=2", catalogue("packed", dataset="/d#it", more=last))
    registry = tables(CATALOGUE, "dcat")
    report = registry.harvest().report
    assert report["counts"]["created"] == 3
    assert report["full"]


def test_b1_a_catalogue_with_an_unread_page_deletes_nothing(
    offered: SimulatedPole, tables: Tables
) -> None:
    offered.put(CATALOGUE, catalogue("packed", more="<> hydra:next <urn:2> ."))
    report = tables(CATALOGUE, "dcat").harvest().report
    assert "MED-H223" in {group["code"] for group in report["findings"]}
    assert not report["full"]


def test_one_of_several_datasets_has_to_be_named(offered: SimulatedPole, tables: Tables) -> None:
    two = catalogue("packed", dataset="/a") + catalogue("csv", dataset="/b")
    offered.put(CATALOGUE, two)
    done = tables(CATALOGUE, "dcat").harvest()
    assert done.report["error"]["code"] == "MED-H512"
    assert f"{offered.url('/a')}, {offered.url('/b')}" in done.report["error"]["message_fr"]
    named = tables(CATALOGUE, "dcat", dataset=offered.url("/b"))
    assert named.harvest().outcome is Outcome.COMMITTED
    assert named.names() == ["p01", "p02", "p03"]


BROKEN = {
    "nothing to read": (catalogue("pdf", "ftp"), "MED-H511"),
    "no RDF": ("no RDF", "MED-H200"),
    "a page": ("<html>", "MED-H219"),
    "pages elsewhere": (
        catalogue("packed", more="<> hydra:next <http://192.0.2.1/page2> ."), "MED-H302",
    ),
    "a private address of a service": (
        catalogue("packed").replace("</d.nt.gz>", "<http://169.254.169.254/d.nt.gz>"), "MED-H101",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_catalogue_that_will_not_do_changes_nothing(
    offered: SimulatedPole, tables: Tables, name: str
) -> None:
    registry = harvested(offered, tables, "packed")
    text, code = BROKEN[name]
    offered.put(CATALOGUE, text)
    done = registry.harvest()
    assert (done.outcome, done.report["error"]["code"]) == (Outcome.FAILED, code)
    assert registry.names() == ["p01", "p02", "p03"]


def test_endless_pages_are_bounded(offered: SimulatedPole, tables: Tables) -> None:
    for number in range(60):
        text = f"{PREFIXES} <> hydra:next </c{number + 1}> ."
        offered.put(f"/c{number}", text)
    done = tables("/c0", "dcat").harvest()
    assert done.report["error"]["code"] == "MED-H303"
    assert len(offered.requests) == 50
