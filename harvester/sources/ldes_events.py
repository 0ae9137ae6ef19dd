"""The members of an event stream: immutable events, each about one record (LDES 1.0).

The payload of a member is the named graph of the member's name, or else the member's own triples.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from harvester.errors import DocumentError
from harvester.parsing.group import RecordPart
from harvester.sources.ldes_page import Context, StreamPage
from registry.ledger.types import Kind
from vocab.namespaces import DCT, LDES, TREE
from vocab.ntriples import text_of
from vocab.records import root_of

_MEMBERSHIP = frozenset({f"{TREE}member", f"{LDES}immutable"})


class Event(NamedTuple):
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


def events_of(page: StreamPage, context: Context, members: Sequence[str]) -> list[Event]:
    """Return some members of a page, or all when two versions of a record could mix there.

    Raises:
        DocumentError: a member lacks a property that the stream announces, or two versions of a
            record mix on the page.
    """
    inline = _InlinePayloads(page, context)
    events = [_event(page, context, member, inline) for member in members]
    if inline.used and len(members) < len(page.members):
        return events_of(page, context, page.members)
    return events


def is_self_contained(page: StreamPage, events: Iterable[Event]) -> bool:
    """Whether an addition is members, each whole and with a graph of its own, and no more.

    Links, descriptions of the stream and triples outside of graphs may go on with what stood on
    the page before.
    """
    members = set(page.members)
    self_contained = all(
        name in members or facts.keys() <= _MEMBERSHIP for name, facts in page.facts.items()
    )
    return self_contained and all(one.body is None or one.member in page.graphs for one in events)


def _event(page: StreamPage, context: Context, member: str, inline: "_InlinePayloads") -> Event:
    properties = _MemberProperties(page, context, member)
    subject = root_of(properties.one(context.version_of) if context.version_of else member)
    deleted = bool(context.version_of) and context.deleted in properties.all(context.kind_path)
    body, strays, tangled = None, 0, False
    if not deleted:
        if member in page.graphs:
            body, strays, tangled = _payload(page.graphs[member], subject, member)
        else:
            body = inline.body(member, subject)
            tangled = root_of(member) in page.tangled
    final_path, final_object = context.finalized
    return Event(
        member=member,
        subject=subject,
        time=moment(properties.one(context.timestamp)) if context.timestamp else "",
        sequence=_sortable(properties.one(context.sequence)) if context.sequence else "",
        kind=Kind.DELETE if deleted else Kind.UPDATE,
        body=body,
        transaction=next(iter(properties.all(context.transaction)), ""),
        finalizes=bool(final_path) and final_object in properties.all(final_path),
        tangled=tangled,
        strays=strays,
    )


class _MemberProperties:
    """What is said of a member, on the page or in its own graph."""

    def __init__(self, page: StreamPage, context: Context, member: str) -> None:
        self._page, self._member = page, member
        self._properties = page.facts.get(member, {})
        if not self._properties or (
            context.version_of and context.version_of not in self._properties
        ):
            self._properties = {path: [*values] for path, values in self._properties.items()}
            for path, value in _facts_in(page.graphs.get(member, ()), member):
                self._properties.setdefault(path, []).append(value)

    def all(self, path: str) -> list[str]:
        return [text_of(value) for value in self._properties.get(path, ())]

    def one(self, path: str) -> str:
        found = self._properties.get(path)
        if not found:
            raise DocumentError("MED-H304", member=self._member, url=self._page.url, path=path)
        return text_of(found[0])


def _facts_in(groups: Iterable[RecordPart], member: str) -> list[tuple[str, str]]:
    start = f"<{member}> "
    return [
        (path[1:-1], value)
        for group in groups
        for line in group.body.decode().split("\n")
        if line.startswith(start)
        for path, value in [line[len(start) : -2].split(" ", 1)]
    ]


def _payload(groups: list[RecordPart], subject: str, member: str) -> tuple[bytes, int, bool]:
    """Return the record's own part of a named graph, and how many other records it speaks of."""
    if len(groups) == 1 and groups[0].record == subject:
        return groups[0].body, 0, groups[0].tangled
    own = [group for group in groups if group.record == subject]
    strays = sum(group.record not in {subject, root_of(member)} for group in groups)
    body = own[0].body if own else b""
    return body, strays, any(group.tangled for group in own)


class _InlinePayloads:
    """Payloads without named graphs: the member's own triples, rewritten to be about the record."""

    def __init__(self, page: StreamPage, context: Context) -> None:
        self._page, self._context = page, context
        self._listed = frozenset(page.members)
        self._versions: dict[str, str] = {}
        self.used = False

    def body(self, member: str, subject: str) -> bytes:
        self.used = True
        bases = {member}
        if subject in self._page.facts:
            if self._versions.setdefault(subject, member) != member:
                raise DocumentError("MED-H306", url=self._page.url, subject=subject)
            bases.add(subject)
        lines = {
            f"{self._renamed(s, member, subject)} <{path}> {self._renamed(o, member, subject)} ."
            for s in self._reached(bases, member)
            for path, values in self._page.facts.get(s.strip("<>"), {}).items()
            for o in values
            if not self._is_envelope(s, member, path, o)
        }
        return "".join(f"{line}\n" for line in sorted(lines)).encode()

    def _reached(self, bases: set[str], member: str) -> list[str]:
        roots = {f"{root_of(base)}#" for base in bases}
        seen = dict.fromkeys(f"<{base}>" for base in bases)
        todo = list(seen)
        while todo:
            properties = self._page.facts.get(todo.pop()[1:-1], {})
            for value in chain.from_iterable(properties.values()):
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


@lru_cache(4_096)
def moment(text: str) -> str:
    """Return an ``xsd:dateTime`` in UTC as text that sorts by time; without a zone it is UTC.

    >>> moment("2026-03-01T12:00:00+01:00")
    '2026-03-01T11:00:00.000000+00:00'
    """
    try:
        parsed = datetime.fromisoformat(text)
        zoned = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return zoned.astimezone(UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return text


def _sortable(text: str) -> str:
    return text.lstrip("0").zfill(30) if text.isascii() and text.isdigit() else text
