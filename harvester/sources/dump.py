"""A source that publishes its whole state as one RDF document, in any format, gzip or not."""

from collections import defaultdict
from collections.abc import Iterable

from harvester import rules
from harvester.fetch import ACCEPT_RDF, Fetcher
from harvester.parsing import Parser
from harvester.parsing.group import Group
from harvester.sources import whole
from harvester.sources.delivery import Arrival, Delivery
from registry.ledger.types import Source
from shapes.findings import Finding
from vocab.namespaces import DCAT, FOAF, HYDRA, LDES, OWL, RDF, TREE, VOID

_TYPE = f"<{RDF}type>".encode()
_DESCRIPTIONS = tuple(
    f"<{space}{name}>".encode()
    for space, names in {
        DCAT: ("Catalog", "CatalogRecord", "Dataset", "Distribution", "DataService"),
        VOID: ("Dataset", "DatasetDescription", "Linkset"),
        LDES: ("EventStream",),
        TREE: ("Node", "Collection", "ViewDescription"),
        HYDRA: ("Collection", "PagedCollection", "PartialCollectionView"),
        OWL: ("Ontology",),
        FOAF: ("Document",),
    }.items()
    for name in names
)


def read(source: Source, fetcher: Fetcher, parser: Parser) -> Delivery:
    """Give the full state of a dump, or word that it has not changed; see :class:`Reader`."""
    cursor = source.cursor if source.cursor.get("reader") == "dump" else {"reader": "dump"}
    visit = whole.visit(source.url, cursor, fetcher, ACCEPT_RDF)
    fetched = visit.fetched
    if fetched is None:
        return Delivery((), True, visit.cursor, unchanged=True, pages_read=visit.downloaded)
    parsed = parser.parse(fetched.url, fetched.media_type, fetched.body)
    arrivals, findings = collect(fetched.url, parsed.groups)
    if parsed.adrift:
        adrift = rules.finding(source.url, "MED-H005", count=parsed.adrift, url=fetched.url)
        findings = (*findings, adrift)
    return Delivery(
        arrivals,
        full=True,
        cursor=visit.cursor,
        findings=findings,
        rollback=visit.rollback,
        pages_read=visit.downloaded,
    )


def collect(url: str, groups: Iterable[Group]) -> tuple[tuple[Arrival, ...], tuple[Finding, ...]]:
    """Give the records of a document, its graphs put together, without what describes the dataset.

    Graph names are the publisher's; ours come from us, so the names are ignored.
    """
    bodies: dict[str, list[Group]] = defaultdict(list)
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


def _merge(parts: Iterable[Group]) -> bytes:
    lines = {line for part in parts for line in part.body.split(b"\n") if line}
    return b"\n".join(sorted(lines)) + b"\n"


def _is_description(subject: str, body: bytes) -> bool:
    start = b"<%s> %s " % (subject.encode(), _TYPE)
    types = [line[len(start) : -2] for line in body.split(b"\n") if line.startswith(start)]
    return bool(types) and all(kind in _DESCRIPTIONS for kind in types)
