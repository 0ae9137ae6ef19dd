"""The second page of signing in: a code after the password, and no session before it is right.

What waits is bound to a random value that this browser gets with the right password; it opens this
page alone.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.accounts.pending import PendingSignIn
from registry.accounts.types import Access, Account
from registry.web.access.declared import access
from registry.web.access.visit import current_visit
from registry.web.accounts.carrying import CARRIED, opened, resumed_after
from registry.web.accounts.forms import OneTimeCode, RecoveryCode, SecondStep
from registry.web.accounts.leaving import browser_secret
from registry.web.accounts.owner_notices import OwnerNotice, notify_owner
from registry.web.accounts.refusals import NO_CODE_AWAITED
from registry.web.accounts.tries import signed_in_here
from registry.web.accounts.waiting import waiting_here
from registry.web.answer.security_log import noted
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import contact_link
from registry.web.site.node import current_node

blueprint = Blueprint("second_step", __name__)


@blueprint.get("/connexion/code")
@access(Access.ENTRY)
def page() -> ResponseReturnValue:
    """Ask for the code."""
    if waiting_here() is None:
        return _nothing_waits()
    return _shown(OneTimeCode(formdata=None), RecoveryCode(formdata=None))


@blueprint.post("/connexion/code")
@access(Access.ENTRY)
def check() -> ResponseReturnValue:
    """Sign in whoever types a right code, once."""
    waiting = waiting_here()
    if waiting is None:
        return _nothing_waits()
    code, recovery = OneTimeCode(formdata=None), RecoveryCode(formdata=None)
    form: SecondStep
    if "recovery" in request.form:
        form = recovery = RecoveryCode()
    else:
        form = code = OneTimeCode()
    if not form.validate():
        return _shown(code, recovery), 422
    account = _opened(waiting, form)
    if account is None:
        noted("one-time code refused", waiting.number)
        current_node().accounts.count_failure(clock.now().timestamp())
        return _shown(code, recovery), 422
    browser, now = browser_secret(), clock.now().timestamp()
    if not current_node().accounts.pending.take(browser, now):
        return _nothing_waits()  # meanwhile another request had it, or the password changed
    return signed_in(account, waiting.path, form.porte.data or "")


def ask_for_code(account: Account, where: str, carried: str = "") -> ResponseReturnValue:
    """Lead whoever typed the right password to the page that asks for a code.

    Args:
        account: that the password opens.
        where: path of the page to lead to in the end; empty for the space.
        carried: what was typed before the session ended, sealed; empty for nothing.
    """
    current_visit().sign_out()  # what this browser was known by before opens nothing
    now = clock.now().timestamp()
    current_node().accounts.pending.begin(browser_secret(), account.number, where, now)
    noted("one-time code asked for", account.number)
    if carried:  # it travels in the page, not in the address
        return _shown(OneTimeCode(formdata=None, porte=carried), RecoveryCode(formdata=None))
    return redirect(url_for("second_step.page"), 303)


def signed_in(account: Account, where: str, carried: str = "") -> ResponseReturnValue:
    """Begin the session of an account, and go on; arguments as of :func:`ask_for_code`."""
    signed_in_here(account.login)
    current_visit().sign_in(account)
    noted("signed in", account.number)
    if found := opened(carried):
        return resumed_after(found, account.number)
    return redirect(where or url_for("space.home"), 303)


def _opened(waiting: PendingSignIn, form: SecondStep) -> Account | None:
    """Return the account that a code opens; None where it is wrong, which the form says then."""
    accounts, now = current_node().accounts, clock.now().timestamp()
    account = accounts.by_number(waiting.number)
    if isinstance(form, RecoveryCode):
        if account and accounts.second_factors.takes_recovery(waiting.number, form.recovery.data):
            notify_owner(account, OwnerNotice.RECOVERY_CODE_USED)
            return account
        form.recovery.errors = [_("This is none of your recovery codes, or it has been used.")]
    elif isinstance(form, OneTimeCode):
        if account and accounts.second_factors.takes(waiting.number, form.code.data, now):
            return account
        form.code.errors = [wrong_code()]
    return None


def wrong_code() -> str:
    """Return why a code was not taken, and what to do."""
    return _(
        "This is not the code of now, or it has been used. Wait for the next one in the "
        "application; if it is refused too, check that the telephone sets its clock by itself."
    )


def _nothing_waits() -> ResponseReturnValue:
    """Lead back to the password; what was typed before goes there with it."""
    if opened(request.form.get(CARRIED, "")):
        return redirect(url_for("sign_in.resume"), 307)  # the browser sends its form there
    return redirect(url_for("sign_in.page", refus=NO_CODE_AWAITED), 303)


def _shown(code: OneTimeCode, recovery: RecoveryCode) -> str:
    contact = current_node().config.contact
    return render_template(
        "second_step.html",
        form=code,
        recovery_form=recovery,
        carried=code.porte.data or recovery.porte.data or "",
        operator=contact_link(contact),
        contact=contact,
    )
