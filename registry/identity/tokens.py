"""Signed tokens of a provider: who signed, for whom, when (OpenID Connect Core 1.0, 3.1.3.7, 5.3).

Which algorithms are taken is said by the settings, never by the token; ``none`` and those with a
shared secret cannot be among them.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key

from registry.identity.errors import ProviderError, Trouble
from registry.settings.oidc import OidcSettings

LEEWAY_S = 60
"""By how much two clocks may differ."""
_LONGEST = 20_000
_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\Z")
_LONGEST_SUBJECT = 255
"""OpenID Connect Core 1.0, section 2."""
_ODD = (JoseError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What claims raise that are wrong, or of types that the libraries do not expect."""
KeyOf = Callable[[str, object], Key]
"""Algorithm and name of a key -> that key."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an ``id_token`` must be.

    Attributes:
        nonce: of the request that it answers.
        access_token: which came with it.
        now: the moment, in seconds of the epoch.
    """

    nonce: str
    access_token: str
    now: float


def checked_id_token(text: str, oidc: OidcSettings, key_of: KeyOf, expected: Expected) -> str:
    """Return the subject of an ``id_token``.

    Raises:
        ProviderError: it is not signed by the provider, or not for this sign-in.
    """
    claims, header = _signed(text, oidc, key_of)
    options: dict[str, Any] = _options(oidc) | {"exp": {"essential": True}}
    if oidc.acr:
        options["acr"] = {"essential": True, "values": oidc.acr.split()}
    params = {"nonce": expected.nonce, "client_id": oidc.client_id}
    params |= {"access_token": expected.access_token}
    try:
        CodeIDToken(claims, header, options, params).validate(int(expected.now), LEEWAY_S)
    except _ODD as error:
        raise _untrusted("id_token", str(error)) from error
    return subject_of(claims, "id_token")


def checked_userinfo(
    text: str, oidc: OidcSettings, key_of: KeyOf, subject: str, now: float
) -> None:
    """See that a signed userinfo is the provider's, for this node, about a subject.

    Raises:
        ProviderError: it is not.
    """
    claims, _header = _signed(text, oidc, key_of)
    try:
        jwt.JWTClaimsRegistry(int(now), LEEWAY_S, **_options(oidc)).validate(claims)
    except _ODD as error:
        raise _untrusted("userinfo", str(error)) from error
    check_same_subject(claims, subject)


def check_same_subject(claims: dict[str, Any], subject: str) -> None:
    """Refuse a userinfo that is about somebody else (section 5.3.2).

    Raises:
        ProviderError: it is.
    """
    if subject_of(claims, "userinfo") != subject:
        raise _untrusted("userinfo", "it is about another subject than the id_token")


def subject_of(claims: dict[str, Any], where: str) -> str:
    """Return the subject that claims are about: 255 ASCII characters at most.

    Raises:
        ProviderError: it is none.
    """
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise _untrusted(where, "sub is no text of 1 to 255 characters")
    if not (subject.isascii() and subject.isprintable()):
        raise _untrusted(where, "sub is not in printable ASCII")
    return subject


def _options(oidc: OidcSettings) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": oidc.issuer},
        "aud": {"essential": True, "value": oidc.client_id},
        "sub": {"essential": True},
    }


def _signed(text: str, oidc: OidcSettings, key_of: KeyOf) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return claims and header of a token that one of the provider's keys signed."""
    algorithm, kid = _named(text, oidc)
    try:
        token = jwt.decode(text, key_of(algorithm, kid), [algorithm])
    except (JoseError, ValueError, RecursionError) as error:
        raise _untrusted("token", str(error)) from error
    return token.claims, dict(token.header)


def _named(text: str, oidc: OidcSettings) -> tuple[str, object]:
    """Return by what a token says it is signed, where the settings take that."""
    if len(text) > _LONGEST or not _FORM.match(text):
        raise _untrusted("token", "it is no signed token in compact form, or too long")
    head = text.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _untrusted("token", "its header is no JSON") from error
    algorithm = header.get("alg") if isinstance(header, dict) else None
    if not isinstance(algorithm, str) or algorithm not in oidc.algorithms.split():
        raise _untrusted("token", f"it is signed by {algorithm!r}, which the settings do not take")
    return algorithm, header.get("kid")


def _untrusted(where: str, reason: str) -> ProviderError:
    return ProviderError(Trouble.UNTRUSTED, "{where}: {reason}", where=where, reason=reason)
