"""Mails about corrections, sent after the answer: to a pole without accounts, and to authors.

In French, which poles and most authors write. One that was not sent is logged without its words;
the ticket stays, and the operator sees that the pole was not told.
"""

from functools import partial

from flask import url_for
from limits import parse_many

from registry.accounts.mail import send
from registry.tickets.names import FIELDS, REASONS
from registry.tickets.outbox import Sort
from registry.tickets.types import Reason, State, Ticket, TicketError
from registry.web.answer.mailing import send_later
from registry.web.answer.tries import is_too_often
from registry.web.corrections.desk_mails import address_of, notify_editors
from registry.web.corrections.ways import Way, mail_of, way_to
from registry.web.corrections.words import Shown, shown
from registry.web.site import clock
from registry.web.site.labels import pole_title
from registry.web.site.node import absolute, current_node
from vocab.errors import MaillageError, UnreachableError
from vocab.messages import Message, translate

FRENCH = "fr"
_MOST_A_DAY = parse_many("3 per day")
"""Corrections of which an address is told at once."""


def mail_pole(ticket: Ticket) -> None:
    """Send a ticket to its pole's contact or tell its editors; what fails is tried again."""
    way = way_to(ticket.pole, ticket.place)
    if way is Way.DESK:
        notify_editors(ticket)
    if way is not Way.MAIL:
        return
    node, mail = current_node(), _mail_to_pole(ticket)
    now = clock.now().timestamp()

    def work() -> None:
        try:
            send(node.config.mail, *mail)
        except MaillageError:
            node.tickets.outbox.put(Sort.MAIL, ticket.pole, ticket.number, "", now, tries=1)
            raise
        node.tickets.mark_mailed(ticket.number, now)

    send_later("a mail about a correction", work)


def mail_again(number: str) -> bool:
    """Send a ticket to its pole's contact now; give whether there was anything to send.

    Raises:
        MaillageError: the mail server did not take it.
    """
    node, now = current_node(), clock.now().timestamp()
    try:
        ticket = node.tickets.by_number(number, now)
    except TicketError:
        return False
    way = way_to(ticket.pole, ticket.place)
    if ticket.is_waiting and way is Way.DESK:  # it came from a node above
        notify_editors(ticket)
    if not ticket.is_waiting or way is not Way.MAIL:
        return False
    send(node.config.mail, *_mail_to_pole(ticket))
    node.tickets.mark_mailed(number, now)
    return True


def _mail_to_pole(ticket: Ticket) -> tuple[str, str, str]:
    """Return address, subject and text, with a link that answers once."""
    title = _one_line(pole_title(ticket.pole))
    text = _to_pole(shown(ticket), answer_address(ticket))
    subject = Message("A correction for {title}", title=title).message(FRENCH)
    return mail_of(ticket.pole), subject, text


def answer_address(ticket: Ticket) -> str:
    """Return the address by which a pole answers a ticket once; one given before is void."""
    now = clock.now().timestamp()
    token = current_node().tickets.give_link(ticket.number, now)
    return absolute(url_for("correction_answer.page", token=token))


def mail_authors(ticket: Ticket) -> None:
    """Send what the pole answered to those who left an address."""
    node = current_node()
    if not node.config.mail_host:
        return
    text = _to_author(shown(ticket))
    for address, token in node.tickets.readers(ticket.number):
        _mail_author(ticket, address, f"{text}\n\n{_follow(token)}")


def mail_new_author(ticket: Ticket, address: str, token: str) -> None:
    """Send whoever left an address the link of their correction, and none of what was typed.

    A stranger may have left it: an address is not written to more often than a few times a day.
    """
    node = current_node()
    if not node.config.mail_host or not address or _has_enough(address):
        return
    text = Message(
        "A correction was proposed on {site}, and this address was left for the answer.\n\n"
        "Place: {title}\nWhat is wrong: {about}\n\n{follow}\n\n"
        "Was it not you? Then open the link and withdraw it: your address is erased at once.",
        site=_one_line(node.config.title),
        title=shown(ticket).title,
        about=FIELDS[ticket.about],
        follow=_follow(token),
    )
    _mail_author(ticket, address, text.message(FRENCH))


def _has_enough(address: str) -> bool:
    """Whether an address was written to often enough; what was withdrawn since counts too."""
    try:
        return is_too_often("correction-mail", _MOST_A_DAY, address.casefold())
    except UnreachableError:
        return True  # the page that follows shows the link


def _mail_author(ticket: Ticket, address: str, text: str) -> None:
    subject = Message("Your correction {number}", number=ticket.number).message(FRENCH)
    work = partial(send, current_node().config.mail, address, subject, text)
    send_later("a mail about a correction", work)


def _follow(token: str) -> str:
    address = address_of("correction.page", token=token)
    said = Message("Follow it here; whoever has this link can answer in your place:\n{address}",
                   address=address)  # fmt: skip
    return said.message(FRENCH)


def _to_pole(item: Shown, address: str) -> str:
    ticket = item.ticket
    nothing = translate("(nothing)", FRENCH)
    return Message(
        "Somebody proposes a correction of a record that your organisation publishes.\n\n"
        "Place: {title}\n{place}\n\nWhat is wrong: {about}\nOn the record today: {present}\n"
        "Proposed: {value}\nHow they know: {evidence}\n\n"
        "Answer here, once, within thirty days, without an account:\n{address}\n\n"
        "If it is right, change the record at its source: the directory follows by itself.",
        title=item.title,
        place=ticket.place,
        about=FIELDS[ticket.about],
        present=item.present or nothing,
        value=ticket.value or nothing,
        evidence="\n".join(ticket.evidence) or nothing,
        address=address,
    ).message(FRENCH)


def _to_author(item: Shown) -> str:
    ticket = item.ticket
    said = {
        State.ASKED: Message("The pole asks you a question. Answer it by the link below."),
        State.ACCEPTED: Message(
            "The pole accepts your correction. It shows on the page of the place once the pole has "
            "published its record anew; then you need do nothing more."
        ),
        State.DECLINED: Message("The pole declines your correction."),
    }.get(ticket.state, Message("Your correction is closed."))
    reason = REASONS[Reason(ticket.reason)].message(FRENCH) if ticket.reason else ""
    words = filter(None, (said.message(FRENCH), reason, ticket.reply))
    return f"{item.title}\n\n" + "\n\n".join(words)


def _one_line(text: str) -> str:
    return " ".join(text.split())
