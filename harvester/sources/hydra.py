"""Collections that come in pages: each page names the next, on one site, within bounds.

``hydra:next`` leads on, or ``hydra:nextPage`` of older drafts, ``as:next``, ``xhv:next`` or the
``Link`` header.
Catalogue software writes these addresses as IRIs or as strings, whole or relative to the page.
``hydra:totalItems`` says how many members there are, ``hydra:last`` which page comes last: what a
page names and nobody read is reported (:func:`unread`). Hydra Core:
https://www.hydra-cg.com/spec/latest/core/#collections.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

import pyoxigraph as ox

from harvester.errors import DocumentError
from harvester.fetch import Fetched, Fetcher
from harvester.parsing import Parser
from harvester.parsing.group import Parsed, RecordPart
from harvester.parsing.skolem import BLANK_NODE
from harvester.sources.catalogue import site_of
from vocab.namespaces import AS, HYDRA, TREE
from vocab.urls import web_address

MAX_BYTES = 512_000_000
_RELATIONS = f"{TREE}node"
OTHER_HYDRA = HYDRA.replace("http:", "https:", 1)
"""As people write it who think that all addresses begin so."""
_SPACES = (HYDRA, OTHER_HYDRA, AS, "http://www.w3.org/1999/xhtml/vocab#")
PAGING = (*_SPACES, TREE)
"""Namespaces of what describes pages."""
_NEXT = frozenset(f"{space}{name}" for space in _SPACES for name in ("next", "nextPage"))
_LAST = frozenset(f"{space}{name}" for space in _SPACES for name in ("last", "lastPage"))
_FIRST = frozenset(f"{space}{name}" for space in _SPACES for name in ("first", "firstPage"))
_TOTALS = frozenset(f"{space}totalItems" for space in _SPACES)
_MEMBERS = frozenset(f"{space}member" for space in (HYDRA, OTHER_HYDRA))
_MARKS = tuple(f"<{start}".encode() for start in (*_SPACES, _RELATIONS))


@dataclass(frozen=True, slots=True)
class HydraPage:
    """One page as it came, what it states, and what of that speaks of pages."""

    fetched: Fetched
    parsed: Parsed
    paging: tuple[ox.Quad, ...]

    def links(self, paths: frozenset[str]) -> list[str]:
        """Return where the page leads by some properties: web addresses, or as it says."""
        return [
            _address(quad.object.value, self.fetched.url)
            for quad in self.paging
            if quad.predicate.value in paths and not isinstance(quad.object, ox.Triple)
        ]

    @property
    def following(self) -> list[str]:
        """The pages that come after this one, in its order."""
        headers = (_address(link, self.fetched.url) for link in self.fetched.next_links)
        return list(dict.fromkeys((*self.links(_NEXT), *headers)))


def pages(
    url: str, first: Fetched, fetcher: Fetcher, parser: Parser, accept: str, limit: int
) -> list[HydraPage]:
    """Return a collection's pages, each once; one page when it names no other.

    Args:
        url: address of the collection.
        first: what came from there.
        fetcher: fetches the pages after the first.
        parser: the parsing children.
        accept: media types wished of them.
        limit: how many pages at most.

    Raises:
        DocumentError: a page leads to another site, or there are too many pages or bytes.
        FetchError: a page after the first is not there.
    """
    seen = {_address(url, url)}
    waiting: deque[str] = deque()
    read: list[HydraPage] = []
    size, fetched = 0, first
    while True:
        seen.add(fetched.url)
        size += len(fetched.body)
        parsed = parser.parse(fetched.url, fetched.media_type, fetched.body)
        page = HydraPage(fetched, parsed, tuple(_paging_statements(parsed.groups)))
        read.append(page)
        for link in page.following:
            if link not in seen and (site := site_of(link)):
                if site != site_of(url):
                    raise DocumentError("MED-H302", url=fetched.url, target=link)
                seen.add(link)
                waiting.append(link)
        if not waiting:
            return read
        for reached, most, unit in ((len(seen) - 1, limit, "pages"), (size, MAX_BYTES, "bytes")):
            if reached >= most:
                raise DocumentError("MED-H303", url=url, limit=most, unit=unit)
        # A page that is gone is no end, for its members are not gone: 410 is an error here.
        fetched = fetcher.fetch(waiting.popleft(), accept=accept)


def unread(pages: Sequence[HydraPage], asked: str = "") -> list[str]:
    """Return what the pages name as parts of the same whole and what was not read.

    Args:
        pages: all that was read.
        asked: the address that was asked for, when it redirected.
    """
    read = {name for page in pages for name in (page.fetched.url, *_last_of_itself(page))}
    if asked:
        read.add(_address(asked, asked))
    named: dict[str, None] = {}
    for page in pages:
        named |= dict.fromkeys(page.following)
        named |= dict.fromkeys(page.links(_LAST | {_RELATIONS}))
    return [name for name in named if name not in read]


def _last_of_itself(page: HydraPage) -> list[str]:
    """Return the last page that a page names, when that is this page by another of its names."""
    last = [quad for quad in page.paging if quad.predicate.value in _LAST]
    subjects = [quad.subject for quad in last if isinstance(quad.subject, ox.NamedNode)]
    own = {_address(subject.value, page.fetched.url) for subject in subjects}
    own.update(page.links(_FIRST))
    return [link for link in page.links(_LAST) if link in own]


def declared_size(pages: Iterable[HydraPage]) -> tuple[frozenset[int], int]:
    """Return what the pages say of the size of their collection.

    Returns:
        every ``hydra:totalItems`` met, more than one when it changed meanwhile; and how many
        different ``hydra:member`` were named.
    """
    totals: set[int] = set()
    members: set[str] = set()
    for quad in chain.from_iterable(page.paging for page in pages):
        if quad.predicate.value in _TOTALS and isinstance(quad.object, ox.Literal):
            with suppress(ValueError):  # what is no number declares nothing
                totals.add(int(quad.object.value[:18]))
        elif quad.predicate.value in _MEMBERS:
            members.add(str(quad.object))
    return frozenset(totals), len(members)


def _address(text: str, page: str) -> str:
    """Return a web address; as it stands, what names no document on the web."""
    if BLANK_NODE in text:
        return text
    try:
        return web_address(text, page)
    except ValueError:
        return text


def _paging_statements(groups: Iterable[RecordPart]) -> Iterator[ox.Quad]:
    """Return the statements of the groups that speak of pages: a dump may hold a million others."""
    for group in groups:
        if any(mark in group.body for mark in _MARKS):
            yield from ox.parse(group.body, format=ox.RdfFormat.N_TRIPLES)
