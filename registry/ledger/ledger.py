"""The ledger as the other rooms see it: what is live, what happened, what was refused.

Reading streams: no method holds more than a page of bodies in memory. Writing is one transaction
per harvest (:mod:`registry.ledger.writing`). Only this package speaks SQL.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Self, TypeVar

import sqlalchemy as sa

from registry.ledger import acts, dialect, portable, rows, statements, writing
from registry.ledger.acts import Act
from registry.ledger.errors import DamagedLedgerError, LedgerError, LedgerVersionError
from registry.ledger.hashing import GENESIS
from registry.ledger.held import held_of
from registry.ledger.packing import unpacked
from registry.ledger.schema import (
    GENERATION,
    SCHEMA_VERSION,
    change,
    harvest,
    meta,
    metadata,
    migrate,
    state,
)
from registry.ledger.statements import NUMBER, SKIPPED, SLUG, SUBJECT, SUBJECTS
from registry.ledger.types import (
    Change,
    Content,
    Harvest,
    HarvestMark,
    HarvestResult,
    HeldHarvest,
    Kind,
    Refusal,
    Source,
    Version,
)
from registry.ledger.verifying import broken_places
from vocab.messages import Message
from vocab.records import Record

_PAGE = 500
_T = TypeVar("_T")
_OF_CONTENT = (change.c.subject, change.c.seq, change.c.content_hash)


class Ledger:
    """The append-only log of one node, and the state that follows from it.

    Safe to use from several threads and processes at once; one writes at a time.

    Example:
        >>> ledger = Ledger.open("sqlite:////srv/maillage/ledger.sqlite")  # doctest: +SKIP
        >>> ledger.head()  # doctest: +SKIP
        16242
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._cached_sources: dict[str, tuple[str, Source]] = {}

    @property
    def place(self) -> str:
        """Where it lies, as people call it: a folder, or a database of a server."""
        database = str(self._engine.url.database)
        return str(Path(database).parent) if self._engine.dialect.name == "sqlite" else database

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the ledger, made when it does not exist.

        Args:
            url: ``sqlite:///FILE`` or ``postgresql+psycopg://USER@HOST/BASE``.

        Raises:
            LedgerError: the address is of no supported database.
            DamagedLedgerError: the file is damaged.
            LedgerVersionError: another version of the program wrote it.
        """
        engine = dialect.create_engine(url)
        try:
            with dialect.writing(engine) as connection:
                metadata.create_all(connection, tables=[meta])
                migrate(connection)
                _check_version(connection, url)
                metadata.create_all(connection)
                writing.stamp(connection)
        except BaseException as error:
            engine.dispose()
            if damage := dialect.damage_of(error):
                raise _damaged(url, damage) from error
            raise
        return cls(engine)

    @classmethod
    def refilled(
        cls,
        url: str,
        columns: Mapping[str, list[str]],
        lines: Mapping[str, Iterable[bytes]],
        generation: str,
    ) -> Self:
        """Open an empty database as the ledger that a copy was made of; all of it or nothing.

        Args:
            url: as of :meth:`open`.
            columns: of each table of the copy, as :class:`registry.ledger.portable.Copy` gives.
            lines: of each table.
            generation: of the stream from now on; empty to go on with the copy's own.

        Raises:
            LedgerError: the database is not empty, or the copy contradicts itself.
            LedgerVersionError: a newer version of the program made the copy.
        """
        engine = dialect.create_engine(url)
        try:
            with dialect.writing(engine) as connection:
                portable.check_empty(connection)
                portable.fill(connection, columns, lines)
                migrate(connection)
                _check_version(connection, url)
                metadata.create_all(connection)
                if generation:
                    portable.begin_stream(connection, generation)
                _check_sound(connection)
        except (sa.exc.IntegrityError, sa.exc.DataError) as error:
            engine.dispose()
            raise LedgerError(
                "the rows of the copy do not go together ({reason}): nothing was restored",
                reason=error.orig,
            ) from error
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    @contextmanager
    def copied(self) -> Iterator[portable.Copy]:
        """Return one state of the ledger to copy, while others go on writing."""
        with dialect.reading(self._engine) as connection:
            yield portable.Copy(connection)

    def close(self) -> None:
        """Let go of the database; the object is of no use afterwards."""
        self._engine.dispose()

    def rest(self) -> None:
        """Close what is idle, so that a fork of this process shares no connection with it."""
        self._engine.dispose()

    def lock(self, source_slug: str, wait_s: float = 0.0) -> AbstractContextManager[None]:
        """Hold the right to harvest one source, among all processes.

        Raises:
            LockedError: somebody else is harvesting it, still after ``wait_s`` seconds.
        """
        what = Message("the source {source_slug}", source_slug=source_slug)
        return dialect.lock(self._engine, f"source-{source_slug}", what, wait_s)

    def projection_lock(self, name: str, wait_s: float) -> AbstractContextManager[None]:
        """Hold the right to write a projection that lives outside the data folder.

        Raises:
            LockedError: somebody else is writing it, still after ``wait_s`` seconds.
        """
        what = Message("the projection {name}", name=name)
        return dialect.lock(self._engine, f"projection-{name}", what, wait_s)

    # Sources

    def sources(self, *, cursors: bool = True) -> tuple[Source, ...]:
        """Return the sources in force, by slug.

        Args:
            cursors: read their cursors too, which name every page of a long stream; without, they
                are empty.
        """
        query = statements.SOURCES if cursors else statements.SOURCES_WITHOUT_CURSORS
        return tuple(map(rows.source_of, self._all(query)))

    def source(self, slug: str) -> Source | None:
        """Return a source in force, or None."""
        row = self._one(statements.SOURCE, {SLUG: slug})
        return None if row is None else rows.source_of(row)

    def cached_source(self, slug: str) -> Source | None:
        """Return a source in force, or None, as it was read before unless its seal has changed.

        The cursor of a long stream takes long to read. It is shared: do not change it.
        """
        row = self._one(statements.SEAL_OF_SOURCE, {SLUG: slug})
        if row is None:
            return None
        cached = self._cached_sources.get(slug)
        if cached is None or cached[0] != row.row_hash:
            found = self.source(slug)
            if found is None:
                return None
            cached = self._cached_sources[slug] = row.row_hash, found
        return cached[1]

    def put_source(self, entry: Source) -> None:
        """Register a source, or change what is registered.

        The cursor belongs to the harvests: an existing source keeps its own, unless its address
        changes, which starts it afresh with the cursor given.
        """
        with dialect.writing(self._engine) as connection:
            writing.put_source(connection, entry)

    def remove_source(self, slug: str, now: datetime | None = None) -> Harvest:
        """Take a source out of force: its live records are deleted, its history stays.

        Args:
            slug: the source.
            now: moment of the removal; by default, this one.

        Raises:
            LedgerError: there is no such source.
        """
        with dialect.writing(self._engine) as connection:
            return writing.remove_source(connection, slug, now or datetime.now(UTC))

    # What is live

    def known(self, source_slug: str) -> dict[str, str]:
        """Return the content hash of each live subject of a source."""
        return self._hashes(statements.KNOWN, {SLUG: source_slug})

    def known_of(self, source_slug: str, subjects: Iterable[str]) -> dict[str, str]:
        """Return the content hash of those subjects that are live and the source's."""
        found: dict[str, str] = {}
        for page in _pages(subjects):
            found |= self._hashes(statements.KNOWN_OF, {SLUG: source_slug, SUBJECTS: page})
        return found

    def _hashes(self, query: sa.Select[str, str], bound: dict[str, Any]) -> dict[str, str]:
        return {row[0]: row[1] for row in self._all(query, bound)}

    def count(self, source_slug: str | None = None) -> int:
        """Return how many records are live, of one source or of all."""
        if source_slug is None:
            return self._number(statements.COUNT)
        return self._number(statements.COUNT_OF, {SLUG: source_slug})

    def owner(self, subject: str) -> str | None:
        """Return the slug of the source that holds a live subject."""
        row = self._one(statements.OWNER, {SUBJECT: subject})
        return None if row is None else str(row.source)

    def record(self, subject: str) -> Record | None:
        """Return a live record."""
        row = self._one(statements.RECORD, {SUBJECT: subject})
        return None if row is None else rows.record_of(row)

    def record_and_versions(self, subject: str) -> tuple[Record | None, list[Version]]:
        """Return a live record, or None, and when it changed, oldest first: both by one look."""
        found = self._all(statements.VERSIONS, {SUBJECT: subject})
        versions = list(map(rows.version_of, found))
        is_live = versions and versions[-1].kind is not Kind.DELETE
        return rows.record_of(found[-1]) if is_live else None, versions

    def records(self, source_slug: str | None = None, upto: int | None = None) -> Iterator[Record]:
        """Stream the live records in subject order.

        Args:
            source_slug: only this source's.
            upto: as of this sequence number; by default, now.
        """
        for _source, record in self.stated(source_slug, upto):
            yield record

    def stated(
        self, source_slug: str | None = None, upto: int | None = None
    ) -> Iterator[tuple[str, Record]]:
        """Stream (source slug, record) of the live records in subject order, as of ``upto``."""
        for row in self._live_rows(source_slug, upto):
            yield row.source, rows.record_of(row)

    def bodies(self, upto: int) -> Iterator[tuple[str, str, str]]:
        """Stream (source slug, subject, canonical N-Triples) as :meth:`stated` streams records."""
        for row in self._live_rows(None, upto):
            yield row.source, row.subject, unpacked(row.body)

    def _live_rows(self, source_slug: str | None, upto: int | None) -> Iterator[sa.Row[Any]]:
        query = _live() if upto is None else _live_at(upto)
        if source_slug is not None:
            query = query.where(change.c.source == source_slug)
        return self._stream(query.order_by(change.c.subject))

    # What happened

    def changes(self, after: int = 0, upto: int | None = None) -> Iterator[Change]:
        """Stream the log from ``after`` (excluded) to ``upto`` (included; by default the head)."""
        query = sa.select(change).where(change.c.seq > after).order_by(change.c.seq)
        if upto is not None:
            query = query.where(change.c.seq <= upto)
        return map(rows.change_of, self._stream(query))

    def live_versions(self, source_slug: str, upto: int) -> dict[str, Content]:
        """Return what lived of a source as of ``upto``, by subject, without its bodies."""
        # The last changes are found in an index alone; joined to their rows, bodies are not read.
        live = _live_at(upto).where(change.c.source == source_slug)
        rows_of = self._stream(live.with_only_columns(*_OF_CONTENT))
        return {row.subject: Content(row.seq, row.content_hash) for row in rows_of}

    def moves(self, after: int, upto: int) -> Iterator[tuple[str, Content | None]]:
        """Stream what subjects became from ``after`` (excluded) to ``upto``; None: deleted."""
        query = sa.select(*_OF_CONTENT, change.c.kind).where(
            change.c.seq > after, change.c.seq <= upto
        )
        for row in self._stream(query.order_by(change.c.seq)):
            is_gone = row.kind == Kind.DELETE.value
            yield row.subject, None if is_gone else Content(row.seq, row.content_hash)

    def records_at(self, seqs: Iterable[int]) -> Iterator[tuple[int, Record]]:
        """Stream the records that changes left, none of them a deletion, with their numbers."""
        query = sa.select(change.c.seq, change.c.subject, change.c.body)
        for page in _pages(seqs):
            for row in self._all(query.where(change.c.seq.in_(page))):
                yield row.seq, rows.record_of(row)

    def changes_of(self, subject: str, count: int, skip: int = 0) -> list[Change]:
        """Return so many changes of a subject, the latest first, after passing over ``skip``."""
        bound = {SUBJECT: subject, NUMBER: count, SKIPPED: skip}
        return list(map(rows.change_of, self._all(statements.CHANGES_OF, bound)))

    def count_of_changes(self, subject: str) -> int:
        """Return how often a subject changed, its creation and deletion included."""
        return self._number(statements.COUNT_OF_CHANGES, {SUBJECT: subject})

    def changes_by(
        self, source_slug: str, skip: int = 0, count: int | None = None
    ) -> Iterator[Change]:
        """Stream so many changes that a source made, the oldest first, after passing over some."""
        query = sa.select(change).where(change.c.source == source_slug).order_by(change.c.seq)
        query = query.offset(skip) if count is None else query.offset(skip).limit(count)
        return map(rows.change_of, self._stream(query))

    def count_of_changes_by(self, source_slug: str) -> int:
        """Return how many changes a source made."""
        counted = sa.select(sa.func.count()).where(change.c.source == source_slug)
        return self._number(counted)

    def created(self, after: int, upto: int) -> int:
        """Count the changes from ``after`` (excluded) to ``upto`` that brought a new record."""
        query = sa.select(sa.func.count()).where(
            change.c.seq > after, change.c.seq <= upto, change.c.kind == Kind.CREATE.value
        )
        return self._number(query)

    def before(self, seq: int, subjects: tuple[str, ...]) -> dict[str, Change]:
        """Return the last change of each subject up to ``seq`` (included), where there is one."""
        return {
            row.subject: rows.change_of(row)
            for page in _pages(subjects)
            for row in self._all(_last_changes(seq, change.c.subject.in_(page)))
        }

    def head(self) -> int:
        """Return the sequence number of the last change; 0 when there is none."""
        row = self._one(statements.LAST_CHANGE)
        return 0 if row is None else int(row.seq)

    def head_hash(self) -> str:
        """Return the entry hash of the last change: it vouches for the whole log."""
        row = self._one(statements.LAST_CHANGE)
        return GENESIS if row is None else str(row.entry_hash)

    def generation(self) -> str:
        """Return the moment of the last restoration as sortable text, empty when there was none.

        What a restored ledger publishes is another stream than the one its readers followed.
        """
        row = self._one(sa.select(meta.c.value).where(meta.c.key == GENERATION))
        return "" if row is None else str(row.value).partition(" ")[0]

    # Harvests and quarantine

    def commit(self, source_slug: str, result: HarvestResult, now: datetime) -> Harvest:
        """Write all that a harvest leaves, in one durable transaction.

        A record refused now replaces its earlier refusal; a subject that a draft touches leaves
        quarantine unless it is refused again.

        Args:
            source_slug: the source harvested.
            result: its changes, refusals, releases, cursor and report.
            now: moment of the commit, UTC.

        Raises:
            LedgerError: no such source; changes in a harvest that was not committed; a draft that
                does not fit the live state (creates what lives, changes what does not, or
                touches what another source holds). Nothing is written then.
        """
        with dialect.writing(self._engine) as connection:
            return writing.commit(connection, source_slug, result, now)

    def harvests(self, source_slug: str | None = None, limit: int = 100) -> list[Harvest]:
        """Return the latest harvests, newest first."""
        of_source = [] if source_slug is None else [harvest.c.source == source_slug]
        return self._latest(limit, *of_source)

    def changing_harvests(self, source_slug: str, limit: int) -> list[Harvest]:
        """Return the latest harvests of a source that changed anything, newest first."""
        return self._latest(
            limit, harvest.c.source == source_slug, harvest.c.first_seq.is_not(None)
        )

    def _latest(self, limit: int, *conditions: sa.ColumnElement[bool]) -> list[Harvest]:
        query = sa.select(harvest).where(*conditions).order_by(harvest.c.id.desc()).limit(limit)
        return list(map(rows.harvest_of, self._all(query)))

    def last_changed(self, source_slug: str) -> datetime | None:
        """Return when a harvest of a source last changed anything, or None."""
        found = self.changing_harvests(source_slug, 1)
        return found[0].ended if found else None

    def latest_changes(self, source_slug: str, limit: int) -> list[Change]:
        """Return the latest changes that a source made, newest first."""
        found: list[Change] = []
        for one in self.changing_harvests(source_slug, limit):  # each made one change at least
            first, last = one.first_seq or 0, one.last_seq or 0
            after = max(first - 1, last - (limit - len(found)))
            found += reversed(list(self.changes(after, last)))
            if len(found) == limit:
                break
        return found

    def harvests_after(self, harvest_id: int) -> Iterator[Harvest]:
        """Stream the harvests that came after one, oldest first."""
        query = sa.select(harvest).where(harvest.c.id > harvest_id).order_by(harvest.c.id)
        return map(rows.harvest_of, self._stream(query))

    def last_harvest(self) -> int:
        """Return the id of the last harvest; 0 when there is none."""
        return self.mark().id

    def mark(self) -> HarvestMark:
        """Return the last harvest with the hash that vouches for all before it."""
        row = self._one(statements.LAST_HARVEST)
        return HarvestMark(0, GENESIS) if row is None else HarvestMark(row.id, row.entry_hash)

    def holds(self, mark: HarvestMark) -> bool:
        """Whether a mark is of this ledger; one of an empty ledger is of every ledger."""
        row = self._one(sa.select(harvest.c.entry_hash).where(harvest.c.id == mark.id))
        return mark.id == 0 or (row is not None and row.entry_hash == mark.entry_hash)

    def revision(self) -> Hashable:
        """Return a value that changes with every harvest and each decision on a source."""
        return frozenset(map(tuple, self._all(statements.REVISION)))

    def harvests_dated_after(self, limit: datetime) -> list[int]:
        """Return the harvests that changed something and are dated after a moment, in order."""
        query = sa.select(harvest.c.id).where(
            harvest.c.first_seq.is_not(None), harvest.c.ended > rows.moment(limit)
        )
        return [row.id for row in self._all(query.order_by(harvest.c.id))]

    def last_dated_by(self, limit: datetime, before: int) -> datetime | None:
        """Return the latest date, up to a moment, of the harvests before one, or None."""
        query = sa.select(sa.func.max(harvest.c.ended)).where(
            harvest.c.id < before, harvest.c.ended <= rows.moment(limit)
        )
        (found,) = self._one(query) or (None,)
        return None if found is None else datetime.fromisoformat(found)

    def begin_stream(self, now: datetime) -> str:
        """Begin another stream than the one that readers know; give its generation."""
        before = self.generation()
        generation = f"{now:%Y%m%d-%H%M%S-%f}"
        if generation <= before:  # the clock ran ahead when that one began
            generation = f"{before}-1"
        with dialect.writing(self._engine) as connection:
            portable.begin_stream(connection, generation)
        return generation

    def last_ended(self) -> datetime | None:
        """Return when the last harvest of all sources was written down, or None."""
        row = self._one(sa.select(harvest.c.ended).order_by(harvest.c.id.desc()).limit(1))
        return None if row is None else datetime.fromisoformat(row.ended)

    def harvest(self, harvest_id: int) -> Harvest | None:
        """Return a harvest, or None."""
        row = self._one(sa.select(harvest).where(harvest.c.id == harvest_id))
        return None if row is None else rows.harvest_of(row)

    def held(self, source_slug: str) -> HeldHarvest | None:
        """Return the delivery of a source that waits for a decision or was discarded, or None."""
        row = self._one(statements.HELD, {SLUG: source_slug})
        return None if row is None else held_of(row)

    def refusals(self, source_slug: str | None = None) -> Iterator[Refusal]:
        """Stream the quarantine in subject order; ``stale`` when an older version is live."""
        if source_slug is None:
            return map(rows.refusal_of, self._stream(statements.REFUSALS))
        bound = {SLUG: source_slug}
        return map(rows.refusal_of, self._stream(statements.REFUSALS_OF, bound))

    # Who did what

    def record_act(
        self, what: str, why: str, by: str, about: str, now: datetime | None = None
    ) -> Act:
        """Write down what somebody did: the one way into the audit trail.

        Args:
            what: family and deed, such as ``account.disabled``.
            why: the reason, not empty.
            by: number of the account that acts, or :data:`registry.ledger.acts.COMMAND`.
            about: number of an account, IRI, short name of a pole; empty for the node as a whole.
            now: the moment, UTC; None for the present.

        Raises:
            LedgerError: a part has no sense or is too long; nothing is written.
        """
        with dialect.writing(self._engine) as connection:
            return acts.write(connection, what, why, by, about, now or datetime.now(UTC))

    def acts(
        self, limit: int = 100, *, about: str | None = None, by: str | None = None
    ) -> list[Act]:
        """Return the latest acts, newest first; only those about something, or by somebody."""
        with self._engine.connect() as connection:
            return acts.read(connection, limit, about, by)

    def verify(self) -> list[Message]:
        """Recompute every hash and the state; give one sentence for each broken place."""
        with dialect.reading(self._engine) as connection:
            return list(broken_places(connection))

    def _one(
        self, query: sa.Select[Any], bound: dict[str, Any] | None = None
    ) -> sa.Row[Any] | None:
        with self._engine.connect() as connection:
            return connection.execute(query, bound).first()

    def _all(self, query: sa.Executable, bound: dict[str, Any] | None = None) -> Sequence[Any]:
        with self._engine.connect() as connection:
            # All at once: row by row costs three times as much.
            return connection.execute(query, bound).all()

    def _number(self, query: sa.Select[int], bound: dict[str, Any] | None = None) -> int:
        with self._engine.connect() as connection:
            return connection.execute(query, bound).scalar_one()

    def _stream(
        self, query: sa.Select[Any], bound: dict[str, Any] | None = None
    ) -> Iterator[sa.Row[Any]]:
        with self._engine.connect() as connection:
            yield from connection.execution_options(yield_per=_PAGE).execute(query, bound)


def _pages(named: Iterable[_T]) -> Iterator[tuple[_T, ...]]:
    """Cut what a query names into portions that every database takes."""
    waiting = iter(named)
    while page := tuple(islice(waiting, _PAGE)):
        yield page


def _live() -> sa.Select[Any]:
    return sa.select(change).join(state, state.c.seq == change.c.seq)


def _last_changes(upto: int, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    last = (
        sa.select(sa.func.max(change.c.seq).label("seq"))
        .where(change.c.seq <= upto, *conditions)
        .group_by(change.c.subject)
        .subquery()
    )
    return sa.select(change).join(last, last.c.seq == change.c.seq)


def _live_at(upto: int) -> sa.Select[Any]:
    return _last_changes(upto).where(change.c.kind != "delete")


def _damaged(url: str, reason: str) -> DamagedLedgerError:
    place = sa.make_url(url).database
    return DamagedLedgerError(
        "the ledger {place} is damaged ({reason}): keep the file, and restore the last backup "
        "into an empty data folder (maillage restore)",
        place=place,
        reason=reason,
    )


def _check_version(connection: sa.Connection, url: str) -> None:
    found = connection.execute(sa.select(meta.c.value).where(meta.c.key == "schema")).scalar()
    if found is None or found == str(SCHEMA_VERSION):
        return
    raise LedgerVersionError(
        "the ledger {address} has schema version {found}, this program writes version "
        "{schema_version}: run the version of Maillage that wrote it, or a newer one",
        address=sa.make_url(url).render_as_string(),
        found=found,
        schema_version=SCHEMA_VERSION,
    )


def _check_sound(connection: sa.Connection) -> None:
    defects = list(broken_places(connection))
    if defects:
        raise LedgerError(
            "the copy of the ledger is not sound ({count} defects; {defect}): nothing was "
            "restored; take another backup",
            count=len(defects),
            defect=defects[0],
        )
