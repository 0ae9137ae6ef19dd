"""The IRIs that SPARQL gives for sources and harvests lead somewhere."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import rdflib
from flask.testing import FlaskClient

from registry.ledger.options import SourceOptions
from registry.store.projected import Naming
from tests.registry.web.network_of_tests import BASE_URL, NOON, SmallNode
from vocab.namespaces import DCT, PROV, VOID

NAMING = Naming(BASE_URL)
SPACE = "https://elsewhere.example/id/"


def path_of(iri: str) -> str:
    assert iri.startswith(BASE_URL)
    return urlsplit(iri).path


def described(client: FlaskClient, iri: str, accept: str = "text/turtle") -> rdflib.Graph:
    answer = client.get(path_of(iri), headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.content_type.startswith(accept)
    return rdflib.Graph().parse(data=answer.get_data(), format=accept)


def test_every_source_of_a_record_is_described(visitor: FlaskClient, network: SmallNode) -> None:
    for source in network.ledger.sources():
        iri = NAMING.source(source.slug)
        graph = described(visitor, iri)
        subject = rdflib.URIRef(iri)
        assert (subject, rdflib.RDF.type, rdflib.URIRef(f"{VOID}Dataset")) in graph
        spaces = {str(o) for o in graph.objects(subject, rdflib.URIRef(f"{VOID}uriSpace"))}
        assert spaces == set(source.namespaces)
        assert graph.value(subject, rdflib.URIRef(f"{DCT}modified")) is not None
        shown = visitor.get(path_of(iri))
        assert shown.status_code == 303
        page, _, anchor = shown.headers["Location"].partition("#")
        assert f'id="{anchor}"' in visitor.get(page).get_data(as_text=True)


@pytest.mark.parametrize("form", [".ttl", ".jsonld", ".nt", ".rdf", ".json"])
def test_every_form(visitor: FlaskClient, form: str) -> None:
    answer = visitor.get(f"/source/zinc{form}")
    assert answer.status_code == 200
    assert b"source/zinc" in answer.get_data()
    assert visitor.get(f"/harvest/1{form}").status_code == 200


def test_a_harvest_says_what_sparql_says(visitor: FlaskClient, network: SmallNode) -> None:
    (harvest, *_) = network.ledger.harvests(None, 1)
    iri = NAMING.harvest(harvest.id)
    graph = described(visitor, iri, "application/n-triples")
    lines = {line for line in graph.serialize(format="nt").splitlines() if line}
    assert lines == set(NAMING.harvest_lines(harvest))
    shown = visitor.get(f"/en{path_of(iri)}")
    assert (shown.status_code, shown.headers["Location"]) == (303, f"/en/moissons/{harvest.id}")


def test_what_a_relay_passes_on_is_derived_from_its_origin(
    client: FlaskClient, node: SmallNode
) -> None:
    source = node.ledger.source("ping")
    assert source is not None
    options = SourceOptions(relays=(SPACE,))
    spaces = (*source.namespaces, SPACE)
    node.ledger.put_source(replace(source, namespaces=spaces, options=options))
    graph = described(client, NAMING.source("ping"))
    derived = graph.objects(
        rdflib.URIRef(NAMING.source("ping")), rdflib.URIRef(f"{PROV}wasDerivedFrom")
    )
    assert [str(iri) for iri in derived] == [SPACE]


@pytest.mark.parametrize(
    "path",
    ["/source/nobody", "/source/nobody.ttl", "/harvest/999999", "/harvest/0", "/harvest/x",
     "/harvest/²", "/harvest/99999999999999999999", "/harvest/-1.ttl", "/source/%3Cscript%3E"],
)  # fmt: skip
def test_what_nobody_named_is_not_found(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_a_source_that_was_removed_is_gone(client: FlaskClient, node: SmallNode) -> None:
    assert client.get("/source/ping").status_code == 303
    node.ledger.remove_source("ping", now=NOON)
    assert client.get("/source/ping").status_code == 410


def test_the_pole_is_the_publisher(visitor: FlaskClient, network: SmallNode) -> None:
    own = next(network.index.resources("Pole", "zinc"))
    graph = described(visitor, NAMING.source("zinc"))
    publisher = graph.value(rdflib.URIRef(NAMING.source("zinc")), rdflib.URIRef(f"{DCT}publisher"))
    assert str(publisher) == own.iri
