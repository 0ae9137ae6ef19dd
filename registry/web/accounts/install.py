"""Accounts in an application: sessions, what routes declare, forms, and how often one may try."""

import hashlib
import hmac
import shlex
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from flask import Blueprint, Flask
from flask_wtf.csrf import generate_csrf

from registry.accounts.secret import check_safe, secret_of
from registry.web.access.declared import declared
from registry.web.access.judge import LateForms, install_judge
from registry.web.access.visit import NodeSessions
from registry.web.accounts import (
    carrying,
    correction_desk,
    invitation,
    joining_desk,
    moves,
    own_account,
    own_identity,
    people,
    pole_settings,
    provider,
    recovery,
    second_factor,
    second_step,
    sign_in,
    source_desk,
    space,
)
from registry.web.accounts.leaving import EXTENSION as PROVIDER
from registry.web.accounts.tries import LIMITS, PROVIDER_LIMITS, install_tries
from registry.web.answer import security_log
from registry.web.workspace import (
    batches,
    dropping,
    editing,
    listing,
    past,
    positioning,
    published,
    template_sheet,
    verdict,
)
from registry.web.workspace.places import written_source_of

if TYPE_CHECKING:
    from registry.identity.provider import Provider
    from registry.node import Node

BLUEPRINTS = (
    sign_in.blueprint,
    second_step.blueprint,
    second_factor.blueprint,
    space.blueprint,
    own_account.blueprint,
    invitation.blueprint,
    recovery.blueprint,
    people.blueprint,
    listing.blueprint,
    editing.blueprint,
    past.blueprint,
    verdict.blueprint,
    positioning.blueprint,
    pole_settings.blueprint,
    dropping.blueprint,
    published.blueprint,
    template_sheet.blueprint,
    batches.blueprint,
    correction_desk.blueprint,
    joining_desk.blueprint,
    source_desk.blueprint,
    moves.blueprint,
)
PROVIDER_BLUEPRINTS = (provider.blueprint, own_identity.blueprint)
"""Of a node with a provider of identities."""
_FORM_S = 12 * 3_600
"""How long a form may lie open, in seconds: as long as a session lasts."""


def install_accounts(
    app: Flask, node: "Node", public: Iterable[Blueprint], identities: "Provider | None" = None
) -> None:
    """Let people sign in to a node.

    Args:
        app: the application, with its public routes.
        node: what it serves.
        public: the blueprints of pages that everybody may read.
        identities: the provider by which people may sign in as well.

    Raises:
        UnsafeError: the settings or the data folder are not fit for accounts.
        DamagedAccountsError: the accounts cannot be read.
    """
    check_safe(node.config)
    accounts = node.accounts
    for blueprint in BLUEPRINTS + (PROVIDER_BLUEPRINTS if identities else ()):
        app.register_blueprint(blueprint)
    app.extensions[PROVIDER] = identities
    app.session_interface = NodeSessions(accounts, node.config)
    app.config["WTF_CSRF_SECRET_KEY"] = _derived(secret_of(node.config), "forms")
    app.extensions[security_log.KEY] = _derived(secret_of(node.config), "log")
    app.config["WTF_CSRF_TIME_LIMIT"] = _FORM_S
    app.config["WTF_I18N_ENABLED"] = False
    app.extensions[recovery.SENDING] = ThreadPoolExecutor(1, "mail")
    app.jinja_env.filters["shell"] = shlex.quote
    app.jinja_env.globals["csrf"] = generate_csrf
    app.jinja_env.globals["is_pole_written"] = written_source_of
    app.config[carrying.KEY] = _derived(secret_of(node.config), "carried")
    app.jinja_env.globals["owner_mark"] = carrying.owner_mark
    late = LateForms(sign_in.signed_out, carrying.late)
    install_judge(app, declared(app, public), late)
    limited = LIMITS | (PROVIDER_LIMITS if identities else {})
    install_tries(app, node.state.database, limited)


def _derived(secret: str, purpose: str) -> bytes:
    """Return a key of its own for each purpose."""
    return hmac.digest(secret.encode(), purpose.encode(), hashlib.sha256)
