"""What an address offers: the step before a source is registered.

    address -> human page, catalogue or stream -> what to harvest, in whose name, under which IRIs

The namespace that a catalogue claims (``void:uriSpace``) is proposed only when it lies at the
origin of the address given and of every document that answered, after redirects: nobody obtains
the right to speak for another host by asking for it, by redirecting to it or by being redirected
to. Any other claim is reported, for the operator to grant by hand.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pyoxigraph as ox

from harvester.errors import DocumentError
from harvester.fetch import Fetched, Fetcher, Policy
from harvester.grants import normal
from harvester.parsing import Parser
from vocab.namespaces import DCAT, DCT, FOAF, LDES, RDF, SD, TREE, VOID
from vocab.urls import web_address

_ACCEPT = (
    "text/turtle, application/trig, application/n-quads, application/n-triples, "
    "application/ld+json;q=0.9, application/rdf+xml;q=0.8, text/html;q=0.5"
)
_CATALOGUES = ("text/turtle", "application/ld+json", "application/rdf+xml")
_STREAMS = ("application/trig", "application/n-quads")
_MAX_PAGE_BYTES = 200_000
_MAX_TITLE = 120
_HEAD_BYTES = 4_000
_TYPE = f"{RDF}type"
_SPACE = f"{VOID}uriSpace"
_VIEW = f"{TREE}view"
_DUMP = f"{VOID}dataDump"
_PUBLISHER = f"{DCT}publisher"
_NAME = f"{FOAF}name"
_OFFERED = f"{DCAT}distribution"
_ENDPOINT = f"{SD}endpoint"
_SERVICE = re.compile(rb"\bsparql-service-description#Service\b|\bsd:Service\b")
_SITEMAP = re.compile(rb"<(urlset|sitemapindex)[^>]*http://www\.sitemaps\.org/schemas/sitemap/")
_RELEVANT = tuple(
    f"<{iri}>".encode()
    for iri in (_SPACE, _VIEW, _DUMP, _PUBLISHER, _NAME, _OFFERED, _ENDPOINT, f"{LDES}EventStream")
)
_TABLE_TYPES = frozenset(
    {
        "text/csv",
        "application/geo+json",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.oasis.opendocument.spreadsheet",
    }
)
_TABLE_SUFFIXES = (".csv", ".csv.gz", ".geojson", ".xlsx", ".ods")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be registered.

    Attributes:
        kind: ``feed`` (an event stream), ``dump`` (one document with the whole state), ``dcat`` (a
            catalogue to choose in at each harvest), ``table``, ``sparql`` or ``sitemap``.
        url: address to harvest.
        title: name of the publisher as the catalogue gives it; empty when it gives none.
        namespaces: IRI prefixes claimed at the origin of the address and of all that answered.
        claimed: IRI prefixes claimed otherwise, which an operator has to grant by hand.
    """

    kind: str
    url: str
    title: str
    namespaces: tuple[str, ...]
    claimed: tuple[str, ...]


def discover(url: str, policy: Policy) -> Proposal:
    """Look at an address and propose the source that it stands for.

    Raises:
        PublishedError: neither a stream, an RDF document nor a table is found there.
        UnreachableError: the address cannot be had.
    """
    with Fetcher(policy) as fetcher, Parser() as parser:
        discovery = _Discovery(url, fetcher, parser)
        discovery.visit()
    return discovery.proposal()


@dataclass
class _Discovery:
    """The statements met from an address on, one step deep, and the origins that made them."""

    url: str
    fetcher: Fetcher
    parser: Parser
    found: list[ox.Triple] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    origins: set[str] = field(default_factory=set)
    is_table: bool = False
    is_sitemap: bool = False
    is_service: bool = False

    def visit(self) -> None:
        """Read the address, and what its page links to at the same origin."""
        fetched = self.fetcher.fetch(self.url, accept=_ACCEPT)
        self.origins = {_origin(self.url), _origin(fetched.url)}
        if fetched.media_type in {"text/html", "application/xhtml+xml"}:
            for link in _chosen(_links(fetched)):
                self._read(self.fetcher.fetch(link))
        elif _is_table(fetched):
            self.is_table = True
        elif _SITEMAP.search(_head(fetched.body)):
            self.is_sitemap = True
        else:
            self._read(fetched)

    def _read(self, fetched: Fetched) -> None:
        self.origins.add(_origin(fetched.url))
        parsed = self.parser.parse(fetched.url, fetched.media_type, fetched.body)
        # A service is often a blank node that hangs from nothing, so it is in no group.
        self.is_service |= bool(_SERVICE.search(fetched.body[:_MAX_PAGE_BYTES]))
        if parsed.groups:
            self.documents.append(fetched.url)
        elif fetched.media_type == "application/json":  # JSON that says nothing as JSON-LD
            self.is_table = True
        for group in parsed.groups:
            # A dump may hold a million records, of which none speaks of the source.
            if any(mark in group.body for mark in _RELEVANT):
                quads = ox.parse(group.body, format=ox.RdfFormat.N_TRIPLES)
                self.found.extend(quad.triple for quad in quads)

    def proposal(self) -> Proposal:
        """Decide; streams come before dumps because they state deletions and cost least."""
        kind, address = self._offer()
        spaces = dict.fromkeys(term.value for term in self._objects(_SPACE))
        own = tuple(space for space in spaces if self.origins == {_origin(space)} != {""})
        others = tuple(space for space in spaces if space not in own)
        return Proposal(kind, address, self._title(), own, others)

    def _offer(self) -> tuple[str, str]:
        if views := self._addresses(_VIEW):
            return "feed", views[0]
        if streams := self._streams():
            return "feed", streams[0].partition("#")[0]
        if dumps := self._addresses(_DUMP):
            return "dump", min(dumps, key=lambda dump: (".nt" not in dump, dump))
        if self.is_service:
            return "sparql", (self._addresses(_ENDPOINT) or [self.url])[0]
        if self._objects(_OFFERED):
            return "dcat", self.documents[0]
        if self.documents:
            return "dump", self.documents[0]
        if self.is_sitemap:
            return "sitemap", self.url
        if self.is_table:
            return "table", self.url  # as typed: what redirects to the newest file is what lasts
        raise DocumentError("MED-H500", url=self.url)

    def _title(self) -> str:
        publishers = set(self._addresses(_PUBLISHER))
        names = [
            triple.object.value
            for triple in self.found
            if triple.predicate.value == _NAME
            and isinstance(triple.object, ox.Literal)
            and isinstance(triple.subject, ox.NamedNode)
            and triple.subject.value in publishers
        ]
        # It ends on a terminal and in pages: no control characters, no endless name.
        return "".join(filter(str.isprintable, names[0]))[:_MAX_TITLE] if names else ""

    def _objects(self, predicate: str) -> list[ox.NamedNode | ox.Literal]:
        found = (triple.object for triple in self.found if triple.predicate.value == predicate)
        return [term for term in found if isinstance(term, ox.NamedNode | ox.Literal)]

    def _addresses(self, predicate: str) -> list[str]:
        terms = self._objects(predicate)
        return [t.value for t in terms if isinstance(t, ox.NamedNode) and _origin(t.value)]

    def _streams(self) -> list[str]:
        stream = ox.NamedNode(f"{LDES}EventStream")
        return [
            triple.subject.value
            for triple in self.found
            if triple.predicate.value == _TYPE
            and triple.object == stream
            and isinstance(triple.subject, ox.NamedNode)
            and _origin(triple.subject.value)
        ]


def _head(body: bytes) -> bytes:
    """Return the first bytes of a document, unpacked when it is gzip."""
    if not body.startswith(b"\x1f\x8b"):
        return body[:_HEAD_BYTES]
    try:
        return zlib.decompressobj(31).decompress(body[:_HEAD_BYTES], _HEAD_BYTES)
    except zlib.error:
        return b""


def _is_table(fetched: Fetched) -> bool:
    path = fetched.url.partition("?")[0].lower()
    vague = fetched.media_type in {"", "text/plain", "application/octet-stream"}
    return fetched.media_type in _TABLE_TYPES or (vague and path.endswith(_TABLE_SUFFIXES))


def _origin(iri: str) -> str:
    """Return scheme, host and port in normal form; empty for what is no plain http(s) IRI."""
    try:
        return "/".join(normal(iri).split("/", 3)[:3])
    except ValueError:
        return ""


class _LinkReader(HTMLParser):
    """Collects ``<link rel="alternate" type=… href=…>``."""

    def __init__(self) -> None:
        super().__init__()
        self.links: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the first alternate of each media type."""
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and "alternate" in given.get("rel", "").split() and given.get("href"):
            self.links.setdefault(given.get("type", "").lower(), given["href"])


def _links(page: Fetched) -> dict[str, str]:
    """Return the alternates at the page's own origin, by media type."""
    reader = _LinkReader()
    with suppress(AssertionError):  # so html.parser ends on "<![<"; what came before counts
        reader.feed(page.body[:_MAX_PAGE_BYTES].decode("utf-8", "replace"))
    absolute = {kind: _joined(page.url, href) for kind, href in reader.links.items()}
    return {kind: url for kind, url in absolute.items() if _origin(url) == _origin(page.url)}


def _joined(base: str, href: str) -> str:
    try:
        return web_address(href, base)
    except ValueError:  # no address at all, such as "http://[x"
        return ""


def _chosen(links: dict[str, str]) -> Iterator[str]:
    """Return the first catalogue and the first stream that a page links to."""
    for kinds in (_CATALOGUES, _STREAMS):
        yield from [links[kind] for kind in kinds if kind in links][:1]
