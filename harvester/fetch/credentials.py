"""Credentials of a source: named in the ledger, kept in the environment.

The ledger, the reports and the command line know the NAME of a variable; its value is read when a
source is visited, goes to the origin of the source's address, and nowhere else.
"""

import os
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harvester.errors import FetchError
from vocab.errors import UsageError
from vocab.urls import as_asked

_NAME = re.compile(r"MAILLAGE_CREDENTIALS_[A-Z0-9_]{1,60}\Z")
_BEARER = re.compile(r"[A-Za-z0-9._~+/-]+=*\Z")  # RFC 6750, section 2.1
_BASIC = re.compile(r"[^:\x00-\x1f\x7f]+:[^\x00-\x1f\x7f]*\Z")  # RFC 7617, section 2
_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int | None]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves to one origin who is asking.

    Attributes:
        origin: scheme, host and port that may see it.
        authorization: value of the header; it is in no ``repr``.
    """

    origin: Origin
    authorization: str = field(repr=False)

    def headers_for(self, url: str) -> dict[str, str]:
        """Return the header to send to an address: none when it lies at another origin."""
        return {"Authorization": self.authorization} if origin_of(url) == self.origin else {}


def check_name(name: str, option: str = "credentials") -> str:
    """Return back the name of a variable that may hold credentials.

    Other variables of the process (the store's password) are none of a source's business.

    Args:
        name: of the variable.
        option: of the command line that gave it.

    Raises:
        UsageError: another name; it is not shown, for it may be the secret itself.
    """
    if _NAME.match(name) is None:
        raise UsageError(
            "--{option}: give the name of an environment variable that begins with "
            "MAILLAGE_CREDENTIALS_ (capitals, digits, _), never the secret itself",
            option=option,
        )
    return name


def credentials_of(
    name: str, url: str, *, allow_private: bool, environment: Mapping[str, str] = os.environ
) -> Credentials | None:
    """Read the credentials of a source.

    Args:
        name: variable that holds ``Bearer TOKEN`` or ``Basic USER:PASSWORD``; empty for none.
        url: address of the source: its origin alone will see them.
        allow_private: the source lives on the operator's network, where plain http will do.
        environment: where the variable is looked up.

    Raises:
        FetchError: the variable is missing or of another form, or the address is not https.
    """
    if not name:
        return None
    if urlsplit(url).scheme != "https" and not allow_private:
        raise FetchError("MED-H113", url=url, name=name)
    value = environment.get(check_name(name), "").strip()
    if not value:
        raise FetchError("MED-H112", name=name, url=url)
    authorization = _authorization(value)
    if authorization is None:
        raise FetchError("MED-H114", name=name)
    return Credentials(origin_of(url), authorization)


def origin_of(url: str) -> Origin:
    """Return scheme, host and port of an address (RFC 6454, section 4)."""
    parts = urlsplit(as_asked(url))
    return parts.scheme, (parts.hostname or ""), parts.port or _PORTS.get(parts.scheme)


def _authorization(value: str) -> str | None:
    scheme, _, secret = value.partition(" ")
    secret = secret.strip()
    if scheme.lower() == "bearer" and _BEARER.match(secret):
        return f"Bearer {secret}"
    if scheme.lower() == "basic" and _BASIC.match(secret):
        return f"Basic {b64encode(secret.encode('utf-8', 'surrogateescape')).decode('ascii')}"
    return None
