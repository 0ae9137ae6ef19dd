"""A person signs in by the npm package ``oidc-provider``, in a browser: ``make test-clients``."""

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from bench._npm import installed_by_npm
from maillage.serving.identity import provider_of
from registry.accounts.types import Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.web.app import create_app
from registry.web.site import clock
from tests.conftest import ROOT
from tests.registry.web import chromium
from tests.registry.web.accounts.conftest import account_of
from tests.registry.web.network_of_tests import plain

pytestmark = pytest.mark.clients
PINNED = ROOT / "tests" / "data" / "oidc-provider"
CLIENT, SECRET = "maillage", "q7Vt-2mXh9_LwZ4cKd8+Rn/Py3=BsGfTu6A"
LABEL = "ProEssai"
WAYS = [
    pytest.param("", "client_secret_basic", id="userinfo in JSON"),
    pytest.param("RS256", "client_secret_post", id="userinfo signed by RSA"),
    pytest.param("ES256", "client_secret_basic", id="userinfo signed by an elliptic curve"),
]


@dataclass(frozen=True)
class Site:
    home: str
    node: Node
    issuer: str


@contextmanager
def oidc_provider(home: str, userinfo: str, method: str) -> Iterator[str]:
    """Run the provider; give its issuer."""
    version = json.loads((PINNED / "package.json").read_text())["dependencies"]["oidc-provider"]
    folder = installed_by_npm(PINNED, f"oidc-provider-{version}", "oidc-provider")
    settings = {
        "redirect": f"{home}connexion/fournisseur/retour",
        "signedOut": f"{home}connexion/fournisseur/fin",
        "client": CLIENT, "secret": SECRET, "userinfo": userinfo, "method": method,
    }  # fmt: skip
    command = ["node", str(folder / "serve.mjs"), json.dumps(settings)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        try:
            yield running.stdout.readline().strip()
        finally:
            running.kill()


@pytest.fixture
def site(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Site]:
    monkeypatch.setattr(clock, "FIXED", None)  # tokens are of today
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}/"
    file = tmp_path / "provider.key"
    file.write_text(SECRET, encoding="ascii")
    file.chmod(0o600)
    userinfo, method = request.param
    with oidc_provider(home, userinfo, method) as issuer:
        node.config = replace(
            node.config, base_url=home, oidc_issuer=issuer, oidc_client_id=CLIENT,
            oidc_client_secret_file=str(file), oidc_label=LABEL, oidc_allow_private=True,
        )  # fmt: skip
        app = create_app(node, identities=provider_of(node.config))
        with chromium.served(app, port):
            yield Site(home, node, issuer)


def at_the_provider(page: Page, site: Site, who: str) -> None:
    """Sign in at the provider and consent."""
    page.wait_for_url(f"{site.issuer}/interaction/**")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", "any")
    page.click("button[type=submit]")
    page.wait_for_selector("button[autofocus]")
    page.click("button[type=submit]")
    page.wait_for_url(f"{site.home}**")


def main_text(page: Page) -> str:
    return plain(page.inner_text("main"))


@pytest.mark.parametrize(
    "site", [way.values for way in WAYS], ids=[w.id for w in WAYS], indirect=True
)
def test_one_accepts_an_invitation_signs_out_and_in_again(running: Chromium, site: Site) -> None:
    roles = Roles(poles=frozenset({"zinc"}))
    now = clock.now().timestamp()
    token, _ = site.node.accounts.links.invite("a@b.example", roles, COMMAND, now)
    context = running.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(f"{site.home}invitation/{token}")
    page.fill("#login", "nouvelle")
    page.fill("#name", "Nouvelle Personne")
    page.click(f"text=Continuer avec {LABEL}")
    at_the_provider(page, site, "personne-1")
    assert "Bonjour, Nouvelle Personne" in main_text(page)
    assert account_of(site.node, "nouvelle").issuers == {site.issuer}

    page.click("nav.own-menu button")
    page.wait_for_url(f"{site.issuer}/session/end**")
    page.click("button[name=logout]")
    page.wait_for_url(f"{site.home}connexion?fait=au-revoir")
    page.goto(f"{site.home}en/espace/compte")
    page.click(f"text=Continue with {LABEL}")
    at_the_provider(page, site, "personne-1")
    assert page.url == f"{site.home}en/espace/compte"
    assert "has no password" in main_text(page)
    context.close()


@pytest.mark.parametrize("site", [("ES256", "client_secret_basic")], indirect=True)
def test_a_stranger_and_who_gives_up_are_told(running: Chromium, site: Site) -> None:
    context = running.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    before = site.node.accounts.all()
    page.goto(f"{site.home}connexion")
    page.click(f"text=Continuer avec {LABEL}")
    at_the_provider(page, site, "personne-2")
    assert page.url == f"{site.home}connexion/fournisseur/inconnue"
    assert "n'ouvre aucun compte" in main_text(page)
    assert site.node.accounts.all() == before
    context.close()

    context = running.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.home}connexion")
    page.click(f"text=Continuer avec {LABEL}")
    page.wait_for_url(f"{site.issuer}/interaction/**")
    page.click("text=Cancel")
    page.wait_for_url(f"{site.home}connexion?refus=denied")
    assert "abandonnée ou refusée" in main_text(page)
    context.close()
