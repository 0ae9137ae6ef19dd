"""The pages of the event stream: at most 500 members each, written once and for good when full.

Page ``n`` holds the changes ``500(n-1)+1 … 500n`` of the ledger, so that a change's page never
depends on when publishing ran. Everything on a page comes from the ledger and the feed's address.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from registry.formats.turtle import header, turtle_body
from registry.ledger.types import Change, Kind
from registry.publish.pole import PoleDescription

ROOT_PATH = "stream.trig"
"""The root of the feed, relative to the published folder; pages are named below."""
PAGE_MEMBERS = 500
IMMUTABLE = b"<> ldes:immutable true .\n"
"""The last line of a full page, and of no other."""

_VERBS = {Kind.CREATE: "as:Create", Kind.UPDATE: "as:Update", Kind.DELETE: "as:Delete"}
_HASH_DIGITS = 16


@dataclass(frozen=True, slots=True)
class FeedPage:
    """What the root and the next run need to know of a published page.

    Attributes:
        number: from 1.
        first: sequence number of its first change.
        last: sequence number of its last change.
        since: time of its first member, as published.
        until: time of its last member, as published.
        entry_hash: the ledger's hash of its last change.
        size: bytes of the file.
        sha256: SHA-256 of the file, in hexadecimal.
        generation: of the stream; pages of another have other addresses.
    """

    number: int
    first: int
    last: int
    since: str
    until: str
    entry_hash: str
    size: int
    sha256: str
    generation: str = ""

    @property
    def path(self) -> str:
        """POSIX path of its file, relative to the published folder."""
        return page_path(self.number, self.generation)

    @property
    def full(self) -> bool:
        """Whether the page has all its members and will never change again."""
        return self.last == self.number * PAGE_MEMBERS


@dataclass(frozen=True, slots=True)
class Member:
    """A change with the time under which it is published."""

    change: Change
    time: str


def page_path(number: int, generation: str = "") -> str:
    """Return the file of a page of a stream's generation, relative to the published folder."""
    folder = f"pages/{generation}" if generation else "pages"
    return f"{folder}/{number:06d}.trig"


def page_of(seq: int) -> int:
    """Return the number of the page that holds a change."""
    return (seq - 1) // PAGE_MEMBERS + 1


def members(
    changes: Iterable[Change], not_before: str, redated: Mapping[str, str]
) -> Iterator[Member]:
    """Return changes their published times, which never go back even if a clock did.

    LDES 1.0 forbids a member earlier than the last published one. ``not_before`` is the published
    time of the change before the first, or the empty string. ``redated`` has the times of harvests
    whose own lay in the future.
    """
    for change in changes:
        own = redated.get(str(change.harvest)) or timestamp(change.time)
        not_before = max(not_before, own)
        yield Member(change, not_before)


def timestamp(moment: datetime) -> str:
    """Write a moment as ``xsd:dateTime`` in UTC with microseconds; such texts sort as time does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def page_document(pole: PoleDescription, number: int, content: Iterable[Member]) -> Iterator[bytes]:
    """Write a page as TriG, a part at a time: what it is, then member by member in order."""
    path = page_path(number, pole.generation)
    stream = f"{'../' * path.count('/')}{ROOT_PATH}#{pole.stream_name}"
    yield header().encode()
    yield f"@prefix v: <{pole.feed_url}{path}#> .\n".encode()
    yield b"<> a tree:Node .\n"
    count = 0
    for member in content:
        yield from _member(stream, member)
        count += 1
    if count == PAGE_MEMBERS:
        yield IMMUTABLE


def _member(stream: str, member: Member) -> Iterator[bytes]:
    change = member.change
    name = f"v:{_local_name(change)}"
    yield (
        f"\n<{stream}> tree:member {name} .\n"
        f"{name} a {_VERBS[change.kind]} ;\n"
        f"\tdct:isVersionOf <{change.subject}> ;\n"
        f'\tprov:generatedAtTime "{member.time}"^^xsd:dateTime ;\n'
        f"\tmed:ledgerSequence {change.seq} ;\n"
        f'\tmed:contentHash "{change.content_hash}" .\n'
    ).encode()
    record = change.record
    if record is not None:
        yield f"{name} {{\n".encode()
        yield turtle_body(record).encode()
        yield b"}\n"


def _local_name(change: Change) -> str:
    """Name a change below its page, so that following it reaches the data on any static host.

    With the ledger's hash of the entry, another ledger at the same address never reuses the name.
    """
    return f"{change.seq}-{change.entry_hash[:_HASH_DIGITS]}"
