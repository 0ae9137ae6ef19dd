"""Leaving for the provider of identities: from a form of ours, through a page of ours.

The policy of our pages lets forms lead to this site only, redirects included (``form-action``). So
a form is answered by a page that leads on by itself, or by its link.
"""

import logging
import secrets
from typing import TYPE_CHECKING, cast

from flask import current_app, redirect, render_template, session
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.accounts.authorizations import Authorization, Purpose
from registry.identity.errors import ProviderError
from registry.identity.types import Challenge
from registry.web.access.visit import CSRF
from registry.web.site import clock
from registry.web.site.language import current_lang
from registry.web.site.node import absolute, current_node

if TYPE_CHECKING:
    from registry.identity.provider import Provider

EXTENSION = "maillage-provider"
ANSWER_PATH = "connexion/fournisseur/retour"
"""Where the provider sends people back to, after ``base_url``: registered there, exactly."""
SIGNED_OUT_PATH = "connexion/fournisseur/fin"
"""Where it sends them after signing out."""
_LOG = logging.getLogger(__name__)


def current_provider() -> "Provider | None":
    """Return the provider by which people may sign in to the node, or None."""
    return cast("Provider | None", current_app.extensions.get(EXTENSION))


def provider_or_404() -> "Provider":
    """Return the provider of the node.

    Raises:
        NotFound: it has none.
    """
    found = current_provider()
    if found is None:
        raise NotFound
    return found


def browser_secret() -> str:
    """Return what the forms of this browser are bound to; so are the answers that it brings."""
    return str(session[CSRF])


def leave(purpose: Purpose, page: str, **more: str) -> ResponseReturnValue:
    """Lead somebody to the provider.

    Args:
        purpose: what its answer is for.
        page: of ours, to say on why it cannot be.
        more: as of :class:`Authorization`.
    """
    provider, challenge = provider_or_404(), Challenge()
    try:
        address = provider.request(challenge)
    except ProviderError as error:
        log_refusal(error)
        return redirect(f"{page}?refus={error.trouble}", 303)
    asked = Authorization(challenge.nonce, challenge.verifier, purpose, current_lang(), **more)
    now = clock.now().timestamp()
    waiting = current_node().accounts.authorizations
    waiting.begin(asked, challenge.state, browser_secret(), now)
    return render_template("to_provider.html", address=address, label=provider.label)


def leave_to_sign_out(id_token: str) -> ResponseReturnValue | None:
    """Lead somebody to where one signs out at the provider; None where there is nothing to do."""
    provider = current_provider()
    if provider is None or not id_token:
        return None
    state = f"{current_lang()}.{secrets.token_urlsafe(24)}"
    address = provider.sign_out_address(id_token, absolute(SIGNED_OUT_PATH), state)
    if not address:
        return None
    return render_template("to_provider.html", address=address, label=provider.label, is_out=True)


def log_refusal(error: ProviderError) -> None:
    """Write down why a sign-in did not come about, for who operates the node."""
    _LOG.warning("sign-in by the identity provider: %s: %s", error.trouble, error)
