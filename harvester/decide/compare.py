"""What a harvest changes: known state and arrivals in, drafts, refusals and holds out.

Pure: no network, no store, no clock. Contents are compared by their hashes, never by dates.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harvester import rules
from harvester.decide import territories
from harvester.decide.absence import NO_GRACE, AbsenceDecision, KnownAbsences, decide_absences
from harvester.delivery import Arrival, Delivery
from registry.ledger.cursor import Cursor
from registry.ledger.types import Draft, Held, HeldHarvest, Kind, Refusal
from registry.sources.absence import USUAL_GRACE_DAYS
from shapes.contract import has_shape
from shapes.findings import Finding, Severity
from vocab.ntriples import literal

MAX_RECORD_BYTES = 1_000_000
"""Largest record, in canonical N-Triples: a thousand times the usual one."""
MAX_KEPT_BODY = 65_536
_SHOWN_CLASSES = 3
_SHOWN_TERM = 120
_RDF12_END = re.compile(rb'(?:\)>>|"@[A-Za-z0-9-]+--(?:ltr|rtl)) \.$', re.MULTILINE)
_TYPE = " <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "


@dataclass(frozen=True, slots=True)
class Guards:
    """When a harvest is held for a person to look at.

    Attributes:
        max_deleted_share: of the known records, in percent.
        min_deleted: fewer deletions than this never hold a harvest.
        max_foreign_share: of what came, in percent, that the source may not state.
        min_foreign: fewer such records than this hold a harvest only when nothing else came.
        grace_days: how long a record stays that a source no longer lists, when the operator did
            not decide otherwise for that source.
    """

    max_deleted_share: float = 20.0
    min_deleted: int = 10
    max_foreign_share: float = 50.0
    min_foreign: int = 10
    grace_days: int = USUAL_GRACE_DAYS


@dataclass(frozen=True, slots=True)
class Comparison:
    """How what came differs from what was known.

    Attributes:
        news: arrivals whose content is new; they must be validated.
        deleted: subjects to delete, sorted: said to be deleted, or missing for too long.
        vanished: subjects that this delivery is the first to take away, sorted: said to be deleted,
            or missing now. What was missing before has been decided before.
        absences: what is decided on the missing ones.
        unchanged: how many records came as they were known.
        settled: subjects whose present content is the known one, or which are gone.
    """

    news: tuple[Arrival, ...]
    deleted: tuple[str, ...]
    vanished: tuple[str, ...]
    absences: AbsenceDecision
    unchanged: int
    settled: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What comparing decided.

    Attributes:
        drafts: changes, in subject order.
        refusals: records to put in quarantine.
        released: subjects that leave quarantine.
    """

    drafts: tuple[Draft, ...]
    refusals: tuple[Refusal, ...]
    released: tuple[str, ...]

    def changes(self, before: Iterable[Refusal]) -> bool:
        """Whether anything enters, or moves into or out of the quarantine."""
        return bool(self.drafts or self.released) or self.changes_quarantine(before)

    def changes_quarantine(self, before: Iterable[Refusal]) -> bool:
        """Whether the refusals differ from those that the quarantine holds already."""
        held = {refusal.subject: refusal for refusal in before}
        return any(held.get(refusal.subject) != refusal for refusal in self.refusals)


NOTHING = Decision((), (), ())


def difference(
    known: Mapping[str, str],
    allowed: Iterable[Arrival],
    came: frozenset[str],
    *,
    full: bool,
    known_absences: KnownAbsences = NO_GRACE,
) -> Comparison:
    """Compare arrivals with the known state.

    Args:
        known: live subject -> content hash.
        allowed: arrivals that the source may state.
        came: every subject that arrived, allowed or not: a refused record is not a missing one.
        full: the arrivals are the whole state: known records that are not among them are missing.
        known_absences: what is missing already, and for how long it may be; by default, not at all.
    """
    news: list[Arrival] = []
    gone, same, absent = set[str](), set[str](), set[str]()
    for arrival in allowed:
        if arrival.body is None:
            (gone if arrival.subject in known else absent).add(arrival.subject)
        elif not arrival.faults and known.get(arrival.subject) == arrival.content_hash:
            same.add(arrival.subject)
        else:
            news.append(arrival)
    looked_for = known.keys() if full else known.keys() & known_absences.marks.keys()
    missing = looked_for - came
    back = (known.keys() & known_absences.marks.keys() & came) - gone
    absences = decide_absences(missing, back, known_absences)
    deleted = gone | absences.expired.keys()
    return Comparison(
        news=tuple(sorted(news, key=lambda arrival: arrival.subject)),
        deleted=tuple(sorted(deleted)),
        vanished=tuple(sorted(gone | (missing - known_absences.marks.keys()))),
        absences=absences,
        unchanged=len(same),
        settled=frozenset(same | deleted | absent),
    )


def decide(
    known: Mapping[str, str],
    change: Comparison,
    verdicts: Mapping[str, tuple[Finding, ...]],
    refused: Iterable[tuple[Arrival, Finding]],
    before: Iterable[Refusal],
    *,
    full: bool,
) -> Decision:
    """Turn a difference and its verdicts into drafts, refusals and releases.

    Args:
        known: live subject -> content hash.
        change: what :func:`difference` gave.
        verdicts: subject -> findings of validation and of reading.
        refused: arrivals that the source may not state, with why.
        before: what earlier harvests put in quarantine.
        full: the arrivals were the whole state.
    """
    refusals = [_refusal(a, (*verdicts.get(a.subject, ()), f), known) for a, f in refused]
    drafts = [Draft(Kind.DELETE, subject, None) for subject in change.deleted]
    for arrival in change.news:
        findings = verdicts.get(arrival.subject, ())
        if any(finding.severity is Severity.VIOLATION for finding in findings):
            refusals.append(_refusal(arrival, findings, known))
            continue
        kind = Kind.UPDATE if arrival.subject in known else Kind.CREATE
        drafts.append(Draft(kind, arrival.subject, arrival.record()))
    quarantined = {refusal.subject for refusal in before}
    kept_out = {refusal.subject for refusal in refusals}
    entered = {draft.subject for draft in drafts} | change.settled
    leaving = quarantined - kept_out if full else quarantined & entered - kept_out
    return Decision(
        drafts=tuple(sorted(drafts, key=lambda draft: draft.subject)),
        refusals=tuple(sorted(refusals, key=lambda refusal: refusal.subject)),
        released=tuple(sorted(leaving)),
    )


def holds_of(
    known: Mapping[str, str], delivery: Delivery, change: Comparison, foreign: int, guards: Guards
) -> tuple[Finding, ...]:
    """Return the reasons for which a person must look before anything is applied.

    Args:
        known: live subject -> content hash.
        delivery: what came.
        change: what :func:`difference` gave.
        foreign: how many of the arrivals the source may not state.
        guards: the limits.
    """
    found: list[Finding] = []
    arrived = len(delivery.arrivals)
    if _is_anothers(foreign, arrived, guards):
        found.append(rules.finding("", "MED-H405", refused=foreign, arrived=arrived))
    if delivery.rollback is not None:
        found.append(rules.finding("", "MED-H402", detail=delivery.rollback))
    if delivery.full and change.vanished and not delivery.arrivals:
        found.append(rules.finding("", "MED-H401", known=len(known)))
    deleted = len(change.vanished)
    # In this order: counting what is live takes longer than all the rest of a few changes.
    if deleted >= guards.min_deleted and deleted * 100 > len(known) * guards.max_deleted_share:
        share = f"{guards.max_deleted_share:g}"
        found.append(rules.finding("", "MED-H400", deleted=deleted, known=len(known), share=share))
    return tuple(found)


def repeats_undone(
    decision: Decision, change: Comparison, earlier: HeldHarvest | None
) -> tuple[Finding, ...]:
    """Return a reason to hold what brings back changes that a person discarded or undid."""
    if earlier is None:
        return ()
    undone, decided = earlier.undone()
    brought = {draft.end for draft in decision.drafts} | {(s, "") for s in change.absences.newly}
    again = brought & undone
    if not again:
        return ()
    subject, _ = min(again)
    return (rules.finding("", "MED-H410", count=len(again), harvest=decided, subject=subject),)


def held_of(
    known: Mapping[str, str], change: Comparison, decision: Decision, cursor: Cursor
) -> Held:
    """Return what must be kept of a held delivery, with the state that it was compared with.

    Args:
        known: live subject -> content hash.
        change: what :func:`difference` gave.
        decision: what :func:`decide` gave.
        cursor: what the source would remember, once the delivery is let in.
    """
    touched = (*(draft.subject for draft in decision.drafts), *change.absences.newly)
    return Held(
        drafts=decision.drafts,
        refusals=decision.refusals,
        released=decision.released,
        cursor=cursor,
        base={subject: known[subject] for subject in touched if subject in known},
        missing=change.absences.newly,
    )


def _is_anothers(foreign: int, arrived: int, guards: Guards) -> bool:
    """Whether a delivery seems to be somebody else's: all of it, or most of a large one."""
    most = foreign * 100 > arrived * guards.max_foreign_share
    return arrived > 0 and (foreign == arrived or (most and foreign >= guards.min_foreign))


def unreadable(arrival: Arrival) -> tuple[Finding, ...]:
    """Return what keeps an arrival from being a record at all: shapes need not see it."""
    size = len(arrival.body or b"")
    if size > MAX_RECORD_BYTES:
        too_large = rules.finding(
            arrival.subject, "MED-H010", subject=arrival.subject, size=size, limit=MAX_RECORD_BYTES
        )
        return (*arrival.faults, too_large)
    return (*arrival.faults, *unwritable(arrival.subject, arrival.body or b""))


def faults_of(arrival: Arrival) -> tuple[Finding, ...]:
    """Give what is wrong with an arrival whatever its class: faults of reading, no class at all."""
    return (*unreadable(arrival), *findings_beyond_shapes(arrival))


def findings_beyond_shapes(arrival: Arrival) -> tuple[Finding, ...]:
    """Return what no shape can see: a class that none knows, a commune that is not in use."""
    return (*classless(arrival), *territories.doubts(arrival.subject, arrival.body or b""))


def classless(arrival: Arrival) -> tuple[Finding, ...]:
    """Say so of an arrival that no shape looks at: it has no class, or none that they know."""
    names = _classes(arrival)
    if not names:
        return (rules.finding(arrival.subject, "MED-H003", subject=arrival.subject),)
    if has_shape(names):
        return ()
    shown = ", ".join(names[:_SHOWN_CLASSES])
    unknown = rules.finding(arrival.subject, "MED-H018", subject=arrival.subject, classes=shown)
    return (unknown._replace(value=f"<{names[0]}>"),)


def _classes(arrival: Arrival) -> tuple[str, ...]:
    """Return the classes of the record itself; in sorted statements they stand together."""
    body, start = arrival.body or b"", f"<{arrival.subject}>{_TYPE}<".encode()
    found, at = [], body.find(start)
    while at >= 0:
        end = body.index(b">", at + len(start))
        found.append(body[at + len(start) : end].decode())
        at = body.find(start, end)
    return tuple(found)


def _refusal(arrival: Arrival, findings: tuple[Finding, ...], known: Mapping[str, str]) -> Refusal:
    body = (arrival.body or b"")[:MAX_KEPT_BODY]
    whole = body[: body.rfind(b"\n") + 1]
    return Refusal(
        subject=arrival.subject,
        body=whole.decode(),
        findings=tuple(finding.fields() for finding in findings),
        stale=arrival.subject in known,
    )


def unwritable(subject: str, body: bytes) -> tuple[Finding, ...]:
    """Return one finding with the first value that RDF 1.1 cannot write, or nothing.

    These are triple terms and texts with a base direction. The parser reads them, but JSON-LD 1.1
    has neither, and a registry must give back all that it takes in, in every format: such a record
    stays out, by name.

    Args:
        subject: IRI of the record.
        body: its canonical N-Triples, where only such a statement ends as one.
    """
    # Two plain searches first: nearly every record has neither mark.
    found = _RDF12_END.search(body) if b")>> ." in body or b"--" in body else None
    if found is None:
        return ()
    start = body.rfind(b"\n", 0, found.start()) + 1
    term = body[start : found.end() - 2].split(b" ", 2)[2].decode()
    shown = term if len(term) <= _SHOWN_TERM else f"{term[:_SHOWN_TERM]}…"
    return (rules.finding(subject, "MED-H008", value=literal(shown), subject=subject, term=shown),)
