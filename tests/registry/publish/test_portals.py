"""What the portals that read the catalogue make of it: udata, CKAN, European portals."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import DCAT, DCTERMS, FOAF, RDF, XSD, Graph, Literal, Namespace, URIRef

from registry.node import pole_description
from registry.publish.catalog import WRITERS
from registry.publish.distributions import known_licence
from registry.publish.pole import PoleDescription, pole_record
from registry.publish.publisher import publish
from registry.settings.config import Config, Pole
from tests.conftest import ROOT
from tests.registry.publish.feed_samples import POLE, MemoryLog, place
from vocab.namespaces import expand

SHAPES = ROOT / "tests" / "data" / "dcat-ap"
SPDX = Namespace("http://spdx.org/rdf/terms#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
PLURAL = URIRef(f"{DCAT}distributions")
EU = "http://publications.europa.eu/resource/authority/"
IANA = "https://www.iana.org/assignments/media-types/"
FORMATS = {"catalog.ttl": "turtle", "catalog.jsonld": "json-ld", "catalog.rdf": "xml"}
BARE = PoleDescription(
    "Registre", slug="r", namespace="https://r.example/id/", feed_url="https://r.example/feed/"
)
NASTY = replace(
    POLE, name='É " \\ <x> \u2028 🎈 \U00020000 #%{}', licence="https://l.example/é?a=é"
)
PUBLISHERS = {
    "a pole": POLE,
    "a registry without a pole": BARE,
    "overseas": replace(POLE, departements=("974", "2A", "987")),
    "a name of all kinds of characters": NASTY,
    "a licence of Creative Commons": replace(
        POLE, licence="https://creativecommons.org/licenses/by/4.0/"
    ),
}


@cache
def published(name: str, folder: Path) -> Path:
    """The feed of a publisher with forty places, made once."""
    log = MemoryLog()
    log.put(pole_record(PUBLISHERS[name]))
    for number in range(40):
        log.put(place(number))
    publish(log, PUBLISHERS[name], folder / name)
    return folder / name


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portals")


def catalogue(folder: Path, name: str = "catalog.ttl") -> Graph:
    return Graph().parse(folder / name, format=FORMATS[name])


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_e1_each_digest_is_told_by_the_standard_and_as_a_portal_can_keep_it(
    root: Path, publisher: str
) -> None:
    folder = published(publisher, root)
    files = {
        file["path"]: file["sha256"]
        for file in json.loads((folder / "manifest.json").read_bytes())["files"]
        if file["path"].startswith("dumps/")
    }
    feed_url = PUBLISHERS[publisher].feed_url
    for form in FORMATS:
        graph = catalogue(folder, form)
        dataset = graph.value(None, RDF.type, DCAT.Dataset)
        for told_by, datatype in ((DCAT.distribution, XSD.hexBinary), (PLURAL, None)):
            digests = {}
            for node in graph.objects(dataset, told_by):
                digest = graph.value(graph.value(node, SPDX.checksum), SPDX.checksumValue)
                if digest is not None:
                    assert isinstance(digest, Literal)
                    assert digest.datatype == datatype
                    url = str(graph.value(node, DCAT.downloadURL)).removeprefix(feed_url)
                    digests[url] = str(digest)
            assert digests == files, (form, told_by)


def test_e1_the_twins_are_no_distributions_for_those_who_read_the_standard(root: Path) -> None:
    graph = catalogue(published("a pole", root))
    twins = set(graph.objects(None, PLURAL))
    assert len(twins) == 6
    assert not any(graph.value(twin, RDF.type) for twin in twins)
    assert not twins & set(graph.objects(None, DCAT.distribution))
    for twin in twins:  # what a portal reads last replaces what it had: nothing may be missing
        for said in (DCTERMS.title, DCTERMS.format, DCTERMS.license, DCAT.byteSize, DCAT.mediaType):
            assert graph.value(twin, said, any=True) is not None


@pytest.mark.parametrize(
    ("changes", "email", "page"),
    [
        ({}, "mailto:contact@ping.example", "https://ping.example/"),
        ({"contact_email": ""}, None, "https://ping.example/"),
        ({"homepage": ""}, "mailto:contact@ping.example", f"{POLE.feed_url}index.html"),
        ({"homepage": "", "contact_email": ""}, None, f"{POLE.feed_url}index.html"),
    ],
)
def test_e1_a_contact_can_always_be_reached(
    tmp_path: Path, changes: dict[str, str], email: str | None, page: str
) -> None:
    publish(MemoryLog(), replace(POLE, **changes), tmp_path)  # type: ignore[arg-type]  # text settings
    graph = catalogue(tmp_path)
    contact = graph.value(None, RDF.type, VCARD.Kind)
    assert str(graph.value(contact, VCARD.fn)) == POLE.name
    assert graph.value(contact, VCARD.hasEmail) == (email and URIRef(email))
    assert graph.value(contact, VCARD.hasURL) == URIRef(page)


@pytest.mark.parametrize(
    ("contact", "own", "expected"),
    [
        ("tech@r.example", "", "tech@r.example"),
        ("tech@r.example", "info@r.example", "info@r.example"),
        ("https://r.example/contact", "", ""),
        ("tech@r.example, other@r.example", "", ""),
        ("", "", ""),
    ],
)
def test_e1_a_node_that_names_no_contact_gives_the_one_it_browses_under(
    tmp_path: Path, contact: str, own: str, expected: str
) -> None:
    pole = Pole("R", contact_email=own) if own else None
    config = Config(data=tmp_path, contact=contact, namespace="https://r.example/id/", pole=pole)
    assert pole_description(config).contact_email == expected


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_e2_a_client_that_takes_text_for_latin_1_reads_the_right_words(
    root: Path, publisher: str
) -> None:
    folder = published(publisher, root)
    name = Literal(PUBLISHERS[publisher].name, lang="fr")
    for form in (*WRITERS, "stream.trig", "dumps/places.ttl"):
        assert (folder / form).read_bytes().isascii(), form
    for form, parser in FORMATS.items():
        text = (folder / form).read_bytes().decode("latin-1")
        graph = Graph().parse(data=text, format=parser)
        assert name in set(graph.objects(None, FOAF.name)), form
    stream = ox.parse((folder / "stream.trig").read_bytes(), format=ox.RdfFormat.TRIG,
                      base_iri=PUBLISHERS[publisher].feed_url)  # fmt: skip
    names = {quad.object.value for quad in stream if quad.predicate.value == expand("foaf:name")}
    assert names == {PUBLISHERS[publisher].name}


def test_e2_the_turtle_dump_holds_what_the_others_hold(root: Path) -> None:
    folder = published("a pole", root) / "dumps"
    turtle = {quad.triple for quad in ox.parse((folder / "places.ttl").read_bytes(),
                                              format=ox.RdfFormat.TURTLE)}  # fmt: skip
    other = {quad.triple for quad in ox.parse((folder / "places.jsonld").read_bytes(),
                                             format=ox.RdfFormat.JSON_LD)}  # fmt: skip
    assert turtle == other
    assert any("É" in str(triple) for triple in turtle)


@cache
def shapes(name: str) -> Graph:
    return Graph().parse(SHAPES / name)


@pytest.mark.parametrize("name", sorted(path.name for path in SHAPES.glob("*.ttl")))
def test_e10_the_catalogue_keeps_the_shapes_of_dcat_ap(root: Path, name: str) -> None:
    graph = Graph()
    for publisher in PUBLISHERS:
        graph += _apart(catalogue(published(publisher, root)), publisher)
    conforms, _, text = pyshacl.validate(graph, shacl_graph=shapes(name))
    assert conforms, text
    bad = graph - Graph()
    for digest in list(bad.subjects(RDF.type, SPDX.Checksum)):
        bad.remove((digest, SPDX.checksumValue, None))
    assert name == "html_shacl_range.ttl" or not pyshacl.validate(bad, shacl_graph=shapes(name))[0]


def _apart(graph: Graph, publisher: str) -> Graph:
    """The catalogue under addresses of its own, so that several stand in one graph."""
    feed_url = PUBLISHERS[publisher].feed_url
    number = list(PUBLISHERS).index(publisher)
    text = graph.serialize(format="nt").replace(f"<{feed_url}", f"<https://{number}.example/")
    return Graph().parse(data=text, format="nt")


def test_e10_an_empty_catalogue_keeps_them_too(tmp_path: Path) -> None:
    publish(MemoryLog(), BARE, tmp_path)
    conforms, _, text = pyshacl.validate(
        catalogue(tmp_path), shacl_graph=shapes("html_shacl_shapes.ttl")
    )
    assert conforms, text


@pytest.mark.parametrize("form", FORMATS)
def test_e10_the_period_is_told_in_place(root: Path, form: str) -> None:
    graph = catalogue(published("a pole", root), form)
    period = graph.value(graph.value(None, RDF.type, DCAT.Dataset), DCTERMS.temporal)
    assert isinstance(period, rdflib.BNode)
    assert (period, RDF.type, DCTERMS.PeriodOfTime) in graph
    start, end = graph.value(period, DCAT.startDate), graph.value(period, DCAT.endDate)
    assert isinstance(start, Literal)
    assert isinstance(end, Literal)
    assert start.toPython() < end.toPython()


def points(graph: Graph, dataset: URIRef, form: URIRef) -> dict[str, int]:
    """The points of a dataset and one of its forms by the European Metadata Quality Assessment.

    What depends on the answer of an address is counted where there is an address: that each of
    them answers is tested on a server.
    """

    def starts(node: URIRef, said: URIRef, space: str) -> bool:
        return str(graph.value(node, said) or "").startswith(space)

    def has(node: URIRef, *said: URIRef) -> bool:
        return all(graph.value(node, one, any=True) is not None for one in said)

    opened = {"CSV", "GEOJSON", "JSON_LD", "RDF_N_TRIPLES", "RDF_TRIG", "RDF_TURTLE"}
    file_type = str(graph.value(form, DCTERMS.format)).rpartition("/")[2]
    listed = starts(form, DCTERMS.format, f"{EU}file-type/") and starts(form, DCAT.mediaType, IANA)
    return {
        "keyword": 30 * has(dataset, DCAT.keyword),
        "theme": 30 * has(dataset, DCAT.theme),
        "spatial": 20 * has(dataset, DCTERMS.spatial),
        "temporal": 20 * has(dataset, DCTERMS.temporal),
        "accessURL": 50 * has(form, DCAT.accessURL),
        "downloadURL": 50 * has(form, DCAT.downloadURL),
        "format": 20 * has(form, DCTERMS.format),
        "mediaType": 10 * has(form, DCAT.mediaType),
        "listed": 10 * listed,
        "open and machine-readable": 40 * (file_type in opened),
        "shapes": 30,
        "licence": 20 * has(form, DCTERMS.license),
        "listed licence": 10 * starts(form, DCTERMS.license, f"{EU}licence/"),
        "accessRights": 10 * has(dataset, DCTERMS.accessRights),
        "listed accessRights": 5 * starts(dataset, DCTERMS.accessRights, f"{EU}access-right/"),
        "contactPoint": 20 * has(dataset, DCAT.contactPoint),
        "publisher": 10 * has(dataset, DCTERMS.publisher),
        "rights": 5 * has(form, DCTERMS.rights),
        "byteSize": 5 * has(form, DCAT.byteSize),
        "issued": 5 * (has(dataset, DCTERMS.issued) and has(form, DCTERMS.issued)),
        "modified": 5 * (has(dataset, DCTERMS.modified) and has(form, DCTERMS.modified)),
    }


@pytest.mark.parametrize("publisher", ["a pole", "a registry without a pole", "overseas"])
def test_e10_every_form_has_all_points_of_the_european_assessment(
    root: Path, publisher: str
) -> None:
    graph = catalogue(published(publisher, root))
    dataset = graph.value(None, RDF.type, DCAT.Dataset)
    assert isinstance(dataset, URIRef)
    forms = list(graph.objects(dataset, DCAT.distribution))
    assert len(forms) == 7
    for form in forms:
        assert isinstance(form, URIRef)
        found = points(graph, dataset, form)
        assert sum(found.values()) == 405, found


@pytest.mark.parametrize(
    ("licence", "code"),
    [
        ("https://www.etalab.gouv.fr/licence-ouverte-open-licence", "ETALAB_2_0"),
        ("https://www.etalab.gouv.fr/licence-ouverte-open-licence/", "ETALAB_2_0"),
        ("http://creativecommons.org/licenses/by-sa/4.0/", "CC_BYSA_4_0"),
        ("https://opendatacommons.org/licenses/odbl/1-0/", "ODC_BL"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0"),
    ],
)
def test_e10_a_known_licence_goes_by_the_name_of_the_european_list(licence: str, code: str) -> None:
    assert known_licence(licence) == f"{EU}licence/{code}"


@pytest.mark.parametrize(
    "licence", ["https://creativecommons.org/licenses/by/3.0/", f"{EU}licence/CC0", "urn:x"]
)
def test_e10_any_other_licence_keeps_its_own_name(licence: str) -> None:
    assert known_licence(licence) == licence
