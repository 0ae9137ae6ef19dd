"""A source whose whole state is asked of a SPARQL 1.1 endpoint, page after page.

    SELECT COUNT -> CONSTRUCT, a page of subjects after the last one seen … -> SELECT COUNT

Only subjects under the namespaces granted, of the classes wanted (``SourceOptions.classes``, by
default ``med:Place``), are asked for. A record is its subject's statements, and those of its blank
nodes and its ``#`` IRIs, ``DEPTH`` steps from the subject at most; in which of its own data sets
the endpoint keeps it (``void:inDataset``) is not asked for. The delivery is the whole state only
when both counts are what arrived: an endpoint may cap its answers, or change while it is read.

Every request goes through :mod:`harvester.fetch`; SPARQLWrapper only writes it
(docs/dependencies.md).
SPARQL 1.1 Protocol, 2.1: https://www.w3.org/TR/sparql11-protocol/#query-operation.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from SPARQLWrapper import SPARQLWrapper

from harvester import rules
from harvester.delivery import Arrival, Delivery
from harvester.errors import DocumentError
from harvester.fetch import Fetched, Fetcher
from harvester.parsing import Parser
from harvester.sources.dump import collect
from registry.ledger.types import Source
from shapes.findings import Finding
from vocab.namespaces import MED, VOID
from vocab.ntriples import literal

CLASSES = (f"{MED}Place",)
PAGE = 200
"""Subjects in a page: some 10,000 statements, the least that public endpoints answer with."""
MAX_PAGES = 600
DEPTH = 3
_MAX_COUNT_BYTES = 10_000
_RESULTS = "application/sparql-results+json"
_STATEMENTS = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"
_CAPPED = "x-sparql-maxrows"
"""Header by which Virtuoso says that it cut its answer."""


def read(source: Source, fetcher: Fetcher, parser: Parser) -> Delivery:
    """Give the full state of an endpoint, or word that it has not changed; see :class:`Reader`."""
    if not source.namespaces:
        raise DocumentError("MED-H215", url=source.url)
    wanted = _Wanted(source.options.classes or CLASSES, source.namespaces)
    visit = _Visit(source.url, wanted, fetcher, parser)
    before = visit.count()
    fetcher.on_found(before)
    arrivals, findings = visit.arrivals(before)
    after = visit.count()
    full = before == after == len(arrivals)
    if not full:
        unproven = rules.finding(
            source.url, "MED-H520", url=source.url, before=before, after=after, came=len(arrivals)
        )
        findings = (*findings, unproven)
    cursor = {"reader": "sparql", "digest": _digest(arrivals, full=full)}
    same = source.cursor.reader == cursor
    return Delivery(
        () if same else arrivals,
        full=full,
        cursor=cursor,
        unchanged=same,
        findings=findings,
        pages_read=visit.pages,
        expected=after,
        counted=len(arrivals),
    )


def _digest(arrivals: Iterable[Arrival], *, full: bool) -> str:
    lines = sorted(f"{arrival.subject} {arrival.content_hash}" for arrival in arrivals)
    return hashlib.sha256("\n".join([str(full), *lines]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which subjects are asked for, as queries say it."""

    classes: tuple[str, ...]
    namespaces: tuple[str, ...]

    def count(self) -> str:
        """Return the query for how many there are."""
        return f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {self._subjects()} }}"

    def page(self, after: str) -> str:
        """Return the query for the records of the subjects that follow one, in order of IRI."""
        chosen = f"{self._subjects()} FILTER(STR(?s) > {literal(after)})"
        page = f"{{ SELECT DISTINCT ?s WHERE {{ {chosen} }} ORDER BY STR(?s) LIMIT {PAGE} }}"
        paths = " UNION ".join(f"{{ {_steps(depth)} }}" for depth in range(DEPTH + 1))
        theirs = f"FILTER(?p!=<{VOID}inDataset>)"
        return f"CONSTRUCT {{ ?n ?p ?o }} WHERE {{ {page} {paths} {theirs} }}"

    def _subjects(self) -> str:
        classes = " ".join(f"<{iri}>" for iri in self.classes)
        spaces = "||".join(f"STRSTARTS(STR(?s),{literal(space)})" for space in self.namespaces)
        own = f"isIRI(?s)&&!CONTAINS(STR(?s),{literal('#')})&&({spaces})"
        return f"VALUES ?c {{ {classes} }} ?s a ?c FILTER({own})"


def _steps(depth: int) -> str:
    """Return the path from the subject ``?s`` to a node ``?n`` of its record and what it states."""
    if not depth:
        return "?s ?p ?o BIND(?s AS ?n)"
    nodes = ["?s", *(f"?m{number}" for number in range(1, depth)), "?n"]
    steps = [
        f"{nodes[i]} ?l{i} {node} FILTER(isBlank({node})||STRSTARTS(STR({node}),CONCAT(STR(?s),"
        f"{literal('#')})))"
        for i, node in enumerate(nodes[1:])
    ]
    return f"{' '.join(steps)} ?n ?p ?o"


class _Request(SPARQLWrapper):
    """Writes a query's address as the protocol wants it; it is never let send anything."""

    def address(self) -> str:
        """Return the address of the query, by GET."""
        return str(self._createRequest().full_url)


def address_of(endpoint: str, query: str) -> str:
    """Return the address that asks a query of an endpoint, whose own parameters stay.

    >>> address_of("https://pole.example/sparql?default-graph-uri=urn:g", "ASK {}")
    'https://pole.example/sparql?default-graph-uri=urn%3Ag&query=ASK+%7B%7D'
    """
    parts = urlsplit(endpoint)
    request = _Request(parts._replace(query="", fragment="").geturl())
    request.setOnlyConneg(True)
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        request.addParameter(name, value)
    request.setQuery(query)
    return request.address()


@dataclass
class _Visit:
    """The questions put to one endpoint."""

    url: str
    wanted: _Wanted
    fetcher: Fetcher
    parser: Parser
    pages: int = field(default=0, init=False)

    def count(self) -> int:
        """Ask how many subjects there are.

        Raises:
            DocumentError: the answer is no count.
        """
        fetched = self._asked(self.wanted.count(), _RESULTS)
        try:
            (row,) = json.loads(fetched.body[:_MAX_COUNT_BYTES])["results"]["bindings"]
            return int(row["n"]["value"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            start = fetched.body[:80].decode("utf-8", "replace")
            raise DocumentError("MED-H521", url=self.url, answer=start) from error

    def arrivals(self, expected: int) -> tuple[tuple[Arrival, ...], tuple[Finding, ...]]:
        """Ask for all records, until a page is empty, or short when as many came as expected."""
        arrivals: list[Arrival] = []
        findings: list[Finding] = []
        last, complete = "", False
        while not complete:
            if self.pages >= MAX_PAGES:
                raise DocumentError("MED-H522", url=self.url, limit=MAX_PAGES)
            came, remarks = self._page(last)
            if not came:
                break
            subjects = [arrival.subject for arrival in came]
            if min(subjects) <= last:
                raise DocumentError("MED-H523", url=self.url, last=last)
            last = max(subjects)
            arrivals.extend(came)
            findings.extend(remarks)
            complete = len(came) < PAGE and len(arrivals) >= expected
        return tuple(arrivals), tuple(findings)

    def _page(self, last: str) -> tuple[tuple[Arrival, ...], tuple[Finding, ...]]:
        fetched = self._asked(self.wanted.page(last), _STATEMENTS)
        if _CAPPED in fetched.headers:
            raise DocumentError("MED-H524", url=self.url, limit=fetched.headers[_CAPPED])
        self.pages += 1
        parsed = self.parser.parse(self.url, fetched.media_type, fetched.body)
        return collect(self.url, parsed.groups)

    def _asked(self, query: str, accept: str) -> Fetched:
        return self.fetcher.fetch(address_of(self.url, query), accept=accept)
