"""Where an answer's ``Link`` headers lead (RFC 8288)."""

from requests.utils import parse_header_links

from harvester.fetch.values import Fetched
from vocab.urls import from_header


def linked(fetched: Fetched) -> tuple[str, ...]:
    """Return where the headers say that the next page is, as they write it."""
    value = fetched.headers.get("link", "")
    if "next" not in value.lower():
        return ()
    links = ({k.lower(): v for k, v in link.items()} for link in parse_header_links(value))
    return tuple(
        from_header(link["url"])
        for link in links
        if "next" in link.get("rel", "").lower().split() and "anchor" not in link
    )
