"""How a correction reaches the pole: its node, its screens here, a mail, or the operator."""

from enum import StrEnum

from registry.accounts.errors import AccountsError
from registry.accounts.store import check_mail
from registry.web.network.poles import identity_of
from registry.web.site.node import current_node


class Way(StrEnum):
    """The ways to a pole.

    ``mailbox``: its node asks for it. ``desk``: its people sign in here. ``mail``: its contact gets
    a mail with a link that answers.
    ``operator``: whoever operates the node hands it over.
    """

    MAILBOX = "mailbox"
    DESK = "desk"
    MAIL = "mail"
    OPERATOR = "operator"


def way_to(slug: str, place: str) -> Way:
    """Return how corrections of a place reach its pole; of no place, how those of any other do."""
    node = current_node()
    if place and mailbox_of(place):
        return Way.MAILBOX
    if node.config.accounts_enabled and any(
        account.roles.may_edit(slug) and not account.disabled for account in node.accounts.all()
    ):
        return Way.DESK
    if node.config.mail_host and mail_of(slug):
        return Way.MAIL
    return Way.OPERATOR


def mailbox_of(place: str) -> str:
    """Return the source that brings a place, where its node has a mailbox here; else nothing."""
    node = current_node()
    slugs = node.tickets.mailboxes.slugs()
    owner = node.ledger.owner(place) if slugs else None
    return owner if owner in slugs else ""


def mail_of(slug: str) -> str:
    """Return the mail address that a pole's record gives; empty where it gives none that works."""
    mail = identity_of(slug).contact_email.removeprefix("mailto:")
    try:
        check_mail(mail)
    except AccountsError:
        return ""
    return mail
