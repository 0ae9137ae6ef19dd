"""Some fifty ways of speaking in another pole's name: its record stays as it was, in every answer.

Two real poles over HTTP, one real node. The victim's record is compared in the ledger, in the
store and, through ``verify``, in the search index, after each try; the report says what was wrong.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from registry.ledger.types import Outcome, Source
from registry.node import Node
from registry.settings.config import Config
from tests.harvester.conftest import Registry
from tests.simulator import PREFIXES, SimulatedPole, redirect
from vocab.mapping import PoleIdentity, place_record
from vocab.records import Record

ZINC = "https://zinc.example/id/"
EVIL = "https://zinc.example/id-evil/"
MED = "https://w3id.org/mediation-numerique/ns#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OWL_SAME = "http://www.w3.org/2002/07/owl#sameAs"
VICTIM = f"{ZINC}place/1"
HELD = f"SELECT ?g ?p ?o {{ GRAPH ?g {{ <{VICTIM}> ?p ?o }} }} ORDER BY ?g ?p ?o"


def record(space: str, local: str, name: str) -> Record:
    values = {
        "id": local, "nom": name, "commune": "Reims", "code_postal": "51100",
        "code_insee": "51454", "adresse": "1 rue de Vesle", "date_maj": "2026-01-31",
        "services": "Aide aux démarches administratives",
    }  # fmt: skip
    return place_record(values, PoleIdentity("p", space, f"{space}pole"))


TRUE, OWN = record(ZINC, "1", "Vrai lieu"), record(EVIL, "1", "Mon lieu")
FORGED = record(ZINC, "1", "Faux lieu").body
OTHER_SPELLINGS = {
    "the very IRI": VICTIM,
    "scheme in capitals": "HTTPS://zinc.example/id/place/1",
    "host in capitals": "https://ZINC.example/id/place/1",
    "default port": "https://zinc.example:443/id/place/1",
    "empty port": "https://zinc.example:/id/place/1",
    "another scheme": "http://zinc.example/id/place/1",
    "unreserved encoded": "https://zinc.example/id/%70lace/1",
    "slash encoded": "https://zinc.example/id%2Fplace/1",
    "host encoded": "https://%7Ainc.example/id/place/1",
    "dot segments": "https://zinc.example/id-evil/../id/place/1",
    "dot segments encoded": "https://zinc.example/id-evil/%2e%2e/id/place/1",
    "one dot": "https://zinc.example/./id/place/1",
    "host with a last dot": "https://zinc.example./id/place/1",
    "user in front": "https://zinc.example/id-evil/@zinc.example/../../id/place/1",
    "userinfo": "https://evil@zinc.example/id/place/1",
    "fullwidth host": "https://\uff5ainc.example/id/place/1",
    "Cyrillic host": "https://zin\u0441.example/id/place/1",
    "punycode host": "https://xn--zin-5cd.example/id/place/1",
    "fragment": f"{VICTIM}#address",
    "query": f"{VICTIM}?v=2",
    "double slash": "https://zinc.example//id/place/1",
    "prefix without its slash": "https://zinc.example/id-evilplace/1",
}
VERSION = f"""{PREFIXES}<#s> a ldes:EventStream ; tree:view <> ; ldes:timestampPath dct:created ;
  ldes:sequencePath med:ledgerSequence ; ldes:versionOfPath dct:isVersionOf ;
  ldes:versionDeleteObject as:Delete ; hydra:totalItems 1 ; tree:member <#m> . <> a tree:Node .
<#m> a as:KIND ; dct:isVersionOf <{VICTIM}> ; dct:created "2030-01-01T00:00:00Z"^^xsd:dateTime ;
  med:ledgerSequence 9 .
"""
TRIG, TURTLE, NT = "application/trig", "text/turtle", "application/n-triples"
XML, JSONLD = "application/rdf+xml", "application/ld+json"
QUADS = "application/n-quads"
HEAD = "id;nom;commune;code_postal;code_insee;adresse;services;date_maj"
CELLS = "Faux lieu;Reims;51100;51454;1 rue de Vesle;Aide aux démarches administratives;2026-01-31"
CLOSED = """<#s> ldes:transactionPath med:transaction ; ldes:transactionFinalizedPath med:final ;
  ldes:transactionFinalizedObject true . <#m> med:transaction "t" ; med:final true .
"""
PAGE = {
    "@context": "https://schema.org", "@type": "Library", "@id": VICTIM, "url": VICTIM,
    "name": "Faux lieu", "address": {"@type": "PostalAddress", "postalCode": "51100",
    "streetAddress": "1 rue de Vesle", "addressLocality": "Reims"},
}  # fmt: skip
MINE = OWN.body
DOCUMENTS: dict[str, tuple[str, str, str]] = {
    f"subject: {name}": ("dump", NT, FORGED.replace(f"<{VICTIM}>", f"<{iri}>"))
    for name, iri in OTHER_SPELLINGS.items()
} | {
    "a tab in the IRI": ("dump", TURTLE, FORGED.replace(VICTIM, f"{ZINC}pl\\u0009ace/1")),
    "a line end in the IRI": ("dump", TURTLE, FORGED.replace(VICTIM, f"{ZINC}pl\\u000Aace/1")),
    "sameAs, then a description": ("dump", NT, f"{MINE}<{OWN.iri}> <{OWL_SAME}> <{VICTIM}> .\n"
                                   + FORGED),
    "a graph with the other's name": ("dump", TRIG, f"<{VICTIM}> {{ {FORGED} }}"),
    "the other's subject in a graph of one's own": ("dump", TRIG, f"<{OWN.iri}> {{ {FORGED} }}"),
    "a description beneath one's own": ("dump", NT, MINE + FORGED),
    "graphs of quads": ("dump", QUADS, "".join(f"{line[:-2]} <{graph}> .\n" for line
                        in FORGED.splitlines() for graph in (VICTIM, f"{ZINC}pole", OWN.iri))),
    "statedBy": ("dump", NT, MINE.replace(f"{EVIL}pole>", f"{ZINC}pole>")),
    "inDataset": ("dump", NT, f"{MINE}<{OWN.iri}> <http://rdfs.org/ns/void#inDataset> "
                  "<http://maillage.example/source/zinc> .\n"),
    "publisher of the other": ("dump", NT, f"{MINE}<{VICTIM}> <http://purl.org/dc/terms/publisher>"
                               f" <{EVIL}pole> .\n"),
    "a claim of the space": ("dump", NT, f"{MINE}<{EVIL}d> <http://rdfs.org/ns/void#uriSpace> "
                             f'"{ZINC}" .\n<{VICTIM}> <{MED}name> "x" .\n'),
    "blank node said to be the other": ("dump", NT, f"{MINE}_:b <{OWL_SAME}> <{VICTIM}> .\n"
                                        f'_:b <{RDF}type> <{MED}Place> .\n'),
    "Turtle base": ("dump", TURTLE, f"@base <{ZINC}> . <place/1> a <{MED}Place> ."),
    "xml:base": ("dump", XML, f'<rdf:RDF xmlns:rdf="{RDF}" xml:base="{ZINC}">'
                 f'<rdf:Description rdf:about="place/1"><rdf:type rdf:resource="{MED}Place"/>'
                 "</rdf:Description></rdf:RDF>"),
    "JSON-LD base": ("dump", JSONLD, f'{{"@context":{{"@base":"{ZINC}"}},"@id":"place/1",'
                     f'"@type":"{MED}Place"}}'),
    "a version of the other's": ("feed", TRIG, VERSION.replace("KIND", "Update")
                                 + f"<#m> {{ {FORGED} }}"),
    "a deletion of the other's": ("feed", TRIG, VERSION.replace("KIND", "Delete")),
    "a version in a closed transaction": ("feed", TRIG, VERSION.replace("KIND", "Update") + CLOSED
                                          + f"<#m> {{ {FORGED} }}"),
    "the other's IRI as member": ("feed", TRIG, VERSION.replace("KIND", "Update").replace(
        "<#m>", f"<{VICTIM}>") + f"<{VICTIM}> {{ {FORGED} }}"),
}  # fmt: skip


WORDS = {
    "a tab in the IRI": "MED-H200",
    "a line end in the IRI": "MED-H200",
    "statedBy": "MED-H009",
    "inDataset": "MED-H009",
    "blank node said to be the other": "MED-H005",
}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    config = Config(data=Path(tmp_path_factory.mktemp("node")), base_url="http://maillage.example/")
    with Node.open(config) as opened, SimulatedPole() as zinc:
        zinc.put("/data", TRUE.body, NT)
        source = Source("zinc", "zinc", "Zinc", zinc.url("/data"), "dump", (ZINC,), True)
        opened.ledger.put_source(source)
        assert Registry(opened.ledger, source).harvest().outcome is Outcome.COMMITTED
        opened.follow()
        yield opened


def state(node: Node) -> tuple[object, ...]:
    """What the node says of the victim: its record, its history, each triple in each graph."""
    ledger = node.ledger
    told = node.queries.ask(HELD, format="csv").body
    return (
        ledger.record(VICTIM),
        [c for c in ledger.changes() if c.subject == VICTIM],
        ledger.known("zinc"),
        told,
    )


def attack(node: Node, pole: SimulatedPole, kind: str) -> Registry:
    source = Source("evil", "evil", "Evil", pole.url("/data"), kind, (EVIL,), allow_private=True)
    node.ledger.put_source(source)
    attacker = Registry(node.ledger, source)
    attacker.harvest(forced="the guard is not what protects the other")
    node.follow()
    return attacker


def told(attacker: Registry) -> set[str]:
    """The codes that the attacker's last report gives."""
    report = attacker.ledger.harvests("evil")[0].report
    error = report.get("error") or {}
    return {found["code"] for found in report.get("findings", ())} | {error.get("code", "")}


@pytest.mark.parametrize("way", DOCUMENTS)
def test_nobody_speaks_in_anothers_name(node: Node, pole: SimulatedPole, way: str) -> None:
    before = state(node)
    kind, media_type, body = DOCUMENTS[way]
    pole.put("/data", body, media_type)
    attacker = attack(node, pole, kind)
    assert state(node) == before
    assert TRUE.iri in node.ledger.known("zinc")
    assert set(attacker.ledger.known("evil")) <= {OWN.iri}
    assert WORDS.get(way, "MED-H001") in told(attacker)
    assert [check.defects for check in node.verify()] == [()] * 3


def redirected(pole: SimulatedPole, other: SimulatedPole) -> str:
    pole.fail("/data", redirect(other.url("/data")))
    return "dump"


def catalogued(pole: SimulatedPole, other: SimulatedPole) -> str:
    pole.put(
        "/data",
        f"""@prefix dcat: <http://www.w3.org/ns/dcat#> . <#d> a dcat:Dataset ; dcat:distribution
        [ dcat:downloadURL <{other.url("/data.nt")}> ; dcat:mediaType "application/n-triples" ] .
        """,
    )
    return "dcat"


def related(pole: SimulatedPole, other: SimulatedPole) -> str:
    pole.put(
        "/data",
        f"""{PREFIXES} <#s> a ldes:EventStream ; tree:view <> . <> a tree:Node ;
        tree:relation [ a tree:Relation ; tree:node <{other.url("/stream.trig")}> ] .""",
    )
    return "feed"


def paged(pole: SimulatedPole, other: SimulatedPole) -> str:
    pole.put(
        "/data",
        f"""{PREFIXES} </data> a hydra:Collection . <> a hydra:PartialCollectionView ;
        hydra:next <{other.url("/data")}> .""",
    )
    return "dump"


def _page(site: SimulatedPole) -> str:
    script = f'<script type="application/ld+json">{json.dumps(PAGE)}</script>'
    site.put("/page", f"<!doctype html><title>x</title>{script}", "text/html")
    return f"<url><loc>{site.url('/page')}</loc></url>"


def _listed(pole: SimulatedPole, urls: str) -> str:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    pole.put("/data", f'<urlset xmlns="{space}">{urls}</urlset>', "application/xml")
    return "sitemap"


def own_page(pole: SimulatedPole, _: SimulatedPole) -> str:
    return _listed(pole, _page(pole))


def others_page(pole: SimulatedPole, other: SimulatedPole) -> str:
    return _listed(pole, _page(other))


def climbing(pole: SimulatedPole, _: SimulatedPole) -> str:
    """Local ids that would climb out of the granted namespace."""
    ids = (
        "../../id/place/1",
        "..%2F..%2Fid/place/1",
        VICTIM,
        "/id/place/1",
        "//zinc.example/id/place/1",
    )
    pole.put("/data", "\n".join([HEAD, *(f"{local};{CELLS}" for local in ids)]), "text/csv")
    return "table"


ELSEWHERE: dict[str, tuple[Callable[[SimulatedPole, SimulatedPole], str], str]] = {
    "a redirect to the other's dump": (redirected, "MED-H001"),
    "a catalogue of the other's dump": (catalogued, "MED-H001"),
    "a page of the other's stream": (related, "MED-H302"),
    "a page of the other's collection": (paged, "MED-H302"),
    "a web page about the other's place": (own_page, "MED-H001"),
    "a web page of the other": (others_page, "MED-H302"),
    "ids that climb": (climbing, ""),
}


@pytest.mark.parametrize("way", ELSEWHERE)
def test_what_leads_to_anothers_data_gives_nothing(
    node: Node, pole: SimulatedPole, way: str
) -> None:
    before, (prepare, code) = state(node), ELSEWHERE[way]
    with SimulatedPole() as other:
        other.put("/data", TRUE.body, NT)
        other.put("/data.nt", TRUE.body, NT)
        other.put("/stream.trig", VERSION.replace("KIND", "Update") + f"<#m> {{ {FORGED} }}", TRIG)
        attacker = attack(node, pole, prepare(pole, other))
    assert code in told(attacker)
    assert state(node) == before
    assert all(iri.startswith(EVIL) for iri in attacker.ledger.known("evil"))
    assert [check.defects for check in node.verify()] == [()] * 3


def test_there_are_nearly_fifty_ways() -> None:
    assert len(DOCUMENTS) + len(ELSEWHERE) >= 48


def test_ones_own_record_under_the_neighbouring_prefix_is_taken(
    node: Node, pole: SimulatedPole
) -> None:
    before = state(node)
    pole.put("/data", MINE, NT)
    attacker = attack(node, pole, "dump")
    assert set(attacker.ledger.known("evil")) == {OWN.iri}
    assert state(node) == before
