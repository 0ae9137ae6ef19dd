"""A node whose people may sign in by a small provider on loopback, and a browser's way there."""

from dataclasses import replace
from html import unescape
from pathlib import Path
from re import search
from urllib.parse import urlsplit

import requests
from flask import Flask
from werkzeug.test import TestResponse

from maillage.serving.identity import provider_of
from registry.accounts.types import Identity
from registry.identity.provider import Provider
from registry.node import Node
from registry.web.app import create_app
from registry.web.site import clock
from tests.registry.identity.small_provider import CLIENT, SECRET, SmallProvider
from tests.registry.web.accounts.conftest import _CODE, SITE, Browser, account_of

LABEL = "ProEssai"
ANSWER = f"{SITE}/connexion/fournisseur/retour"


def with_provider(node: Node, provider: SmallProvider, folder: Path) -> Provider:
    """Have a node trust a provider."""
    file = folder / "provider.secret"
    file.write_text(SECRET, encoding="ascii")
    file.chmod(0o600)
    node.config = replace(
        node.config,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret_file=str(file),
        oidc_label=LABEL,
        oidc_allow_private=True,
    )
    provider.redirect_uri = f"{node.config.base_url}connexion/fournisseur/retour"
    return provider_of(node.config)


def link_on(page: TestResponse) -> str:
    """Return where a page leads on to, by itself and by its link."""
    by_itself = search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    by_link = search(r'class="button main" href="([^"]+)"', page.text)
    assert by_itself, page.text
    assert by_link
    assert by_itself[1] == by_link[1]
    return unescape(by_link[1])


def authorized(page: TestResponse) -> str:
    """Go to the provider, sign in there; return the path that it sends back to."""
    assert page.status_code == 200, page.location
    answer = requests.get(link_on(page), allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    parts = urlsplit(answer.headers["Location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == ANSWER
    return f"{parts.path}?{parts.query}"


def begin(browser: Browser, page: str = "/connexion", **values: object) -> TestResponse:
    prefix = "/en" if page.startswith("/en") else ""
    return browser.post(f"{prefix}/connexion/fournisseur", page, **values)


def sign_in(browser: Browser, page: str = "/connexion", **values: object) -> TestResponse:
    """Sign in by the provider; return the answer to what it sends back."""
    return browser.get(authorized(begin(browser, page, **values)))


def app_with(node: Node, provider: SmallProvider, folder: Path) -> Flask:
    """The application of a node that trusts a provider."""
    made = create_app(node, identities=with_provider(node, provider, folder))
    made.jinja_env.bytecode_cache = _CODE
    return made


def bind(node: Node, login: str, provider: SmallProvider) -> str:
    """Have the provider's identity open an account; return the number of the account."""
    number = account_of(node, login).number
    found = Identity(provider.issuer, provider.subject)
    node.accounts.bind(number, found, clock.now().timestamp())
    return number
