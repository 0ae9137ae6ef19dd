"""What a provider says of itself (OpenID Connect Discovery 1.0, section 4)."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from authlib.oidc.discovery import get_well_known_url

from registry.identity.documents import ask, object_of
from registry.identity.errors import ProviderError, Trouble
from registry.identity.transport import Transport
from registry.settings.accounts import is_loopback
from registry.settings.oidc import OidcSettings


@dataclass(frozen=True, slots=True)
class Metadata:
    """The addresses of a provider, and what it can do.

    Attributes:
        authorization: where people go to sign in.
        token: where a code becomes tokens.
        keys: its public keys.
        userinfo: what it says of a person; empty where it has no such address.
        end_session: where people go to sign out; empty where it has no such address.
        secret_in_body: the client's secret is sent as a field, not as ``Authorization``.
        names_itself: its answers carry ``iss`` (RFC 9207).
    """

    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    secret_in_body: bool
    names_itself: bool


def discovered(oidc: OidcSettings, transport: Transport) -> Metadata:
    """Ask a provider what it says of itself.

    Raises:
        ProviderError: no answer, another issuer's, or one that nobody could use safely.
    """
    url = get_well_known_url(oidc.issuer, external=True)
    found = object_of(ask(transport, url, {"Accept": "application/json"}), url)
    if found.get("issuer") != oidc.issuer:
        raise ProviderError(
            Trouble.UNTRUSTED,
            "{url} is of the issuer {found}, the settings name {issuer}",
            url=url,
            found=found.get("issuer"),
            issuer=oidc.issuer,
        )
    return Metadata(
        _address(oidc, found, "authorization_endpoint"),
        _address(oidc, found, "token_endpoint"),
        _address(oidc, found, "jwks_uri"),
        _address(oidc, found, "userinfo_endpoint", needed=False),
        _address(oidc, found, "end_session_endpoint", needed=False),
        _secret_in_body(found),
        found.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(oidc: OidcSettings, found: dict[str, Any], name: str, *, needed: bool = True) -> str:
    """Return one of its addresses: https, or on the machine itself where the issuer is there."""
    value = found.get(name)
    if value is None and not needed:
        return ""
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        host = parts.hostname if parts.port != 0 else None
        is_safe = parts.scheme == "https" or (oidc.is_plain and is_loopback(host or ""))
    except ValueError:  # a port that is none
        host, is_safe = None, False
    if not (is_safe and host and isinstance(value, str) and value.isprintable()):
        raise ProviderError(
            Trouble.UNTRUSTED, "{name} {value} is no safe address", name=name, value=value
        )
    if parts.fragment or "@" in parts.netloc or " " in value:
        raise ProviderError(
            Trouble.UNTRUSTED, "{name} {value} is no plain address", name=name, value=value
        )
    return value


def _secret_in_body(found: dict[str, Any]) -> bool:
    """Whether the client's secret goes into the body; a list that is not given means the header.

    Raises:
        ProviderError: it takes no secret at all.
    """
    methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if isinstance(methods, list) and "client_secret_basic" in methods:
        return False
    if isinstance(methods, list) and "client_secret_post" in methods:
        return True
    raise ProviderError(
        Trouble.UNTRUSTED, "token_endpoint_auth_methods_supported {methods}", methods=methods
    )
