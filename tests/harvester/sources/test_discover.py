"""Looking at an address, over real HTTP: what it stands for, and who may speak under which IRIs."""

import gzip
import time
from collections.abc import Iterator

import pytest

from harvester.errors import DocumentError, FetchError
from harvester.fetch import Policy
from harvester.sources.discover import Proposal, discover
from tests.harvester.conftest import PublishingPole
from tests.simulator import SimulatedPole, Stream, places, redirect, status

POLICY = Policy(allow_private=True, deadline_s=5, tries=1)
PREFIXES = """\
@prefix void: <http://rdfs.org/ns/void#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix tree: <https://w3id.org/tree#> .
"""
HTML = "text/html; charset=utf-8"


@pytest.fixture
def other() -> Iterator[SimulatedPole]:
    """A second host: another port is another origin."""
    with SimulatedPole() as simulated:
        yield simulated


def catalogue(pole: SimulatedPole, *spaces: str, dump: str = "/dump.nt") -> str:
    claims = " ; ".join(f'void:uriSpace "{space}"' for space in spaces) or "a void:Dataset"
    return f"""{PREFIXES} <#d> {claims} ; void:dataDump <{dump}> ; dct:publisher <#p> .
        <#p> foaf:name "Pôle d'essai" . <#else> foaf:name "Quelqu'un d'autre" ."""


def page(*links: tuple[str, str], rel: str = "alternate") -> str:
    tags = "".join(f'<link rel="{rel}" type="{kind}" href="{href}">' for kind, href in links)
    return f"<!doctype html><html><head><title>Pôle</title>{tags}</head><body>Bonjour</body></html>"


@pytest.mark.parametrize("name", ["index.html", "catalog.ttl", "catalog.jsonld", "stream.trig"])
def test_every_door_of_a_published_feed_leads_to_its_stream(
    pole: SimulatedPole, publishing: PublishingPole, name: str
) -> None:
    publishing.state(places(pole, 3))
    found = discover(pole.url(f"/feed/{name}"), POLICY)
    assert (found.kind, found.url) == ("feed", pole.url("/feed/stream.trig"))
    if name != "stream.trig":
        assert (found.title, found.namespaces) == ("Pole", (pole.url("/id/"),))
    assert found.claimed == ()


def test_a_stream_of_another_make_is_a_feed(pole: SimulatedPole) -> None:
    stream = Stream(pole)
    stream.extra_root = f'<#d> <http://rdfs.org/ns/void#uriSpace> "{pole.url("/id/")}" .'
    stream.publish(*places(pole, 4))
    assert discover(stream.url, POLICY) == Proposal("feed", stream.url, "", (pole.url("/id/"),), ())


def test_a_stream_named_by_its_class_alone_is_a_feed(pole: SimulatedPole) -> None:
    pole.put("/s", "<#s> a <https://w3id.org/ldes#EventStream> .", "text/turtle")
    assert discover(pole.url("/s"), POLICY).url == pole.url("/s")


def test_a_catalogue_of_dumps_gives_the_plainest_and_its_publisher(pole: SimulatedPole) -> None:
    two = f"{catalogue(pole, pole.url('/id/'))} <#d> void:dataDump </all.jsonld> ."
    pole.put("/c.ttl", two, "text/turtle")
    expected = Proposal("dump", pole.url("/dump.nt"), "Pôle d'essai", (pole.url("/id/"),), ())
    assert discover(pole.url("/c.ttl"), POLICY) == expected


@pytest.mark.parametrize("packed", [False, True])
def test_a_plain_document_is_a_dump_that_claims_nothing(pole: SimulatedPole, packed: bool) -> None:
    body = "".join(record.body for record in places(pole, 500)).encode()
    pole.put("/d.nt", gzip.compress(body) if packed else body, "application/n-triples")
    assert discover(pole.url("/d.nt"), POLICY) == Proposal("dump", pole.url("/d.nt"), "", (), ())


SERVICES = {
    "named": ("</s> a sd:Service ; sd:endpoint </ask> .", "/ask"),
    "a blank node": ("[] a sd:Service ; sd:supportedLanguage sd:SPARQL11Query .", "/sparql"),
}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_description_is_a_sparql_endpoint(pole: SimulatedPole, name: str) -> None:
    said, address = SERVICES[name]
    prefix = "@prefix sd: <http://www.w3.org/ns/sparql-service-description#> ."
    pole.put("/sparql", f"{prefix} {said}", "text/turtle")
    expected = Proposal("sparql", pole.url(address), "", (), ())
    assert discover(pole.url("/sparql"), POLICY) == expected


def test_a_prefix_alone_makes_no_endpoint(pole: SimulatedPole) -> None:
    prefix = "@prefix sd: <http://www.w3.org/ns/sparql-service-description#> ."
    pole.put("/d.ttl", prefix + places(pole, 1)[0].body, "text/turtle")
    assert discover(pole.url("/d.ttl"), POLICY).kind == "dump"


@pytest.mark.parametrize("root", ["urlset", "sitemapindex"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_sitemap_is_known_by_its_root(pole: SimulatedPole, root: str, packed: bool) -> None:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    body = f'<?xml version="1.0"?>\n<{root} xmlns="{space}"></{root}>'.encode()
    pole.put("/s.xml", gzip.compress(body) if packed else body, "text/xml")
    expected = Proposal("sitemap", pole.url("/s.xml"), "", (), ())
    assert discover(pole.url("/s.xml"), POLICY) == expected


NOTHING = {
    "a page": (page(), HTML),
    "a page with a style sheet": (page(("text/css", "/c.css")), HTML),
    "a link of another relation": (page(("text/turtle", "/c.ttl"), rel="stylesheet"), HTML),
    "a link to another site": (page(("text/turtle", "https://other.example/c.ttl")), HTML),
    "a link to nowhere": (page(("text/turtle", "http://[x"), ("application/trig", "")), HTML),
    "an empty document": ("# nothing\n", "text/turtle"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_where_nothing_is_offered_that_is_said(pole: SimulatedPole, name: str) -> None:
    pole.put("/", *NOTHING[name])
    with pytest.raises(DocumentError) as refusal:
        discover(pole.url("/"), POLICY)
    assert refusal.value.code == "MED-H500"
    assert pole.url("/") in refusal.value.message("fr")
    assert pole.asked() == 1


def test_what_cannot_be_had_is_unreachable(pole: SimulatedPole) -> None:
    pole.fail("/gone", status(404))
    with pytest.raises(FetchError, match="404"):
        discover(pole.url("/gone"), POLICY)
    with pytest.raises(FetchError):
        discover(pole.url("/gone"), Policy())


@pytest.mark.parametrize(
    "claim",
    [
        "https://other.example/id/",
        "{origin}.evil.example/id/",
        "{origin}@evil.example/id/",
        "https:{bare}/id/",
        "http://[x",
        "urn:nothing",
        "",
    ],
)
def test_a_claim_elsewhere_is_told_and_not_proposed(pole: SimulatedPole, claim: str) -> None:
    origin = pole.url("")
    claim = claim.format(origin=origin, bare=origin.removeprefix("http:"))
    pole.put("/c.ttl", catalogue(pole, claim, pole.url("/id/")), "text/turtle")
    found = discover(pole.url("/c.ttl"), POLICY)
    assert (found.namespaces, found.claimed) == ((pole.url("/id/"),), (claim,))


def test_a_redirect_within_the_site_changes_nothing(pole: SimulatedPole) -> None:
    pole.fail("/", redirect("/c.ttl"))
    pole.put("/c.ttl", catalogue(pole, pole.url("/id/")), "text/turtle")
    assert discover(pole.url("/"), POLICY).namespaces == (pole.url("/id/"),)


@pytest.mark.parametrize("through_page", [False, True], ids=["catalogue", "page"])
def test_a_redirect_to_another_site_grants_neither_name(
    pole: SimulatedPole, other: SimulatedPole, through_page: bool
) -> None:
    """Neither the site that sends away nor the one it sends to may be spoken for unasked."""
    both = (pole.url("/id/"), other.url("/id/"))
    other.put("/c.ttl", catalogue(other, *both), "text/turtle")
    if through_page:
        pole.put("/", page(("text/turtle", "/c.ttl")), HTML)
    pole.fail("/c.ttl", redirect(other.url("/c.ttl")))
    found = discover(pole.url("/" if through_page else "/c.ttl"), POLICY)
    assert (found.namespaces, set(found.claimed)) == ((), set(both))
    assert found.url == other.url("/dump.nt")
    assert discover(other.url("/c.ttl"), POLICY).namespaces == (other.url("/id/"),)


def test_a_name_comes_without_what_a_terminal_would_obey(pole: SimulatedPole) -> None:
    text = catalogue(pole).replace("Pôle d'essai", "\\u001B[2JPôle\\n" + "x" * 500)
    pole.put("/c.ttl", text, "text/turtle")
    title = discover(pole.url("/c.ttl"), POLICY).title
    assert title.startswith("[2JPôlex")
    assert len(title) == 120


@pytest.mark.parametrize("bait", ["<!--", "<![", "<a b=", "</", "<!", "<script", "<a '"])
def test_a_page_built_to_keep_us_busy_does_not(pole: SimulatedPole, bait: str) -> None:
    pole.put("/", bait * 400_000, HTML)
    started = time.process_time()
    with pytest.raises(DocumentError):
        discover(pole.url("/"), POLICY)
    assert time.process_time() - started < 5
