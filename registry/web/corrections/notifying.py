"""Telling a pole of a correction, of more words of its author, or that it was withdrawn."""

from registry.tickets.mailboxes import Sealed
from registry.tickets.notices import Kind, Notice
from registry.tickets.types import Ticket
from registry.web.corrections.mails import mail_pole
from registry.web.corrections.ways import mailbox_of
from registry.web.site import clock
from registry.web.site.node import current_node


def iri_of(number: str) -> str:
    """Return the IRI by which other nodes know a correction that was made here."""
    return f"{current_node().config.namespace}correction/{number}"


def notify_pole(ticket: Ticket) -> None:
    """Send a new ticket to its pole, where there is a way."""
    evidence = ticket.evidence[0] if ticket.evidence else ""
    if not _put(ticket, Kind.OFFER, evidence=evidence):
        mail_pole(ticket)


def notify_answer(ticket: Ticket, words: str) -> None:
    """Send what an author answered to the pole's question."""
    if not _put(ticket, Kind.UPDATE, words=words):
        mail_pole(ticket)


def notify_withdrawal(ticket: Ticket) -> None:
    """Have the pole's node erase what its author withdrew; a mail cannot be called back."""
    _put(ticket, Kind.DELETE)


def _put(ticket: Ticket, kind: Kind, *, evidence: str = "", words: str = "") -> bool:
    """Put a notice into the mailbox of the pole's node; give whether it has one with room."""
    slug = mailbox_of(ticket.place)
    if not slug:
        return False
    now, is_offer = clock.now().timestamp(), kind is Kind.OFFER
    notice = Notice(
        kind,
        iri_of(ticket.number),
        ticket.place,
        "",
        now,
        ticket.about,
        ticket.value if is_offer else "",
        evidence,
        words,
        current_node().tickets.salt(ticket.number) if is_offer else "",
    )
    number = "" if kind is Kind.DELETE else ticket.number
    return current_node().tickets.mailboxes.put(slug, notice, Sealed(), number, now)
