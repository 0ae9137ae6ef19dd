"""Addresses as they may be shown: what proves who is asking is left out.

The ledger keeps the address that is visited; whatever becomes text for people or machines (pages,
reports, logs, provenance, errors) goes through :func:`public`.
"""

import re
from urllib.parse import unquote

HIDDEN = "***"

_END = r"\s\"'<>\\`|{}"
# From "://" on: looking for a scheme before it would take time in the square of a long text.
_SIGNED = re.compile(rf"(:(?:\\?/){{2}})[^/?#{_END}]+@")
# A password with an unescaped slash: what stands in the place of a port is no number.
_MISSIGNED = re.compile(
    rf"(:(?:\\?/){{2}})[^/?#:@{_END}]+:(?!\d*(?:[/?#{_END}]|$))[^{_END}]{{0,500}}@"
)
_PARAMETER = re.compile(
    rf"(?i)([?&;#]|%3f|%26|%3b|\\u0026)([a-z0-9_.~%\[\]-]{{1,80}})(=|%3d)([^&;#{_END}]+)"
)
_ANYWHERE = re.compile(
    "token|secret|passw|signature|credential|apikey|accesskey|authkey|privatekey|sharedkey"
    "|subscriptionkey|authorization|session|jwt|bearer"
)
_WHOLE = frozenset(
    {"key", "pass", "pwd", "auth", "sig", "sas", "hmac", "code", "sid", "appid", "appkey"}
    | {"userkey", "licensekey", "licencekey", "keyid", "login", "phpsessid", "cookie", "otp", "pin"}
    | {"mdp", "motdepasse", "cle", "clef", "clé", "jeton"}
)


def public(text: str) -> str:
    """Return a text whose addresses show neither user, password, key, token nor signature.

    >>> public("https://eva:s3cret@data.example/feed?format=ttl&apikey=abc")
    'https://***@data.example/feed?format=ttl&apikey=***'
    >>> public("https://data.example/lieux?code_postal=44000&keyword=fablab&author=eva")
    'https://data.example/lieux?code_postal=44000&keyword=fablab&author=eva'
    """
    if "@" in text:
        text = _MISSIGNED.sub(rf"\1{HIDDEN}@", _SIGNED.sub(rf"\1{HIDDEN}@", text))
    return _PARAMETER.sub(_without_value, text) if "=" in text or "%3" in text else text


def _without_value(found: re.Match[str]) -> str:
    before, name, equals, value = found.groups()
    if _is_secret(name) or ((inner := unquote(value)) != value and public(inner) != inner):
        return f"{before}{name}{equals}{HIDDEN}"
    return found[0]


def _is_secret(name: str) -> bool:
    """Whether a parameter's name is one of those that carry a proof of who is asking."""
    plain = "".join(char for char in unquote(name).lower() if char.isalnum())
    return plain in _WHOLE or _ANYWHERE.search(plain) is not None
