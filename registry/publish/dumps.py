"""Full dumps of the current state: every live record in RDF, every live place in tables and maps.

Deleted records are not in them. They are put together from chunks in subject order, so that the
bytes depend on the state only.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.formats.csv_dialects import EXCEL, STRICT, Dialect
from registry.formats.jsonld import CONTEXT
from registry.formats.national import columns_for, csv_header, widened
from registry.formats.turtle import header
from registry.publish.chunks import Chunk
from registry.publish.gzip_join import joined_gzip
from registry.publish.state import box_of
from vocab.files import Written, publish_file
from vocab.messages import Message

_Writer = Callable[[Sequence[Chunk]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Dump:
    """One dump.

    Attributes:
        path: relative to the published folder.
        media_type: of the content, before compression.
        file_type: name in the EU authority list of file types.
        title: for people.
        parts: writes the dump from chunks, piece by piece.
        places_only: holds places only, not the organisations beside them.
        compressed: media type of the compression, or empty.
        conforms_to: IRI of the standard that the dump follows, or empty.
    """

    path: str
    media_type: str
    file_type: str
    title: Message
    write: _Writer
    places_only: bool = False
    compressed: str = ""
    conforms_to: str = ""


def write_dump(folder: Path, dump: Dump, state: Sequence[Chunk]) -> Written:
    """Put a dump in place; its file is not touched when it holds that state already."""
    return publish_file(folder, dump.path, dump.write(state))


def _ntriples(state: Sequence[Chunk]) -> Iterator[bytes]:
    return joined_gzip(chunk.ntriples() for chunk in state)


def _turtle(state: Sequence[Chunk]) -> Iterator[bytes]:
    yield header().encode()
    for chunk in state:
        yield chunk.form("ttl")


def _jsonld(state: Sequence[Chunk]) -> Iterator[bytes]:
    yield b'{"@context":' + json.dumps(CONTEXT).encode() + b',\n"@graph":[\n'
    yield from _items(state, "jsonld")
    yield b"\n]}\n"


def _geojson(state: Sequence[Chunk]) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection",\n"features":[\n'
    yield from _items(state, "geojson")
    box = box_of(state)
    yield b"\n]" + (b',\n"bbox":' + json.dumps(box).encode() if box else b"") + b"}\n"


def _strict_csv(state: Sequence[Chunk]) -> Iterator[bytes]:
    return _csv(state, STRICT, "csv")


def _excel_csv(state: Sequence[Chunk]) -> Iterator[bytes]:
    return _csv(state, EXCEL, "excel.csv")


def _csv(state: Sequence[Chunk], dialect: Dialect, form: str) -> Iterator[bytes]:
    """The columns of the standard, and the further ones where a place of the file fills them."""
    more = any(chunk.facts.says_more for chunk in state)
    yield csv_header(dialect, columns_for(more))
    for chunk in state:
        content = chunk.form(form)
        yield content if chunk.facts.says_more == more else widened(content, dialect)


def _items(state: Sequence[Chunk], form: str) -> Iterator[bytes]:
    separator = b""
    for chunk in state:
        content = chunk.form(form)
        if content:
            yield separator + content
            separator = b",\n"


_NATIONAL = "https://schema.data.gouv.fr/LaMednum/standard-mediation-num/1.0.2"

DUMPS: tuple[Dump, ...] = (
    Dump(
        "dumps/places.nt.gz",
        "application/n-triples",
        "RDF_N_TRIPLES",
        Message("Compressed N-Triples"),
        _ntriples,
        compressed="application/gzip",
    ),
    Dump("dumps/places.ttl", "text/turtle", "RDF_TURTLE", Message("Turtle"), _turtle),
    Dump("dumps/places.jsonld", "application/ld+json", "JSON_LD", Message("JSON-LD"), _jsonld),
    Dump(
        "dumps/places.csv",
        "text/csv",
        "CSV",
        Message("CSV in the national standard v1.0.2"),
        _strict_csv,
        places_only=True,
        conforms_to=_NATIONAL,
    ),
    Dump(
        "dumps/places-excel.csv",
        "text/csv",
        "CSV",
        Message("CSV for spreadsheets (semicolon, BOM, formulas disarmed)"),
        _excel_csv,
        places_only=True,
    ),
    Dump(
        "dumps/places.geojson",
        "application/geo+json",
        "GEOJSON",
        Message("GeoJSON"),
        _geojson,
        places_only=True,
    ),
)
"""Every dump, the one for machines first."""
