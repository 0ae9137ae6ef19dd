"""By which provider of identities people may sign in, beside passwords (``[oidc]``)."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from registry.settings.accounts import is_loopback
from registry.settings.private import is_example, is_open_to_others
from vocab.errors import UsageError

SIGNATURES = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
)
"""Algorithms that may be accepted: those with a key pair. With ``none`` or ``HS256`` anybody, or
whoever knows a secret of ours, could sign."""
_SCOPES = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*\Z")
_LONGEST_ISSUER, _LONGEST_LABEL = 400, 40
_SHORTEST_SECRET, _LONGEST_SECRET = 16, 500


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The section ``[oidc]`` of the settings (OpenID Connect Core 1.0).

    Attributes:
        issuer: address that names the provider; empty for none.
        client_id: how the provider calls this node.
        client_secret_file: path of the file with the secret that it shares with this node.
        label: how the button names the provider.
        scopes: what is asked for, with blanks between.
        algorithms: by which tokens may be signed, with blanks between.
        acr: levels of assurance, one of which a sign-in must have, with blanks between; empty for
            any.
        allow_private: the provider may live on this machine or a private network.
    """

    issuer: str = ""
    client_id: str = ""
    client_secret_file: str = ""
    label: str = ""
    scopes: str = "openid"
    algorithms: str = "RS256 ES256"
    acr: str = ""
    allow_private: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the provider speaks plain http: on this machine only."""
        return urlsplit(self.issuer).scheme == "http"


def check_oidc_settings(oidc: OidcSettings) -> None:
    """Refuse a provider that cannot be, or that anybody on the way could stand in for.

    Raises:
        UsageError: says which setting, its value, and what it should be.
    """
    if not oidc.issuer:
        for name in ("client_id", "client_secret_file", "label", "acr"):
            if getattr(oidc, name):
                raise UsageError(
                    "[oidc] {name} {value!r}: needs issuer, the address of the provider",
                    name=name,
                    value=getattr(oidc, name)[:60],
                )
        return
    _check_issuer(oidc)
    for name in ("client_id", "client_secret_file", "label"):
        value = getattr(oidc, name)
        if not value.strip() or not value.isprintable():
            raise UsageError(
                "[oidc] {name} {value!r}: give it, in printable characters; the provider tells "
                "client_id and the secret when this node is registered there",
                name=name,
                value=value[:60],
            )
    if len(oidc.label) > _LONGEST_LABEL:
        raise UsageError(
            "[oidc] label {label!r}: give {most} characters at most",
            label=oidc.label[:60],
            most=_LONGEST_LABEL,
        )
    _check_words(oidc)


def _check_issuer(oidc: OidcSettings) -> None:
    """Refuse what no provider may be called (OpenID Connect Discovery 1.0, section 3)."""
    try:
        address = urlsplit(oidc.issuer)
        host, is_odd = address.hostname or "", address.port == 0
    except ValueError:  # a port that is none
        host, is_odd = "", True
    is_odd |= len(oidc.issuer) > _LONGEST_ISSUER
    odd = is_odd or not host or address.query or address.fragment or "@" in address.netloc
    if odd or not re.fullmatch(r"[!-~]+", oidc.issuer) or address.scheme not in ("https", "http"):
        raise UsageError(
            "[oidc] issuer {issuer!r}: give the https address that the provider calls itself by, "
            "without query, fragment or user name",
            issuer=oidc.issuer[:200],
        )
    if address.scheme == "http" and not is_loopback(host):
        raise UsageError(
            "[oidc] issuer {issuer!r}: identities would cross the network in the clear: give an "
            "https address (http is for this machine only)",
            issuer=oidc.issuer[:200],
        )
    if is_loopback(host) and not oidc.allow_private:
        raise UsageError(
            "[oidc] issuer {issuer!r} is this machine: write allow_private = true under [oidc] if "
            "that is meant",
            issuer=oidc.issuer[:200],
        )


def _check_words(oidc: OidcSettings) -> None:
    """Refuse scopes, levels and algorithms that make no sense or no safety."""
    if not _SCOPES.match(oidc.scopes) or "openid" not in oidc.scopes.split(" "):
        raise UsageError(
            "[oidc] scopes {scopes!r}: give openid, and others after a blank if the provider wants "
            "them",
            scopes=oidc.scopes[:60],
        )
    if oidc.acr and not _SCOPES.match(oidc.acr):
        raise UsageError(
            "[oidc] acr {acr!r}: give levels of assurance with one blank between",
            acr=oidc.acr[:60],
        )
    algorithms = oidc.algorithms.split()
    if not algorithms or not set(algorithms) <= SIGNATURES:
        raise UsageError(
            "[oidc] algorithms {algorithms!r}: give some of {choices}; with any other, tokens "
            "could be signed by somebody else than the provider",
            algorithms=oidc.algorithms[:60],
            choices=", ".join(sorted(SIGNATURES)),
        )


def client_secret(oidc: OidcSettings) -> str:
    """Return the secret that the provider shares with this node.

    Raises:
        UsageError: the file cannot be read, others can read it, or it holds no secret.
    """
    file = Path(oidc.client_secret_file)
    try:
        is_open = is_open_to_others(file)
        secret = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "[oidc] client_secret_file {file}: cannot be read ({reason}): write the provider's "
            "secret there, for the user of the node alone (chmod 600)",
            file=file,
            reason=getattr(error, "strerror", "") or type(error).__name__,
        ) from error
    if is_open:
        raise UsageError(
            "[oidc] client_secret_file {file}: can be read by other users of the machine: close it "
            "to them (chmod 600 {file})",
            file=file,
        )
    is_line = secret.isprintable() and " " not in secret
    if not is_line or not _SHORTEST_SECRET <= len(secret) <= _LONGEST_SECRET or is_example(secret):
        raise UsageError(
            "[oidc] client_secret_file {file}: holds no secret of {least} to {most} characters, or "
            "an example: write the one that the provider gave, on one line",
            file=file,
            least=_SHORTEST_SECRET,
            most=_LONGEST_SECRET,
        )
    return secret
