"""Why a sign-in did not come about: ``?refus=WORD``, one of a few words.

The answer of a provider comes to one address in one language; what went wrong is said on the page
and in the language where it began.
"""

from flask import request

from registry.identity.errors import Trouble
from registry.web.site.i18n import lazy_gettext

ALREADY_BOUND, NOT_MADE = "bound", "not-made"
NO_CODE_AWAITED = "code"
REFUSALS = {
    Trouble.DENIED: lazy_gettext(
        "The sign-in was given up or refused at the identity provider. Nothing has changed here: "
        "begin again, or sign in with a password."
    ),
    Trouble.LOGIN_REQUIRED: lazy_gettext(
        "The identity provider wants you to sign in on its own page first. Begin again."
    ),
    Trouble.REFUSED: lazy_gettext(
        "The identity provider could not take the request. Begin again; if it happens once more, "
        "tell who administers the directory."
    ),
    Trouble.UNREACHABLE: lazy_gettext(
        "The identity provider does not answer. Try again in a moment, or sign in with a password."
    ),
    Trouble.BUSY: lazy_gettext(
        "Several people are waiting for the identity provider. Try again in a moment."
    ),
    Trouble.UNTRUSTED: lazy_gettext(
        "What the identity provider answered could not be verified, so nobody was signed in. Begin "
        "again; if it happens once more, tell who administers the directory."
    ),
    Trouble.EXPIRED: lazy_gettext(
        "This sign-in was begun more than ten minutes ago, in another browser, or is over already. "
        "Begin again."
    ),
    ALREADY_BOUND: lazy_gettext(
        "Nothing was bound: this identity opens an account already, or this account is opened by "
        "another identity of the same provider. Unbind that one first."
    ),
    NOT_MADE: lazy_gettext(
        "The account was not made: meanwhile the link was used or has expired, or the login was "
        "taken. Open the link of the invitation again."
    ),
    NO_CODE_AWAITED: lazy_gettext(
        "No code is waited for in this browser: five minutes have passed since the password was "
        "typed, or the sign-in is over. Begin again."
    ),
}


def refusal() -> lazy_gettext | None:
    """Return why what was begun before did not come about, or None."""
    return REFUSALS.get(request.args.get("refus", ""))
