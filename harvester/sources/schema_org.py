"""A web page's places: its schema.org JSON-LD becomes rows of the national standard.

    page -> <script type="application/ld+json"> … -> parsing child -> place nodes -> rows

Pages name the context of schema.org, which is never asked for: its terms are read as names under
``https://schema.org/``. https://schema.org/Place, https://www.w3.org/TR/json-ld11/#embedding-json-ld-in-html-documents.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from harvester.errors import DocumentError
from harvester.fetch import Fetched
from harvester.grants import Grant
from harvester.parsing import Parser
from harvester.sources.catalogue import Facts, facts_of
from harvester.sources.schema_hours import hours_of
from harvester.sources.schema_specification import OLD, values_of
from vocab.namespaces import RDF, SCHEMA

MAX_PAGE_BYTES = 1_000_000
MAX_BLOCKS = 20
_MEDIA_TYPE = "application/ld+json"
_CONTEXTS = frozenset(
    f"{scheme}://{host}schema.org{path}"
    for scheme in ("http", "https")
    for host in ("", "www.")
    for path in ("", "/", "/docs/jsonldcontext.json", "/docs/jsonldcontext.jsonld")
)
_TYPES = frozenset(
    {
        "Place", "CivicStructure", "CityHall", "CommunityCenter", "GovernmentBuilding", "Museum",
        "LocalBusiness", "EmploymentAgency", "InternetCafe", "Library", "ProfessionalService",
        "GovernmentOffice", "PostOffice", "School", "CollegeOrUniversity",
    }
)  # fmt: skip
_OWN = {"nom": "name", "telephone": "telephone", "courriels": "email", "site_web": "url"}
_ADDRESS = {
    "adresse": "streetAddress", "code_postal": "postalCode", "commune": "addressLocality",
}  # fmt: skip
_GEO = {"latitude": "latitude", "longitude": "longitude"}


@dataclass(frozen=True, slots=True)
class Found:
    """A place of a page: its IRI, and its cells by field of the national standard."""

    subject: str
    cells: dict[str, str]


def places_of(url: str, page: Fetched, grant: Grant, parser: Parser) -> tuple[Found, ...]:
    """Return the places that a page describes.

    A place is named by its ``@id`` when that lies under a namespace granted, else by its page.

    Args:
        url: address of the page, as the sitemap writes it.
        page: what came from there.
        grant: what the source may speak for.
        parser: the parsing child.

    Raises:
        DocumentError: the page is too large or has too many blocks, its JSON-LD is wrong, or two
            of its places would have one IRI.
    """
    if len(page.body) > MAX_PAGE_BYTES:
        raise DocumentError("MED-H106", url=url, limit=MAX_PAGE_BYTES)
    facts: Facts = {}
    blocks = _blocks(page)
    if len(blocks) > MAX_BLOCKS:
        raise DocumentError("MED-H535", url=url, count=len(blocks), limit=MAX_BLOCKS)
    for number, block in enumerate(blocks):
        parsed = parser.parse(url, _MEDIA_TYPE, _named(url, block, number))
        for subject, statements in facts_of(parsed.groups).items():
            facts[subject] = [*facts.get(subject, ()), *statements]
    return _distinct(url, [_found(url, node, facts, grant) for node in _outermost(facts)])


def _distinct(url: str, found: list[Found]) -> tuple[Found, ...]:
    by_subject = {place.subject: place for place in found}
    if len(by_subject) < len(found):
        raise DocumentError("MED-H531", url=url, count=len(found))
    return tuple(by_subject.values())


class _Scripts(HTMLParser):
    """Collects the text of the page's JSON-LD blocks."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block."""
        kind = (dict(attrs).get("type") or "").partition(";")[0].strip().lower()
        self._inside = tag == "script" and kind == _MEDIA_TYPE
        if self._inside:
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        self._inside = False

    def handle_data(self, data: str) -> None:
        """Take the text of a block."""
        if self._inside:
            self.blocks[-1] += data


def _blocks(page: Fetched) -> list[str]:
    reader = _Scripts()
    with suppress(AssertionError):  # so html.parser ends on "<![<"; what came before counts
        reader.feed(page.body.decode("utf-8", "replace"))
    return [block for block in reader.blocks if block.strip()]


def _named(url: str, block: str, number: int) -> bytes:
    """Return a block with the local context and a name for each node that hangs from nothing.

    Numbers become text as they are written: 48.8566 is a coordinate, not a binary fraction.
    """
    try:
        document = json.loads(block, parse_float=str, parse_int=str)
        nodes = document if isinstance(document, list) else [document]
        for rank, node in enumerate(_roots(nodes)):
            node.setdefault("@id", f"{url.partition('#')[0]}#node-{number}-{rank}")
        return json.dumps(_settled(document)).encode()
    except (ValueError, RecursionError) as error:
        raise DocumentError("MED-H200", url=url, reason=str(error)) from error


def _roots(nodes: list[Any]) -> Iterator[dict[str, Any]]:
    for node in nodes:
        if isinstance(node, dict):
            graph = node.get("@graph")
            inner = graph if isinstance(graph, list) else [graph]
            yield from _roots(inner) if "@graph" in node else [node]


def _settled(node: Any) -> Any:
    """Put our reading of schema.org in the place of its context's address."""
    if isinstance(node, list):
        return [_settled(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _context(value) if key == "@context" else _settled(value)
        for key, value in node.items()
    }


def _context(value: Any) -> Any:
    if isinstance(value, list):
        return [_context(item) for item in value]
    known = isinstance(value, str) and value.rstrip("/") in _CONTEXTS
    return {"@vocab": SCHEMA} if known else value


def _outermost(facts: Facts) -> list[str]:
    """Return the nodes that are places, but not those that only say where another one is."""
    found = [node for node in facts if _is_place(facts, node)]
    inside = {value for node in found for _, value in facts[node] if value != node}
    return [node for node in found if node not in inside]


def _is_place(facts: Facts, node: str) -> bool:
    types = (value for path, value in facts[node] if path == f"{RDF}type")
    return any(
        value.startswith((SCHEMA, OLD)) and value.rpartition("/")[2] in _TYPES for value in types
    )


def _found(url: str, node: str, facts: Facts, grant: Grant) -> Found:
    own, page = node.partition("#")[0], url.partition("#")[0]
    cells = _cells(facts, node, _OWN)
    for name, fields in (("address", _ADDRESS), ("geo", _GEO)):
        for part in values_of(facts, node, name)[:1]:
            cells |= _cells(facts, part, fields)
    cells |= _cells(facts, node, _GEO)
    cells |= _description(facts, node)
    if hours := hours_of(facts, node):
        cells["horaires"] = hours
    if changed := values_of(facts, node, "dateModified"):
        cells["date_maj"] = changed[0][:10]
    return Found(own if grant.covers(own) else page, cells)


def _cells(facts: Facts, node: str, fields: Mapping[str, str]) -> dict[str, str]:
    found = {field: values_of(facts, node, name) for field, name in fields.items()}
    return {field: values[0] for field, values in found.items() if values}


def _description(facts: Facts, node: str) -> dict[str, str]:
    """Return the description as the summary when it is as short as the standard wants one."""
    values = values_of(facts, node, "description")[:1]
    return {
        "presentation_resume" if len(value) <= 280 else "presentation_detail": value
        for value in values
    }
