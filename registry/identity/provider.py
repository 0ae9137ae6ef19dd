"""One provider of identities: where to send people, and who they are when they come back.

    request() ──▶ the provider's pages ──▶ identify(): code ─▶ tokens ─▶ id_token ─▶ userinfo

OpenID Connect Core 1.0, section 3.1; PKCE (RFC 7636); ``iss`` of the answer (RFC 9207).
"""

import base64
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import quote_plus, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from registry.accounts.types import Identity
from registry.identity.documents import ask, object_of
from registry.identity.errors import ProviderError, Trouble
from registry.identity.keys import Keys
from registry.identity.metadata import Metadata, discovered
from registry.identity.tokens import (
    Expected,
    check_same_subject,
    checked_id_token,
    checked_userinfo,
)
from registry.identity.transport import Transport
from registry.identity.types import Challenge, Identified
from registry.settings.oidc import OidcSettings

METADATA_S = 3_600.0
"""How long what a provider says of itself is believed, in seconds."""
_AT_ONCE = 2
_WAIT_S = 2.0
_LONGEST_CODE = 4_000
_FORM = "application/x-www-form-urlencoded"
_JSON = {"Accept": "application/json"}
_DENIED = frozenset({"access_denied"})
_LOGIN = frozenset(
    {"login_required", "interaction_required", "consent_required", "account_selection_required"}
)


class Provider:
    """The provider that the settings name; safe among threads.

    Args:
        oidc: the settings.
        secret: shared with the provider.
        transport: the way to it.
        redirect_uri: where it sends people back to, exactly.
        clock: for what is kept of its documents.
    """

    def __init__(
        self,
        oidc: OidcSettings,
        secret: str,
        transport: Transport,
        redirect_uri: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._oidc = oidc
        self._secret = secret
        self._transport = transport
        self._redirect_uri = redirect_uri
        self._clock = clock
        self._keys = Keys(transport, clock)
        self._known: tuple[float, Metadata] | None = None
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    @property
    def label(self) -> str:
        """How people call it."""
        return self._oidc.label

    @property
    def issuer(self) -> str:
        """How it calls itself."""
        return self._oidc.issuer

    def request(self, challenge: Challenge) -> str:
        """Return the address of the provider's page to sign in at.

        Raises:
            ProviderError: it does not say where that is.
        """
        with self._slot():
            metadata = self._metadata()
        more = {"acr_values": self._oidc.acr} if self._oidc.acr else {}
        address: str = prepare_grant_uri(
            metadata.authorization,
            self._oidc.client_id,
            "code",
            self._redirect_uri,
            self._oidc.scopes,
            challenge.state,
            nonce=challenge.nonce,
            code_challenge=create_s256_code_challenge(challenge.verifier),
            code_challenge_method="S256",
            **more,
        )
        return address

    def identify(
        self, answer: Mapping[str, str], nonce: str, verifier: str, now: float
    ) -> Identified:
        """Return who the provider says that somebody is.

        Args:
            answer: parameters of the answer, whose ``state`` was found to be ours.
            nonce: of the request.
            verifier: of the request.
            now: the moment, in seconds of the epoch.

        Raises:
            ProviderError: it says nobody, or nothing that may be believed.
        """
        with self._slot():
            metadata = self._metadata()
            self._check_answer(answer, metadata)
            tokens = self._tokens(metadata, answer["code"], verifier)
            expected = Expected(nonce, tokens["access_token"], now)
            key_of = partial(self._keys.key, metadata.keys)
            subject = checked_id_token(tokens["id_token"], self._oidc, key_of, expected)
            self._check_userinfo(metadata, tokens["access_token"], subject, now)
        return Identified(Identity(self._oidc.issuer, subject), tokens["id_token"])

    def sign_out_address(self, id_token: str, back: str, state: str) -> str:
        """Return where one signs out at the provider; empty where it has no such page.

        Args:
            id_token: by which one signed in.
            back: where the provider sends people afterwards (OpenID Connect RP-Initiated Logout).
            state: comes back with them.
        """
        try:
            with self._slot():
                address = self._metadata().end_session
        except ProviderError:
            return ""
        if not address:
            return ""
        asked = {"id_token_hint": id_token, "post_logout_redirect_uri": back}
        asked |= {"client_id": self._oidc.client_id, "state": state}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """Let two people at a time wait for the provider: the others have threads to be served."""
        if not self._places.acquire(timeout=_WAIT_S):
            raise ProviderError(Trouble.BUSY, "the provider answers slowly: too many wait for it")
        try:
            yield
        finally:
            self._places.release()

    def _metadata(self) -> Metadata:
        if self._known is None or self._clock() - self._known[0] >= METADATA_S:
            self._known = (self._clock(), discovered(self._oidc, self._transport))
        return self._known[1]

    def _check_answer(self, answer: Mapping[str, str], metadata: Metadata) -> None:
        """Refuse an answer of another provider, an error, and one without a code."""
        issuer = answer.get("iss")
        if issuer != self._oidc.issuer and (metadata.names_itself or issuer is not None):
            raise ProviderError(
                Trouble.UNTRUSTED, "the answer is of the issuer {found}", found=issuer
            )
        if error := answer.get("error", ""):
            raise ProviderError(
                _trouble_of(error), "{error}: {said}",
                error=error, said=answer.get("error_description", ""),
            )  # fmt: skip
        if not 0 < len(answer.get("code", "")) <= _LONGEST_CODE:
            raise ProviderError(Trouble.REFUSED, "the answer has no code, or a very long one")

    def _tokens(self, metadata: Metadata, code: str, verifier: str) -> dict[str, str]:
        """Exchange a code (OpenID Connect Core 1.0, section 3.1.3)."""
        fields = {"grant_type": "authorization_code", "code": code}
        fields |= {"redirect_uri": self._redirect_uri, "code_verifier": verifier}
        headers = _JSON | {"Content-Type": _FORM}
        if metadata.secret_in_body:
            fields |= {"client_id": self._oidc.client_id, "client_secret": self._secret}
        else:
            headers |= {"Authorization": self._basic()}
        reply = ask(self._transport, metadata.token, headers, urlencode(fields).encode())
        found = object_of(reply, metadata.token)
        if str(found.get("token_type")).lower() != "bearer":
            raise ProviderError(Trouble.UNTRUSTED, "token_type is not Bearer")
        return {name: _text(found, name) for name in ("access_token", "id_token")}

    def _basic(self) -> str:
        """Return ``Authorization``: both parts are encoded as in a form (RFC 6749, 2.3.1)."""
        pair = f"{quote_plus(self._oidc.client_id)}:{quote_plus(self._secret)}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def _check_userinfo(
        self, metadata: Metadata, access_token: str, subject: str, now: float
    ) -> None:
        """See that the provider's word on the person is about the same; nothing of it is kept."""
        if not metadata.userinfo:
            return
        headers = {"Accept": "application/json, application/jwt"}
        headers |= {"Authorization": f"Bearer {access_token}"}
        reply = ask(self._transport, metadata.userinfo, headers)
        if reply.status == 200 and reply.media_type == "application/jwt":
            key_of = partial(self._keys.key, metadata.keys)
            text = reply.body.decode("ascii", "replace").strip()
            checked_userinfo(text, self._oidc, key_of, subject, now)
            return
        check_same_subject(object_of(reply, metadata.userinfo), subject)


def _trouble_of(error: str) -> Trouble:
    if error in _DENIED:
        return Trouble.DENIED
    if error in _LOGIN:
        return Trouble.LOGIN_REQUIRED
    return Trouble.UNREACHABLE if error == "temporarily_unavailable" else Trouble.REFUSED


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value:
        raise ProviderError(Trouble.UNTRUSTED, "the provider gave no {name}", name=name)
    return value
