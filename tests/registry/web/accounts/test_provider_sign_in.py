"""Signing in by a provider of identities: who gets in, and how accounts are bound."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from registry.accounts.types import Identity, Roles
from registry.ledger.acts import COMMAND
from registry.node import Node
from registry.settings.config import Config
from registry.web.access.declared import declared
from registry.web.accounts.install import PROVIDER_BLUEPRINTS
from registry.web.app import _BLUEPRINTS, create_app
from registry.web.site import clock
from tests.registry.identity.small_provider import CLIENT, SmallProvider
from tests.registry.web.accounts.conftest import PASSWORD, SITE, Browser, account_of
from tests.registry.web.accounts.provider_of_tests import (
    ANSWER,
    LABEL,
    app_with,
    authorized,
    begin,
    bind,
    link_on,
    sign_in,
)
from tests.registry.web.network_of_tests import plain


@pytest.fixture
def app(node: Node, provider: SmallProvider, tmp_path: Path) -> Flask:
    return app_with(node, provider, tmp_path)


def acts(node: Node, login: str) -> list[tuple[str, str, str]]:
    number = account_of(node, login).number
    found = [(act.what, act.why, act.by) for act in node.ledger.acts(50, about=number)]
    return [act for act in found if act[0].startswith("identity.")]


def invited(node: Node, roles: Roles) -> str:
    now = clock.now().timestamp()
    return node.accounts.links.invite("new@pole.example", roles, COMMAND, now)[0]


def test_who_is_bound_signs_in(browser: Browser, node: Node, provider: SmallProvider) -> None:
    bind(node, "zinc", provider)
    assert f"Continuer avec {LABEL}" in plain(browser.get("/connexion").text)
    assert f"Continue with {LABEL}" in plain(browser.get("/en/connexion").text)
    answer = sign_in(browser)
    assert (answer.status_code, answer.location) == (303, "/espace")
    assert "Bonjour, Zinc" in plain(browser.get("/espace").text)


def test_the_request_says_no_more_than_it_must(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    address = urlsplit(link_on(begin(browser)))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    random = {name: asked.pop(name) for name in ("state", "nonce", "code_challenge")}
    assert f"{address.scheme}://{address.netloc}" == provider.issuer
    assert asked == {
        "tenant": "a", "response_type": "code", "client_id": CLIENT, "scope": "openid",
        "redirect_uri": ANSWER, "code_challenge_method": "S256",
    }  # fmt: skip
    assert all(len(value) >= 43 for value in random.values())
    assert len(set(random.values())) == 3
    again = parse_qs(urlsplit(link_on(begin(browser))).query)
    assert all(again[name][0] != value for name, value in random.items())


def test_the_id_is_another_after_signing_in_by_it(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    bind(node, "zinc", provider)
    page = begin(browser)
    before = browser.cookie
    browser.get(authorized(page))
    assert before.startswith("p.")
    assert browser.cookie.startswith("s.")
    assert before[2:] not in browser.cookie


@pytest.mark.parametrize(
    ("page", "where", "led"),
    [
        ("/connexion", "/espace/compte", "/espace/compte"),
        ("/connexion", "//evil.example/", "/espace"),
        ("/connexion", "https://evil.example/", "/espace"),
        ("/connexion", "/\\evil.example", "/espace"),
        ("/en/connexion", "", "/en/espace"),
    ],
)
def test_one_is_led_to_pages_of_this_site_only(
    browser: Browser, node: Node, provider: SmallProvider, page: str, where: str, led: str
) -> None:
    bind(node, "zinc", provider)
    assert sign_in(browser, page, suite=where).location == led


def test_an_unknown_identity_opens_and_makes_nothing(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    before = node.accounts.all()
    assert sign_in(browser).location == "/connexion/fournisseur/inconnue"
    page = plain(browser.get("/connexion/fournisseur/inconnue").text)
    assert "n'ouvre aucun compte" in page
    assert "invitation" in page
    assert "opens no account" in browser.get("/en/connexion/fournisseur/inconnue").text
    assert sign_in(browser, "/en/connexion").location == "/en/connexion/fournisseur/inconnue"
    assert browser.get("/espace").status_code == 303
    assert node.accounts.all() == before


def test_no_account_is_found_by_mail_address_or_name(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    mail = "zinc@pole.example"
    made = node.accounts.add("other", "A. Zinc", mail, Roles(), PASSWORD, COMMAND, "test")
    provider.lies.claims = lambda found: found.update(
        email=mail, email_verified=True, preferred_username="other", name="A. Zinc"
    )
    assert sign_in(browser).location == "/connexion/fournisseur/inconnue"
    assert node.accounts.by_login("other") == made


def test_the_same_subject_of_another_issuer_is_somebody_else(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    number = account_of(node, "zinc").number
    elsewhere = Identity("https://other.example", provider.subject)
    node.accounts.bind(number, elsewhere, clock.now().timestamp())
    assert sign_in(browser).location == "/connexion/fournisseur/inconnue"


def test_a_disabled_account_stays_closed(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    bind(node, "partie", provider)
    assert sign_in(browser).location == "/connexion/fournisseur/inconnue"


def test_an_invitation_is_accepted_by_an_identity_once(
    browser: Browser, another: Callable[[], Browser], node: Node, provider: SmallProvider
) -> None:
    token = invited(node, Roles(poles=frozenset({"zinc"})))
    page = f"/invitation/{token}"
    assert f"Continuer avec {LABEL}" in plain(browser.get(page).text)
    values = {"login": "nouvelle", "name": "Nouvelle Personne"}
    answer = browser.get(authorized(browser.post(f"{page}/fournisseur", page, **values)))
    assert answer.location == "/espace"
    assert "Bonjour, Nouvelle Personne" in plain(browser.get("/espace").text)
    made = account_of(node, "nouvelle")
    assert (made.has_password, made.issuers) == (False, frozenset({provider.issuer}))
    assert made.roles == Roles(poles=frozenset({"zinc"}))
    (act,) = acts(node, "nouvelle")
    assert act[0] == "identity.bound"
    assert act[2] == made.number
    assert another().get(page).status_code == 404
    assert sign_in(another()).location == "/espace"
    assert another().sign_in("nouvelle", "").status_code == 422


@pytest.mark.parametrize(
    ("login", "name", "said"),
    [("zinc", "Z", "est pris"), ("", "Z", "Remplissez"), ("É", "Z", "minuscules")],
)
def test_a_login_that_will_not_do_is_told_before_one_leaves(
    browser: Browser, node: Node, provider: SmallProvider, login: str, name: str, said: str
) -> None:
    page = f"/invitation/{invited(node, Roles(is_operator=True))}"
    answer = browser.post(f"{page}/fournisseur", page, login=login, name=name)
    assert answer.status_code == 422
    assert said in plain(answer.text)
    assert provider.asked == []


def test_an_identity_that_opens_an_account_accepts_no_invitation(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    bind(node, "ping", provider)
    page = f"/invitation/{invited(node, Roles(is_operator=True))}"
    left = browser.post(f"{page}/fournisseur", page, login="nouvelle", name="N")
    assert browser.get(authorized(left)).location == "/connexion?refus=bound"
    assert "ouvre déjà un compte" in plain(browser.get("/connexion?refus=bound").text)
    assert node.accounts.by_login("nouvelle") is None
    assert browser.get(page).status_code == 200


def test_a_link_used_meanwhile_makes_no_account(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    token = invited(node, Roles(is_operator=True))
    page = f"/invitation/{token}"
    left = browser.post(f"{page}/fournisseur", page, login="nouvelle", name="N")
    node.accounts.accept(token, "rapide", "R", PASSWORD, clock.now().timestamp())
    assert browser.get(authorized(left)).location == "/connexion?refus=not-made"
    assert node.accounts.by_login("nouvelle") is None


def test_one_binds_and_unbinds_ones_own_account(
    browser: Browser, another: Callable[[], Browser], node: Node, provider: SmallProvider
) -> None:
    own = "/espace/compte"
    browser.sign_in("zinc")
    wrong = browser.post(f"{own}/identite", own, present="wrong one")
    assert wrong.status_code == 422
    assert provider.asked == []
    left = browser.post(f"{own}/identite", own, present=PASSWORD)
    before = browser.cookie
    assert browser.get(authorized(left)).location == f"{own}?fait=lie"
    assert "ouvre ce compte" in plain(browser.get(own).text)
    assert browser.cookie != before
    by_it = another()
    assert sign_in(by_it).location == "/espace"
    assert browser.post(f"{own}/identite/retirer", own, present="wrong one").status_code == 422
    answer = browser.post(f"{own}/identite/retirer", own, present=PASSWORD)
    assert answer.location == f"{own}?fait=delie"
    assert "Déliée" in plain(browser.get(answer.location).text)
    assert by_it.get("/espace").status_code == 303
    assert sign_in(another()).location == "/connexion/fournisseur/inconnue"
    number = account_of(node, "zinc").number
    assert acts(node, "zinc") == [
        ("identity.unbound", "by its owner", number), ("identity.bound", "by its owner", number),
    ]  # fmt: skip


def test_an_identity_opens_one_account_only(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    bind(node, "ping", provider)
    browser.sign_in("zinc")
    left = browser.post("/espace/compte/identite", "/espace/compte", present=PASSWORD)
    assert browser.get(authorized(left)).location == "/espace/compte?refus=bound"
    assert acts(node, "zinc") == []


def test_the_last_way_in_stays(browser: Browser, node: Node, provider: SmallProvider) -> None:
    page = f"/invitation/{invited(node, Roles(poles=frozenset({'zinc'})))}"
    left = browser.post(f"{page}/fournisseur", page, login="nouvelle", name="N")
    browser.get(authorized(left))
    own = plain(browser.get("/espace/compte").text)
    assert "n'a pas de mot de passe" in own
    assert "/identite/retirer" not in own
    answer = browser.post("/espace/compte/identite/retirer", "/espace/compte", present="")
    assert answer.status_code == 422
    number = account_of(node, "nouvelle").number
    with pytest.raises(Exception, match="has no password yet"):
        node.accounts.unbind(number, provider.issuer)


def test_who_binds_and_signs_out_meanwhile_binds_nothing(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    browser.sign_in("zinc")
    left = browser.post("/espace/compte/identite", "/espace/compte", present=PASSWORD)
    path = authorized(left)
    browser.post("/deconnexion", "/espace")
    assert browser.get(path).location == "/connexion?refus=expired"
    assert acts(node, "zinc") == []


def test_an_answer_is_good_in_the_browser_that_asked(
    browser: Browser, another: Callable[[], Browser], node: Node, provider: SmallProvider
) -> None:
    bind(node, "zinc", provider)
    path = authorized(begin(browser))
    stranger = another()
    stranger.get("/connexion")
    assert stranger.get(path).location == "/connexion?refus=expired"
    assert stranger.get("/espace").status_code == 303
    assert browser.get(path).location == "/espace"


def test_an_answer_is_good_once_and_for_ten_minutes(
    browser: Browser, another: Callable[[], Browser], node: Node, provider: SmallProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    bind(node, "zinc", provider)
    path = authorized(begin(browser))
    assert browser.get(path).location == "/espace"
    browser.post("/deconnexion", "/espace")
    assert browser.get(path).location == "/connexion?refus=expired"
    late = another()
    path, now = authorized(begin(late)), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now.fromtimestamp(now.timestamp() + 601, now.tzinfo))
    assert late.get(path).location == "/connexion?refus=expired"
    assert "dix minutes" in plain(late.get("/connexion?refus=expired").text)
    assert "ten minutes" in late.get("/en/connexion?refus=expired").text


def test_only_a_form_of_ours_leads_there(browser: Browser, provider: SmallProvider) -> None:
    assert browser.send("/connexion/fournisseur", {}).status_code == 403
    token = browser.token("/connexion")
    browser.headers = {"Sec-Fetch-Site": "cross-site"}
    assert browser.send("/connexion/fournisseur", {"csrf_token": token}).status_code == 403
    assert browser.get("/connexion/fournisseur").status_code == 405
    assert provider.asked == []


def test_signing_out_goes_on_at_the_provider(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    bind(node, "zinc", provider)
    sign_in(browser)
    browser.get("/espace")
    page = browser.post("/en/deconnexion", "/en/espace")
    address = urlsplit(link_on(page))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert address.path == "/end"
    assert asked["post_logout_redirect_uri"] == f"{SITE}/connexion/fournisseur/fin"
    assert asked["id_token_hint"].count(".") == 2
    assert browser.get("/espace").status_code == 303
    back = browser.get(f"/connexion/fournisseur/fin?state={asked['state']}")
    assert back.location == "/en/connexion?fait=au-revoir"
    assert browser.get("/connexion/fournisseur/fin?state=//x").location == (
        "/connexion?fait=au-revoir"
    )


def test_a_provider_without_such_a_page_is_left_alone(
    browser: Browser, node: Node, provider: SmallProvider
) -> None:
    bind(node, "zinc", provider)
    provider.lies.metadata = lambda found: found.pop("end_session_endpoint")
    sign_in(browser)
    assert browser.post("/deconnexion", "/espace").location == "/connexion?fait=au-revoir"
    browser.sign_in("zinc")
    assert browser.post("/deconnexion", "/espace").location == "/connexion?fait=au-revoir"


def test_nothing_of_a_person_is_kept(
    browser: Browser, node: Node, provider: SmallProvider, tmp_path: Path
) -> None:
    bind(node, "zinc", provider)
    sign_in(browser)
    browser.post("/deconnexion", "/espace")
    with node.accounts.database.writing() as connection:
        connection.exec_driver_sql("SELECT 1")
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("accounts.sqlite*"))
    assert provider.subject.encode() in kept
    assert b"A. Zinc" not in kept
    assert b"zinc@pole.example" not in kept
    assert provider.subject.encode() not in (tmp_path / "ledger.sqlite").read_bytes()


def test_too_many_begin_from_one_address(browser: Browser, provider: SmallProvider) -> None:
    token = browser.token("/connexion")
    codes = [
        browser.send("/connexion/fournisseur", {"csrf_token": token}).status_code for _ in range(31)
    ]
    assert codes == [200] * 30 + [429]


def test_every_route_declares_who_may_use_it(app: Flask, browser: Browser) -> None:
    found = declared(app, _BLUEPRINTS)
    ours = {blueprint.name for blueprint in PROVIDER_BLUEPRINTS}
    who = {name: each for name, each in found.items() if name.partition(".")[0] in ours}
    assert who.keys() == {
        "provider.begin", "provider.accept", "provider.answer", "provider.unknown",
        "provider.signed_out", "own_identity.bind", "own_identity.unbind",
    }  # fmt: skip
    for path in ("/espace/compte/identite", "/espace/compte/identite/retirer"):
        answer = browser.send(path, {"csrf_token": browser.token("/connexion")})
        assert answer.status_code == 403, path
        assert "Vous n'êtes plus connecté" in plain(answer.text)
    for path in ("/connexion/fournisseur/inconnue", "/connexion/fournisseur/retour"):
        assert browser.get(path).headers["Cache-Control"] == "no-store"


def test_without_a_provider_or_accounts_none_of_it_exists(node: Node, tmp_path: Path) -> None:
    plain_node = Browser(create_app(node).test_client())
    plain_node.sign_in("zinc")
    for page in ("/espace/compte", "/en/espace/compte"):
        assert "identit" not in plain_node.get(page).text
    for path in ("/connexion/fournisseur/retour", "/connexion/fournisseur/inconnue"):
        assert plain_node.get(path).status_code == 404
    config = Config(data=tmp_path / "other", base_url=f"{SITE}/")
    with Node.open(config) as without:
        with_accounts = replace(config, oidc_issuer="https://provider.example")
        without.config = with_accounts
        answer = create_app(without).test_client().get("/connexion/fournisseur/retour")
        assert answer.status_code == 404


def test_public_pages_stay_without_cookies(browser: Browser, app: Flask) -> None:
    for path in ("/", "/lieux", "/reseau", "/en/"):
        answer = browser.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "cookie" not in answer.headers.get("Vary", "").lower()
