"""What the harvester remembers of an event stream between two visits: the cursor of its source."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from harvester.sources.ldes_events import Event
from harvester.sources.ldes_page import Context
from registry.ledger.types import Kind

Position = tuple[str, str]
START: Position = ("", "")


def mark(member: str) -> str:
    """Return a short name for a member that was seen."""
    return hashlib.blake2b(member.encode(), digest_size=9).hexdigest()


@dataclass(frozen=True, slots=True)
class PageState:
    """What is known of one page.

    Attributes:
        done: the page is immutable and was read: never ask for it again.
        links: pages that it leads to.
        top: position of its last member.
        count: how many members it has.
        seen: marks of its members, kept while it can still change.
        size: its bytes, and ``prologue``: what an addition to it would have to begin with; kept
            while it can still change.
    """

    done: bool = False
    etag: str | None = None
    modified: str | None = None
    digest: str = ""
    links: tuple[str, ...] = ()
    top: Position = START
    count: int = 0
    seen: tuple[str, ...] = ()
    size: int = 0
    prologue: str | None = None

    def addition_in(self, body: bytes) -> bytes | None:
        """Return what was added to a page, as a document of its own; None when all must be read.

        Where the first bytes of a page are, by their hash, the whole document that an earlier visit
        read, that was complete by itself (Turtle and TriG are sequences of statements and blocks),
        and the rest says the same alone as behind it, under the prefixes and the base that stood at
        its end. But a comment may lack its end where an earlier document ended without a line end,
        and labels of blank nodes may name those of the part before.
        """
        size = self.size
        if self.prologue is None or not 0 < size < len(body) or body[size - 1 : size] != b"\n":
            return None
        if hashlib.sha256(body[:size]).hexdigest() != self.digest:
            return None
        rest = body[size:]
        return None if b"_:" in rest else self.prologue.encode() + rest

    def to_json(self) -> dict[str, Any]:
        """Return what differs from a page never read."""
        return {k: v for k, v in _plain(self).items() if v != _NEVER_READ[k]}


def _plain(state: "PageState | Context") -> dict[str, Any]:
    """Return fields as JSON gives them back, so that what did not change is equal to what was kept.

    No field holds anything deeper than a tuple of texts; :func:`dataclasses.asdict` would copy
    every one of them.
    """
    values = ((f.name, getattr(state, f.name)) for f in fields(state))
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values}


_NEVER_READ = _plain(PageState())


@dataclass(frozen=True, slots=True)
class StreamState:
    """The memory of one stream.

    Attributes:
        root: address of its first page; empty before the first visit.
        top: highest position ever seen.
        at_top: marks of the members at that very position.
        seen: marks of all members, kept only when the stream announces no order.
        taken: how many different members were ever taken in.
        pending: members of transactions that are not finalised yet.
    """

    root: str = ""
    context: Context = field(default_factory=Context)
    pages: Mapping[str, PageState] = field(default_factory=dict)
    top: Position = START
    at_top: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    taken: int = 0
    pending: tuple[Event, ...] = ()

    @property
    def complete(self) -> bool:
        """Every member that the stream counts was taken in."""
        return self.context.total is not None and self.context.total == self.taken

    def to_cursor(self) -> dict[str, Any]:
        """Return the JSON-ready cursor."""
        return {
            "reader": "ldes",
            "root": self.root,
            "context": _plain(self.context),
            "pages": {url: page.to_json() for url, page in self.pages.items()},
            "top": list(self.top),
            "at_top": sorted(self.at_top),
            "seen": sorted(self.seen),
            "taken": self.taken,
            "pending": [_event_to_json(event) for event in self.pending],
        }


def from_cursor(cursor: Mapping[str, Any]) -> StreamState:
    """Rebuild the memory of a stream; an empty one when the cursor is another reader's."""
    if cursor.get("reader") != "ldes":
        return StreamState()
    return StreamState(
        root=cursor["root"],
        context=Context(**_tuples(cursor["context"])),
        pages={url: PageState(**_tuples(page)) for url, page in cursor["pages"].items()},
        top=(cursor["top"][0], cursor["top"][1]),
        at_top=frozenset(cursor["at_top"]),
        seen=frozenset(cursor["seen"]),
        taken=cursor["taken"],
        pending=tuple(_event_from_json(event) for event in cursor["pending"]),
    )


def reached(cursor: Mapping[str, Any], stream: str) -> Position:
    """Return how far a stream had come, when nothing else is remembered of it."""
    kept = cursor.get("reached", {})
    if not kept or kept["stream"] != stream:
        return START
    return kept["top"][0], kept["top"][1]


def position_of(events: Iterable[Event]) -> Position:
    """Return the highest position among events; :data:`START` when there are none."""
    return max(((event.time, event.sequence) for event in events), default=START)


def _tuples(row: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}


def _event_to_json(event: Event) -> dict[str, Any]:
    body = None if event.body is None else base64.b64encode(event.body).decode()
    return event._asdict() | {"kind": event.kind.value, "body": body}


def _event_from_json(row: Mapping[str, Any]) -> Event:
    body = None if row["body"] is None else base64.b64decode(row["body"])
    return Event(**(dict(row) | {"kind": Kind(row["kind"]), "body": body}))
