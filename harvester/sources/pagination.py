"""What says that a document is not complete: a following page, or a larger number.

``Link: <…>; rel="next"`` (RFC 8288) of any document, and of JSON the usual wrappers of a list: OGC
API Features (``numberMatched``, ``links``), HAL (``_links``), udata, Django REST framework…
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from harvester import rules
from harvester.fetch import Fetched
from shapes.findings import Finding

MAX_JSON = 20_000_000
_NEXT = (
    "next", "next_page", "nextPage", "next_url", "nextUrl", "nextLink", "@odata.nextLink",
    "nextPageToken", "next_page_token", "next_cursor", "nextCursor", "continuationToken",
)  # fmt: skip
_FLAGS = ("has_more", "hasMore", "has_next", "hasNext", "hasNextPage", "exceededTransferLimit")
"""Keys that say that there is more, but not where (Stripe's lists, ArcGIS…)."""
_NESTED = ("links", "_links", "meta", "metadata", "pagination", "paging", "page")
_TOTALS = (
    "numberMatched", "total", "total_count", "totalCount", "totalItems", "total_items", "count",
    "nhits", "hydra:totalItems", "totalFeatures", "@odata.count",
)  # fmt: skip


def continuation_of_table(fetched: Fetched, body: bytes, rows: int) -> str:
    """Return what says that a table goes on elsewhere; empty when nothing does.

    Args:
        fetched: the answer, for its headers.
        body: the table itself, unpacked.
        rows: how many rows were read of it.
    """
    if links := fetched.next_links:
        return links[0]
    if body[:100].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{" or len(body) > MAX_JSON:
        return ""
    with suppress(ValueError, RecursionError):
        document = json.loads(body)
        if isinstance(document, dict):
            return next(_continuations(document, rows), "")
    return ""


def _continuations(document: dict[str, Any], rows: int) -> Iterator[str]:
    holders = [document, *(document[name] for name in _NESTED if name in document)]
    for holder in holders:
        if isinstance(holder, list):
            yield from (
                str(link.get("href"))
                for link in holder
                if isinstance(link, dict) and link.get("rel") == "next" and link.get("href")
            )
        elif isinstance(holder, dict):
            yield from filter(None, (_target(holder.get(name)) for name in _NEXT))
            yield from (f"{name} = true" for name in _FLAGS if holder.get(name) is True)
            for name in _TOTALS:
                total = _number(holder.get(name))
                if total > rows:
                    yield f"{name} = {total}"


def _number(value: Any) -> int:
    """Return a whole number, also one written as a text; 0 for anything else."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        return int(value)
    return value if type(value) is int else 0


def _target(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("href") or value.get("url")
    return value if isinstance(value, str) else ""


def not_followed(url: str, target: str) -> Finding:
    """Return the finding that a source names more, and that it was not read."""
    return rules.finding(url, "MED-H223", value=target, url=url, target=target)
