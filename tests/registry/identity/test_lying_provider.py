"""A provider that lies, errs or is slow gives no identity; one that is odd and right does.

Each row is one lie of a provider that is good in all else, told over real HTTP with real keys.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import OctKey, RSAKey

from maillage.serving import identity as serving
from maillage.serving.identity import provider_of
from registry.accounts.types import Identity
from registry.identity import provider as module
from registry.identity.errors import ProviderError, Trouble
from registry.identity.provider import Provider
from registry.identity.types import Challenge, Identified
from registry.settings.config import Config
from tests.registry.identity.small_provider import (
    CLIENT,
    EC,
    RSA,
    SECRET,
    STRANGER,
    Lies,
    SmallProvider,
    hmac_with_public_key,
    signed,
    small_provider,
    unsigned,
)

EVIL = "https://evil.example"
BAD, LATER = Trouble.UNTRUSTED, Trouble.UNREACHABLE


@pytest.fixture
def small() -> Iterator[SmallProvider]:
    with small_provider() as running:
        yield running


@pytest.fixture
def config(small: SmallProvider, tmp_path: Path) -> Config:
    file = tmp_path / "provider.secret"
    file.write_text(SECRET, encoding="ascii")
    file.chmod(0o600)
    found = Config(
        data=tmp_path,
        base_url="https://maillage.example/registre/",
        accounts_enabled=True,
        oidc_issuer=small.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret_file=str(file),
        oidc_label="ProEssai",
        oidc_allow_private=True,
    )
    small.redirect_uri = f"{found.base_url}connexion/fournisseur/retour"
    return found


@pytest.fixture
def provider(config: Config) -> Provider:
    return provider_of(config)


def came_back(provider: Provider, challenge: Challenge) -> dict[str, str]:
    """Go to the provider, sign in; return what the browser brings back."""
    address = provider.request(challenge)
    answer = requests.get(address, allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    found = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in found.items()}


def signed_in(provider: Provider) -> Identified:
    challenge = Challenge()
    given = came_back(provider, challenge)
    return provider.identify(given, challenge.nonce, challenge.verifier, time.time())


def trouble_of(work: Callable[[], object]) -> Trouble:
    with pytest.raises(ProviderError) as told:
        work()
    said = str(told.value)
    assert "\n" not in said
    assert len(said) < 1_000
    assert SECRET not in said
    return told.value.trouble


def set_to(**values: Any) -> Any:
    return lambda found: found.update(values)


def without(name: str) -> Any:
    return lambda found: found.pop(name)


def by(seconds: int, *names: str) -> Any:
    return lambda found: found.update({name: found[name] + seconds for name in names})


JWT: dict[str, Any] = {"userinfo_as": "application/jwt"}
ID_TOKENS: dict[str, tuple[Lies, Trouble]] = {
    "another nonce": (Lies(claims=set_to(nonce="n")), BAD),
    "no nonce": (Lies(claims=without("nonce")), BAD),
    "another issuer": (Lies(claims=set_to(iss=EVIL)), BAD),
    "no issuer": (Lies(claims=without("iss")), BAD),
    "another audience": (Lies(claims=set_to(aud="other")), BAD),
    "two audiences, nobody authorized": (Lies(claims=set_to(aud=["maillage node:1", "b"])), BAD),
    "another party authorized": (Lies(claims=set_to(azp="other")), BAD),
    "no audience": (Lies(claims=without("aud")), BAD),
    "expired": (Lies(claims=by(-400, "exp", "iat")), BAD),
    "no expiry": (Lies(claims=without("exp")), BAD),
    "expiry that is a word": (Lies(claims=set_to(exp="tomorrow")), BAD),
    "issued in the future": (Lies(claims=by(600, "iat", "exp")), BAD),
    "not valid yet": (Lies(claims=lambda found: found.update(nbf=found["iat"] + 600)), BAD),
    "no subject": (Lies(claims=without("sub")), BAD),
    "a subject that is a list": (Lies(claims=set_to(sub=["248289761001"])), BAD),
    "an empty subject": (Lies(claims=set_to(sub="")), BAD),
    "a long subject": (Lies(claims=set_to(sub="x" * 256)), BAD),
    "a subject with a line break": (Lies(claims=set_to(sub="248289761001\n")), BAD),
    "the hash of another access token": (
        Lies(claims=set_to(at_hash="AAAAAAAAAAAAAAAAAAAAAA")),
        BAD,
    ),
    "a hash that is a list": (Lies(claims=set_to(at_hash=[1])), BAD),
    "a stranger's key under a known name": (Lies(signer=(STRANGER, "RS256")), BAD),
    "an unknown key": (Lies(signer=(STRANGER, "RS256"), kid="new"), BAD),
    "the key of another kind": (Lies(signer=(EC, "ES256"), kid="r1"), BAD),
    "an algorithm that the settings do not take": (Lies(signer=(RSA, "PS256")), BAD),
    "the public key as a shared secret": (Lies(raw=hmac_with_public_key), BAD),
    "the client's secret": (
        Lies(signer=(OctKey.import_key("kQ7+w/2mXh9~LwZ4%cKd8:Rn"), "HS256")),
        BAD,
    ),
    "no signature": (Lies(raw=unsigned), BAD),
    "a signature cut off": (Lies(raw=lambda good: good.rpartition(".")[0] + "."), BAD),
    "no token at all": (Lies(raw=lambda good: "x"), BAD),
    "a giant": (Lies(raw=lambda good: good + "A" * 30_000), BAD),
    "a header that is a list": (Lies(raw=lambda good: "W10." + good.partition(".")[2]), BAD),
    "a key inside the token": (
        Lies(raw=lambda good: signed({}, STRANGER, "RS256", None)),
        BAD,
    ),
}
USERINFOS: dict[str, tuple[Lies, Trouble]] = {
    "about somebody else": (Lies(userinfo=set_to(sub="another")), BAD),
    "about nobody": (Lies(userinfo=without("sub")), BAD),
    "signed, about somebody else": (Lies(userinfo=set_to(sub="another"), **JWT), BAD),
    "signed, of another issuer": (Lies(userinfo=set_to(iss=EVIL), **JWT), BAD),
    "signed, without issuer": (Lies(userinfo=without("iss"), **JWT), BAD),
    "signed, for another node": (Lies(userinfo=set_to(aud="other"), **JWT), BAD),
    "signed, without audience": (Lies(userinfo=without("aud"), **JWT), BAD),
    "signed, expired": (Lies(userinfo=set_to(exp=1), **JWT), BAD),
    "signed by a stranger": (Lies(userinfo_signer=(STRANGER, "RS256"), **JWT), BAD),
    "signed by the client's secret": (
        Lies(userinfo_signer=(OctKey.import_key("kQ7+w/2mXh9~LwZ4%cKd8:Rn"), "HS256"), **JWT),
        BAD,
    ),
    "refused": (Lies(broken={"/userinfo": 403}), Trouble.REFUSED),
    "no JSON": (Lies(bodies={"/userinfo": b"<html>"}), BAD),
    "a list": (Lies(bodies={"/userinfo": b"[]"}), BAD),
    "deep": (Lies(bodies={"/userinfo": b"[" * 100_000}), BAD),
    "redirected": (Lies(broken={"/userinfo": 302}), Trouble.REFUSED),
}
ANSWERS: dict[str, tuple[Lies, Trouble]] = {
    "of another issuer, which mixes up two": (Lies(answer=set_to(iss=EVIL)), BAD),
    "of nobody, though it names itself": (Lies(answer=without("iss")), BAD),
    "denied": (Lies(answer=set_to(error="access_denied", error_description="<b>no</b>")),
               Trouble.DENIED),
    "sign in first": (Lies(answer=set_to(error="login_required")), Trouble.LOGIN_REQUIRED),
    "something else": (Lies(answer=set_to(error="<script>alert(1)</script>")), Trouble.REFUSED),
    "busy": (Lies(answer=set_to(error="temporarily_unavailable")), LATER),
    "no code": (Lies(answer=without("code")), Trouble.REFUSED),
    "a long code": (Lies(answer=set_to(code="x" * 5_000)), Trouble.REFUSED),
    "another code": (Lies(answer=set_to(code="guessed")), Trouble.REFUSED),
}  # fmt: skip
TOKENS: dict[str, tuple[Lies, Trouble]] = {
    "no id_token": (Lies(tokens=without("id_token")), BAD),
    "no access token": (Lies(tokens=without("access_token")), BAD),
    "an access token with a line break": (Lies(tokens=set_to(access_token="a\r\nX: y")), BAD),
    "another type": (Lies(tokens=set_to(token_type="mac")), BAD),
    "an error": (Lies(broken={"/token": 500}), LATER),
    "a redirect": (Lies(broken={"/token": 307}), Trouble.REFUSED),
    "too much": (Lies(bodies={"/token": b"{" + b" " * 300_000 + b"}"}), LATER),
    "keys gone": (Lies(broken={"/jwks": 404}), Trouble.REFUSED),
    "keys that are none": (Lies(bodies={"/jwks": b'{"keys": [1, {"kty": "RSA"}]}'}), BAD),
    "keys without end": (Lies(bodies={"/jwks": b'{"keys": {}}'}), BAD),
}  # fmt: skip


TABLES = {"id_token": ID_TOKENS, "userinfo": USERINFOS, "answer": ANSWERS, "tokens": TOKENS}


@pytest.mark.parametrize(
    ("lies", "trouble"),
    [
        pytest.param(*row, id=f"{family}: {name}")
        for family, table in TABLES.items()
        for name, row in table.items()
    ],
)
def test_a_lie_gives_no_identity(
    provider: Provider, small: SmallProvider, lies: Lies, trouble: Trouble
) -> None:
    small.lies = lies
    assert trouble_of(lambda: signed_in(provider)) is trouble
    assert "/elsewhere" not in small.asked


METADATA: dict[str, Any] = {
    "another issuer": set_to(issuer=EVIL),
    "an issuer with a slash more": lambda found: found.update(issuer=found["issuer"] + "/"),
    "no issuer": without("issuer"),
    "http elsewhere": set_to(token_endpoint="http://provider.example/token"),
    "a script as a page": set_to(authorization_endpoint="javascript:alert(1)"),
    "an odd page": set_to(authorization_endpoint=["https://provider.example/"]),
    "a user in an address": set_to(jwks_uri="https://a:b@provider.example/jwks"),
    "a port that is none": set_to(jwks_uri="https://provider.example:x/jwks"),
    "no page to sign in": without("authorization_endpoint"),
    "no keys": without("jwks_uri"),
    "no secret taken": set_to(token_endpoint_auth_methods_supported=["none"]),
}


@pytest.mark.parametrize("lie", METADATA.values(), ids=METADATA.keys())
def test_nobody_is_led_to_a_provider_that_says_odd_things_of_itself(
    provider: Provider, small: SmallProvider, lie: Any
) -> None:
    small.lies.metadata = lie
    assert trouble_of(lambda: provider.request(Challenge())) is BAD
    assert small.asked == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    ("lies", "trouble"),
    [
        (Lies(broken={"/.well-known/openid-configuration": 503}), LATER),
        (Lies(broken={"/.well-known/openid-configuration": 302}), Trouble.REFUSED),
        (Lies(bodies={"/.well-known/openid-configuration": b"no"}), BAD),
    ],
)
def test_a_provider_that_cannot_be_read_is_tried_again(
    provider: Provider, small: SmallProvider, lies: Lies, trouble: Trouble
) -> None:
    small.lies = lies
    assert trouble_of(lambda: provider.request(Challenge())) is trouble
    small.lies = Lies()
    assert signed_in(provider).identity == Identity(small.issuer, small.subject)


def test_a_provider_that_dawdles_is_left(
    config: Config, small: SmallProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_DEADLINE_S", 0.3)
    small.lies.slow_s = {"/token": 2.0}
    assert trouble_of(lambda: signed_in(provider_of(config))) is LATER


def test_who_waits_for_the_provider_leaves_threads_to_the_others(
    provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WAIT_S", 0.05)
    with provider._slot(), provider._slot():
        assert trouble_of(lambda: provider.request(Challenge())) is Trouble.BUSY
    assert signed_in(provider)


GOOD: dict[str, Lies] = {
    "a userinfo signed by another key": Lies(userinfo_as="application/jwt"),
    "a userinfo signed by RSA": Lies(userinfo_as="application/jwt", userinfo_signer=(RSA, "RS256")),
    "an id_token by an elliptic curve": Lies(signer=(EC, "ES256"), kid="e1"),
    "a key that is the only one of its kind, without name": Lies(kid=None),
    "two audiences, this node authorized": Lies(
        claims=set_to(aud=["other", "maillage node:1"], azp="maillage node:1")
    ),
    "a clock half a minute ahead": Lies(claims=by(30, "iat", "exp")),
    "no userinfo": Lies(metadata=without("userinfo_endpoint")),
    "an answer that need not name its issuer": Lies(
        metadata=without("authorization_response_iss_parameter_supported"), answer=without("iss")
    ),
}


@pytest.mark.parametrize("told", GOOD.values(), ids=GOOD.keys())
def test_what_looks_odd_and_is_right_is_believed(
    provider: Provider, small: SmallProvider, told: Lies
) -> None:
    small.lies = told
    assert signed_in(provider).identity == Identity(small.issuer, small.subject)


def test_a_secret_goes_into_the_body_where_the_provider_wants_it_there(
    provider: Provider, small: SmallProvider
) -> None:
    small.lies.metadata = set_to(token_endpoint_auth_methods_supported=["client_secret_post"])
    assert signed_in(provider)


def test_a_code_is_of_use_once_and_to_who_began(provider: Provider) -> None:
    mine = Challenge()
    given = came_back(provider, mine)
    stolen = {**given, "code": came_back(provider, Challenge())["code"]}

    def exchange(answer: dict[str, str]) -> Identified:
        return provider.identify(answer, mine.nonce, mine.verifier, time.time())

    assert trouble_of(lambda: exchange(stolen)) is Trouble.REFUSED  # its verifier is another
    assert exchange(given)
    assert trouble_of(lambda: exchange(given)) is Trouble.REFUSED


def test_keys_are_kept_and_asked_for_once_more_for_a_new_one(
    provider: Provider, small: SmallProvider
) -> None:
    for _ in range(2):
        signed_in(provider)
    assert small.asked.count("/jwks") == 1
    assert small.asked.count("/.well-known/openid-configuration") == 1
    new = RSAKey.generate_key(2048, {"kid": "r2"})
    small.published = [new]
    small.lies.signer, small.lies.kid = (new, "RS256"), "r2"
    signed_in(provider)
    assert small.asked.count("/jwks") == 2
    small.lies.kid = "r3"
    assert trouble_of(lambda: signed_in(provider)) is BAD
    assert small.asked.count("/jwks") == 3


def test_keys_that_were_withdrawn_are_forgotten_within_the_hour(
    config: Config, small: SmallProvider
) -> None:
    now = [0.0]
    made = provider_of(config)
    aging = Provider(config.oidc, SECRET, made._transport, small.redirect_uri, lambda: now[0])
    signed_in(aging)
    small.published = [EC]
    now[0] = 3_601.0
    assert trouble_of(lambda: signed_in(aging)) is BAD


def test_a_key_of_a_kind_that_is_not_known_hides_no_other(
    provider: Provider, small: SmallProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = small.keys()["keys"]
    odd = [{"kty": "AKP", "kid": "r1"}, {"kty": "oct", "kid": "r1", "k": "AAAA"}, 7, None,
           good[0] | {"use": "enc"}, {"kty": "EC", "crv": "P-999", "kid": "r1"}]  # fmt: skip
    monkeypatch.setattr(small, "keys", lambda: {"keys": [*odd, *good]})
    assert signed_in(provider)


def test_a_short_key_signs_nothing(provider: Provider, small: SmallProvider) -> None:
    with pytest.warns(match="2048"):
        short = RSAKey.generate_key(1024, {"kid": "s"})
    small.published = [short]
    small.lies.signer, small.lies.kid = (short, "RS256"), "s"
    assert trouble_of(lambda: signed_in(provider)) is BAD


@pytest.mark.parametrize("said", ["eidas2", "eidas1", None])
def test_the_level_of_assurance_that_the_settings_want(
    config: Config, small: SmallProvider, said: str | None
) -> None:
    strict = provider_of(replace(config, oidc_acr="eidas2 eidas3"))
    asked = parse_qs(urlsplit(strict.request(Challenge())).query)
    assert asked["acr_values"] == ["eidas2 eidas3"]
    if said:
        small.lies.claims = set_to(acr=said)
    if said == "eidas2":
        assert signed_in(strict)
    else:
        assert trouble_of(lambda: signed_in(strict)) is BAD


def test_a_provider_on_a_private_network_is_reached_only_where_that_is_meant(
    config: Config, small: SmallProvider
) -> None:
    kept_out = provider_of(replace(config, oidc_allow_private=False))
    assert trouble_of(lambda: kept_out.request(Challenge())) is LATER
    assert small.asked == []
