"""Poles are reminded by mail, once a month, of corrections that wait for more than thirty days."""

from flask import url_for

from registry.accounts.mail import send
from registry.tickets.names import FIELDS
from registry.tickets.outbox import Sort
from registry.tickets.store import OLD_S
from registry.tickets.types import State, Ticket
from registry.web.corrections.mails import FRENCH, answer_address
from registry.web.corrections.ways import Way, mail_of, way_to
from registry.web.corrections.words import shown
from registry.web.site import clock
from registry.web.site.labels import pole_title
from registry.web.site.node import absolute, current_node
from vocab.messages import Message

REMINDER = "rappel"
"""What stands for the number of a ticket where a reminder is about several."""
_MOST_LISTED = 10


def plan_reminders() -> None:
    """Have each pole reminded that leaves corrections waiting and was not within thirty days."""
    node, now = current_node(), clock.now().timestamp()
    if not node.config.mail_host:
        return
    reminded = {each.address for each in node.tickets.outbox.of_ticket(REMINDER)}
    slugs = {each.pole for each in _old(None)} - reminded
    for slug in sorted(slugs):
        if mail_of(slug):
            node.tickets.outbox.put(Sort.REMINDER, slug, REMINDER, "", now)


def remind(slug: str) -> bool:
    """Send a pole its reminder; give whether anything still waits.

    Raises:
        MaillageError: the mail server did not take it.
    """
    waiting, node = _old(slug), current_node()
    if not waiting or not mail_of(slug):
        return False
    title = " ".join(pole_title(slug).split())
    if way_to(slug, "") is Way.DESK:
        lines = [absolute(url_for("correction_desk.listing", slug=slug))]
    else:
        lines = [_line(ticket) for ticket in waiting[:_MOST_LISTED]]
    text = Message(
        "{count} corrections proposed for records of {title} wait for an answer for more than "
        "thirty days.\n\nAnswer here, without an account where a link stands beside the place:\n"
        "{lines}\n\nYou get this mail once a month at most, as long as some wait.",
        count=len(waiting),
        title=title,
        lines="\n".join(lines),
    )
    subject = Message("Corrections that wait for {title}", title=title)
    send(node.config.mail, mail_of(slug), subject.message(FRENCH), text.message(FRENCH))
    return True


def _old(slug: str | None) -> list[Ticket]:
    """Return what waits for the pole for long; a question waits for its author."""
    now = clock.now().timestamp()
    return [
        ticket
        for ticket in current_node().tickets.listed(now, pole=slug)
        if ticket.state is State.OPEN
        and ticket.made < now - OLD_S
        and way_to(ticket.pole, ticket.place) in {Way.DESK, Way.MAIL}
    ]


def _line(ticket: Ticket) -> str:
    about = FIELDS[ticket.about].message(FRENCH)
    return f"{shown(ticket).title} ({about})\n{answer_address(ticket)}"
