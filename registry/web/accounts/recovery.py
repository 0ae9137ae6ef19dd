"""A forgotten password: a link that is good once gives another.

Who operates the directory gives such a link; where the node sends mail, one can ask for it too. The
answer is the same, and comes as soon, whether there is such an account or not: it is looked for
afterwards.
"""

import logging
from concurrent.futures import Executor
from typing import cast

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.errors import AccountsError, PasswordError
from registry.accounts.links import MAILED_RECOVERY_S
from registry.accounts.mail import send
from registry.accounts.types import Access
from registry.web.access.declared import access
from registry.web.accounts.forms import Forgotten, NewPassword
from registry.web.accounts.invitation import dead_link
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import contact_link
from registry.web.site.node import absolute_link, current_node
from vocab.errors import MaillageError

SENDING = "maillage-mail"
"""What sends mails, after the answer."""
_LOG = logging.getLogger(__name__)
_TOKEN = "TOKEN"  # noqa: S105  the place of one
blueprint = Blueprint("recovery", __name__)


@blueprint.after_request
def hide_token(response: Response) -> Response:
    """Let no other page learn the address of this one."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("/recuperation")
@access(Access.ENTRY)
def page() -> ResponseReturnValue:
    """Say how one gets a link; show the form to ask for it where the node sends mail."""
    return _shown(Forgotten(formdata=None))


@blueprint.post("/recuperation")
@access(Access.ENTRY)
def ask() -> ResponseReturnValue:
    """Send a link to the address of an account, if there is one; say the same if there is none."""
    if not current_node().config.mail_host:
        raise NotFound
    form = Forgotten()
    if not form.validate():
        return _shown(form), 422
    address = absolute_link(url_for(".link", token=_TOKEN))
    node, subject = current_node(), _("A new password for {title}", title=_title())
    text = _(
        "Somebody, probably you, asked for a new password of your account.\n\n"
        "Choose it here, within half an hour:\n{address}\n\n"
        "If it was not you, do nothing: the password stays as it is.",
        address=address,
    )
    login, now = form.login.data, clock.now().timestamp()

    def work() -> None:
        try:
            account = node.accounts.by_login(node.accounts.login_of(login)[:60])
            if account is None or account.disabled or not account.mail:
                return
            token = node.accounts.links.recover(
                account.number, account.number, now, MAILED_RECOVERY_S
            )
            why = "asked for on the page, sent by mail"
            node.accounts.record("account.recovery-given", why, "nobody", account.number)
            send(node.config.mail, account.mail, subject, text.replace(_TOKEN, token))
        except MaillageError as error:
            _LOG.warning("no recovery was sent: %s", error)
        except Exception:  # noqa: BLE001  in the background: the log is all there is
            _LOG.exception("no recovery was sent")

    cast("Executor", current_app.extensions[SENDING]).submit(work)
    return _shown(form, asked=True)


@blueprint.get("/recuperation/<token>")
@access(Access.ENTRY)
def link(token: str) -> ResponseReturnValue:
    """Show the form to choose a password."""
    return _choice(token, NewPassword(formdata=None))


@blueprint.post("/recuperation/<token>")
@access(Access.ENTRY)
def choose(token: str) -> ResponseReturnValue:
    """Give the account another password."""
    form = NewPassword()
    if not form.validate():
        return _choice(token, form, 422)
    try:
        current_node().accounts.recover(token, form.password.data, clock.now().timestamp())
    except PasswordError as error:
        form.refuse(form.password, error)
    except AccountsError as error:
        form.refuse(None, error)
    else:
        return redirect(url_for("sign_in.page", fait="mot-de-passe"), 303)
    return _choice(token, form, 422)


def _choice(token: str, form: NewPassword, code: int = 200) -> ResponseReturnValue:
    try:
        current_node().accounts.links.recovery(token, clock.now().timestamp())
    except AccountsError as error:
        return dead_link(error)
    return render_template("new_password.html", form=form, token=token), code


def _shown(form: Forgotten, *, asked: bool = False) -> str:
    config = current_node().config
    return render_template(
        "recovery.html",
        form=form,
        asked=asked,
        sends_mail=bool(config.mail_host),
        operator=contact_link(config.contact),
        contact=config.contact,
    )


def _title() -> str:
    return " ".join(current_node().config.title.split())
