"""Corrections that come from a node above: kept, passed on to the node below, or refused."""

from enum import StrEnum

from registry.ledger.ledger import Ledger
from registry.ledger.types import Source
from registry.tickets.mailboxes import Sealed
from registry.tickets.notices import Answer, Kind, Notice
from registry.tickets.outbox import Sort
from registry.tickets.store import Tickets
from registry.tickets.types import FullError, Origin, Proposal, Reason, State, TicketError
from registry.tickets.upstreams import Upstream
from registry.tickets.values import present
from vocab.namespaces import MED
from vocab.records import Record


class Outcome(StrEnum):
    """What became of a notice."""

    KEPT = "kept"
    PASSED_ON = "passed on"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Arrivals:
    """Takes what nodes above tell this one.

    Args:
        tickets: those of this node.
        ledger: says which places are there, and which source states them.
    """

    def __init__(self, tickets: Tickets, ledger: Ledger) -> None:
        self._tickets = tickets
        self._ledger = ledger

    def take(self, upstream: Upstream, notice: Notice, now: float) -> Outcome:
        """Take one notice; the same once more changes nothing.

        Args:
            upstream: the node whose mailbox gave it.
            notice: as it was read.
            now: the moment, in seconds of the epoch.
        """
        record, source = self._place(notice.place)
        if source is not None and self._is_passed_on(upstream, notice, source, now):
            return Outcome.PASSED_ON
        match notice.kind:
            case Kind.OFFER:
                if record is None or source is None:
                    return self._refuse(upstream, notice, Reason.NOT_OURS, "", now)
                return self._keep(upstream, notice, record, source, now)
            case _:
                return self._follow(upstream, notice, now)

    def _place(self, iri: str) -> tuple[Record | None, Source | None]:
        record, owner = self._ledger.record(iri), self._ledger.owner(iri)
        if record is None or owner is None or not record.is_a(MED + "Place"):
            return None, None
        return record, self._ledger.source(owner)

    def _is_passed_on(self, upstream: Upstream, notice: Notice, source: Source, now: float) -> bool:
        """Whether it went on to the node that brings the place: then nothing of it is kept here."""
        boxes = self._tickets.mailboxes
        if not boxes.has(source.slug):
            return False
        return boxes.put(source.slug, notice, Sealed(upstream.name, notice.seal), "", now)

    def _keep(
        self, upstream: Upstream, notice: Notice, record: Record, source: Source, now: float
    ) -> Outcome:
        origin = Origin(upstream.url, notice.object, notice.seal)
        try:
            self._tickets.by_author(origin.token, now)
        except TicketError:
            said = present(record, notice.about)
            proposal = Proposal(
                record.iri, source.pole, notice.about, said, notice.value, notice.evidence
            )
            try:
                _token, number = self._tickets.propose(proposal, now, origin)
            except FullError as full:
                words = full.message("fr")
                return self._refuse(upstream, notice, Reason.CANNOT_VERIFY, words, now)
            self._tickets.outbox.put(Sort.MAIL, source.pole, number, "", now)
        return Outcome.KEPT

    def _follow(self, upstream: Upstream, notice: Notice, now: float) -> Outcome:
        """Take more words of an author, or take his words away."""
        token = Origin(upstream.url, notice.object, notice.seal).token
        try:
            if notice.kind is Kind.DELETE:
                self._tickets.withdraw(token, now)
            else:
                self._tickets.reply(token, notice.words, now)
        except TicketError:  # answered, erased or never kept here
            return Outcome.UNKNOWN
        return Outcome.KEPT

    def _refuse(
        self, upstream: Upstream, notice: Notice, reason: Reason, words: str, now: float
    ) -> Outcome:
        answer = Answer(notice.object, notice.seal, State.DECLINED, reason, words)
        self._tickets.outbox.put(Sort.ANSWER, upstream.url, "", answer.to_text(), now)
        return Outcome.REFUSED
