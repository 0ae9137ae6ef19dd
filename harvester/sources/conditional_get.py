"""A conditional request for a document that states all of its source; then its digest."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harvester import rules
from harvester.delivery import Delivery
from harvester.fetch import Conditions, Fetched, Fetcher
from shapes.findings import Finding

KEPT_DIGESTS = 50


@dataclass(frozen=True, slots=True)
class ConditionalResponse:
    """The result of a conditional request for a whole document.

    Attributes:
        fetched: the document, or None when it is the one already taken in.
        cursor: what to remember of it; keys that a reader keeps for itself pass through.
        restored: the digest of an earlier state that came back, or None.
        downloaded: how many documents came over the wire whole.
    """

    fetched: Fetched | None
    cursor: dict[str, Any]
    restored: str | None = None
    downloaded: int = 0

    def nothing_new(self) -> Delivery:
        """Return the delivery of a document that is the one already taken in."""
        return Delivery((), True, self.cursor, unchanged=True, pages_read=self.downloaded)


def conditional_get(
    url: str, cursor: Mapping[str, Any], fetcher: Fetcher, accept: str
) -> ConditionalResponse:
    """Ask for a document, saying which copy we hold.

    Args:
        url: its address.
        cursor: as the last visit left it; empty for a first one.
        fetcher: fetches it.
        accept: media types wished.

    Raises:
        MaillageError: as :meth:`harvester.fetch.Fetcher.fetch`.
    """
    known = Conditions.remembered(cursor)
    fetched = fetcher.fetch(url, known, accept)
    if fetched.status == 304:
        return ConditionalResponse(None, dict(cursor))
    digest = hashlib.sha256(fetched.body).hexdigest()
    after = {**cursor, **fetched.conditions.to_json()}
    return response_by_digest(fetched, digest, cursor, after)


def response_by_digest(
    fetched: Fetched, digest: str, cursor: Mapping[str, Any], after: Mapping[str, Any]
) -> ConditionalResponse:
    """Compare a state with those met before.

    Args:
        fetched: the document, or the first of several.
        digest: of the whole state, SHA-256 in hexadecimal.
        cursor: as the last visit left it.
        after: what to remember besides the digests.
    """
    digests = list(cursor.get("digests", ()))
    kept = [old for old in digests if old != digest][-KEPT_DIGESTS + 1 :]
    remembered = {**after, "digests": [*kept, digest]}
    if digests and digests[-1] == digest:
        return ConditionalResponse(None, remembered, downloaded=1)
    restored = f"SHA-256 {digest[:12]}…" if digest in digests else None
    return ConditionalResponse(fetched, remembered, restored, downloaded=1)


def restored_remarks(url: str, response: ConditionalResponse) -> tuple[Finding, ...]:
    """Say that a source gives again a state that it had replaced: a change like any other.

    Its owner may have corrected a mistake. Only the sequence of a stream can show that an old
    copy was put back online.
    """
    if response.restored is None:
        return ()
    return (rules.finding(url, "MED-H412", url=url, digest=response.restored),)
