"""What one page of an event stream says of the stream: its description, its links, its members.

Follows LDES 1.0 and the TREE hypermedia specification.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from harvester.errors import DocumentError
from harvester.parsing.group import RecordPart
from harvester.parsing.skolem import BLANK_NODE
from registry.sources.rhythm import seconds_of
from vocab.namespaces import AS, DCT, HYDRA, LDES, RDF, TREE
from vocab.ntriples import text_of
from vocab.urls import web_address

_COUNT = re.compile(r"[0-9]{1,15}")
_DURATION = re.compile(
    r"P(?:([0-9]{1,4})D)?(?:T(?:([0-9]{1,6})H)?(?:([0-9]{1,8})M)?(?:([0-9]{1,9})S)?)?"
)
_PERIODS_S = (86_400, 3_600, 60, 1)
_LOSSY = frozenset(f"{LDES}{name}" for name in ("DurationAgoPolicy", "PointInTimePolicy"))

Facts = dict[str, dict[str, list[str]]]
"""N-Triples terms by subject and property; IRIs of both without brackets."""


@dataclass(frozen=True, slots=True)
class Context:
    """How a stream describes itself: which properties of a member say what.

    Attributes:
        stream: IRI of the event stream, empty when the page names none.
        lossy: the retention policy lets records disappear from the stream while they still live.
        total: how many members the stream says it has, or None.
        polling_s: seconds that the stream asks to leave between two visits; 0 when it asks nothing.
        update_s: seconds between two updates that the stream declares (DCAT); 0 for none.
    """

    stream: str = ""
    version_of: str = ""
    timestamp: str = ""
    sequence: str = ""
    kind_path: str = f"{RDF}type"
    deleted: str = f"{AS}Delete"
    verbs: tuple[str, ...] = (f"{AS}Create", f"{AS}Update", f"{AS}Delete")
    transaction: str = ""
    finalized: tuple[str, str] = ("", "")
    lossy: bool = False
    total: int | None = None
    polling_s: int = 0
    update_s: int = 0


@dataclass(frozen=True, slots=True)
class StreamPage:
    """One document of a stream, read but not yet interpreted.

    Attributes:
        url: where it came from.
        facts: what its default graph says.
        graphs: what its named graphs say, by name.
        tangled: records whose blank nodes could not be named soundly.
        members: members listed on the page, in the order in which they first appear.
    """

    url: str
    facts: Facts
    graphs: dict[str, list[RecordPart]]
    tangled: frozenset[str]
    members: tuple[str, ...]

    @property
    def views(self) -> list[str]:
        """Root pages that the document offers."""
        return sorted({view for _, view in self._views()})

    @property
    def streams(self) -> list[str]:
        """Event streams that say that this very page is their view."""
        return list(dict.fromkeys(stream for stream, view in self._views() if view == self.url))

    @property
    def is_node(self) -> bool:
        """The document is a page of a stream: it is called a node, has links or members."""
        called = f"{TREE}Node" in iris(self.facts, self.url, f"{RDF}type")
        return called or bool(self.links) or bool(self.members)

    @property
    def immutable(self) -> bool:
        """The page says that it will never change."""
        return "true" in (
            text_of(o) for o in self.facts.get(self.url, {}).get(f"{LDES}immutable", ())
        )

    @property
    def links(self) -> list[str]:
        """Pages that this one leads to, in document order; several relations to one count once."""
        return [node for node in self._nodes if node]

    @property
    def has_broken_link(self) -> bool:
        """Whether a relation leads to no page at all, so that something cannot be read."""
        return "" in self._nodes

    @property
    def _nodes(self) -> list[str]:
        found = []
        for relation in iris(self.facts, self.url, f"{TREE}relation"):
            nodes = self.facts.get(relation, {}).get(f"{TREE}node", [])
            found += [page_address(text_of(node), self.url) for node in nodes] or [""]
        return list(dict.fromkeys(found))

    def _views(self) -> list[tuple[str, str]]:
        views = iri_pairs(self.facts, f"{TREE}view")
        return [(stream, page_address(view, self.url)) for stream, view in views]


def page_of(url: str, groups: Iterable[RecordPart]) -> StreamPage:
    """Sort the statements of a parsed document into facts and payload graphs."""
    facts: Facts = {}
    graphs: dict[str, list[RecordPart]] = defaultdict(list)
    tangled = set()
    for group in groups:
        if group.graph:
            graphs[group.graph].append(group)
            continue
        if group.tangled:
            tangled.add(group.record)
        _add_statements(facts, group.body)
    _under_its_address(url, facts)
    members = dict.fromkeys(member for _, member in iri_pairs(facts, f"{TREE}member"))
    return StreamPage(url, facts, dict(graphs), frozenset(tangled), tuple(members))


def page_address(text: str, base: str) -> str:
    """Return the address of a page as it is asked for; what is none, as it stands."""
    if BLANK_NODE in text:
        return ""
    try:
        return web_address(text, base)
    except ValueError:
        return text


def _under_its_address(url: str, facts: Facts) -> None:
    """Put what a page says of itself under its address, when it writes that in other letters."""
    for subject in [] if url in facts else [name for name in facts if not name.isascii()]:
        if page_address(subject, url) == url:
            facts[url] = facts.pop(subject)


def _add_statements(facts: Facts, body: bytes) -> None:
    """Add sorted statements: those of one subject stand together."""
    subject, properties = "", {}
    for statement in body.decode().split(" .\n")[:-1]:  # a list of all parts costs a sixth more
        name, path, value = statement.split(" ", 2)
        if name != subject:
            subject, properties = name, facts.setdefault(name[1:-1], {})
        if (key := path[1:-1]) in properties:
            properties[key].append(value)
        else:
            properties[key] = [value]


def iris(facts: Facts, subject: str, path: str) -> list[str]:
    """Return the IRIs that a subject has for a property."""
    properties = facts.get(subject)
    return [o[1:-1] for o in properties.get(path, ()) if o.startswith("<")] if properties else []


def iri_pairs(facts: Facts, path: str) -> list[tuple[str, str]]:
    """Return each subject that has IRIs for a property, with each of them."""
    return [
        (subject, value[1:-1])
        for subject, properties in facts.items()
        if path in properties
        for value in properties[path]
        if value.startswith("<")
    ]


def context_of(page: StreamPage, before: Context) -> Context:
    """Return the stream's description as far as a page states it, over what was known before.

    Raises:
        DocumentError: a path is not a single property.
    """
    called = iri_pairs(page.facts, f"{RDF}type")
    streams = page.streams or [s for s, name in called if name == f"{LDES}EventStream"]
    if not streams:
        return before
    stream = streams[0]
    path, thing = partial(_path, page, stream), partial(_thing, page, stream)
    deleted = thing("versionDeleteObject", before.deleted)
    created = thing("versionCreateObject", before.verbs[0])
    updated = thing("versionUpdateObject", before.verbs[1])
    return Context(
        stream=stream,
        version_of=path("versionOfPath", before.version_of),
        timestamp=path("timestampPath", before.timestamp),
        sequence=path("sequencePath", before.sequence),
        kind_path=path("versionDeletePath", before.kind_path),
        deleted=deleted,
        verbs=(created, updated, deleted),
        transaction=path("transactionPath", before.transaction),
        finalized=(
            path("transactionFinalizedPath", before.finalized[0]),
            thing("transactionFinalizedObject", before.finalized[1]),
        ),
        lossy=_is_lossy(page, before.lossy),
        total=_total(page, stream),
        polling_s=_polling_s(page, before.polling_s),
        update_s=_update_s(page, stream) or before.update_s,
    )


def _path(page: StreamPage, stream: str, name: str, default: str) -> str:
    found = iris(page.facts, stream, f"{LDES}{name}")
    if found and found[0] in page.facts and page.facts[found[0]]:
        raise DocumentError("MED-H305", url=page.url, path=name)
    return found[0] if found else default


def _thing(page: StreamPage, stream: str, name: str, default: str) -> str:
    found = page.facts[stream].get(f"{LDES}{name}")
    return text_of(found[0]) if found else default


def _total(page: StreamPage, stream: str) -> int | None:
    values = [text_of(o) for o in page.facts[stream].get(f"{HYDRA}totalItems", ())]
    return int(values[0]) if values and _COUNT.fullmatch(values[0]) else None


def _polling_s(page: StreamPage, before: int) -> int:
    """Return the longest polling interval that a page states, of the stream or of its root node."""
    path = f"{LDES}pollingInterval"
    values = (value for values in page.facts.values() if path in values for value in values[path])
    return max((_seconds(text_of(value)) for value in values), default=before)


def _update_s(page: StreamPage, stream: str) -> int:
    """Return the seconds between two updates that a stream declares as a dataset (DCAT 3)."""
    return max(map(seconds_of, iris(page.facts, stream, f"{DCT}accrualPeriodicity")), default=0)


def _seconds(text: str) -> int:
    """Return seconds, written as a number or as an ``xsd:dayTimeDuration``; 0 for anything else.

    >>> _seconds("3600"), _seconds("PT1H"), _seconds("P1DT1M"), _seconds("soon")
    (3600, 3600, 86460, 0)
    """
    if _COUNT.fullmatch(text):
        return int(text)
    found = _DURATION.fullmatch(text)
    parts = found.groups(default="0") if found else ()
    return sum(int(part) * size for part, size in zip(parts, _PERIODS_S, strict=False))


def _is_lossy(page: StreamPage, before: bool) -> bool:
    """Whether a live record may have left the stream (LDES 1.0 and its older policies)."""
    policies = iri_pairs(page.facts, f"{LDES}retentionPolicy")
    return before or any(_loses(page, policy) for _, policy in policies)


def _loses(page: StreamPage, policy: str) -> bool:
    if _LOSSY & set(iris(page.facts, policy, f"{RDF}type")):
        return True
    properties = {path.removeprefix(LDES) for path in page.facts.get(policy, ())}
    if properties & {"startingFrom", "versionDuration"}:
        return True
    return "fullLogDuration" in properties and not properties & {"versionAmount", "amount"}
