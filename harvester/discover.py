"""What an address offers: the step before a source is registered.

    address -> human page, catalogue or stream -> what to harvest, in whose name, under which IRIs

The namespace that a catalogue claims (``void:uriSpace``) is proposed only when it lies at the
address's own origin: nobody obtains the right to speak for another host by asking for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pyoxigraph as ox

from harvester.fetch import Fetched, Fetcher, Policy
from harvester.parsing import Parser
from harvester.problems import DocumentError
from vocab.namespaces import DCT, FOAF, LDES, RDF, TREE, VOID

_ACCEPT = (
    "text/turtle, application/trig, application/n-quads, application/n-triples, "
    "application/ld+json;q=0.9, application/rdf+xml;q=0.8, text/html;q=0.5"
)
_CATALOGUES = ("text/turtle", "application/ld+json", "application/rdf+xml")
_STREAMS = ("application/trig", "application/n-quads")
_MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could be registered.

    Attributes:
        kind: ``feed`` (an event stream) or ``dump`` (one document with the whole state).
        url: address to harvest.
        title: name of the publisher as the catalogue gives it; empty when it gives none.
        namespaces: IRI prefixes claimed at the address's own origin.
        claimed: IRI prefixes claimed elsewhere, which an operator has to grant by hand.
    """

    kind: str
    url: str
    title: str
    namespaces: tuple[str, ...]
    claimed: tuple[str, ...]


def discover(url: str, policy: Policy) -> Proposal:
    """Look at an address and propose the source that it stands for.

    Raises:
        PublishedError: neither a stream nor an RDF document is found there.
        UnreachableError: the address cannot be had.
    """
    with Fetcher(policy) as fetcher, Parser(max_bytes=_MAX_BYTES) as parser:
        look = _Look(fetcher, parser)
        look.visit(url)
    return look.proposal(url)


class _Look:
    """The statements met from an address on, one step deep."""

    def __init__(self, fetcher: Fetcher, parser: Parser) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._found: list[ox.Quad] = []
        self._documents: list[str] = []

    def visit(self, url: str) -> None:
        """Read the address, and what its page or its stream links to at the same origin."""
        fetched = self._fetcher.fetch(url, accept=_ACCEPT)
        if fetched.media_type in {"text/html", "application/xhtml+xml"}:
            for link in _chosen(_links(fetched)):
                self._read(self._fetcher.fetch(link))
        else:
            self._read(fetched)

    def _read(self, fetched: Fetched) -> None:
        parsed = self._parser.parse(fetched.url, fetched.media_type, fetched.body)
        self._documents.append(fetched.url)
        for group in parsed.groups:
            self._found.extend(ox.parse(group.body, format=ox.RdfFormat.N_TRIPLES))

    def proposal(self, url: str) -> Proposal:
        """Decide; streams come before dumps because they tell deletions and cost least."""
        spaces = self._objects(f"{VOID}uriSpace")
        own = tuple(space for space in spaces if _origin(space) == _origin(url))
        others = tuple(space for space in spaces if space not in own)
        view = self._view()
        dumps = self._objects(f"{VOID}dataDump")
        if view is not None:
            return Proposal("feed", view, self._title(), own, others)
        if dumps:
            best = min(dumps, key=lambda dump: (".nt" not in dump, dump))
            return Proposal("dump", best, self._title(), own, others)
        if self._documents and self._found:
            return Proposal("dump", self._documents[0], self._title(), own, others)
        raise DocumentError("MED-H500", url=url)

    def _view(self) -> str | None:
        if views := self._objects(f"{TREE}view"):
            return views[0]
        streams = self._subjects(f"{RDF}type", f"{LDES}EventStream")
        return streams[0].partition("#")[0] if streams else None

    def _title(self) -> str:
        publishers = set(self._objects(f"{DCT}publisher"))
        names = [
            q.object.value
            for q in self._found
            if q.predicate.value == f"{FOAF}name"
            and isinstance(q.object, ox.Literal)
            and isinstance(q.subject, ox.NamedNode)
            and q.subject.value in publishers
        ]
        return names[0] if names else ""

    def _objects(self, predicate: str) -> tuple[str, ...]:
        found = (q.object for q in self._found if q.predicate.value == predicate)
        return tuple(dict.fromkeys(o.value for o in found if not isinstance(o, ox.Triple)))

    def _subjects(self, predicate: str, value: str) -> tuple[str, ...]:
        wanted = ox.NamedNode(value)
        return tuple(
            q.subject.value
            for q in self._found
            if q.predicate.value == predicate
            and q.object == wanted
            and isinstance(q.subject, ox.NamedNode)
        )


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme.lower(), parts.netloc.lower()


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
    reader = _LinkReader()
    reader.feed(page.body.decode("utf-8", "replace"))
    absolute = {kind: urljoin(page.url, href) for kind, href in reader.links.items()}
    return {kind: url for kind, url in absolute.items() if _origin(url) == _origin(page.url)}


def _chosen(links: dict[str, str]) -> Iterator[str]:
    """Give the first catalogue and the first stream that a page links to."""
    for kinds in (_CATALOGUES, _STREAMS):
        yield from [links[kind] for kind in kinds if kind in links][:1]
