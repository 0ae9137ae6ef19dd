"""One's own account opened by a provider of identities as well, or no longer.

Both ask for the password once more, and for a code where the account has a second factor: a browser
that was left open binds no stranger's identity, which would open the account without a code.
"""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from registry.accounts.authorizations import Purpose
from registry.accounts.errors import AccountsError
from registry.accounts.types import Access
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.access.visit import current_visit
from registry.web.accounts import own_account
from registry.web.accounts.confirming import confirming_form, is_confirmed
from registry.web.accounts.leaving import leave, provider_or_404
from registry.web.site.node import current_node

blueprint = Blueprint("own_identity", __name__, url_prefix="/espace/compte/identite")


@blueprint.post("")
@access(Access.SIGNED_IN)
def bind() -> ResponseReturnValue:
    """Lead to the provider, whose answer binds the identity."""
    form = confirming_form()
    if not is_confirmed(form):
        return own_account.shown(identity=form), 422
    return leave(Purpose.BIND, url_for("own_account.page"), account=actor().number)


@blueprint.post("/retirer")
@access(Access.SIGNED_IN)
def unbind() -> ResponseReturnValue:
    """Have the provider's word open the account no longer; this session goes on with another id."""
    form, me = confirming_form(), actor()
    if not is_confirmed(form):
        return own_account.shown(identity=form), 422
    try:
        current_node().accounts.unbind(me.number, provider_or_404().issuer)
    except AccountsError as error:
        form.refuse(None, error)
        return own_account.shown(identity=form), 422
    current_visit().sign_in(me.account)
    return redirect(url_for("own_account.page", fait="delie"), 303)
