"""One harvest of one source, from the first request to the ledger.

    fetch + parse -> authority -> difference -> validate -> decide -> commit
    (sources/)      (authority)  (compare)     (shapes)    (compare)  (ledger)

This module only calls things in order and writes down what happened. Whatever a source does wrong
ends as an outcome in the ledger, with a report; only our own bugs are exceptions.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from harvester import rules
from harvester.clean.records.record import normalised
from harvester.decide import authority, compare, relays, renaming, successions
from harvester.decide.absence import (
    NO_ABSENCES,
    KnownAbsences,
    absence_findings,
    absence_summary,
)
from harvester.decide.authority import Screened
from harvester.decide.compare import NOTHING, Comparison, Decision, Guards
from harvester.delivery import Arrival, Delivery
from harvester.errors import DocumentError, IncompleteError, StoppedError
from harvester.fetch import Fetcher, Policy, credentials_of
from harvester.fetch.kept import Kept
from harvester.grants import overlaps
from harvester.parsing import Parser, expect
from harvester.run.progress import Progress, Stage, Steps
from harvester.run.report import ZERO_COUNTS, ReportBuilder
from harvester.run.source_lock import KnownHashes, registered, source_lock
from harvester.run.watchdog import Watchdog
from harvester.sources.full_read import full_read_cursor
from harvester.sources.kinds import reader_of
from registry.ledger.cursor import Cursor
from registry.ledger.errors import TakenError
from registry.ledger.held import held_digest
from registry.ledger.ledger import Ledger
from registry.ledger.report import Report
from registry.ledger.types import Draft, Harvest, HarvestResult, Held, Outcome, Source
from registry.sources.absence import grace_days_of, marked_at
from registry.sources.rhythm import (
    USUAL_DAYS,
    is_due,
)
from shapes.findings import Finding
from shapes.verdicts import validate
from vocab.errors import MaillageError, PublishedError, UnreachableError
from vocab.records import Record

_MAX_COMPARISONS = 3
"""How often a delivery is compared when other sources take records meanwhile that it brings too."""
_CLOCK_SLACK = timedelta(minutes=5)
"""What clocks of several machines may differ by: harvests of one node overlap as well."""
MAX_ARRIVALS = 100_000
"""Records that one source may state: several times all the places of the country."""
_FINDERS = frozenset({"feed", "dcat", "sparql", "sitemap"})
"""Kinds whose address only leads to what is harvested."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to harvest.

    Attributes:
        policy: limits of the fetches; ``allow_private`` and credentials follow the source.
        guards: when a harvest is held.
        forced: reason for which an operator lets a held harvest through; empty for none.
        fetcher: makes the fetcher; tests and schedulers may give their own clock and sleep.
        stuck_after_s: longest silence of a download or a reading before it is ended, in seconds.
        progress: notified how far harvests are; may ask one to end.
        full_read: read the source whole, as if nothing had been read of it before.
        reread_days: longest time between two visits that take no "not modified" for an answer.
        kept: folder for what visits that are cut short leave to the next; None leaves nothing.
    """

    policy: Policy = Policy()  # noqa: RUF009  frozen
    guards: Guards = Guards()  # noqa: RUF009  frozen
    forced: str = ""
    fetcher: Callable[[Policy], Fetcher] = Fetcher
    stuck_after_s: float = 600.0
    progress: Progress = Progress()  # noqa: RUF009  keeps nothing
    full_read: bool = False
    reread_days: float = USUAL_DAYS
    kept: Path | None = None


def harvest(
    ledger: Ledger,
    source: Source | str,
    *,
    now: datetime | None = None,
    options: Options = Options(),
) -> Harvest:
    """Visit a source and commit what follows.

    Args:
        ledger: where the truth is kept.
        source: registered source, or its slug; what the ledger knows of it now is what counts.
        now: moment of the start, UTC; by default, this one.
        options: limits, guards, and an operator's decision.

    Raises:
        BusyError: another harvest of this source is running.
        UsageError: the source is unknown, or of a kind that cannot be visited.
    """
    slug = source if isinstance(source, str) else source.slug
    with source_lock(ledger, slug):
        started = now or datetime.now(UTC)
        known = registered(ledger, slug)
        return _Run(ledger, known, started, options).carry_out()


def given_up(ledger: Ledger, source: Source, error: MaillageError) -> Harvest:
    """Write down the failure of a harvest whose process can no longer do so.

    Raises:
        BusyError: another harvest of this source is running.
    """
    with source_lock(ledger, source.slug):
        known, now = registered(ledger, source.slug), datetime.now(UTC)
        return _Run(ledger, known, now, Options()).give_up(error)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a harvest would do now.

    Attributes:
        harvest: as it would stand in the ledger, with its report; its id is 0.
        drafts: what it would change; when it would be held, what it would keep.
        missing: subjects that it would mark, or keep to be marked, as no longer listed.
    """

    harvest: Harvest
    drafts: tuple[Draft, ...]
    missing: tuple[str, ...]


def preview(
    ledger: Ledger,
    source: Source,
    *,
    now: datetime | None = None,
    options: Options = Options(),
) -> Preview:
    """Visit a source and return what would follow; the ledger stays as it is, cursor included.

    Raises:
        BusyError: a harvest of this source is running.
        UsageError: the source is unknown, or of a kind that cannot be visited.
    """
    kept: list[HarvestResult] = []

    def keep(slug: str, result: HarvestResult, ended: datetime) -> Harvest:
        kept.append(result)
        return _unwritten(slug, result, ended)

    with source_lock(ledger, source.slug):
        known, started = registered(ledger, source.slug), now or datetime.now(UTC)
        options.progress.tried(source.slug)
        run = _Run(ledger, known, started, replace(options, kept=None), keep)
        harvest = run.carry_out()
    (result,) = kept
    if result.held is not None:
        return Preview(harvest, result.held.drafts, result.held.missing)
    return Preview(harvest, result.drafts, marked_at(result.cursor or Cursor(), started))


def _unwritten(slug: str, result: HarvestResult, ended: datetime) -> Harvest:
    """Return a harvest as it would stand in the ledger."""
    report = Report(result.report)
    return Harvest(0, slug, result.outcome, result.started, ended, None, None, report)


def preview_import(
    ledger: Ledger,
    source: Source,
    records: Iterable[Record],
    *,
    options: Options = Options(),
) -> Harvest:
    """Return what :func:`import_into` would do now; the ledger stays as it is.

    Args:
        ledger: where the truth is kept.
        source: of the file; it need not be registered yet.
        records: what the file gave.
        options: guards, and an operator's decision.

    Returns:
        The harvest as it would stand in the ledger; its id is 0.

    Raises:
        BusyError: a harvest of this source is running.
    """
    with source_lock(ledger, source.slug):
        known = ledger.source(source.slug) or source
        run = _Run(ledger, known, datetime.now(UTC), options, _unwritten)
        return run.settle(_whole_file(records))


def import_into(
    ledger: Ledger,
    source: Source,
    records: Iterable[Record],
    *,
    import_report: dict[str, Any] | None = None,
    now: datetime | None = None,
    options: Options = Options(),
) -> Harvest:
    """Commit the records that a file gave, as the whole state of its source.

    The pole meets here the verdicts that the registry will give. ``import_report`` goes into the
    harvest's report.

    Raises:
        BusyError: another harvest of this source is running.
        UsageError: the source is unknown.
    """
    with source_lock(ledger, source.slug):
        return settle(
            ledger, source.slug, _whole_file(records, import_report), now=now, options=options
        )


def settle(
    ledger: Ledger,
    slug: str,
    delivery: Delivery,
    *,
    now: datetime | None = None,
    options: Options = Options(),
    besides: Mapping[str, Any] = MappingProxyType({}),
    write: Callable[[str, HarvestResult, datetime], Harvest] | None = None,
) -> Harvest:
    """Screen, compare, check, decide and commit what came without a visit.

    The caller holds the lock of the source.

    Args:
        ledger: where the truth is kept.
        slug: the source.
        delivery: what came.
        now: moment of the start, UTC; by default, this one.
        options: guards, and a person's decision.
        besides: what the report says too.
        write: commits in place of the ledger; gets source, result and end.

    Raises:
        UsageError: the source is unknown.
    """
    source = registered(ledger, slug)
    run = _Run(ledger, source, now or datetime.now(UTC), options, write)
    run.full_read = source.cursor.full_read
    run.report_builder.data.update(besides)
    return run.settle(delivery)


def _whole_file(records: Iterable[Record], import_report: dict[str, Any] | None = None) -> Delivery:
    arrivals = tuple(Arrival(record.iri, record.body.encode()) for record in records)
    return Delivery(arrivals, full=True, cursor={"reader": "file"}, imported=import_report)


@dataclass
class _Run:
    """The stages of one harvest, each timed, in the order of the module's drawing."""

    ledger: Ledger
    source: Source
    started: datetime
    options: Options
    write: Callable[[str, HarvestResult, datetime], Harvest] | None = None
    full_read: datetime | None = None

    def __post_init__(self) -> None:
        self.began = time.monotonic()
        self.report_builder = ReportBuilder(self.source.slug, self.source.url)
        grace_days = grace_days_of(self.source, self.options.guards.grace_days)
        marks = self.source.cursor.missing
        self.known_absences = KnownAbsences(self.started, timedelta(days=grace_days), marks)

    @contextmanager
    def _stage(self, stage: Stage, expected: int | None = None) -> Iterator[None]:
        self.options.progress.stage(self.source.slug, stage, expected)
        with self.report_builder.stage(stage.value):
            yield

    def carry_out(self) -> Harvest:
        """Visit the source, unless somebody asks to end before."""
        try:
            return self.visit()
        except StoppedError as error:
            return self.give_up(error)
        finally:
            self.options.progress.ended(self.source.slug)

    @cached_property
    def known(self) -> dict[str, str]:
        """What the source holds: live subject -> content hash."""
        return self.ledger.known(self.source.slug)

    def visit(self) -> Harvest:
        """Fetch, parse, and settle what came."""
        if not self.source.cursor.reader:  # never read: what reads it loads while it is fetched
            expect()
        reader = reader_of(self.source)
        try:
            policy = self._policy()
        except UnreachableError as error:
            return self.give_up(error)
        with self.options.fetcher(policy) as fetcher, Parser() as parser:
            fetcher.unconditional = self._reads_whole()
            parser.known = lambda subject: self.known.get(subject)
            if self.options.kept is not None:
                fetcher.kept = Kept(self.options.kept / self.source.slug)
            if self.options.full_read:
                fetcher.kept.clear()
            try:
                with self._supervised(fetcher, parser):
                    delivery = reader(self._as_left(), fetcher, parser)
            except UnreachableError as error:
                return self.give_up(error)
            except PublishedError as error:
                fetcher.kept.clear()  # who corrects it may change what was said never to change
                return self.give_up(error)
            finally:
                self.report_builder.tried(fetcher.attempts)
            fetcher.kept.clear()
        self.full_read = self.source.cursor.full_read if fetcher.used_copy else self.started
        return self.settle(delivery)

    def _as_left(self) -> Source:
        """Return the source with the cursor as its reader left it."""
        before = self.source.cursor.reader
        return replace(
            self.source,
            cursor=Cursor(full_read_cursor(before) if self.options.full_read else before),
        )

    def _reads_whole(self) -> bool:
        """Whether the source is asked for all that it has, whatever we hold."""
        due = is_due(self.source.cursor, self.started, self.options.reread_days)
        return self.options.full_read or due

    @contextmanager
    def _supervised(self, fetcher: Fetcher, parser: Parser) -> Iterator[None]:
        """End a download or a reading that falls silent; count what they report."""
        limit_s = self.options.stuck_after_s
        steps = self._steps()

        def cut() -> None:
            fetcher.cut()
            parser.cut()

        def look() -> None:
            self.options.progress.check(self.source.slug)

        def on_progress(done: int = 0, size: int = 0) -> None:
            if watchdog.over:
                silent = StoppedError("MED-H431", source=self.source.slug, seconds=limit_s)
                raise watchdog.stopped or silent
            watchdog.sign()
            self._advance(done, size)

        def downloaded(size: int) -> None:
            if not size:
                steps.fetching()
            on_progress(size=size)

        fetcher.on_bytes, parser.on_read = downloaded, on_progress
        fetcher.on_found, parser.on_wait = steps.found, steps.parsing
        with Watchdog(limit_s, cut, look) as watchdog:
            try:
                yield
            except (PublishedError, UnreachableError):
                on_progress()  # cut, each fails in its own words
                raise
            finally:
                steps.over()

    def _steps(self) -> Steps:
        progress, slug = self.options.progress, self.source.slug
        return Steps(
            Stage.DISCOVER if self.source.kind in _FINDERS else Stage.FETCH,
            lambda stage, expected: progress.stage(slug, stage, expected),
            lambda stage, seconds: self.report_builder.spent(stage.value, seconds),
        )

    def _policy(self) -> Policy:
        private = self.source.allow_private
        name = self.source.options.credentials
        proof = credentials_of(name, self.source.url, allow_private=private)
        return replace(self.options.policy, allow_private=private, credentials=proof)

    def settle(self, delivery: Delivery) -> Harvest:
        """Screen, compare, check, decide and commit a delivery."""
        self.report_builder.delivered(delivery)
        if len(delivery.arrivals) > MAX_ARRIVALS:
            return self.give_up(DocumentError("MED-H217", url=self.source.url, limit=MAX_ARRIVALS))
        if delivery.imported is not None:
            self.report_builder.data["import"] = delivery.imported
        if delivery.unchanged:
            if not self.known_absences.marks:
                self.report_builder.data["counts"] = ZERO_COUNTS
                return self._commit(Outcome.UNCHANGED, cursor=self._cursor(delivery, {}))
            delivery = replace(delivery, full=False, rollback=None)  # only time went by
        for _ in range(_MAX_COMPARISONS - 1):
            try:
                return self._compare_and_commit(delivery)
            except TakenError:  # compared again, its refusal says which source has the record
                self.options.progress.stage(self.source.slug, Stage.COMPARE)
        return self._compare_and_commit(delivery)

    def _compare_and_commit(self, delivery: Delivery) -> Harvest:
        """Compare a delivery with what all sources hold now, check, decide and commit."""
        with self._stage(Stage.COMPARE):
            known = self._compared(delivery)
            arrivals = tuple(normalised(delivery.arrivals, known.get))
            delivery = replace(delivery, arrivals=arrivals)
            screened = self._screened(delivery, known)
            came = frozenset(arrival.subject for arrival in delivery.arrivals)
            change = compare.difference(
                known,
                screened.allowed,
                came,
                full=delivery.full,
                known_absences=self.known_absences,
            )
        verdicts = self._verdicts(change)
        foreign = len(screened.refused)
        holds = compare.holds_of(known, delivery, change, foreign, self.options.guards)
        before = tuple(self.ledger.refusals(self.source.slug))
        decision = compare.decide(
            known, change, verdicts, screened.refused, before, full=delivery.full
        )
        earlier = self.ledger.held(self.source.slug)
        holds += (*self._renamed(known, change), *compare.repeats_undone(decision, change, earlier))
        self._report_decision(delivery, change, decision, verdicts, screened, holds)
        cursor = self._cursor(delivery, change.absences.marks)
        if holds and not self.options.forced:
            return self._hold(compare.held_of(known, change, decision, cursor))
        moved = decision.changes(before) or change.absences.changes_marks()
        outcome = Outcome.COMMITTED if moved else Outcome.UNCHANGED
        return self._commit(outcome, decision, cursor, nothing_came=delivery.unchanged)

    def _cursor(self, delivery: Delivery, marks: Mapping[str, datetime]) -> Cursor:
        """Return what to remember of a delivery, records that are missing included."""
        return Cursor(delivery.cursor, marks, delivery.rhythm, self.full_read)

    def _compared(self, delivery: Delivery) -> Mapping[str, str]:
        """Return what the source holds, in one reading or as far as the delivery speaks of it."""
        if delivery.full:
            return self.known
        subjects = {arrival.subject for arrival in delivery.arrivals}
        return KnownHashes(
            self.ledger, self.source.slug, subjects | self.known_absences.marks.keys()
        )

    def _renamed(self, known: Mapping[str, str], change: Comparison) -> tuple[Finding, ...]:
        if not renaming.is_likely(known, change):
            return ()
        past = self.ledger.before(self.ledger.head(), change.vanished)
        vanished = {subject: past[subject].body for subject in change.vanished}
        return tuple(renaming.hold_of(len(known), renaming.renamings(known, change, vanished)))

    def _screened(self, delivery: Delivery, known: Mapping[str, str]) -> Screened:
        slug = self.source.slug
        sources = self.ledger.sources(cursors=False)
        shared = overlaps(self.source, sources)
        others = [n for s in sources if s.pole != self.source.pole for n in s.namespaces]

        def owner(subject: str) -> str | None:
            if subject in known or not shared:
                return slug
            return self.ledger.owner(subject)

        screened_relay = relays.screen_relayed(
            self.source, delivery.arrivals, known, sources, owner
        )
        screened = authority.screen(
            screened_relay.kept, slug, self.source.namespaces, owner, others
        )
        return replace(screened, remarks=screened_relay.remarks(self.source))

    def _verdicts(self, change: Comparison) -> dict[str, tuple[Finding, ...]]:
        found: dict[str, list[Finding]] = defaultdict(list)
        with self._stage(Stage.CHECK, len(change.news)):
            sound = []
            for arrival in change.news:
                faults = compare.unreadable(arrival)
                remarks = (*arrival.remarks, *compare.findings_beyond_shapes(arrival))
                found[arrival.subject] += (*faults, *remarks)
                if not faults:
                    sound.append(arrival)
            records = (self._checking(arrival) for arrival in sound)
            for finding in (*validate(records), *self._doubted(sound)):
                found[finding.record].append(finding)
        return {subject: tuple(findings) for subject, findings in found.items()}

    def _doubted(self, news: list[Arrival]) -> Iterator[Finding]:
        """Say which successions stand alone; who states one here knows."""
        return iter(()) if self.source.kind == "file" else successions.doubts(news, self.ledger)

    def _checking(self, arrival: Arrival) -> Record:
        self._advance(done=1)
        return arrival.record()

    def _advance(self, done: int = 0, size: int = 0) -> None:
        self.options.progress.advance(self.source.slug, done, size)

    def _report_decision(
        self,
        delivery: Delivery,
        change: Comparison,
        decision: Decision,
        verdicts: Mapping[str, tuple[Finding, ...]],
        screened: Screened,
        holds: tuple[Finding, ...],
    ) -> None:
        self.report_builder.decided(delivery, change, decision, holds)
        absences, grace = change.absences, self.known_absences.grace
        if absences != NO_ABSENCES:
            self.report_builder.data["missing"] = absence_summary(absences, grace)
        self.report_builder.data["forced"] = self.options.forced if holds else ""
        own = (finding for findings in verdicts.values() for finding in findings)
        refused = (finding for _, finding in screened.refused)
        absent = absence_findings(absences, grace)
        self.report_builder.found([*own, *refused, *screened.remarks, *delivery.findings, *absent])

    def _hold(self, held: Held) -> Harvest:
        """Keep a delivery for a person to decide, unless one has discarded the very same."""
        earlier = self.ledger.held(self.source.slug)
        if earlier and earlier.discarded and earlier.digest == held_digest(held):
            decided = self.ledger.harvest(earlier.discarded)
            self.report_builder.discarded_before(
                earlier.discarded, "" if decided is None else decided.report.text("reason")
            )
            return self._commit(Outcome.UNCHANGED)
        if earlier:
            undone, undone_by = earlier.undone()
            held = replace(held, undone=tuple(sorted(undone)), undone_by=undone_by)
        return self._commit(Outcome.HELD, held=held)

    def give_up(self, error: MaillageError) -> Harvest:
        """Write down a harvest that brought nothing; a part of a document holds, the rest fails."""
        self.report_builder.failed(error)
        held = isinstance(error, IncompleteError)
        return self._commit(Outcome.HELD if held else Outcome.FAILED)

    def _commit(
        self,
        outcome: Outcome,
        decision: Decision = NOTHING,
        cursor: Cursor | None = None,
        held: Held | None = None,
        *,
        nothing_came: bool = False,
    ) -> Harvest:
        self._report_clock_skew()
        result = HarvestResult(
            outcome=outcome,
            started=self.started,
            drafts=decision.drafts,
            refusals=decision.refusals,
            released=decision.released,
            cursor=cursor,
            report=self.report_builder.report(),
            held=held,
            nothing_came=nothing_came,
        )
        ended = self.started + timedelta(seconds=time.monotonic() - self.began)
        return (self.write or self._written)(self.source.slug, result, ended)

    def _report_clock_skew(self) -> None:
        """Report a last harvest that lies in the future: one of two clocks was wrong."""
        last = self.ledger.last_ended()
        if last is not None and last - self.started > _CLOCK_SLACK:
            details = {"last": _moment(last), "now": _moment(self.started)}
            self.report_builder.also_found(rules.finding(self.source.url, "MED-H462", **details))

    def _written(self, slug: str, result: HarvestResult, ended: datetime) -> Harvest:
        stage = Stage.HOLD if result.outcome is Outcome.HELD else Stage.COMMIT
        self.options.progress.stage(slug, stage)
        return self.ledger.commit(slug, result, ended)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
