"""The accounts of the node, for its operators: invitations, roles, recoveries, the audit trail."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.errors import AccountsError
from registry.accounts.store import check_mail
from registry.accounts.types import Access, Account
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.accounts.act_words import ACTS, why_words
from registry.web.accounts.forms import InvitedPerson, Plain, Reason, RolesForm
from registry.web.accounts.inviting import NOTHING, Given, invite_by
from registry.web.accounts.owner_notices import OwnerNotice, notify_owner
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import pole_name
from registry.web.site.node import absolute_link, current_node
from registry.web.site.notices import notice

blueprint = Blueprint("people", __name__, url_prefix="/administration/comptes")
_SHOWN_ACTS = 30


@blueprint.after_request
def hide_links(response: Response) -> Response:
    """Let no other page learn the addresses of these."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.get("")
@access(Access.OPERATOR)
def listing() -> ResponseReturnValue:
    """Show the accounts, who is invited, and the form to invite."""
    return _listed(InvitedPerson(formdata=None))


@blueprint.post("/invitations")
@access(Access.OPERATOR)
def invite() -> ResponseReturnValue:
    """Invite somebody: by mail, or by a link that is shown once."""
    form = InvitedPerson()
    if not form.validate():
        return _listed(form), 422
    try:
        check_mail(form.mail.data.strip())
    except AccountsError as error:
        form.refuse(form.mail, error)
        return _listed(form), 422
    if not (form.roles.is_operator or form.roles.poles):
        form.poles.errors = [*form.poles.errors, _("Choose a pole, or the role of operator.")]
        return _listed(form), 422
    given = invite_by(actor(), form.mail.data.strip(), form.roles, form.why.data.strip())
    return _listed(InvitedPerson(formdata=None), given)


@blueprint.post("/invitations/<number>/retirer")
@access(Access.OPERATOR)
def withdraw(number: str) -> ResponseReturnValue:
    """Take an invitation back."""
    accounts = current_node().accounts
    if not accounts.links.withdraw(number):
        raise NotFound
    why, about = "by an operator", f"invitation {number}"
    accounts.record("account.invitation-withdrawn", why, actor().number, about)
    return redirect(url_for(".listing", fait="retiree"), 303)


@blueprint.get("/<number>")
@access(Access.OPERATOR)
def page(number: str) -> ResponseReturnValue:
    """Show an account, what may be done to it, and what was."""
    return _shown(_account_or_404(number))


@blueprint.post("/<number>/roles")
@access(Access.OPERATOR)
def roles(number: str) -> ResponseReturnValue:
    """Give and take roles."""
    form, accounts = RolesForm(), current_node().accounts
    return _done(
        number,
        form,
        "roles",
        lambda why: accounts.set_roles(number, form.roles, actor().number, why),
    )


@blueprint.post("/<number>/etat")
@access(Access.OPERATOR)
def state(number: str) -> ResponseReturnValue:
    """Disable an account, or enable it again."""
    form, accounts = Reason(), current_node().accounts
    disabled = not _account_or_404(number).disabled
    return _done(
        number,
        form,
        "desactive" if disabled else "active",
        lambda why: accounts.set_disabled(number, disabled=disabled, by=actor().number, why=why),
    )


@blueprint.post("/<number>/sessions")
@access(Access.OPERATOR)
def sessions(number: str) -> ResponseReturnValue:
    """Sign an account out everywhere."""
    form, accounts = Reason(), current_node().accounts
    return _done(
        number, form, "sessions", lambda why: accounts.end_sessions(number, actor().number, why)
    )


@blueprint.post("/<number>/double-verification")
@access(Access.OPERATOR)
def reset_second_factor(number: str) -> ResponseReturnValue:
    """Remove the second factor of somebody who lost telephone and codes, and tell them."""
    form, factors = Reason(), current_node().accounts.second_factors

    def work(why: str) -> None:
        if number == actor().number:  # a session alone must not do away with one's own
            raise AccountsError("this is your own account: turn it off on its page, with a code")
        factors.reset(number, actor().number, why)
        notify_owner(_account_or_404(number), OwnerNotice.RESET)

    return _done(number, form, "code-retire", work)


@blueprint.post("/<number>/lien")
@access(Access.OPERATOR)
def recover(number: str) -> ResponseReturnValue:
    """Make a link that gives the account another password; it is shown once."""
    account, form = _account_or_404(number), Reason()
    if account.disabled:
        raise NotFound
    if not form.validate():
        return _shown(account, form), 422
    me, accounts = actor(), current_node().accounts
    token = accounts.links.recover(number, me.number, clock.now().timestamp())
    accounts.record("account.recovery-given", form.why.data.strip(), me.number, number)
    return _shown(account, given=absolute_link(url_for("recovery.link", token=token)))


def _done(number: str, form: Reason, fait: str, work: Callable[[str], None]) -> ResponseReturnValue:
    """Do something to an account for a reason, and show it again."""
    account = _account_or_404(number)
    if not form.validate():
        return _shown(account, form), 422
    try:
        work(form.why.data.strip())
    except AccountsError as error:
        form.refuse(None, error)
        return _shown(account, form), 422
    return redirect(url_for(".page", number=number, fait=fait), 303)


def _listed(form: InvitedPerson, given: Given = NOTHING) -> str:
    accounts = current_node().accounts
    return render_template(
        "people.html",
        actor=actor(),
        accounts=accounts.all(),
        invitations=[
            (item, datetime.fromtimestamp(item.expires, UTC))
            for item in accounts.links.invitations(clock.now().timestamp())
        ],
        form=form,
        plain=Plain(formdata=None),
        given=given.link,
        sent_to=given.sent_to,
        not_sent=given.not_sent,
        pole_name=pole_name,
        notice=notice(),
    )


def _shown(account: Account, form: Reason | None = None, given: str = "") -> str:
    node = current_node()
    rolesform = form if isinstance(form, RolesForm) else RolesForm(formdata=None)
    if form is not rolesform:
        rolesform.is_operator.data = account.roles.is_operator
        rolesform.poles.data = sorted(account.roles.poles)
    return render_template(
        "person.html",
        actor=actor(),
        account=account,
        made=datetime.fromtimestamp(account.made, UTC),
        sessions=len(node.accounts.sessions.of(account.number, clock.now().timestamp())),
        roles_form=rolesform,
        form=form,
        plain=Reason(formdata=None),
        given=given,
        acts=node.ledger.acts(_SHOWN_ACTS, about=account.number),
        act_names=ACTS,
        why_words=why_words,
        logins={item.number: item.login for item in node.accounts.all()},
        pole_name=pole_name,
        notice=notice(),
    )


def _account_or_404(number: str) -> Account:
    found = current_node().accounts.by_number(number)
    if found is None:
        raise NotFound
    return found
