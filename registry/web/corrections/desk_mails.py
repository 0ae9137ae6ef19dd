"""Mails to those who edit a pole when a correction arrives: at once, then one for several.

Each editor who has an address gets it, and the pole's own. It tells that something waits, with the
place and what is wrong; no word of a stranger, no address of anybody.
"""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from registry.accounts.mail import send
from registry.tickets.names import FIELDS
from registry.tickets.outbox import Sending, SendState, Sort
from registry.tickets.types import State, Ticket
from registry.web.answer.mailing import send_later
from registry.web.corrections.ways import Way, mail_of, way_to
from registry.web.corrections.words import shown
from registry.web.site import clock
from registry.web.site.labels import pole_title
from registry.web.site.node import absolute, current_node
from vocab.messages import Message

DESK = "bureau"
"""What stands for the number of a ticket where a mail is about several."""
QUIET_S = 30 * 60.0
"""What arrives within this time after a mail is told in one more."""
_CONTACT = "contact"
_FRENCH = "fr"
_MOST_LISTED = 10
_WHAT = "a mail to editors about corrections"


@dataclass(frozen=True, slots=True)
class Readers:
    """Who is told when a correction arrives.

    Attributes:
        editors: how many editors have an address.
        contact: the pole's own address; empty where it gives none.
        is_silent: whether the pole wants no mail.
    """

    editors: int
    contact: str
    is_silent: bool


def readers_of(slug: str) -> Readers:
    """Return who is told of the corrections of a pole."""
    found = _addresses(slug)
    contact = found.pop(_CONTACT, "")
    return Readers(len(found), contact, current_node().tickets.is_silent(slug))


def notify_editors(ticket: Ticket) -> None:
    """Tell those who edit a pole, now or in the mail that is due within half an hour."""
    node, slug, now = current_node(), ticket.pole, clock.now().timestamp()
    if not node.config.mail_host or node.tickets.is_silent(slug):
        return
    known = [one for one in node.tickets.outbox.of_ticket(DESK) if one.address == slug]
    if any(one.state is SendState.WAITING for one in known):
        return  # that mail tells of this one too
    last = max((one.tried for one in known if one.state is SendState.DELIVERED), default=0.0)
    is_later = 0 <= now - last < QUIET_S
    due, tries = (last + QUIET_S, 0) if is_later else (now, 1)
    for who in _addresses(slug):
        node.tickets.outbox.put(Sort.DESK, slug, DESK, who, due, tries)
    if not is_later:
        for sent in node.tickets.outbox.of_ticket(DESK):
            if sent.address == slug and sent.state is SendState.WAITING:
                _send_now(sent)


def _send_now(sent: Sending) -> None:
    mail, node, now = _mail(sent), current_node(), clock.now().timestamp()
    if mail is None:
        return

    def work() -> None:
        send(node.config.mail, *mail)
        node.tickets.outbox.tried(sent, 200, now)

    send_later(_WHAT, work)


def notify_again(sent: Sending) -> bool:
    """Send what was put off or not taken; give whether there was anything to tell.

    Raises:
        MaillageError: the mail server did not take it.
    """
    mail = None if current_node().tickets.is_silent(sent.address) else _mail(sent)
    if mail is None:
        return False
    send(current_node().config.mail, *mail)
    return True


def _addresses(slug: str) -> dict[str, str]:
    """Return number of an account, or what stands for the pole's contact -> address, each once."""
    node = current_node()
    found = {
        account.number: account.mail
        for account in (node.accounts.all() if node.config.accounts_enabled else ())
        if account.roles.may_edit(slug) and not account.disabled and account.mail
    }
    contact = mail_of(slug)
    if contact and contact not in found.values():
        found[_CONTACT] = contact
    return found


def _mail(sent: Sending) -> tuple[str, str, str] | None:
    """Return address, subject and text; None where nothing waits, or the reader has gone."""
    slug, now = sent.address, clock.now().timestamp()
    address = _addresses(slug).get(sent.body, "")
    waiting = [
        one
        for one in current_node().tickets.listed(now, pole=slug)
        if one.state is State.OPEN and way_to(slug, one.place) is Way.DESK
    ]
    if not address or not waiting:
        return None
    newest = sorted(waiting, key=lambda one: -one.changed)[:_MOST_LISTED]
    title = " ".join(pole_title(slug).split())
    text = Message(
        "Corrections wait for an answer of {title}: {count}. The newest:\n\n{lines}\n\nAll of "
        "them, once signed in:\n{address}\n\nSeveral that arrive within half an hour are one "
        "mail. Whoever wants none turns them off there.",
        title=title,
        count=len(waiting),
        lines="\n\n".join(map(_line, newest)),
        address=address_of("correction_desk.listing", slug=slug),
    )
    subject = Message("A correction for {title}", title=title)
    return address, subject.message(_FRENCH), text.message(_FRENCH)


def _line(ticket: Ticket) -> str:
    address = address_of("correction_desk.page", slug=ticket.pole, number=ticket.number)
    return f"{shown(ticket).title} ({FIELDS[ticket.about].message(_FRENCH)})\n{address}"


def address_of(endpoint: str, **values: Any) -> str:
    """Return the address of a page in French, whose words a mail has, whatever asked for it."""
    return absolute(url_for(endpoint, **values).removeprefix(request.script_root))
