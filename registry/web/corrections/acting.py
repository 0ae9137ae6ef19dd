"""What a pole does with a ticket, from its screens or by the link it got: accept, decline, ask."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.tickets.types import State, Ticket, TicketError
from registry.tickets.values import LONGEST_WORDS, clean
from registry.web.corrections.mails import mail_authors
from registry.web.site import clock
from registry.web.site.node import current_node

_DEEDS = {"accepter": State.ACCEPTED, "refuser": State.DECLINED, "demander": State.ASKED}
BY_LINK, BY_MAILBOX = "link", "mailbox"
"""Who acts, to the audit trail, where a pole answers by the link it got, or by its own node."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a pole answers: a state, a reason of the list where it declines, words."""

    state: State
    reason: str = ""
    words: str = ""


def check(form: Mapping[str, str]) -> Answered:
    """Return what a form asks for.

    Raises:
        TicketError: it makes no sense.
    """
    state = _DEEDS.get(form.get("geste", ""))
    if state is None:
        raise TicketError("choose what to do: accept, decline or ask")
    words = clean(form.get("mots", ""))
    if len(words) > LONGEST_WORDS:
        raise TicketError("the words have {most} characters at most", most=LONGEST_WORDS)
    return Answered(state, form.get("motif", "") if state is State.DECLINED else "", words)


def act(ticket: Ticket, answered: Answered, by: str) -> None:
    """Answer a ticket: written down in the audit trail without a word of anybody.

    Raises:
        TicketError: the answer makes no sense, or the ticket was answered meanwhile.
    """
    node, now = current_node(), clock.now()
    state, reason = answered.state, answered.reason
    at = now.timestamp()
    node.tickets.answer(ticket.number, state, at, reason=reason, reply=answered.words)
    why = f"{ticket.number}: {reason}" if reason else ticket.number
    node.ledger.record_act(f"correction.{state}", why, by, ticket.place, now)
    mail_authors(node.tickets.by_number(ticket.number, at))
