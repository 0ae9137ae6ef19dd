"""The owner of an account is told by mail of each change of its second factor.

Whoever made it may be a stranger at a browser that was left open.
"""

from enum import StrEnum
from functools import partial

from registry.accounts.mail import send
from registry.accounts.types import Account
from registry.web.answer.mailing import send_later
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext, ngettext
from registry.web.site.node import current_node


class OwnerNotice(StrEnum):
    """What an owner is told of."""

    ON = "on"
    OFF = "off"
    RENEWED = "renewed"
    RECOVERY_CODE_USED = "recovery-code-used"
    RESET = "reset"


_SENTENCES = {
    OwnerNotice.ON: lazy_gettext("Two-step verification was turned on."),
    OwnerNotice.OFF: lazy_gettext(
        "Two-step verification was turned off: the password alone opens the account."
    ),
    OwnerNotice.RENEWED: lazy_gettext(
        "New recovery codes were made; those that you had open nothing any more."
    ),
    OwnerNotice.RECOVERY_CODE_USED: lazy_gettext(
        "Somebody signed in by one of the recovery codes."
    ),
    OwnerNotice.RESET: lazy_gettext(
        "Who administers the directory removed two-step verification: the password alone opens the "
        "account. Turn it on again on the page of your account."
    ),
}


def notify_owner(account: Account, what: OwnerNotice) -> None:
    """Send the owner a mail, where the account has an address and the node sends mail.

    Args:
        account: whose second factor changed.
        what: how it did.
    """
    config = current_node().config
    if not (config.mail_host and account.mail):
        return
    subject = _("Two-step verification at {title}", title=" ".join(config.title.split()))
    text = _(
        "Your account “{login}”: {what}\n\n"
        "If it was you, there is nothing to do. If it was not, sign in, choose another password "
        "and tell who administers the directory: {contact}",
        login=account.login,
        what=_said(account, what),
        contact=config.contact or config.base_url,
    )
    mail = partial(send, config.mail, account.mail, subject, text)
    send_later("a mail about two-step verification", mail)


def _said(account: Account, what: OwnerNotice) -> str:
    sentence = str(_SENTENCES[what])
    if what is not OwnerNotice.RECOVERY_CODE_USED:
        return sentence
    left = current_node().accounts.second_factors.state(account.number).codes_left
    how_many = ngettext("{count} is left.", "{count} are left.", left, count=left)
    return f"{sentence} {how_many}"
