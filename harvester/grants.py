"""Namespaces granted to sources, and the normal form in which IRIs are compared.

IRIs are compared after normalisation (RFC 3986, sections 6.2.2 and 6.2.3): what is spelled
otherwise but leads to the same place is the same place.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from registry.ledger.types import Source
from vocab.namespaces import NOT_IN_IRI

_DEFAULT_PORTS = {"http": "80", "https": "443"}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PERCENT = re.compile(r"(?<!%)(?<!%[0-9A-Fa-f])%([0-9A-Fa-f]{2})")
"""Not after a stray ``%``, which could make another escape of what this one stands for."""
_WEB_IRI = re.compile(
    r"(?P<scheme>[Hh][Tt][Tt][Pp][Ss]?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]]+)"
    r"(?::(?P<port>[0-9]*))?(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?:#[^#]*)?"
)
_NEVER = re.compile(rf"[{NOT_IN_IRI}\x7f-\xa0\u2028\u2029]")


@lru_cache(maxsize=256)
def _host(text: str) -> str:
    host = text.rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(f"{text!r} is no host name") from error


def normal(iri: str) -> str:
    """Return the normal form of an http(s) IRI, as a URI without fragment.

    Normalised are the case of scheme and host, the default port, percent-encoding, dot segments
    and international host names.

    Raises:
        ValueError: not a plain http(s) IRI with a host and no user information.

    >>> normal("HTTPS://Pole.EXAMPLE:443/a/%7Eb/../c")
    'https://pole.example/a/c'
    """
    found = None if _NEVER.search(iri) else _WEB_IRI.fullmatch(iri)
    if found is None:
        raise ValueError(f"{iri!r} is not a plain http or https IRI")
    scheme, port = found["scheme"].lower(), found["port"]
    host = _host(found["host"])
    if port and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    path = _without_dots(_PERCENT.sub(_decoded, _encoded(found["path"] or "/")))
    return f"{scheme}://{host}{path}{found['query'] or ''}"


def _encoded(path: str) -> str:
    """Percent-encode what is outside ASCII, so that an IRI and its URI are one (RFC 3987, 3.1)."""
    if path.isascii():
        return path
    return "".join(
        c if c.isascii() else "".join(f"%{byte:02X}" for byte in c.encode()) for c in path
    )


def _decoded(found: re.Match[str]) -> str:
    char = chr(int(found.group(1), 16))
    return char if char in _UNRESERVED else found.group(0).upper()


def _without_dots(path: str) -> str:
    """Remove ``.`` and ``..`` segments (RFC 3986, section 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments[1:]:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


@dataclass(frozen=True, slots=True)
class Grant:
    """The namespaces of one source, ready to compare."""

    namespaces: tuple[str, ...]

    def covers(self, subject: str) -> bool:
        """Whether a record's IRI lies below a namespace and is written in its normal form."""
        try:
            plain = normal(subject)
        except ValueError:
            return False
        if plain != _as_uri(subject):
            return False
        edges = map(_edge, self.namespaces)
        return any(plain.startswith(edge) and len(plain) > len(edge) for edge in edges)


def _as_uri(subject: str) -> str:
    """Give an IRI with its non-ASCII characters as a URI writes them, else untouched; or ``""``."""
    if subject.isascii():
        return subject
    scheme, _, rest = subject.partition("://")
    host, slash, path = rest.partition("/")
    plain = _host(host)
    if host not in {plain, plain.encode().decode("idna")}:
        return ""
    return f"{scheme}://{plain}{slash}{_encoded(path)}"


def overlaps(source: Source, others: Iterable[Source]) -> bool:
    """Whether another source has a namespace inside, or around, one of this source's."""
    mine = [_edge(space) for space in source.namespaces]
    return any(
        theirs.startswith(own) or own.startswith(theirs)
        for other in others
        if other.slug != source.slug
        for theirs in map(_edge, other.namespaces)
        for own in mine
    )


@lru_cache(maxsize=4_096)
def _edge(namespace: str) -> str:
    """Return the normal form of a namespace, up to a path boundary."""
    plain = normal(namespace)
    return plain if plain.endswith(("/", "#", "?")) else f"{plain}/"
