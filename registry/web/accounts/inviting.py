"""Inviting somebody to make an account: by mail, or by a link that is shown once."""

from dataclasses import dataclass

from flask import url_for

from registry.accounts.mail import MailError, send
from registry.accounts.types import Actor, Roles
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.language import current_lang
from registry.web.site.node import absolute_link, current_node


@dataclass(frozen=True, slots=True)
class Given:
    """What became of an invitation.

    Attributes:
        link: to hand over, shown once; empty where it was sent.
        sent_to: the address that it was sent to; empty where it was not.
        not_sent: why it could not be sent; empty where it was, or where the node sends no mail.
    """

    link: str = ""
    sent_to: str = ""
    not_sent: str = ""


NOTHING = Given()


def invite_by(actor: Actor, mail: str, roles: Roles, why: str) -> Given:
    """Invite somebody, and write the act down.

    Args:
        actor: who invites.
        mail: one address, checked.
        roles: what the account will be able to do.
        why: kept for good.
    """
    accounts = current_node().accounts
    token, offered = accounts.links.invite(mail, roles, actor.number, clock.now().timestamp())
    accounts.record("account.invited", why, actor.number, f"invitation {offered.number}")
    link = absolute_link(url_for("invitation.page", token=token))
    return _mailed(mail, link)


def _mailed(mail: str, link: str) -> Given:
    """Send an invitation where the node sends mail."""
    config = current_node().config
    if not config.mail_host:
        return Given(link)
    subject = _("Invitation to {title}", title=" ".join(config.title.split()))
    text = _(
        "You are invited to take part in the directory of digital mediation places.\n\n"
        "Choose a login and a password here, within seven days; the link is good once:\n{link}\n\n"
        "If you do not know why, do nothing: the link expires by itself.",
        link=link,
    )
    try:
        send(config.mail, mail, subject, text)
    except MailError as error:
        return Given(link, not_sent=error.message(current_lang()))
    return Given(sent_to=mail)
