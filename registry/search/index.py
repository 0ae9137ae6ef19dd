"""The search index: a projection of the ledger in one SQLite file, thrown away and rebuilt at will.

Only this package knows the SQL of the index. The sequence that it applied is written in the same
transaction as the data, so a crash never leaves it between two states.
"""

import math
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from registry.ledger.types import Source
from registry.search import lookup
from registry.search.compare import damages, ledger_differences
from registry.search.connections import Connections
from registry.search.hours import opens_at, opens_on
from registry.search.masks import (
    Snapshot,
    State,
    having,
    judged,
    mask_of,
    members,
    read_snapshot,
    state_of,
    tiers,
)
from registry.search.query import (
    FACETS,
    INVENTED,
    FacetValue,
    OpenCounts,
    PlaceView,
    Query,
    ResultPage,
)
from registry.search.ranking import Ranking
from registry.search.words import MAX_WORDS, match_expressions, stem
from registry.search.writer import (
    DDL,
    INDEXES,
    TABLES,
    VERSION,
    ChangeLog,
    whole_harvests,
    write_changes,
)
from vocab.errors import MaillageError
from vocab.islands import communes_across
from vocab.messages import Message
from vocab.text import words

_PORTION = 50_000
"""Changes after which a transaction ends with their harvest: what SQLite keeps beside the file
until then stays small, however much there is to catch up with."""
_BYTES_OF_DISTANCE = 100
_FEW_IN = 200
"""Of one place in so many each is measured, once for all circles, as a circle holds about as many:
beyond, all that lie in the box of a circle are, once for all questions."""
_MAX_WAIT_S = 1.0
"""Seconds of work that visitors wait for; a snapshot that takes more is read in the background."""
_T = TypeVar("_T")


class SearchIndexError(MaillageError):
    """The file of the index cannot be used: names it and says how to rebuild it."""


class SearchIndex(lookup.Lookups):
    """Text, facets with counts, boxes, nearest and "open now" over the places of a ledger.

    Safe to share between threads: each has its own connection.
    """

    name = "index"

    def __init__(self, path: Path) -> None:
        """Open the index at ``path``; an older or missing file starts empty.

        Raises:
            SearchIndexError: the file is not one of ours or is damaged.
        """
        self.path = path
        super().__init__(Connections(path))
        self._snapshot: Snapshot | None = None
        self._snapshot_lock, self._refreshing = threading.Lock(), threading.Lock()
        self._read_s = 0.0
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if self._version() != VERSION:
                self.reset()
        except sqlite3.DatabaseError as error:
            raise SearchIndexError(
                "the search index {path} cannot be opened ({error}): delete this file, then run "
                "`maillage rebuild`",
                path=path,
                error=error,
            ) from error

    def close(self) -> None:
        """Close every connection that threads opened."""
        self._connections.close()

    # -- following the ledger

    def applied(self) -> int:
        """Last ledger sequence that the index reflects."""
        row = self._db().execute("SELECT value FROM meta WHERE key = 'applied'").fetchone()
        return int(row[0])

    def state(self) -> State:
        """Give which state of the index is read: what it answers is the same as long as this is."""
        return state_of(self._db())

    def apply(self, ledger: ChangeLog, upto: int) -> None:
        """Bring the index to sequence ``upto``, in transactions that never split a harvest."""
        sources = {source.slug: source for source in ledger.sources(cursors=False)}
        while self._applied_more(ledger, sources, upto):
            pass

    def _applied_more(self, ledger: ChangeLog, sources: Mapping[str, Source], upto: int) -> bool:
        """Apply one portion of what is missing; say whether any was."""
        with self._connections.writing() as db:
            (value,) = db.execute("SELECT value FROM meta WHERE key = 'applied'").fetchone()
            after = int(value)
            if upto <= after:
                return False
            portion = whole_harvests(ledger.changes(after=after, upto=upto), _PORTION)
            reached = write_changes(db, portion, sources)
            if reached == upto:
                for statement in INDEXES:
                    db.execute(statement)
            db.execute("UPDATE meta SET value = ? WHERE key = 'applied'", (str(reached),))
        return True

    def reset(self) -> None:
        """Empty the index: it then reflects sequence 0."""
        with self._connections.writing() as db:
            for table in reversed(TABLES):
                db.execute(f"DROP TABLE IF EXISTS {table}")
            for statement in filter(str.strip, DDL.split(";")):
                db.execute(statement)
            db.executemany(
                "INSERT INTO meta VALUES (?, ?)", [("version", VERSION), ("applied", "0")]
            )

    def differences(self, ledger: ChangeLog) -> list[Message]:
        """Say where the index differs from the ledger's live records; empty when it equals it."""
        return self.damages() or ledger_differences(self._db(), ledger)

    def damages(self) -> list[Message]:
        """Say where the index cannot be read, or its tables contradict each other."""
        with self._connections.writing() as db:
            return damages(db)

    # -- searching

    def search(self, query: Query) -> ResultPage:
        """Return one page of the places that match."""
        snapshot = self._current()
        mask = self._selection(snapshot, query)
        total = mask.bit_count()
        pages = max(1, math.ceil(total / query.size))
        page = min(max(1, query.page), pages)
        start = (page - 1) * query.size
        chosen = list(islice(self._in_order(snapshot, query, mask), start, start + query.size))
        return ResultPage(total, page, pages, tuple(self._places(snapshot, query, chosen)))

    def _places(self, snapshot: Snapshot, query: Query, rowids: list[int]) -> Iterator[PlaceView]:
        """The places of a page, with what there is to say of their distances."""
        places = lookup.places(self._db(), rowids, query.near)
        across = self._across_sea(snapshot, query)
        if not (query.is_rough or across):
            return places
        return (
            replace(
                one,
                is_distance_rough=query.is_rough,
                is_across_sea=bool(across >> one.rowid & 1),
            )
            for one in places
        )

    def _across_sea(self, snapshot: Snapshot, query: Query) -> int:
        """The places to which no road leads from where one looks."""
        if query.island is None or query.near is None:
            return 0
        are_those, communes = communes_across(query.island)
        those = self._masked(snapshot, lookup.ids_in_communes, communes)
        return those if are_those else snapshot.everything & ~those

    def nearest(self, query: Query) -> PlaceView | None:
        """Return the place nearest to where a view looks, of all that match it wherever they are.

        None when nothing matches, nothing that does is located, or the view looks nowhere.
        """
        if query.near is None:
            return None
        snapshot = self._current()
        mask = self._selection(snapshot, replace(query, near=None, communes=()))
        rowid = lookup.nearest_id(self._db(), members(mask), query.near)
        if rowid is None:
            return None
        return next(self._places(snapshot, query, [rowid]), None)

    def count(self, query: Query) -> int:
        """Count the places that match."""
        return self._selection(self._current(), query).bit_count()

    def open_counts(self, query: Query, now: datetime) -> OpenCounts:
        """Count what a view holds, were it not for its moment: open then (or now), closed, unknown.

        Args:
            query: the view.
            now: the moment that counts where the view has none.
        """
        snapshot = self._current()
        mask = self._selection(snapshot, query.at_any_time)
        when = query if query.open_at or query.open_on else replace(query, open_at=now)
        opened, closed = (found.bit_count() for found in judged(snapshot, mask, _opens(when)))
        return OpenCounts(opened, closed, mask.bit_count() - opened - closed)

    def rowids(self, query: Query) -> list[int]:
        """Return the rowids of every match, in the order of :meth:`search`; for exports."""
        snapshot = self._current()
        return list(self._in_order(snapshot, query, self._selection(snapshot, query)))

    def iris(self, query: Query) -> Iterator[str]:
        """Return the IRI of every match, in the order of :meth:`search`; for exports."""
        return (iri for _rowid, iri in lookup.identified(self._db(), self.rowids(query)))

    def ordered(self, query: Query) -> Iterator[tuple[str, float | None]]:
        """Return the IRI of every match and its kilometres to where the query looks from, if any.

        The order and the distances are those of :meth:`search`.
        """
        rowids = self.rowids(query)
        near = query.near
        found = lookup.distances_of(self._db(), rowids, near) if near else {}
        return ((iri, found.get(one)) for one, iri in lookup.identified(self._db(), rowids))

    def facets(self, query: Query) -> dict[str, tuple[FacetValue, ...]]:
        """Count the values of each facet, most frequent first.

        The counts of a facet ignore what is chosen in that same facet, so that they show how many
        places each further value would add.
        """
        snapshot = self._current()
        base = self._narrowed(snapshot, query, snapshot.everything)
        chosen = {facet: _union(snapshot, facet, values) for facet, values in query.filters.items()}
        found = {}
        for facet in FACETS:
            mask = base
            for other, narrowed in chosen.items():
                if other != facet:
                    mask &= narrowed
            selected = query.filters.get(facet, ())
            counted = _counted(snapshot, facet, mask, frozenset(selected))
            if counted:
                found[facet] = counted
        return found

    def terms(self) -> Mapping[tuple[str, str], str]:
        """Return (facet, value) -> IRI that labels the value, for every value in use."""
        return self._current().terms

    def points(self, query: Query) -> list[tuple[float, float, int]]:
        """Give latitude, longitude and rowid of every match that has coordinates."""
        mask = self._selection(self._current(), query)
        return [
            (round(lat, 5), round(lon, 5), rowid)
            for rowid, lat, lon in lookup.points(self._db(), members(mask))
        ]

    def by_departement(self) -> dict[str, int]:
        """Count the places of each département, by code; invented ones are places of none."""
        snapshot = self._current()
        masks, real = snapshot.facets.get("departement", {}), ~having(snapshot, (INVENTED,))
        counts = ((code, (mask & real).bit_count()) for code, mask in sorted(masks.items()))
        return {code: count for code, count in counts if count}

    # -- inside

    def _selection(self, snapshot: Snapshot, query: Query) -> int:
        among = snapshot.everything
        for facet, values in query.filters.items():
            among &= _union(snapshot, facet, values)
        return self._narrowed(snapshot, query, among)

    def _narrowed(self, snapshot: Snapshot, query: Query, mask: int) -> int:
        """What all that narrows but the facets leaves of some places."""
        if query.any_of:
            mask &= (
                having(snapshot, query.any_of)
                | self._named(snapshot, query.or_named)
                | self._called(snapshot, query)
            )
        if query.none_of:
            mask &= ~having(snapshot, query.none_of)
        if query.locality:
            mask &= self._masked(snapshot, lookup.ids_of_locality, query.locality)
        if query.phone:
            mask &= self._masked(snapshot, lookup.ids_of_phone, query.phone)
        if query.bbox:
            mask &= self._masked(snapshot, lookup.ids_in_box, query.bbox)
        if query.text:
            mask &= self._matching_all(snapshot, query.text)
        if query.named:
            mask &= self._matching_all(snapshot, query.named, "{name locality} : ")
        if query.near or query.communes:
            mask &= self._around(snapshot, query, mask)
        if query.open_at or query.open_on:
            mask, _ = judged(snapshot, mask, _opens(query))
        return mask

    def _called(self, snapshot: Snapshot, query: Query) -> int:
        """The places that bear the very name that was typed."""
        return self._masked(snapshot, lookup.ids_called, query.called) if query.called else 0

    def _named(self, snapshot: Snapshot, texts: tuple[str, ...]) -> int:
        """The places in whose name all words of a text stand, none of them unfinished."""
        found = 0
        for text in texts:
            expressions = match_expressions(text, whole=True)
            held = snapshot.everything if expressions else 0
            for expression in expressions:
                held &= self._matching(snapshot, f"name : {expression}")
            found |= held
        return found

    def _around(self, snapshot: Snapshot, query: Query, among: int) -> int:
        """What is near, and what lies in the communes."""
        mask = 0
        if query.near and among.bit_count() * _FEW_IN <= snapshot.everything.bit_count():
            measured = self._measured(snapshot, query.near, among)
            inside = [rowid for rowid, km in measured.items() if km <= query.radius_km]
            mask = mask_of(inside, max(inside, default=0) + 1)
        elif query.near:
            circle = query.near, query.radius_km
            mask = self._masked(snapshot, lookup.ids_within, circle)
        if query.communes:
            mask |= self._masked(snapshot, lookup.ids_in_communes, query.communes)
        return mask

    def _matching_all(self, snapshot: Snapshot, text: str, columns: str = "") -> int:
        """The places that hold all words, none when there is no word in a text.

        Where none does, the last word may be the beginning of one in names. Where words are all
        that was asked for, not of the commune that a name repeats: « vélo » is no library of
        Velotte, at the other end of the country.
        """
        whole = [columns + each for each in match_expressions(text, whole=True)]
        found = self._holding(snapshot, whole)
        begun = match_expressions(text)[-1:]
        if found or not begun or not begun[0].endswith("*"):
            return found
        last = words(text)[:MAX_WORDS][-1]
        names = self._holding(snapshot, whole[:-1]) if whole[:-1] else snapshot.everything
        if stem(last) == last:
            named = names & self._matching(snapshot, f"name : {begun[0]}")
        else:  # what it has lost must be there as well
            named = names & self._masked(snapshot, lookup.ids_begun, last)
        if not named or columns:
            return named
        return named & ~self._matching(snapshot, f"locality : {begun[0]}")

    def _holding(self, snapshot: Snapshot, expressions: Sequence[str]) -> int:
        mask = snapshot.everything if expressions else 0
        for expression in expressions:
            mask &= self._matching(snapshot, expression)
        return mask

    def _matching(self, snapshot: Snapshot, expression: str) -> int:
        return self._masked(snapshot, lookup.ids_matching, expression)

    def _masked(
        self, snapshot: Snapshot, find: Callable[[sqlite3.Connection, _T], list[int]], value: _T
    ) -> int:
        """The mask of what a statement finds, kept for the next that asks."""

        def read(db: sqlite3.Connection) -> tuple[int, int]:
            ids = find(db, value)
            mask = mask_of(ids, max(ids, default=0) + 1) & snapshot.everything
            return mask, sys.getsizeof(mask)

        return self._kept(snapshot, (find, value), read)

    def _measured(
        self, snapshot: Snapshot, near: tuple[float, float], among: int
    ) -> dict[int, float]:
        """How far each place of a mask is, for all circles that are tried."""

        def read(db: sqlite3.Connection) -> tuple[dict[int, float], int]:
            found = lookup.distances_of(db, members(among), near)
            return found, _BYTES_OF_DISTANCE * len(found) + sys.getsizeof(among)

        return self._kept(snapshot, ("near", near, among), read)

    def _kept(
        self,
        snapshot: Snapshot,
        key: Hashable,
        read: Callable[[sqlite3.Connection], tuple[_T, int]],
    ) -> _T:
        """What is read, with its bytes; kept only when the file still is as the snapshot."""

        def make() -> tuple[_T, int, bool]:
            with self._connections.reading() as db:
                may_cache = state_of(db) == snapshot.state
                return *read(db), may_cache

        return snapshot.cache.get(key, make)

    def _in_order(self, snapshot: Snapshot, query: Query, mask: int) -> Iterator[int]:
        """The places of a mask in the order asked for, as far as they are taken."""
        if query.sort == "ancien":
            return reversed(list(snapshot.by_date.of(mask)))
        if query.sort:
            order = snapshot.by_date if query.sort == "maj" else snapshot.by_name
            return order.of(mask)
        for ahead, rest in (
            (self._called(snapshot, query), replace(query, called="")),
            (~having(snapshot, (INVENTED,)), query),
            (~self._across_sea(snapshot, query), replace(query, island=None)),
            (having(snapshot, query.first), replace(query, first=())),
            (~having(snapshot, query.behind), replace(query, behind=())),
        ):
            if ahead & mask and mask & ~ahead:
                return chain(
                    self._in_order(snapshot, rest, mask & ahead),
                    self._in_order(snapshot, rest, mask & ~ahead),
                )
        if query.ranked_at:
            return self._by_use(snapshot, query, mask)
        if query.start:
            distances = self._measured(snapshot, query.start, mask)
            return iter(sorted(members(mask), key=lambda rowid: distances.get(rowid, math.inf)))
        if query.text:
            return self._by_relevance(snapshot, query.text, mask)
        return snapshot.by_name.of(mask)

    def _by_use(self, snapshot: Snapshot, query: Query, mask: int) -> Iterator[int]:
        """The most useful first: of very many around a point, the nearest are ranked."""
        ranking = Ranking(
            query.ranked_at or datetime.now(UTC), query.is_local, query.preferred, query.mainly
        )
        if query.near is None:
            return ranking.anywhere(snapshot, mask)
        nearest = mask
        further: list[int] = []
        if mask.bit_count() > query.ranked_most:
            distances = self._measured(snapshot, query.near, mask)
            by_distance = sorted(members(mask), key=lambda one: distances.get(one, math.inf))
            nearest = mask_of(by_distance[: query.ranked_most], max(by_distance) + 1)
            further = by_distance[query.ranked_most :]
        candidates = lookup.candidates(self._db(), members(nearest), query.near)
        return chain(ranking.ordered(snapshot, nearest, candidates), further)

    def _by_relevance(self, snapshot: Snapshot, text: str, mask: int) -> Iterator[int]:
        words = [
            (
                self._matching(snapshot, f"name : {expression}"),
                self._matching(snapshot, f"locality : {expression}"),
            )
            for expression in match_expressions(text)
        ]
        for tier in tiers(mask, words):
            yield from snapshot.by_name.of(tier)

    def _current(self) -> Snapshot:
        """The snapshot of the present state; while a large one is read, the one before it."""
        snapshot, state = self._snapshot, state_of(self._db())
        if snapshot is not None and snapshot.state == state:
            return snapshot
        if snapshot is not None and self._can_wait(snapshot, state):
            if self._refreshing.acquire(blocking=False):
                threading.Thread(target=self._refresh, name="snapshot", daemon=True).start()
            return snapshot
        with self._snapshot_lock:
            snapshot = self._snapshot
            if snapshot is not None and snapshot.state == state:  # another thread was quicker
                return snapshot
            return self._read()

    def _can_wait(self, snapshot: Snapshot, state: State) -> bool:
        """Whether the places of a snapshot still have their numbers, and reading takes long."""
        return snapshot.state[1] == state[1] and self._read_s > _MAX_WAIT_S

    def _refresh(self) -> None:
        try:
            self._read()
        finally:
            self._refreshing.release()

    def _read(self) -> Snapshot:
        started = time.thread_time()
        with self._connections.reading() as db:
            snapshot = self._snapshot = read_snapshot(db)
        self._read_s = time.thread_time() - started
        return snapshot

    def _version(self) -> str | None:
        db = self._db()
        if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            return None
        row = db.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
        return str(row[0]) if row else None


def _opens(query: Query) -> Callable[[str, str], bool | None]:
    """Return what says of hours and a département whether it is open when a view asks for."""
    moment = query.open_at

    def at_moment(hours: str, departement: str) -> bool | None:
        return opens_at(hours, departement, moment) if moment else None

    def on_a_day(hours: str, departement: str) -> bool | None:
        days = []
        for day in query.open_on:
            days.append(opens_on(hours, departement, day, query.open_between))
            if days[-1]:
                return True
        return None if None in days else False

    return at_moment if moment else on_a_day


def _union(snapshot: Snapshot, facet: str, values: tuple[str, ...]) -> int:
    masks = snapshot.facets.get(facet, {})
    mask = 0
    for value in values:
        mask |= masks.get(value, 0)
    return mask


def _counted(
    snapshot: Snapshot, facet: str, mask: int, selected: frozenset[str]
) -> tuple[FacetValue, ...]:
    found = [
        FacetValue(value, snapshot.terms[facet, value], count)
        for value, held in snapshot.facets.get(facet, {}).items()
        if (count := (held & mask).bit_count()) or value in selected
    ]
    return tuple(sorted(found, key=lambda item: (-item.count, item.value)))
