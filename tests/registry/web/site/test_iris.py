"""The IRIs that a live node gives to its own things lead somewhere, for people and machines."""

from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urldefrag, urlsplit

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient

from registry.node import pole_description
from registry.publish.publisher import publish
from registry.store.projected import Naming
from registry.web.app import create_app
from tests.registry.publish.test_record_pages import iris_of
from tests.registry.web.network_of_tests import (
    BASE_URL,
    SIMPLE,
    SmallNode,
    add_source,
    harvest,
    small_network,
)
from vocab.mapping import place_record
from vocab.namespaces import FOAF

if TYPE_CHECKING:
    from registry.node import Node

RDF_TYPES = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")
PUBLISHER = f"{BASE_URL}id/pole"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> SmallNode:
    """A registry with its feed."""
    node = small_network(tmp_path_factory.mktemp("iris"))
    publish(node.ledger, pole_description(node.config), node.publication)
    return node


@pytest.fixture
def reader(served: SmallNode) -> FlaskClient:
    return create_app(cast("Node", served)).test_client()


def path_of(iri: str) -> str:
    parts = urlsplit(iri)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def test_each_of_two_places_whose_ids_look_alike_has_its_address(tmp_path: Path) -> None:
    node = small_network(tmp_path)
    own = add_source(node, "own", f"{BASE_URL}id/")
    ids = ("a/b", "a%2Fb", "a%252Fb", "é", "%C3%A9")
    places = [place_record(SIMPLE | {"id": one, "nom": f"Lieu {one}"}, own) for one in ids]
    harvest(node, "own", places)
    client = create_app(cast("Node", node)).test_client()
    for one, place in zip(ids, places, strict=True):
        page = client.get(path_of(place.iri), follow_redirects=True)
        assert f"<h1>Lieu {one}" in page.text.replace("\u2011", "-"), one
    node.close()


def test_e5_every_iri_that_a_registry_publishes_leads_somewhere(
    reader: FlaskClient, served: SmallNode
) -> None:
    iris = iris_of(served.publication, BASE_URL)
    naming = Naming(BASE_URL)
    iris |= {naming.source(source.slug) for source in served.ledger.sources()}
    iris |= {naming.harvest(harvest.id) for harvest in served.ledger.harvests()}
    iris |= {resource.iri for resource in served.index.resources() if BASE_URL in resource.iri}
    iris |= {f"{BASE_URL}id/", PUBLISHER, naming.harvests_graph}
    for form in (".ttl", ".jsonld", ".rdf"):  # and what those say themselves
        for iri in sorted(iris):
            if "/source/" in iri or "/harvest/" in iri:
                text = reader.get(path_of(iri) + form).data
                iris |= iris_in(text, form)
    found = {iri: reader.get(path_of(iri), follow_redirects=True).status_code for iri in iris}
    withdrawn = {iri for iri, status in found.items() if status == 410}
    assert {iri for iri, status in found.items() if status not in {200, 410}} == set()
    assert withdrawn == {f"{BASE_URL}id/place/retir%C3%A9"}
    assert len(found) > 20


def iris_in(document: bytes, form: str) -> set[str]:
    formats = {".ttl": "turtle", ".jsonld": "json-ld", ".rdf": "xml"}
    graph = rdflib.Graph().parse(data=document, format=formats[form])
    terms = {str(term) for triple in graph for term in triple if isinstance(term, rdflib.URIRef)}
    return {urldefrag(term).url for term in terms if term.startswith(BASE_URL)}


@pytest.mark.parametrize("media_type", RDF_TYPES)
def test_e5_the_publisher_of_a_registry_is_described(
    client: FlaskClient, node: SmallNode, media_type: str
) -> None:
    answer = client.get(path_of(PUBLISHER), headers={"Accept": media_type})
    assert answer.status_code == 200
    form = ox.RdfFormat.from_media_type(media_type)
    assert form is not None
    quads = list(ox.parse(answer.data, format=form))
    names = {quad.object.value for quad in quads if quad.predicate.value == f"{FOAF}name"}
    assert names == {node.config.title}
    assert {quad.subject.value for quad in quads} == {PUBLISHER}


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/id/pole", "/a-propos"),
        ("/en/id/pole", "/en/a-propos"),
        ("/id/", "/"),
        ("/en/id/", "/en/"),
    ],
)
def test_e5_people_are_led_to_a_page(client: FlaskClient, path: str, target: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"]) == (303, target)
    assert client.get(target).status_code == 200


@pytest.mark.parametrize("local_id", ["café", "a/b", "n° 1", "a&b='", "a:b", "50%", "é.ttl"])
def test_e5_an_iri_is_found_however_it_is_encoded(
    client: FlaskClient, node: SmallNode, local_id: str
) -> None:
    pole = add_source(node, "zinc", f"{BASE_URL}id/")
    record = place_record(SIMPLE | {"id": local_id}, pole)
    harvest(node, "zinc", [record])
    answer = client.get(path_of(record.iri))
    assert answer.status_code == 303
    shown = client.get(answer.headers["Location"])
    assert shown.status_code == 200
    assert "France services d’Arles" in shown.text
    described = client.get(path_of(record.iri), headers={"Accept": "text/turtle"})
    assert described.status_code == 303


@pytest.mark.parametrize("path", ["/id/pole2", "/id/pol", "/id/place/none", "/id/pole/x"])
def test_e5_what_nobody_named_stays_unknown(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_e5_a_pole_that_describes_itself_keeps_its_own_page(visitor: FlaskClient) -> None:
    answer = visitor.get("/id/pole")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/pole/zinc/pole")


def test_e5_a_node_asked_for_no_iri_says_what_to_ask(client: FlaskClient, tmp_path: Path) -> None:
    assert client.get("/id").status_code == 400


def test_e5_the_graph_of_harvests_is_a_graph(client: FlaskClient) -> None:
    path = path_of(Naming(BASE_URL).harvests_graph)
    people = client.get(path)
    assert (people.status_code, people.headers["Location"]) == (303, "/moissons")
    machines = client.get(path, headers={"Accept": "text/turtle"})
    assert machines.status_code == 303
    where = urlsplit(machines.headers["Location"])
    assert (where.path, where.query) == ("/sparql", f"graph={BASE_URL}graph/harvests")
