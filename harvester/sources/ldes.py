"""An event stream as source (LDES 1.0 over TREE): each member is taken in once.

    root page -> links -> pages (immutable ones never asked for again) -> new members
              -> in order of time and sequence -> the last version of each record

The first visit reads everything and so knows the whole state; later visits give changes only. When
the stream's past turns out to differ from what was read (pages rebalanced, members added out of
order), everything is read again within the same visit.
"""

import hashlib
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from harvester import rules
from harvester.delivery import Arrival, Delivery
from harvester.errors import DocumentError
from harvester.fetch import Conditions, Fetched, Fetcher
from harvester.parsing import Parser, Reading, expect
from harvester.parsing.skolem import BLANK_NODE
from harvester.sources.catalogue import site_of
from harvester.sources.ldes_events import Event, events_of, is_self_contained
from harvester.sources.ldes_page import Context, StreamPage, context_of, page_of
from harvester.sources.ldes_state import (
    START,
    PageState,
    Position,
    StreamState,
    from_cursor,
    mark,
    position_of,
    reached,
)
from harvester.sources.pagination import not_followed
from registry.ledger.cursor import Rhythm
from registry.ledger.types import Kind, Source
from shapes.findings import Finding
from vocab.errors import PublishedError, UnreachableError
from vocab.urls import as_asked

MAX_PAGES = 5_000
MAX_EMPTY_PAGES = 500
"""Pages without a member, beyond as many as have one: a stream that only leads on is no stream."""
MAX_LINKS = 20_000
MAX_BYTES = 4_000_000_000
KEPT_AFTER_S = 5.0
"""Seconds of fetching from which on pages that never change are kept, in case time runs out."""
_SHOWN = 5
AHEAD = 3
"""Pages asked for at a time: one is looked at while others are read by parsing children."""


def read(source: Source, fetcher: Fetcher, parser: Parser) -> Delivery:
    """Return what is new in a stream; see :class:`harvester.delivery.Reader`."""
    before = from_cursor(source.cursor.reader)
    if not before.root:
        expect()
    entry = as_asked(source.url)
    visit = _Visit(entry, before, fetcher, parser)
    visit.run()
    replaced = visit.another_stream
    if replaced or visit.past_differs or visit.count_differs:
        visit = _Visit(entry, StreamState(), fetcher, parser)
        visit.run()
    if not replaced:
        top = max(before.top, reached(source.cursor.reader, visit.context.stream))
        return _delivery(source, top, visit)
    named, before_it = visit.context.stream, before.context.stream
    remark = rules.finding(source.url, "MED-H546", stream=named, before=before_it)
    delivery = _delivery(source, START, visit)
    return replace(delivery, findings=(*delivery.findings, remark))


@dataclass(frozen=True, slots=True)
class _Unread:
    """A page that changed and is being parsed.

    Attributes:
        fetched: what came; without its body, unless that is still needed.
        digest: SHA-256 of the body.
        size: bytes of the body.
        old: what an earlier visit knew of the page.
        reading: gives its statements.
        grew: the statements are those that were added since; then the body is kept.
    """

    fetched: Fetched
    digest: str
    size: int
    old: PageState | None
    reading: Reading
    grew: bool = False


class _Mixed(Exception):  # noqa: N818  not an error: the whole page is read instead
    """What was added to a page goes on with what stood there."""


@dataclass
class _Visit:
    """One walk over a stream's pages."""

    entry: str
    before: StreamState
    fetcher: Fetcher
    parser: Parser
    context: Context = field(default_factory=Context)
    root: str = ""
    pages: dict[str, PageState] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    past_differs: bool = False
    pages_read: int = 0
    unattached: int = 0
    broken_pages: list[str] = field(default_factory=list)
    """Pages with a relation that leads to no page."""
    _bytes: int = 0
    _empty: int = 0
    _full: int = 0
    _known: set[str] = field(default_factory=set)

    def run(self) -> None:
        """Visit every page that may have something new."""
        self.context = self.before.context
        self.root = self.before.root
        todo = [self.root or self.entry]
        visited: set[str] = set()
        asked: deque[tuple[str, PageState | _Unread]] = deque()
        while self._request_next(todo, visited, asked):
            url, found = asked.popleft()
            state = self._read(url, found) if isinstance(found, _Unread) else found
            self.pages[url] = state
            self._empty += 0 if state.count or state.done else 1
            self._full += 1 if state.count else 0
            self._bound(self._empty - self._full, "pages (0 members)", MAX_EMPTY_PAGES)
            todo.extend(link for link in reversed(state.links) if link not in visited)
            if self.another_stream:
                return
            if self._nothing_new(url):
                self.pages = {**self.before.pages}
                return
            if url == self.root:
                self.fetcher.on_found(self._still_expected)

    def _request_next(
        self, todo: list[str], visited: set[str], asked: "deque[tuple[str, PageState | _Unread]]"
    ) -> bool:
        """Ask for the next pages while those asked for before are read; say if any is asked for."""
        while todo and len(asked) < AHEAD:
            url = todo.pop()
            if url not in visited:
                visited.add(url)
                self._bound(len(visited), "pages", MAX_PAGES)
                try:
                    asked.append((url, self._request(url)))
                except UnreachableError:
                    self._save(asked)
                    raise
        return bool(asked)

    def _save(self, asked: Iterable[tuple[str, "PageState | _Unread"]]) -> None:
        """Read what came before the visit was cut short, so that it is kept for the next."""
        for url, found in asked:
            if isinstance(found, _Unread):
                with suppress(PublishedError):  # the visit ends in the error that came first
                    self._read(url, found)

    def _nothing_new(self, url: str) -> bool:
        """The root did not change and all the members that it counts were seen: stop here."""
        if url != self.root or self.pages_read or not self.before.complete:
            return False
        if self.fetcher.unconditional:
            return False
        self.fetcher.used_copy = True
        return True

    @property
    def unproven(self) -> bool:
        """Whether something says that the stream holds more than what was taken in."""
        return bool(self.broken_pages) or (self.context.total or 0) > self.taken

    @property
    def another_stream(self) -> bool:
        """The root names another stream than before: its members are to be read as new ones."""
        before = self.before.context.stream
        return _is_name(before) and before != self.context.stream

    @property
    def count_differs(self) -> bool:
        """The stream's own count used to agree with ours and does not any more."""
        total = self.context.total
        return self.before.complete and total is not None and total != self.taken

    @property
    def _still_expected(self) -> int | None:
        """Members that the stream counts beside those taken in."""
        total = self.context.total
        return None if total is None else max(total - self.taken, 0)

    @property
    def taken(self) -> int:
        """Members taken in, this time and before."""
        return self.before.taken + len(self.events)

    def _request(self, url: str) -> "PageState | _Unread":
        """Ask for a page if it may have changed; have it read when it has."""
        old = self.before.pages.get(url)
        if old is not None and old.done:
            return old
        fetched = self._fetched(url, old)
        if fetched.status == 304 and old is not None:
            return old
        self._bytes += len(fetched.body)
        self._bound(self._bytes, "bytes", MAX_BYTES)
        if fetched.status == 410:
            return PageState(done=True)
        digest = hashlib.sha256(fetched.body).hexdigest()
        if old is not None and old.digest == digest:
            now = fetched.conditions
            return replace(old, etag=now.etag, modified=now.last_modified)
        self.pages_read += 1
        # The root states again what it declares; another address would give other names.
        may_grow = old is not None and fetched.url == url != self.root
        rest = old.addition_in(fetched.body) if old is not None and may_grow else None
        return self._start_parsing(fetched, digest, old, rest)

    def _fetched(self, url: str, old: PageState | None) -> Fetched:
        """Return a page; one that never changes may be there from a visit that was cut short."""
        if kept := self.fetcher.kept.of(url):
            return kept
        known = Conditions(old.etag, old.modified) if old else None
        may_be_gone = url not in {self.entry, self.root}  # a page may, its stream may not
        fetched = self.fetcher.fetch(url, known, may_be_gone=may_be_gone)
        if fetched.status == 200 and self.fetcher.spent_s > KEPT_AFTER_S:
            self.fetcher.kept.put(url, fetched)
        return fetched

    def _start_parsing(
        self, fetched: Fetched, digest: str, old: PageState | None, rest: bytes | None
    ) -> _Unread:
        """Have a page read, or only the rest of it."""
        grew, size = rest is not None, len(fetched.body)
        data = fetched.body if rest is None else rest
        reading = self.parser.begin(fetched.url, fetched.media_type, data)
        kept = fetched if grew else replace(fetched, body=b"")
        return _Unread(kept, digest, size, old, reading, grew)

    def _declared(self, url: str) -> Context:
        """Return what pages stated before; the root states again what it declares about time."""
        if url != self.root:
            return self.context
        return replace(self.context, polling_s=0, update_s=0)

    def _read(self, url: str, unread: "_Unread") -> PageState:
        """Take the members of a page that the visit has not met yet."""
        if unread.grew:
            with suppress(DocumentError, _Mixed):  # what is wrong is reported for the whole page
                return self._taken(url, unread)
            unread = self._start_parsing(unread.fetched, unread.digest, unread.old, None)
        return self._taken(url, unread)

    def _taken(self, url: str, unread: "_Unread") -> PageState:
        """Take members and what the page says of the stream.

        Raises:
            DocumentError: the page is not one of a stream that can be followed.
            _Mixed: what was added to it may say more about the part before.
        """
        fetched, old, grew = unread.fetched, unread.old, unread.grew
        parsed = unread.reading.result()
        page = page_of(fetched.url, parsed.groups)
        context = context_of(page, self._declared(url))
        links = self._links(url, page.url, page.links)
        if not self.root:
            links = self._enter(url, page, links)
        marks = {member: mark(member) for member in page.members}
        seen = _seen_before(old, marks, grew=grew)
        events = events_of(page, context, [m for m, name in marks.items() if name not in seen])
        if grew and not is_self_contained(page, events):
            raise _Mixed
        self.context = context
        self.unattached += parsed.unattached
        self.broken_pages += [url] if page.has_broken_link else []
        self._take(events, marks, old)
        known = old if grew and old else PageState()
        listed = tuple(dict.fromkeys((*known.seen, *marks.values())))
        done = page.immutable or (fetched.immutable and url != self.root)
        if done and url != self.root:
            self.fetcher.kept.confirm(url)
        return PageState(
            done=done,
            etag=fetched.conditions.etag,
            modified=fetched.conditions.last_modified,
            digest=unread.digest,
            links=tuple(dict.fromkeys((*known.links, *links))),
            top=max(position_of(events), old.top if old and seen else START),
            count=len(listed),
            seen=() if done else listed,
            size=0 if done else unread.size,
            prologue=None if done or fetched.url != url else parsed.prologue,
        )

    def _enter(self, url: str, page: StreamPage, links: tuple[str, ...]) -> tuple[str, ...]:
        """Find the root page from the first document (LDES 1.0, initialisation)."""
        views = page.views
        if len(page.streams) > 1 or len(views) > 1:
            raise DocumentError("MED-H301", url=url, views=", ".join(views))
        if views and views[0] != page.url:
            self.root = views[0]
            return self._links(url, page.url, views)
        if not views and not page.is_node:
            raise DocumentError("MED-H300", url=url)
        self.root = url
        return links

    def _take(
        self, events: Iterable[Event], marks: Mapping[str, str], old: PageState | None
    ) -> None:
        """Keep the members that were not seen before, here or on another page."""
        listed = frozenset(old.seen) if old else frozenset()
        before = self.before
        for event in events:
            name = marks[event.member]
            if name in listed or name in self._known or name in before.seen:
                continue
            self._known.add(name)
            position = (event.time, event.sequence)
            if self.context.timestamp and before.top != START:
                if position == before.top and name in before.at_top:
                    continue
                if position < before.top:
                    self.past_differs = True
            self.events.append(event)

    def _links(self, url: str, final: str, targets: Iterable[str]) -> tuple[str, ...]:
        kept = tuple(target for target in targets if target not in {url, final})
        self._bound(len(kept), "links", MAX_LINKS)
        sites = {site_of(self.entry), site_of(final), site_of(self.root or final)}
        for target in kept:
            if site_of(target) not in sites:
                raise DocumentError("MED-H302", url=url, target=target)
        return kept

    def _bound(self, amount: int, unit: str, limit: int) -> None:
        if amount > limit:
            raise DocumentError("MED-H303", url=self.entry, limit=limit, unit=unit)


def _seen_before(
    old: PageState | None, marks: Mapping[str, str], *, grew: bool
) -> Mapping[str, None]:
    """Return what an earlier visit saw here; members never change, so it need not be read again."""
    seen = dict.fromkeys(old.seen if old else ())
    return seen if grew or seen.keys() <= set(marks.values()) else {}


def _is_name(iri: str) -> bool:
    """Say if an IRI was given by who publishes; that of a blank node varies with its statements."""
    return bool(iri) and BLANK_NODE not in iri


def _delivery(source: Source, top: Position, visit: _Visit) -> Delivery:
    before = visit.before
    ready, pending = _finalised([*before.pending, *visit.events])
    ready.sort(key=lambda event: (event.time, event.sequence))
    after = _state_after(before, visit, pending)
    latest = {event.subject: event for event in ready}
    findings = tuple(_remarks(source, visit, ready))
    return Delivery(
        arrivals=tuple(_arrival(event) for event in latest.values()),
        full=not (before.root or visit.context.lossy or pending or visit.unproven),
        cursor=after.to_cursor(),
        unchanged=not visit.pages_read,
        findings=findings,
        rollback=_rollback(top, visit),
        pages_read=visit.pages_read,
        expected=visit.context.total,
        counted=visit.taken,
        rhythm=Rhythm(visit.context.polling_s, visit.context.update_s),
    )


def _finalised(events: list[Event]) -> tuple[list[Event], tuple[Event, ...]]:
    """Hold back the members of transactions whose end has not come."""
    ended = {event.transaction for event in events if event.finalizes} | {""}
    ready = [event for event in events if event.transaction in ended]
    return ready, tuple(event for event in events if event.transaction not in ended)


def _state_after(before: StreamState, visit: _Visit, pending: tuple[Event, ...]) -> StreamState:
    top = max(before.top, position_of(visit.events))
    at_top = {mark(e.member) for e in visit.events if (e.time, e.sequence) == top}
    if top == before.top:
        at_top |= before.at_top
    ordered = bool(visit.context.timestamp)
    seen = frozenset() if ordered else before.seen | {mark(e.member) for e in visit.events}
    return StreamState(
        root=visit.root,
        context=visit.context,
        pages=visit.pages,
        top=top if ordered else START,
        at_top=frozenset(at_top) if ordered else frozenset(),
        seen=seen,
        taken=visit.taken,
        pending=pending,
    )


def _rollback(top: Position, visit: _Visit) -> str | None:
    """Say why the stream seems to have gone back: its last member lies before one seen earlier."""
    now = max((page.top for page in visit.pages.values()), default=START)
    return f"{now[0] or '—'} < {top[0]}" if now < top else None


def _arrival(event: Event) -> Arrival:
    faults: tuple[Finding, ...] = ()
    if event.tangled:
        faults = (rules.finding(event.subject, "MED-H004", subject=event.subject),)
    body = None if event.kind is Kind.DELETE else event.body
    return Arrival(event.subject, body, faults)


def _remarks(source: Source, visit: _Visit, events: Iterable[Event]) -> Iterable[Finding]:
    if visit.unattached:
        yield rules.finding(source.url, "MED-H005", count=visit.unattached, url=source.url)
    for page in visit.broken_pages[:_SHOWN]:
        yield not_followed(page, "tree:relation")
    if not visit.before.root and (visit.context.total or 0) > visit.taken:
        totals = str(visit.context.total)
        yield rules.finding(
            source.url, "MED-H525", url=source.url, totals=totals, counted=visit.taken
        )
    strays = sum(event.strays for event in events)
    if strays:
        yield rules.finding(source.url, "MED-H007", count=strays, url=source.url)
