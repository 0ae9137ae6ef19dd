"""What goes into a fetch and what comes out of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any

from requests.utils import parse_header_links

from harvester.fetch.credentials import Credentials
from registry.settings.config import Config
from vocab.urls import as_asked, from_header

ROBOT = "Maillage"
"""Our name in robots.txt files."""
_PERMANENT = frozenset({301, 308})
_ANSWERS = frozenset({200, 304})
_CLOCKS_S = 300.0
"""By how much two clocks may differ."""
_CODED = re.compile(r'[-;](?:gzip|br|zstd|df)"$')
_PRODUCT = f"{ROBOT}/0.1"
_HOME = "https://w3id.org/mediation-numerique/"


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits of one fetch.

    Attributes:
        allow_private: the operator lets this source live on a loopback or private address.
        deadline_s: total time of one try, name resolution, TLS, headers and body together.
        grace_s: seconds that a source may take for all that it sends before its pace counts.
        min_rate: bytes a second, on average, that earn a source more time than that.
        max_visit_s: seconds that all fetches of a visit may take, however fast they are.
        max_bytes: most bytes of the body after its content coding is undone.
        max_ratio: most decoded bytes per byte received (decompression bombs).
        max_redirects: hops followed, each checked like the first address.
        tries: requests sent at most for a fault that may pass.
        max_wait_s: longest pause obeyed from ``Retry-After``; a longer one ends the fetch.
        user_agent: who we are and how to reach us (RFC 9110, section 10.1.5).
        crawl_interval_s: least time between two pages found by ourselves at one host.
        credentials: what proves to the source's own origin who is asking; None for nothing.
    """

    allow_private: bool = False
    deadline_s: float = 50.0
    grace_s: float = 45.0
    min_rate: int = 8_000
    max_visit_s: float = 1_800.0
    max_bytes: int = 256_000_000
    max_ratio: int = 200
    max_redirects: int = 5
    tries: int = 3
    max_wait_s: float = 60.0
    user_agent: str = f"{_PRODUCT} (+{_HOME})"
    crawl_interval_s: float = 0.2
    credentials: Credentials | None = None


def user_agent(contact: str) -> str:
    """Name the harvester and whom to reach: an address or URL; by default, the project's page.

    >>> user_agent("mailto:registry@pole.example")
    'Maillage/0.1 (+mailto:registry@pole.example)'
    """
    plain = "".join(c for c in contact.strip() if "!" <= c <= "~" and c not in "()\\")
    return f"{_PRODUCT} (+{plain or _HOME})"


def policy_of(config: Config) -> Policy:
    """Return the limits of a fetch, under the name and contact of a node."""
    return Policy(user_agent=user_agent(config.contact))


def moment_of(date: str | None) -> float | None:
    """Return an HTTP date in seconds since 1970; None for what is none."""
    try:
        return parsedate_to_datetime(date).timestamp() if date else None
    except (ValueError, TypeError, OverflowError):
        return None


def _opaque(etag: str) -> str:
    """Return an entity tag for the weak comparison (RFC 9110, section 8.8.3.2).

    Servers mark what they compress on the way: ``"x-gzip"`` and ``"x;gzip"`` are ``"x"`` here.
    """
    return _CODED.sub('"', etag.removeprefix("W/"))


@dataclass(frozen=True, slots=True)
class Conditions:
    """Validators of the copy that we already hold (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None

    @classmethod
    def remembered(cls, kept: Mapping[str, Any]) -> "Conditions":
        """Read what :meth:`to_json` gave, among other things that a cursor keeps."""
        return cls(kept.get("etag"), kept.get("modified"))

    def to_json(self) -> dict[str, str | None]:
        """Return what a cursor keeps of them."""
        return {"etag": self.etag, "modified": self.last_modified}

    def without_future_date(self, now: float) -> "Conditions":
        """Return these without a date in the future, which nothing would ever be newer than.

        Args:
            now: seconds since 1970 (RFC 9110, section 8.8.2.1).
        """
        moment = moment_of(self.last_modified)
        return (
            self
            if moment is None or moment <= now + _CLOCKS_S
            else replace(self, last_modified=None)
        )

    def contradicted_by(self, answered: "Conditions") -> bool:
        """Whether "not modified" comes with the validators of another copy, or of an older one."""
        if self.etag and answered.etag and _opaque(self.etag) != _opaque(answered.etag):
            return True
        ours, theirs = moment_of(self.last_modified), moment_of(answered.last_modified)
        return ours is not None and theirs is not None and theirs < ours

    def headers(self) -> dict[str, str]:
        """Return the conditional request headers."""
        pairs = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole answer: nothing of it is missing, whatever its status says.

    Attributes:
        url: address that answered, after redirects.
        status: 200, 304 or 410; every other status is an error.
        body: decoded bytes.
    """

    url: str
    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def conditions(self) -> Conditions:
        """Validators to send next time."""
        return Conditions(self.headers.get("etag"), self.headers.get("last-modified"))

    @property
    def media_type(self) -> str:
        """``Content-Type`` without its parameters, in lower case; empty when absent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def immutable(self) -> bool:
        """The server promises never to change this representation (RFC 8246)."""
        directives = self.headers.get("cache-control", "").lower().split(",")
        return "immutable" in (directive.strip() for directive in directives)

    @property
    def next_links(self) -> tuple[str, ...]:
        """Where the ``Link`` headers say that the next page is, as they write it (RFC 8288)."""
        return self.links("next")

    def links(self, rel: str) -> tuple[str, ...]:
        """Return where the ``Link`` headers of a relation lead, as they write it (RFC 8288)."""
        value = self.headers.get("link", "")
        if rel not in value.lower():
            return ()
        links = ({k.lower(): v for k, v in link.items()} for link in parse_header_links(value))
        return tuple(
            from_header(link["url"])
            for link in links
            if rel in link.get("rel", "").lower().split() and "anchor" not in link
        )


@dataclass(frozen=True, slots=True)
class Posted:
    """How a document was taken that was sent.

    Attributes:
        status: of the answer.
        location: where it points to; empty where it does not.
        wait_s: how long the other asks to wait, in seconds; 0 for nothing said.
    """

    status: int
    location: str
    wait_s: float


@dataclass(frozen=True, slots=True)
class Answered:
    """What a request was answered, whole.

    Attributes:
        status: HTTP status.
        media_type: without parameters, in lower case; empty when absent.
        body: decoded bytes.
    """

    status: int
    media_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that was sent, for the report: status 0 when no answer came.

    ``target`` is the address that a redirect leads to, else empty.
    """

    url: str
    status: int
    bytes: int
    seconds: float
    note: str = ""
    target: str = ""


def moved_to(url: str, attempts: Sequence[Attempt]) -> str:
    """Return the address that a source moved to; empty when it did not, or when nothing is there.

    A permanent redirect (RFC 9110, 15.4.2 and 15.4.9) is followed for the visit, reported, and
    changes nothing else: the operator approves the new address. Only an unbroken chain of them from
    the registered address counts: what lies behind a temporary one may change tomorrow.
    """
    url = as_asked(url)
    last = {attempt.url: attempt for attempt in attempts}
    reached = url
    for _ in range(len(last)):
        hop = last.get(reached)
        if hop is None or hop.status not in _PERMANENT:
            break
        reached = hop.target
    there = last.get(reached)
    return reached if reached != url and there and there.status in _ANSWERS else ""
