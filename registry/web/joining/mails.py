"""Mails about requests to join, sent after the answer: to the operators, and to who asked.

In French, as those about corrections.
"""

from functools import partial

from registry.accounts.mail import send
from registry.joining.types import REASONS, Reason, Request
from registry.web.answer.mailing import send_later
from registry.web.site.node import absolute, current_node
from vocab.messages import Message

_FRENCH = "fr"
_WHAT = "a mail about a request to join"


def mail_operators(kept: Request) -> None:
    """Tell the operators of a new request, where the node sends mail and they have an address."""
    node = current_node()
    if not node.config.mail_host:
        return
    subject = Message("A request to join the network").message(_FRENCH)
    text = Message(
        "{name} ({territory}) asks to join the network.\n\nRead and answer it here, once signed "
        "in:\n{address}",
        name=kept.asked.name,
        territory=kept.asked.territory,
        address=absolute(f"administration/demandes/{kept.number}"),
    ).message(_FRENCH)
    for account in node.accounts.all():
        if account.roles.is_operator and not account.disabled and account.mail:
            send_later(_WHAT, partial(send, node.config.mail, account.mail, subject, text))


def mail_declined(kept: Request) -> None:
    """Tell who asked that the answer is no, and why."""
    node = current_node()
    if not node.config.mail_host:
        return
    subject = Message("Your request to join the network").message(_FRENCH)
    text = Message(
        "Those who keep the directory {title} do not accept the request of {name}.\n\n"
        "Reason: {reason}.\n\n{reply}",
        title=" ".join(node.config.title.split()),
        name=kept.asked.name,
        reason=REASONS[Reason(kept.reason)],
        reply=kept.reply,
    ).message(_FRENCH)
    send_later(_WHAT, partial(send, node.config.mail, kept.asked.mail, subject, text.rstrip()))
