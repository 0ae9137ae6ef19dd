"""A source that publishes its whole state in RDF, in any format, gzip or not.

One document, or a Hydra collection whose pages are read as one state. Whatever the collection says
of its size must be what came, else the delivery is not the whole state.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from harvester import rules
from harvester.delivery import Arrival, Delivery
from harvester.fetch import ACCEPT_RDF, Fetcher
from harvester.parsing import Parser, expect
from harvester.parsing.group import RecordPart
from harvester.sources import hydra
from harvester.sources.conditional_get import (
    ConditionalResponse,
    conditional_get,
    response_by_digest,
    restored_remarks,
)
from harvester.sources.pagination import not_followed
from registry.ledger.types import Source
from shapes.findings import Finding
from vocab.namespaces import AS, DCAT, FOAF, HYDRA, LDES, OWL, RDF, TREE, VOID

MAX_PAGES = 1_000
_SHOWN = 5
_PAGING_MARKS = tuple(f"<{space}".encode() for space in hydra.PAGING)
_TYPE = f"<{RDF}type>".encode()
_DESCRIPTIONS = tuple(
    f"<{space}{name}>".encode()
    for space, names in {
        DCAT: ("Catalog", "CatalogRecord", "Dataset", "Distribution", "DataService"),
        VOID: ("Dataset", "DatasetDescription", "Linkset"),
        LDES: ("EventStream",),
        TREE: ("Node", "Collection", "ViewDescription"),
        HYDRA: ("Collection", "PagedCollection", "PartialCollectionView"),
        hydra.OTHER_HYDRA: ("Collection", "PagedCollection", "PartialCollectionView"),
        AS: ("Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"),
        OWL: ("Ontology",),
        FOAF: ("Document",),
    }.items()
    for name in names
)


def read(source: Source, fetcher: Fetcher, parser: Parser) -> Delivery:
    """Return the full state of a dump, or word that it has not changed; see :class:`Reader`."""
    cursor = source.cursor.reader
    if cursor.get("reader") != "dump":
        expect()
        cursor = {"reader": "dump"}
    paged = cursor.get("paged", False)  # a later page may change without the first
    response = conditional_get(
        source.url, {"reader": "dump"} if paged else cursor, fetcher, ACCEPT_RDF
    )
    if response.fetched is None:
        return response.nothing_new()
    pages = hydra.pages(source.url, response.fetched, fetcher, parser, ACCEPT_RDF, MAX_PAGES)
    if len(pages) > 1:
        response = _joined(pages, cursor if paged else {})
        if response.fetched is None:
            return response.nothing_new()
    return _delivery(source.url, pages, response)


def _joined(pages: Sequence[hydra.HydraPage], cursor: Mapping[str, Any]) -> ConditionalResponse:
    """Return the visit of a state that came in several pages, known by one digest."""
    digest = hashlib.sha256()
    for page in pages:
        digest.update(hashlib.sha256(page.fetched.body).digest())
    after = {"reader": "dump", "paged": True}
    response = response_by_digest(pages[0].fetched, digest.hexdigest(), cursor, after)
    return replace(response, downloaded=len(pages))


def _delivery(
    url: str, pages: Sequence[hydra.HydraPage], response: ConditionalResponse
) -> Delivery:
    groups = [group for page in pages for group in page.parsed.groups]
    arrivals, findings = collect(pages[0].fetched.url, groups)
    unattached = sum(page.parsed.unattached for page in pages)
    if unattached:
        remark = rules.finding(url, "MED-H005", count=unattached, url=pages[0].fetched.url)
        findings = (*findings, remark)
    if not arrivals:
        findings = (*findings, rules.finding(url, "MED-H224", url=url))
    totals, members = hydra.declared_size(pages)
    counted = members or len(arrivals)
    unproven = _unproven(url, pages, totals - {counted}, counted)
    return Delivery(
        arrivals,
        full=not unproven,
        cursor=response.cursor,
        findings=(*findings, *unproven, *restored_remarks(url, response)),
        pages_read=response.downloaded,
        expected=max(totals, default=None),
        counted=counted if totals else 0,
    )


def _unproven(
    url: str, pages: Sequence[hydra.HydraPage], totals: Set[int], counted: int
) -> tuple[Finding, ...]:
    """Return what says that the pages may not be all there is."""
    found = [not_followed(url, target) for target in hydra.unread(pages, url)[:_SHOWN]]
    if totals:
        shown = ", ".join(map(str, sorted(totals)))
        found.append(rules.finding(url, "MED-H525", url=url, totals=shown, counted=counted))
    return tuple(found)


def collect(
    url: str, groups: Iterable[RecordPart]
) -> tuple[tuple[Arrival, ...], tuple[Finding, ...]]:
    """Give the records of a document, its graphs put together, without what describes the dataset.

    Graph names are the publisher's; ours come from us, so the names are ignored.
    """
    bodies: dict[str, list[RecordPart]] = defaultdict(list)
    for group in groups:
        bodies[group.record].append(group)
    arrivals: list[Arrival] = []
    descriptions = 0
    for subject, parts in bodies.items():
        body = parts[0].body if len(parts) == 1 else _merge(parts)
        if _is_description(subject, body):
            descriptions += 1
            continue
        tangled = any(part.tangled for part in parts)
        faults = (rules.finding(subject, "MED-H004", subject=subject),) if tangled else ()
        arrivals.append(Arrival(subject, body, faults))
    findings: tuple[Finding, ...] = ()
    if descriptions:
        findings = (rules.finding(url, "MED-H006", count=descriptions, url=url),)
    return tuple(arrivals), findings


def _merge(parts: Iterable[RecordPart]) -> bytes:
    lines = {line for part in parts for line in part.body.split(b"\n") if line}
    return b"\n".join(sorted(lines)) + b"\n"


def _is_description(subject: str, body: bytes) -> bool:
    """Whether a record describes the dataset: by its classes or, having none, by its parts'."""
    start = b"<%s> %s " % (subject.encode(), _TYPE)
    at = 0 if body.startswith(start) else body.find(b"\n" + start) + 1
    if not body.startswith(start, at):
        return _describes_pages(body)
    while body.startswith(start, at):  # the statements of a record are sorted: types stand together
        end = body.index(b"\n", at)
        if body[at + len(start) : end - 2] not in _DESCRIPTIONS:
            return False
        at = end + 1
    return True


def _describes_pages(body: bytes) -> bool:
    """Whether all that a nameless thing says is of pages, as a blank node or a fragment does."""
    if not any(mark in body for mark in _PAGING_MARKS):
        return False
    for line in body.split(b"\n")[:-1]:
        _, predicate, value = line.split(b" ", 2)
        typed = predicate == _TYPE and (
            value[:-2] in _DESCRIPTIONS or value.startswith(_PAGING_MARKS)
        )
        if not (typed or predicate.startswith(_PAGING_MARKS)):
            return False
    return True
