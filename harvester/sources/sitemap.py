"""A source whose places are described in its web pages, behind a sitemap.

    sitemap -> pages (by condition) -> schema.org JSON-LD -> rows -> import_table -> records

The rows of each page are kept in the cursor, so a page that has not changed is not asked for again
(same ``lastmod``) or not sent again (ETag, Last-Modified), and its places still count. A page that
fails is named, its places stay as they were, and then nothing is deleted.

The protocol: https://www.sitemaps.org/protocol.html. The XML is looked over before it is parsed:
strict UTF-8, no DOCTYPE, no entities, no depth (:mod:`harvester.parsing.scan`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox

from harvester import rules
from harvester.delivery import Arrival, Delivery
from harvester.errors import DocumentError, FetchError, ForbiddenAddressError
from harvester.fetch import Conditions, Fetched, Fetcher
from harvester.grants import Grant
from harvester.parsing import Parser, unpack
from harvester.parsing.scan import check_shape, check_text
from harvester.sources.catalogue import site_of
from harvester.sources.schema_org import places_of
from harvester.sources.table_report import import_findings, import_summary
from harvester.tabular.importing import import_table
from harvester.tabular.table import Facts, Row, Table
from registry.ledger.types import Source
from shapes.findings import Finding
from vocab.mapping import PoleIdentity, place_iri
from vocab.properties import FIELDS
from vocab.urls import web_address

ACCEPT_PAGES = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
ACCEPT = "application/xml, text/xml;q=0.9, application/gzip;q=0.5, */*;q=0.1"
MAX_PAGES = 5_000
MAX_LISTS = 50
MAX_BYTES = 10_000_000
MAX_ADDRESS = 2_048
MAX_FAILED = 20
READING = 2
"""Number of the way in which pages are read: what was read in an earlier one is read again."""
_SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
_COLUMNS = tuple(field.name for field in FIELDS)
SitemapPage = dict[str, Any]
"""What the cursor keeps of a page: ``lastmod``, ``etag``, ``modified``, ``rows``."""


def read(source: Source, fetcher: Fetcher, parser: Parser) -> Delivery:
    """Return the places of a site's pages, or word that none has changed; see :class:`Reader`."""
    if not source.namespaces:
        raise DocumentError("MED-H215", url=source.url)
    spaces = list(source.namespaces)
    before = source.cursor.reader
    same = before.get("reader") == "sitemap" and before.get("spaces") == spaces
    known: dict[str, SitemapPage] = before["pages"] if same else {}
    addresses = listed(source.url, fetcher)
    fetcher.on_found(None)
    outdated = before.get("reading") != READING
    visit = _Visit(source, fetcher, parser, outdated)
    visited = {url: visit.page(url, date, known.get(url)) for url, date in addresses.items()}
    pages = {url: page for url, page in visited.items() if page is not None}
    cursor = {"reader": "sitemap", "reading": READING, "spaces": spaces, "pages": pages}
    if known and not outdated and not visit.failures and _rows(pages) == _rows(known):
        return Delivery(
            (), True, cursor, unchanged=True, pages_read=visit.read,
            expected=len(addresses), counted=len(addresses),
        )  # fmt: skip
    delivery = _delivery(source, _rows(pages))
    return replace(
        delivery,
        full=not visit.failures,
        cursor=cursor,
        findings=(*delivery.findings, *visit.failures),
        pages_read=visit.read,
        expected=len(addresses),
        counted=len(addresses) - len(visit.failures),
    )


def listed(url: str, fetcher: Fetcher) -> dict[str, str]:
    """Return the pages of a sitemap with the date that it gives each, empty when it gives none.

    Raises:
        DocumentError: no sitemap, too many pages or lists, or an address too long or of another
            site.
        FetchError: a list cannot be had.
    """
    pages: dict[str, str] = {}
    waiting, seen = [url], {url}
    while waiting:
        address = waiting.pop(0)
        root = read_xml(address, fetcher.fetch(address, accept=ACCEPT).body)
        index = root.tag == f"{_SPACE}sitemapindex"
        entries = _entries(url, address, root)
        if not index:
            pages |= entries
        fresh = [entry for entry in entries if index and entry not in seen]
        waiting.extend(fresh)
        seen.update(fresh)
        if len(pages) > MAX_PAGES or len(seen) > MAX_LISTS:
            raise DocumentError("MED-H532", url=url, pages=MAX_PAGES, lists=MAX_LISTS)
    return pages


def read_xml(url: str, body: bytes) -> ElementTree.Element:
    """Parse a sitemap or its index.

    Raises:
        DocumentError: neither, or XML that could do harm.
    """
    data = check_text(url, unpack(url, body, MAX_BYTES))
    if len(data) > MAX_BYTES:
        raise DocumentError("MED-H106", url=url, limit=MAX_BYTES)
    check_shape(url, data, ox.RdfFormat.RDF_XML)
    try:
        root = ElementTree.fromstring(data)  # noqa: S314  no DOCTYPE, no entities: just checked
    except ElementTree.ParseError as error:
        raise DocumentError("MED-H530", url=url, reason=str(error)) from error
    if root.tag not in {f"{_SPACE}urlset", f"{_SPACE}sitemapindex"}:
        raise DocumentError("MED-H530", url=url, reason=f"<{root.tag}>")
    return root


def _entries(site: str, url: str, root: ElementTree.Element) -> dict[str, str]:
    entries = {}
    for entry in root:
        address = (entry.findtext(f"{_SPACE}loc") or "").strip()
        if len(address) > MAX_ADDRESS:
            raise DocumentError("MED-H205", url=url, limit=MAX_ADDRESS, start=address[:60])
        if address and site_of(address) != site_of(site):
            raise DocumentError("MED-H302", url=url, target=address)
        if address:
            entries[web_address(address)] = (entry.findtext(f"{_SPACE}lastmod") or "").strip()
    return entries


def _rows(pages: Mapping[str, SitemapPage]) -> dict[str, Any]:
    return {url: page["rows"] for url, page in pages.items()}


@dataclass
class _Visit:
    """The pages looked at so far, and those that failed."""

    source: Source
    fetcher: Fetcher
    parser: Parser
    outdated: bool
    read: int = field(default=0, init=False)
    failures: list[Finding] = field(default_factory=list, init=False)

    def page(self, url: str, date: str, known: SitemapPage | None) -> SitemapPage | None:
        """Return what to remember of a page; of one that fails, what was known of it.

        Raises:
            FetchError: so many pages failed that the site itself must be at fault.
        """
        fresh = known is not None and date and known["lastmod"] == date and not self.outdated
        if fresh and not self.fetcher.unconditional:
            self.fetcher.used_copy = True
            return known
        try:
            return {"lastmod": date, **self._fetched_page(url, known)}
        except (FetchError, DocumentError) as error:
            if len(self.failures) >= MAX_FAILED:
                raise
            self.failures.append(rules.finding(url, "MED-H533", url=url, reason=error))
            return known

    def _fetched_page(self, url: str, known: SitemapPage | None) -> SitemapPage:
        current = known if not self.outdated else None
        conditions = Conditions.remembered(current) if current else None
        fetched = self.fetcher.crawl(url, conditions, ACCEPT_PAGES)
        if site_of(fetched.url) != site_of(self.source.url):
            raise ForbiddenAddressError("MED-H302", url=url, target=fetched.url)
        if fetched.status == 304 and known is not None:
            return known
        self.read += 1
        rows = [] if fetched.status == 410 else self._described(url, fetched)
        return {**fetched.conditions.to_json(), "rows": rows}

    def _described(self, url: str, fetched: Fetched) -> list[list[Any]]:
        found = places_of(url, fetched, Grant(self.source.namespaces), self.parser)
        return [[place.subject, place.cells] for place in found]


def _delivery(source: Source, rows: Mapping[str, Any]) -> Delivery:
    """Clean the rows as a table's, then give each place its own IRI."""
    space = source.namespaces[0]
    cells: dict[str, dict[str, str]] = {}
    duplicates = []
    for url, found in rows.items():
        for subject, own in found:
            if subject in cells and cells[subject] != own:
                duplicates.append(rules.finding(url, "MED-H534", url=url, subject=subject))
            cells.setdefault(subject, own)
    minted = {place_iri(space, _local_id(subject, space)): subject for subject in cells}
    result = import_table(_table(source.url, cells, space), pole=PoleIdentity(source.pole, space))
    report = import_findings(result, source.url, space)
    made = (Arrival(record.iri, record.body.encode()) for record in result.records)
    return Delivery(
        arrivals=tuple(_renamed((*made, *report.refused), minted)),
        full=True,
        findings=(*report.findings, *duplicates),
        imported=import_summary(result),
    )


def _local_id(subject: str, space: str) -> str:
    return subject.removeprefix(space) or subject


def _table(url: str, cells: Mapping[str, dict[str, str]], space: str) -> Table:
    rows = tuple(
        Row(number, {"id": _local_id(subject, space), **own})
        for number, (subject, own) in enumerate(cells.items(), 1)
    )
    return Table(_COLUMNS, rows, Facts("json"), name=url)


def _renamed(arrivals: Iterable[Arrival], names: Mapping[str, str]) -> Iterable[Arrival]:
    """Replace the IRI made for a row by the one that the page gives its place."""
    for arrival in arrivals:
        minted, subject = arrival.subject, names.get(arrival.subject, arrival.subject)
        body = arrival.body or b""
        for end in (b">", b"#"):
            body = body.replace(b"<" + minted.encode() + end, b"<" + subject.encode() + end)
        lines = sorted(body.split(b"\n")[:-1])
        yield arrival._replace(subject=subject, body=b"".join(line + b"\n" for line in lines))
