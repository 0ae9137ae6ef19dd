"""A client of thirty lines: follows the root to every page and reads the members back."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin

import pyoxigraph as ox

from vocab.namespaces import expand
from vocab.records import Record, line_of

Fetch = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Seen:
    """A member as a stranger reads it."""

    iri: str
    seq: int
    kind: str
    subject: str
    time: str
    content_hash: str
    page: str
    record: Record | None


class FeedReader:
    """Everything that one pass over a feed finds."""

    def __init__(self, root_url: str, fetch: Fetch) -> None:
        self._fetch = fetch
        self.root = _store(self._parse(root_url))
        (view,) = self.root.quads_for_pattern(None, _p("tree:view"), ox.NamedNode(root_url))
        self.stream = cast("ox.NamedNode", view.subject)
        self.pages = sorted({node.value for node in self.values(None, "tree:node")})
        self.members: list[Seen] = []
        self.immutable: set[str] = set()
        for page in self.pages:
            self._read_page(page)
        self.members.sort(key=lambda member: member.seq)

    def values(self, subject: ox.NamedNode | None, curie: str) -> list[Any]:
        found = self.root.quads_for_pattern(subject, _p(curie), None, ox.DefaultGraph())
        return [quad.object for quad in found]

    def live(self, upto: int | None = None) -> dict[str, Record]:
        """The state that the first members lead to, or all of them."""
        state: dict[str, Record] = {}
        for member in self.members[:upto]:
            if member.record is None:
                del state[member.subject]
            else:
                state[member.subject] = member.record
        return state

    def _parse(self, url: str) -> list[ox.Quad]:
        # Not into a store first: a store rewrites numbers, and payloads must come out as stated.
        return list(ox.parse(self._fetch(url), format=ox.RdfFormat.TRIG, base_iri=url))

    def _read_page(self, url: str) -> None:
        quads = self._parse(url)
        page = _store(quads)
        if any(page.quads_for_pattern(ox.NamedNode(url), _p("ldes:immutable"), None)):
            self.immutable.add(url)
        payload: dict[str, list[str]] = defaultdict(list)
        for quad in quads:
            if isinstance(quad.graph_name, ox.NamedNode):
                payload[quad.graph_name.value].append(line_of(quad.triple))
        for link in page.quads_for_pattern(self.stream, _p("tree:member"), None):
            iri = cast("ox.NamedNode", link.object)
            self.members.append(_member(page, iri, url, sorted(payload[iri.value])))


def read_folder(folder: Path, feed_url: str) -> FeedReader:
    """Read a published folder as if it lay at its address."""

    def fetch(url: str) -> bytes:
        assert url.startswith(feed_url)
        return (folder / url.removeprefix(feed_url)).read_bytes()

    return FeedReader(urljoin(feed_url, "stream.trig"), fetch)


def select(store: ox.Store, query: str) -> list[Any]:
    """The solutions of a SPARQL SELECT."""
    return list(cast("ox.QuerySolutions", store.query(query)))


def _store(quads: list[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(quads)
    return store


def _member(page: ox.Store, iri: ox.NamedNode, url: str, lines: list[str]) -> Seen:
    def one(curie: str) -> str:
        (quad,) = page.quads_for_pattern(iri, _p(curie), None, ox.DefaultGraph())
        return str(cast("ox.Literal", quad.object).value)

    subject = one("dct:isVersionOf")
    return Seen(
        iri=iri.value,
        seq=int(one("med:ledgerSequence")),
        kind=one("rdf:type").removeprefix(expand("as:")),
        subject=subject,
        time=one("prov:generatedAtTime"),
        content_hash=one("med:contentHash"),
        page=url,
        record=Record(subject, tuple(lines)) if lines else None,
    )


def _p(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))
