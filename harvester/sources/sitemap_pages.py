"""The pages that a sitemap lists: index and lists, of one site, within bounds.

The protocol: https://www.sitemaps.org/protocol.html. The XML is looked over before it is parsed:
strict UTF-8, no DOCTYPE, no entities, no depth (:mod:`harvester.parsing.scan`).
"""

from xml.etree import ElementTree

import pyoxigraph as ox

from harvester.errors import DocumentError
from harvester.fetch import Fetcher
from harvester.parsing import unpack
from harvester.parsing.scan import check_shape, check_text
from harvester.sources.catalogue import site_of
from vocab.urls import web_address

MAX_PAGES = 5_000
MAX_LISTS = 50
MAX_BYTES = 10_000_000
MAX_ADDRESS = 2_048
ACCEPT = "application/xml, text/xml;q=0.9, application/gzip;q=0.5, */*;q=0.1"
_SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def listed(url: str, fetcher: Fetcher) -> dict[str, str]:
    """Return the pages of a sitemap with the date that it gives each, empty when it gives none.

    Raises:
        DocumentError: no sitemap, too many pages or lists, or an address too long or of another
            site.
        FetchError: a list cannot be had.
    """
    pages: dict[str, str] = {}
    waiting, seen = [url], {url}
    while waiting:
        address = waiting.pop(0)
        root = _root(address, fetcher)
        index = root.tag == f"{_SPACE}sitemapindex"
        entries = _entries(url, address, root)
        if not index:
            pages |= entries
        fresh = [entry for entry in entries if index and entry not in seen]
        waiting.extend(fresh)
        seen.update(fresh)
        if len(pages) > MAX_PAGES or len(seen) > MAX_LISTS:
            raise DocumentError("MED-H532", url=url, pages=MAX_PAGES, lists=MAX_LISTS)
    return pages


def read_xml(url: str, body: bytes) -> ElementTree.Element:
    """Parse a sitemap or its index.

    Raises:
        DocumentError: neither, or XML that could do harm.
    """
    data = check_text(url, unpack(url, body, MAX_BYTES))
    if len(data) > MAX_BYTES:
        raise DocumentError("MED-H106", url=url, limit=MAX_BYTES)
    check_shape(url, data, ox.RdfFormat.RDF_XML)
    try:
        root = ElementTree.fromstring(data)  # noqa: S314  no DOCTYPE, no entities: just checked
    except ElementTree.ParseError as error:
        raise DocumentError("MED-H530", url=url, reason=str(error)) from error
    if root.tag not in {f"{_SPACE}urlset", f"{_SPACE}sitemapindex"}:
        raise DocumentError("MED-H530", url=url, reason=f"<{root.tag}>")
    return root


def _root(url: str, fetcher: Fetcher) -> ElementTree.Element:
    return read_xml(url, fetcher.fetch(url, accept=ACCEPT).body)


def _entries(site: str, url: str, root: ElementTree.Element) -> dict[str, str]:
    entries = {}
    for entry in root:
        address = (entry.findtext(f"{_SPACE}loc") or "").strip()
        if len(address) > MAX_ADDRESS:
            raise DocumentError("MED-H205", url=url, limit=MAX_ADDRESS, start=address[:60])
        if address and site_of(address) != site_of(site):
            raise DocumentError("MED-H302", url=url, target=address)
        if address:
            entries[web_address(address)] = (entry.findtext(f"{_SPACE}lastmod") or "").strip()
    return entries
