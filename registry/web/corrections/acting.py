"""What a pole does with a ticket, from its screens or by the link it got: accept, decline, ask."""

from collections.abc import Mapping

from registry.tickets.types import State, Ticket, TicketError
from registry.web.corrections.mails import mail_authors
from registry.web.corrections.reading import clean
from registry.web.site import clock
from registry.web.site.node import current_node

_DEEDS = {
    "accepter": (State.ACCEPTED, "correction.accepted"),
    "refuser": (State.DECLINED, "correction.declined"),
    "demander": (State.ASKED, "correction.asked"),
}
BY_LINK = "link"
"""Who acts, to the audit trail, where a pole answers by the link it got."""
LONGEST_WORDS = 1_000


def check(form: Mapping[str, str]) -> tuple[State, str, str, str]:
    """Return what a form asks for: state, kind of act, reason, words.

    Raises:
        TicketError: it makes no sense.
    """
    deed = _DEEDS.get(form.get("geste", ""))
    if deed is None:
        raise TicketError("choose what to do: accept, decline or ask")
    words = clean(form.get("mots", ""))
    if len(words) > LONGEST_WORDS:
        raise TicketError("the words have {most} characters at most", most=LONGEST_WORDS)
    state, what = deed
    reason = form.get("motif", "") if state is State.DECLINED else ""
    return state, what, reason, words


def act(ticket: Ticket, form: Mapping[str, str], by: str) -> None:
    """Answer a ticket: written down in the audit trail without a word of anybody.

    Raises:
        TicketError: the form makes no sense, or the ticket was answered meanwhile.
    """
    node, now = current_node(), clock.now()
    state, what, reason, words = check(form)
    node.tickets.answer(ticket.number, state, now.timestamp(), reason=reason, reply=words)
    why = f"{ticket.number}: {reason}" if reason else ticket.number
    node.ledger.record_act(what, why, by, ticket.place, now)
    mail_authors(node.tickets.of_pole(ticket.pole, ticket.number, now.timestamp()))
