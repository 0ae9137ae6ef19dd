"""What one page of an event stream says: the stream's description, the links, the members.

Follows LDES 1.0 and the TREE hypermedia specification. A member is an immutable event about a
record: its payload is the named graph of the member's name, or else the member's own triples.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from harvester.parsing.group import Group
from harvester.problems import DocumentError
from registry.ledger.types import Kind
from vocab.namespaces import AS, DCT, HYDRA, LDES, RDF, TREE
from vocab.records import root_of

_ESCAPE = re.compile(r'^"((?:[^"\\]|\\.)*)"')
_LOSSY = frozenset(f"{LDES}{name}" for name in ("DurationAgoPolicy", "PointInTimePolicy"))

Facts = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Context:
    """How a stream describes itself: which properties of a member say what.

    Attributes:
        stream: IRI of the event stream, empty when the page names none.
        lossy: the retention policy lets records disappear from the stream while they still live.
        total: how many members the stream says it has, or None.
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


@dataclass(frozen=True, slots=True)
class Event:
    """One member.

    Attributes:
        member: its immutable IRI.
        subject: IRI of the record that it is a version of.
        time: moment in UTC as sortable text, empty when the stream has no order.
        sequence: tie-break as sortable text.
        kind: create, update or delete.
        body: canonical N-Triples of the record, None for a deletion.
        transaction: the transaction that it belongs to, empty when to none.
        finalizes: it ends its transaction.
        tangled: its blank nodes could not be named soundly.
        strays: records that its payload speaks about beside its own.
    """

    member: str
    subject: str
    time: str
    sequence: str
    kind: Kind
    body: bytes | None
    transaction: str = ""
    finalizes: bool = False
    tangled: bool = False
    strays: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """One document of a stream, read but not yet interpreted."""

    url: str
    facts: Facts
    graphs: dict[str, list[Group]]
    tangled: frozenset[str]

    @property
    def views(self) -> list[str]:
        """Root pages that the document offers."""
        return sorted({o for s in self.facts for o in iris(self.facts, s, f"{TREE}view")})

    @property
    def streams(self) -> list[str]:
        """Event streams that say that this very page is their view."""
        return [s for s in self.facts if self.url in iris(self.facts, s, f"{TREE}view")]

    @property
    def is_node(self) -> bool:
        """The document is a page of a stream: it is called a node, has links or members."""
        called = f"{TREE}Node" in iris(self.facts, self.url, f"{RDF}type")
        return called or bool(self.links) or bool(self.members)

    @property
    def immutable(self) -> bool:
        """The page says that it will never change."""
        return "true" in (text_of(o) for o in self._own(f"{LDES}immutable"))

    @property
    def links(self) -> list[str]:
        """Pages that this one leads to, in document order; several relations to one count once."""
        relations = iris(self.facts, self.url, f"{TREE}relation")
        found = (node for r in relations for node in iris(self.facts, r, f"{TREE}node"))
        return list(dict.fromkeys(root_of(node) for node in found))

    @property
    def members(self) -> list[str]:
        """Members listed on the page, in the order in which they first appear."""
        return list(
            dict.fromkeys(o for s in self.facts for o in iris(self.facts, s, f"{TREE}member"))
        )

    def _own(self, path: str) -> list[str]:
        return [o for p, o in self.facts.get(self.url, ()) if p == path]


def page_of(url: str, groups: Iterable[Group]) -> Page:
    """Sort the statements of a parsed document into facts and payload graphs."""
    facts: Facts = defaultdict(list)
    graphs: dict[str, list[Group]] = defaultdict(list)
    tangled = set()
    for group in groups:
        if group.graph:
            graphs[group.graph].append(group)
            continue
        if group.tangled:
            tangled.add(group.record)
        for line in group.body.decode().split("\n")[:-1]:
            subject, path, value = line[:-2].split(" ", 2)
            facts[subject[1:-1]].append((path[1:-1], value))
    return Page(url, dict(facts), dict(graphs), frozenset(tangled))


def iris(facts: Facts, subject: str, path: str) -> list[str]:
    """Give the IRIs that a subject has for a property."""
    return [o[1:-1] for p, o in facts.get(subject, ()) if p == path and o.startswith("<")]


def text_of(term: str) -> str:
    """Give the lexical form of a literal, or the IRI, of an N-Triples term."""
    found = _ESCAPE.match(term)
    return found.group(1) if found else term.strip("<>")


def context_of(page: Page, before: Context) -> Context:
    """Give the stream's description as far as a page tells it, over what was known before.

    Raises:
        DocumentError: a path is not a single property.
    """
    streams = page.streams or [s for s in page.facts if _is_stream(page, s)]
    if not streams:
        return before
    stream = streams[0]

    def path(name: str, default: str) -> str:
        found = iris(page.facts, stream, f"{LDES}{name}")
        if found and found[0] in page.facts and page.facts[found[0]]:
            raise DocumentError("MED-H305", url=page.url, path=name)
        return found[0] if found else default

    def thing(name: str, default: str) -> str:
        found = [text_of(o) for p, o in page.facts[stream] if p == f"{LDES}{name}"]
        return found[0] if found else default

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
    )


def _is_stream(page: Page, subject: str) -> bool:
    return f"{LDES}EventStream" in iris(page.facts, subject, f"{RDF}type")


def _total(page: Page, stream: str) -> int | None:
    values = [text_of(o) for p, o in page.facts[stream] if p == f"{HYDRA}totalItems"]
    return int(values[0]) if values and values[0].isdigit() else None


def _is_lossy(page: Page, before: bool) -> bool:
    """Say whether a live record may have left the stream (LDES 1.0 and its older policies)."""
    policies = {
        policy
        for subject in page.facts
        for policy in iris(page.facts, subject, f"{LDES}retentionPolicy")
    }
    return before or any(_loses(page, policy) for policy in policies)


def _loses(page: Page, policy: str) -> bool:
    if _LOSSY & set(iris(page.facts, policy, f"{RDF}type")):
        return True
    told = {path.removeprefix(LDES) for path, _ in page.facts.get(policy, ())}
    if told & {"startingFrom", "versionDuration"}:
        return True
    return "fullLogDuration" in told and not told & {"versionAmount", "amount"}


def events_of(page: Page, context: Context) -> list[Event]:
    """Give the members of a page, in document order.

    Raises:
        DocumentError: a member lacks a property that the stream announces, or two versions of a
            record mix on the page.
    """
    plain = _Plain(page, context)
    return [_event(page, context, member, plain) for member in page.members]


def _event(page: Page, context: Context, member: str, plain: "_Plain") -> Event:
    about = _About(page, context, member)
    subject = root_of(about.one(context.version_of)) if context.version_of else root_of(member)
    deleted = context.deleted in about.all(context.kind_path) if context.version_of else False
    body, strays, tangled = None, 0, False
    if not deleted:
        if member in page.graphs:
            body, strays, tangled = _payload(page.graphs[member], subject, member)
        else:
            body = plain.body(member, subject)
            tangled = root_of(member) in page.tangled
    final_path, final_object = context.finalized
    return Event(
        member=member,
        subject=subject,
        time=moment(about.one(context.timestamp)) if context.timestamp else "",
        sequence=_sortable(about.one(context.sequence)) if context.sequence else "",
        kind=Kind.DELETE if deleted else Kind.UPDATE,
        body=body,
        transaction=next(iter(about.all(context.transaction)), ""),
        finalizes=bool(final_path) and final_object in about.all(final_path),
        tangled=tangled,
        strays=strays,
    )


class _About:
    """What is said of a member, on the page or in its own graph."""

    def __init__(self, page: Page, context: Context, member: str) -> None:
        self._page, self._member = page, member
        facts = page.facts.get(member)
        if facts is None or (context.version_of and not self._has(facts, context.version_of)):
            facts = [*(facts or ()), *_facts_in(page.graphs.get(member, ()), member)]
        self._facts = facts

    @staticmethod
    def _has(facts: list[tuple[str, str]], path: str) -> bool:
        return any(p == path for p, _ in facts)

    def all(self, path: str) -> list[str]:
        return [text_of(o) for p, o in self._facts if p == path] if path else []

    def one(self, path: str) -> str:
        found = self.all(path)
        if not found:
            raise DocumentError("MED-H304", member=self._member, url=self._page.url, path=path)
        return found[0]


def _facts_in(groups: Iterable[Group], member: str) -> list[tuple[str, str]]:
    start = f"<{member}> "
    return [
        (path[1:-1], value)
        for group in groups
        for line in group.body.decode().split("\n")
        if line.startswith(start)
        for path, value in [line[len(start) : -2].split(" ", 1)]
    ]


def _payload(groups: list[Group], subject: str, member: str) -> tuple[bytes, int, bool]:
    """Give the record's own part of a named graph, and how many other records it speaks of."""
    own = [group for group in groups if group.record == subject]
    strays = sum(group.record not in {subject, root_of(member)} for group in groups)
    body = own[0].body if own else b""
    return body, strays, any(group.tangled for group in own)


class _Plain:
    """Payloads without named graphs: the member's own triples, told of the record instead."""

    def __init__(self, page: Page, context: Context) -> None:
        self._page, self._context = page, context
        self._listed = frozenset(page.members)
        self._versions: dict[str, str] = {}

    def body(self, member: str, subject: str) -> bytes:
        bases = {member}
        if subject in self._page.facts:
            if self._versions.setdefault(subject, member) != member:
                raise DocumentError("MED-H306", url=self._page.url, subject=subject)
            bases.add(subject)
        lines = {
            f"{self._renamed(s, member, subject)} <{path}> {self._renamed(o, member, subject)} ."
            for s in self._reached(bases, member)
            for path, o in self._page.facts.get(s.strip("<>"), ())
            if not self._is_envelope(s, member, path, o)
        }
        return "".join(f"{line}\n" for line in sorted(lines)).encode()

    def _reached(self, bases: set[str], member: str) -> list[str]:
        roots = {f"{root_of(base)}#" for base in bases}
        seen = dict.fromkeys(f"<{base}>" for base in bases)
        todo = list(seen)
        while todo:
            for _, value in self._page.facts.get(todo.pop()[1:-1], ()):
                inside = value.startswith("<") and value[1:-1] not in self._listed
                if inside and value not in seen and value[1:].partition("#")[0] + "#" in roots:
                    seen[value] = None
                    todo.append(value)
        return [s for s in seen if s[1:-1] != self._page.url]

    def _renamed(self, term: str, member: str, subject: str) -> str:
        if not term.startswith("<") or member == subject:
            return term
        if term == f"<{member}>":
            return f"<{subject}>"
        root = root_of(member)
        return f"<{subject}{term[len(root) + 1 :]}" if term.startswith(f"<{root}#") else term

    def _is_envelope(self, s: str, member: str, path: str, value: str) -> bool:
        """What the event says of itself is not said of the record."""
        context = self._context
        if not context.version_of or s != f"<{member}>":
            return False
        envelope = {context.version_of, context.timestamp, context.sequence, context.transaction}
        is_verb = path == context.kind_path and text_of(value) in context.verbs
        return path in envelope - {"", f"{DCT}modified"} or is_verb


def moment(text: str) -> str:
    """Give an ``xsd:dateTime`` in UTC as text that sorts by time; without a zone it is UTC.

    >>> moment("2026-03-01T12:00:00+01:00")
    '2026-03-01T11:00:00.000000+00:00'
    """
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return text
    zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return zoned.astimezone(UTC).isoformat(timespec="microseconds")


def _sortable(text: str) -> str:
    return f"{int(text):030d}" if text.isascii() and text.isdigit() else text
