"""Collections that come in pages: each page names the next, on one site, within bounds.

``hydra:next`` leads on, or ``hydra:nextPage`` of older drafts; ``hydra:totalItems`` says how many
members there are. Hydra Core: https://www.hydra-cg.com/spec/latest/core/#collections.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

import pyoxigraph as ox

from harvester.fetch import Fetched, Fetcher
from harvester.parsing import Parser
from harvester.parsing.group import Group
from harvester.parsing.worker import Parsed
from harvester.problems import DocumentError, FetchError
from harvester.sources.catalogue import site_of
from vocab.namespaces import HYDRA

MAX_BYTES = 512_000_000
_MARK = f"<{HYDRA}".encode()
_NEXT = frozenset({f"{HYDRA}next", f"{HYDRA}nextPage"})


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came, what it states, and what of that speaks Hydra."""

    fetched: Fetched
    parsed: Parsed
    said: tuple[ox.Quad, ...]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How to ask for the pages after the first, and how many at most."""

    accept: str
    pages: int


@dataclass(frozen=True, slots=True)
class Promise:
    """What a collection says of its own size.

    Attributes:
        totals: every ``hydra:totalItems`` met: more than one when it changed meanwhile.
        members: how many different ``hydra:member`` were named.
    """

    totals: frozenset[int]
    members: int


def pages(
    url: str, first: Fetched, fetcher: Fetcher, parser: Parser, bounds: Bounds
) -> Iterator[Page]:
    """Give a collection's pages, each once; one page when it names no other.

    Raises:
        DocumentError: a page leads to another site, or there are too many pages or bytes.
        FetchError: a page after the first is not there.
    """
    seen: set[str] = set()
    size, fetched = 0, first
    while True:
        seen.add(fetched.url)
        size += len(fetched.body)
        parsed = parser.parse(fetched.url, fetched.media_type, fetched.body)
        page = Page(fetched, parsed, tuple(_said(parsed.groups)))
        yield page
        following = [link for link in _next(page) if link not in seen]
        if not following:
            return
        _check(url, fetched.url, following[0])
        _bound(url, len(seen), bounds.pages, "pages")
        _bound(url, size, MAX_BYTES, "bytes")
        seen.add(following[0])
        fetched = fetcher.fetch(following[0], accept=bounds.accept)
        if fetched.status != 200:  # a page that is gone is no end: its members are not gone
            raise FetchError("MED-H109", url=fetched.url, status=fetched.status)


def _check(url: str, page: str, target: str) -> None:
    if site_of(target) != site_of(url):
        raise DocumentError("MED-H302", url=page, target=target)


def _bound(url: str, reached: int, limit: int, unit: str) -> None:
    if reached >= limit:
        raise DocumentError("MED-H303", url=url, limit=limit, unit=unit)


def promise(pages: Iterable[Page]) -> Promise:
    """Give what the pages say of the size of their collection."""
    totals: set[int] = set()
    members: set[str] = set()
    for quad in chain.from_iterable(page.said for page in pages):
        if quad.predicate.value == f"{HYDRA}totalItems" and isinstance(quad.object, ox.Literal):
            with suppress(ValueError):  # no number is no promise
                totals.add(int(quad.object.value[:18]))
        elif quad.predicate.value == f"{HYDRA}member":
            members.add(str(quad.object))
    return Promise(frozenset(totals), len(members))


def _next(page: Page) -> list[str]:
    return [
        quad.object.value
        for quad in page.said
        if quad.predicate.value in _NEXT and isinstance(quad.object, ox.NamedNode)
    ]


def _said(groups: Iterable[Group]) -> Iterator[ox.Quad]:
    """Give the statements of the groups that speak Hydra: a dump may hold a million others."""
    for group in groups:
        if _MARK in group.body:
            yield from ox.parse(group.body, format=ox.RdfFormat.N_TRIPLES)
