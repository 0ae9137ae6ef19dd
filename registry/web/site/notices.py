"""What was done, said on the page that comes next: ``?fait=WORD``, one of a few words."""

from flask import request

from registry.web.site.i18n import lazy_gettext

NOTICES = {
    "au-revoir": lazy_gettext("You are signed out."),
    "compte": lazy_gettext("The account is made: sign in with the login and password you chose."),
    "mot-de-passe": lazy_gettext(
        "The password is changed. Sessions elsewhere were ended: sign in with the new one."
    ),
    "change": lazy_gettext("The password is changed. Your sessions elsewhere were ended."),
    "lie": lazy_gettext("Bound: from now on this identity opens your account as well."),
    "delie": lazy_gettext(
        "Unbound: this identity opens your account no longer. Sessions that it began were ended."
    ),
    "sans-code": lazy_gettext(
        "Two-step verification is off: the password alone opens your account. Your sessions "
        "elsewhere were ended."
    ),
    "code-retire": lazy_gettext(
        "Two-step verification is removed, and the sessions of the account are ended. The password "
        "alone opens it until its owner turns verification on again."
    ),
    "session": lazy_gettext("The session is ended."),
    "roles": lazy_gettext("The roles are changed."),
    "desactive": lazy_gettext("The account is disabled, its sessions are ended."),
    "active": lazy_gettext("The account is enabled again."),
    "sessions": lazy_gettext("The account is signed out everywhere."),
    "correction": lazy_gettext("Your answer is kept, and the author sees it."),
    "courriels": lazy_gettext("Your choice about mails is kept."),
    "demande": lazy_gettext("The request is declined, and who asked sees why."),
    "source": lazy_gettext(
        "The source is registered, on trial: nothing of it enters yet. A dry run was asked for."
    ),
    "etat": lazy_gettext("What becomes of the source is changed."),
    "enlevee": lazy_gettext("The source is removed, and its records are deleted; history stays."),
    "boite": lazy_gettext("The mailbox is taken away, with what waited in it."),
    "pole": lazy_gettext("What the pole says of itself is published."),
    "retiree": lazy_gettext("The invitation is withdrawn."),
    "publie": lazy_gettext(
        "Published. This page shows the new version already; "
        "the public pages follow within seconds."
    ),
    "oublie": lazy_gettext("The file is erased. Nothing of it was published."),
    "perime": lazy_gettext(
        "The file is no longer kept here: it was published, replaced, or is a day old. Drop it "
        "again; what you said of its columns is remembered where it was published."
    ),
    "publie-suivant": lazy_gettext("Published. Here is the next place of the list."),
    "ferme": lazy_gettext(
        "The place is closed for good: it leaves the public pages within seconds. "
        "Its history stays."
    ),
    "remis": lazy_gettext(
        "The earlier version is published again, as a new one. "
        "The public pages follow within seconds."
    ),
}


def notice() -> lazy_gettext | None:
    """Return what the page has to say first, or None."""
    return NOTICES.get(request.args.get("fait", ""))
